"""Invented names of companies: as many as a benchmark needs, no two alike."""

from __future__ import annotations

from crm.lib.identifiers import check_character
from crm.lib.names import name_key

LARGEST = 300_000
FIRST = "衡砚启言智云星澜拓维深蓝明彻远航晨曦知微格物至简见山听涛观海凌霄若水归元太初玄机灵犀万象千寻百川九章"
SECOND = "汐川曜澈岚屿舟野禾原溪峦岳桥枢衡策图谱识觉悟语义界域场阵列链络脉核芯元子晶格量能源动力驰腾跃升峰泽岸沐钧铭"
TRADES = (
    "智能科技",
    "数据技术",
    "网络科技",
    "人工智能",
    "机器人",
    "芯片设计",
    "软件开发",
    "信息技术",
    "生物科技",
    "云计算",
    "大模型",
    "语音技术",
    "视觉科技",
    "医疗科技",
    "教育科技",
    "汽车电子",
)
PLACES = ("上海", "北京", "杭州", "深圳", "苏州", "南京", "广州", "成都")
CAPITALS = ("创业投资", "股权投资", "私募基金管理", "资本管理")


def called(name: str, short: str) -> dict[str, str]:
    """The names of a company and what it is found by."""
    return {"name": name, "name_key": name_key(name), "short_name": short, "short_key": name_key(short)}


def credit_code(prefix: str, number: int) -> str:
    body = f"{prefix}A{number:07}"
    return body + check_character(body)


def startup_name(number: int) -> tuple[str, str]:
    """The full and the short name of the startup with a number; no two are alike below 300,000."""
    short = brand(number)
    mixed = number // (len(FIRST) * len(SECOND))
    trade, place = TRADES[(mixed + number) % len(TRADES)], PLACES[mixed // len(TRADES) % len(PLACES)]
    return f"{place}{short}{trade}有限公司", short


def institution_name(number: int) -> tuple[str, str]:
    short = f"{brand(number * 7)}资本"
    place = PLACES[number // 500 % len(PLACES)]
    return f"{place}{brand(number * 7)}{CAPITALS[number % len(CAPITALS)]}有限公司", short


def brand(number: int) -> str:
    """Two characters, scattered so that names are not in the order of numbers."""
    scattered = number * 7919 % (len(FIRST) * len(SECOND))
    return FIRST[scattered % len(FIRST)] + SECOND[scattered // len(FIRST)]
