"""Where a legal person is registered, by its credit code (GB/T 2260), against a region as people write it."""

from __future__ import annotations

ANYWHERE = ("全国", "不限", "境内")
PREFIXES: dict[str, tuple[str, ...]] = {
    "长三角": ("31", "32", "33", "34"), "京津冀": ("11", "12", "13"), "粤港澳": ("44",), "大湾区": ("44",),
    "黄浦": ("310101",), "徐汇": ("310104",), "长宁": ("310105",), "静安": ("310106",), "普陀": ("310107",),
    "虹口": ("310109",), "杨浦": ("310110",), "闵行": ("310112",), "宝山": ("310113",), "嘉定": ("310114",),
    "浦东": ("310115",), "金山": ("310116",), "松江": ("310117",), "青浦": ("310118",), "奉贤": ("310120",),
    "崇明": ("310151",), "海淀": ("110108",),
    "杭州": ("3301",), "宁波": ("3302",), "南京": ("3201",), "无锡": ("3202",), "苏州": ("3205",), "合肥": ("3401",),
    "深圳": ("4403",), "广州": ("4401",), "武汉": ("4201",), "成都": ("5101",), "西安": ("6101",),
    "北京": ("11",), "天津": ("12",), "河北": ("13",), "上海": ("31",), "江苏": ("32",), "浙江": ("33",),
    "安徽": ("34",), "福建": ("35",), "山东": ("37",), "河南": ("41",), "湖北": ("42",), "湖南": ("43",),
    "广东": ("44",), "重庆": ("50",), "四川": ("51",), "陕西": ("61",),
}  # fmt: skip


def lies_in(credit_code: str | None, region: str) -> bool | None:
    """Whether a credit code was given in a region; None without a code, and for a region that is not known here.

    Of several places in a name the narrowest counts: 上海市徐汇区 is Xuhui.
    """
    if any(word in region for word in ANYWHERE):
        return True
    found = [prefixes for name, prefixes in PREFIXES.items() if name in region]
    if not found or not credit_code:
        return None
    narrowest = max(found, key=lambda prefixes: len(prefixes[0]))
    return credit_code[2:8].startswith(narrowest)
