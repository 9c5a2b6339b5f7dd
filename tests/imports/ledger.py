"""Small ledgers for tests: the sheets with the usual headings, and only the cells that a test is about."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

import openpyxl

from crm.lib.identifiers import check_character

HEADINGS: dict[str, str] = {
    "机构名录": "序号 机构名称 简称 机构类型 统一社会信用代码 中基协登记编号 所在地 管理规模（亿元） 关注阶段 关注赛道 "
    "单笔投资（万元） 入库时间 备注",
    "基金": "基金名称 管理人 备案编码 类型 币种 设立年份 目标规模（亿元） 认缴规模（亿元） 实缴（亿元） 已投（亿元） "
    "投资期截止 单笔（万元） 赛道 阶段 基金出资人（认缴）",
    "企业": "企业名称 简称 统一社会信用代码 成立日期 入驻日期 赛道 行业 发展阶段 最近一轮 员工数 拟融资（万元） "
    "大模型备案号 标签 一句话简介",
    "对接台账": "日期 企业 机构 轮次 拟融资（万元） 进展 签约金额（万元） 到账金额（万元） 备注",
    "服务台账": "日期 企业 类别 服务事项 内容 参与机构 成果 金额（万元） 状态 经办",
    "资金流": "基金名称 日期 类型 金额（万元） 币种 备注 来源",
}
DEFAULTS: dict[str, dict[str, Any]] = {
    "机构名录": {"入库时间": "2025.1.6"},
    "基金": {"管理人": "甲（上海）投资有限公司", "认缴规模": 1},
    "企业": {"入驻日期": "2025-01-11"},
    "对接台账": {
        "日期": "2025.5.6",
        "企业": "上海子科技有限公司",
        "机构": "甲（上海）投资有限公司",
        "轮次": "A",
        "进展": "会面",
    },
    "服务台账": {
        "日期": "2025.5.6",
        "企业": "上海子科技有限公司",
        "类别": "辅导",
        "服务事项": "BP辅导",
        "状态": "已完成",
    },
    "资金流": {"日期": "2025.5.6", "类型": "缴款", "金额": 100},
}
INSTITUTION = {"机构名称": "甲（上海）投资有限公司", "简称": "甲"}
STARTUP = {"企业名称": "上海子科技有限公司", "简称": "子科技"}
Rows = Sequence[dict[str, Any]]
Change = Callable[[openpyxl.Workbook], None]


def code(number: int) -> str:
    """A valid credit code, another one for each number."""
    body = f"91310104MA{number:07}"
    return body + check_character(body)


def bare(heading: str) -> str:
    return heading.split("（", maxsplit=1)[0]


def ledger(change: Change | None = None, **sheets: Rows) -> bytes:
    """A workbook with these rows, by heading without unit; what a row leaves out has a default or stays empty.

    Sheets that are not named are there, but for 机构名录 and 企业 with one row each, empty. `change` may then spoil it.
    """
    told = {"机构名录": [INSTITUTION], "企业": [STARTUP], **sheets}
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    for name, headings in HEADINGS.items():
        sheet = workbook.create_sheet(name)
        sheet.append([f"{name}（2025年）"])
        sheet.append(headings.split())
        for row in told.get(name, ()):
            values = {**DEFAULTS[name], **row}
            unknown = set(values) - {bare(heading) for heading in headings.split()}
            assert not unknown, f"{name} has no {unknown}"
            sheet.append([values.get(bare(heading)) for heading in headings.split()])
    if change is not None:
        change(workbook)
    return saved(workbook)


def saved(workbook: openpyxl.Workbook) -> bytes:
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def opened(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


FIRST = 3  # the number of the first row below title and header
