"""A row becomes one typed value, or says why not."""

from __future__ import annotations

from datetime import date
from typing import Any

import openpyxl
import pytest

from crm.imports.investors import Investor, read_investors
from crm.imports.layout import LAYOUTS
from crm.imports.reader import read_book
from crm.imports.rows import Reading, read_rows
from crm.lib.money import Amount
from crm.lib.text import Unreadable
from tests.imports.ledger import INSTITUTION, STARTUP, code, ledger

WAN = 1_000_000
YI = 10_000_000_000


def reading(sheet: str, row: dict[str, Any]) -> Reading:
    """What becomes of one row."""
    book = read_book(ledger(**{sheet: [row]}))
    layout = next(layout for layout in LAYOUTS if layout.name == sheet)
    return next(iter(read_rows(book.sheet(layout))))


def reasons(sheet: str, row: dict[str, Any]) -> list[str]:
    found = reading(sheet, row)
    assert found.value is None
    return [str(reason) for reason in found.reasons]


def warnings(sheet: str, row: dict[str, Any]) -> list[str]:
    found = reading(sheet, row)
    assert found.reasons == ()
    return [str(warning) for warning in found.warnings]


def test_an_institution_with_everything():
    row = reading(
        "机构名录",
        {
            "序号": 1,
            "机构名称": "　寒溪(深圳)投资管理有限公司 ",
            "简称": "寒溪",
            "机构类型": "VC",
            "统一社会信用代码": f" {code(1).lower()} ",
            "中基协登记编号": "p1044886",
            "所在地": "杭州",
            "管理规模": 12,
            "关注阶段": "种子、起步",
            "关注赛道": "应用/基础模型",
            "单笔投资": "500-2500",
            "入库时间": "2024.1.6",
            "备注": "　老朋友 ",
        },
    ).value
    assert row.name == "寒溪（深圳）投资管理有限公司"
    assert (row.credit_code, row.amac_number, row.assets) == (code(1), "P1044886", 12 * YI)
    assert (row.growth_stages, row.sectors) == (("种子", "起步"), ("应用", "基础模型"))
    assert row.ticket == Amount(500 * WAN, 2500 * WAN, "500-2500万")
    assert (row.joined_on, row.note) == (date(2024, 1, 6), "老朋友")


def test_every_reason_against_a_row_is_told_with_its_column():
    row = {"机构名称": None, "统一社会信用代码": "911", "管理规模": "约100", "入库时间": "2025.2.30"}
    told = " | ".join(reasons("机构名录", row))
    for part in (
        "机构名称: missing",
        "统一社会信用代码: A credit code has 18",
        "管理规模（亿元）: ",
        "入库时间: “2025.2.30”",
    ):
        assert part in told


def test_dashes_say_nothing_in_any_column():
    row = reading(
        "机构名录", {**INSTITUTION, "统一社会信用代码": "——", "中基协登记编号": "/", "管理规模": "—", "入库时间": "-"}
    )
    assert (row.value.credit_code, row.value.amac_number, row.value.assets, row.value.joined_on) == (
        None,
        "",
        None,
        None,
    )


def test_a_code_that_excel_made_a_number_is_refused():
    assert (
        "format the column as text" in reasons("机构名录", {**INSTITUTION, "统一社会信用代码": 911100006000373000})[0]
    )


def test_assets_that_are_a_range_are_kept_as_a_remark():
    row = reading("机构名录", {**INSTITUTION, "管理规模": "100-150", "备注": "好"}).value
    assert (row.assets, row.note) == (None, "好；管理规模（亿元） 100-150亿")


def test_numbers_that_do_not_fit_their_official_form_are_warned_about_only():
    assert "not P and seven digits" in warnings("机构名录", {**INSTITUTION, "中基协登记编号": "P12"})[0]
    assert "not S and five" in warnings("基金", {"基金名称": "一号", "备案编码": "X12345"})[0]


def test_a_text_that_is_too_long_for_its_column_is_refused():
    assert "longer than 200 characters" in reasons("企业", {**STARTUP, "一句话简介": "长" * 201})[0]


@pytest.mark.parametrize(
    ("row", "warning"),
    [
        ({"设立年份": 2024, "投资期截止": "2023.1.1"}, "投资期截止: before the fund was set up (2024)"),
        ({"实缴": 2, "已投": 3, "认缴规模": 5}, "已投（亿元）: more than was paid in"),
        ({"实缴": 6, "认缴规模": 5}, "实缴（亿元）: more than was committed"),
        ({"认缴规模": 5, "基金出资人": "社会资本 4亿"}, "together not what the fund has committed"),
    ],
)
def test_figures_of_a_fund_that_do_not_agree_are_warned_about(row, warning):
    assert warning in warnings("基金", {"基金名称": "一号", **row})[0]


def test_figures_that_count_are_one_number_and_anything_vaguer_is_a_remark():
    found = reading("基金", {"基金名称": "一号", "认缴规模": "5-6", "实缴": "数千万"})
    assert (found.value.committed, found.value.paid_in) == (None, None)
    assert found.value.note == "认缴规模（亿元） 5-6亿；实缴（亿元） 数千万"
    assert [str(one) for one in found.warnings] == [
        "认缴规模（亿元）: “5-6亿” is no exact amount: kept as a remark",
        "实缴（亿元）: “数千万” is no exact amount: kept as a remark",
    ]
    deal = reading("对接台账", {"进展": "签约", "签约金额": "数千万", "备注": "保密"}).value
    assert (deal.signed, deal.note) == (None, "保密；签约金额（万元） 数千万")


def test_a_fund_needs_its_manager():
    assert "管理人: missing" in reasons("基金", {"基金名称": "一号", "管理人": None})


@pytest.mark.parametrize(
    ("currency", "amount", "told"),
    [
        ("人民币", "2亿元", ("CNY", 2 * YI)),
        ("美元", 2, ("USD", 2 * YI)),
        ("USD", "2亿美元", ("USD", 2 * YI)),
        (None, 2, ("", 2 * YI)),
    ],
)
def test_a_funds_amounts_are_in_its_currency(currency, amount, told):
    row = reading("基金", {"基金名称": "一号", "币种": currency, "认缴规模": amount}).value
    assert (row.currency, row.committed) == told


def test_an_unknown_currency_and_an_amount_in_another_one_are_refused():
    assert "币种: unknown" in reasons("基金", {"基金名称": "一号", "币种": "贝壳"})[0]
    assert "another currency" in reasons("基金", {"基金名称": "一号", "认缴规模": "2亿美元"})[0]


@pytest.mark.parametrize(
    ("text", "investors"),
    [
        (
            "深圳麓湖产业母基金合伙企业（有限合伙） 1.6亿；社会资本 6.4亿",
            [("深圳麓湖产业母基金合伙企业（有限合伙）", 16000), ("社会资本", 64000)],
        ),
        (
            "甲基金(有限合伙)：3000万元、乙2号基金 1亿\n丙 500万",
            [("甲基金（有限合伙）", 3000), ("乙2号基金", 10000), ("丙", 500)],
        ),
        ("甲（北京、上海）基金 1亿，乙 1,000万", [("甲（北京、上海）基金", 10000), ("乙", 1000)]),
        ("社会资本（6.4亿）", [("社会资本", 64000)]),
        ("社会资本6.4亿元", [("社会资本", 64000)]),
        ("甲 1亿；乙 2亿；甲 0.5亿", [("甲", 15000), ("乙", 20000)]),
        ("某引导基金2024", [("某引导基金2024", None)]),
        ("甲；乙 ——", [("甲", None), ("乙", None)]),
        ("——", []),
    ],
)
def test_who_committed_how_much(text, investors):
    expected = [Investor(name, Amount() if wan is None else Amount.exactly(wan * WAN)) for name, wan in investors]
    assert list(read_investors(text, None)) == expected


def test_commitments_that_are_vague_stay_so():
    assert read_investors("甲 数千万；乙 1-2亿", None) == (
        Investor("甲", Amount.in_words("数千万")),
        Investor("乙", Amount.between(YI, 2 * YI, "1-2亿")),
    )


@pytest.mark.parametrize("text", ["甲 约2亿", "甲 2亿左右", "甲 2000", "甲 -1亿", "甲 2亿美元"])
def test_a_commitment_that_cannot_be_read_refuses_the_row(text):
    with pytest.raises(Unreadable):
        read_investors(text, None)
    assert "基金出资人（认缴）: " in reasons("基金", {"基金名称": "一号", "基金出资人": text})[0]


def test_a_startup_with_everything():
    row = reading(
        "企业",
        {
            **STARTUP,
            "统一社会信用代码": code(2),
            "成立日期": "2019年6月16日",
            "最近一轮": "Pre-A",
            "员工数": "约200",
            "拟融资": "500-1000万",
            "大模型备案号": "Shanghai-子-2024",
            "标签": "专精特新；高新技术企业",
        },
    ).value
    assert (row.headcount, row.headcount_text) == (200, "约200")
    assert row.seeking == Amount(500 * WAN, 1000 * WAN, "500-1000万")
    assert row.labels == ("专精特新", "高新技术企业")
    assert (row.founded_on, row.last_round, row.model_filing) == (date(2019, 6, 16), "Pre-A", "Shanghai-子-2024")


def test_a_startup_that_joined_before_it_was_founded_is_imported_with_a_warning():
    row = {**STARTUP, "成立日期": "2025年6月1日", "入驻日期": "2024.11.23"}
    assert warnings("企业", row) == ["入驻日期: before the startup was founded (2025-06-01)"]


def test_a_rounded_amount_is_refused_in_money_and_passes_in_a_headcount():
    assert "not exact" in reasons("企业", {**STARTUP, "拟融资": "一千万左右"})[0]
    assert reading("企业", {**STARTUP, "员工数": "200人左右"}).value.headcount == 200


def test_a_deal_needs_its_day_names_round_and_progress():
    empty = dict.fromkeys(("日期", "企业", "机构", "轮次", "进展"))
    told = reasons("对接台账", {**empty, "备注": "?"})
    assert told == [f"{column}: missing" for column in empty]


def test_a_deal_receives_no_more_than_was_signed():
    row = {"签约金额": 500, "到账金额": "800万", "进展": "到账"}
    assert warnings("对接台账", row) == ["到账金额（万元）: more than was signed"]


def test_a_service_without_its_day_is_refused():
    assert reasons("服务台账", {"日期": None}) == ["日期: missing"]


def test_a_ledger_of_services_without_states_tells_of_completed_ones():
    def drop(workbook: openpyxl.Workbook) -> None:
        workbook["服务台账"].delete_cols(9)

    book = read_book(ledger(drop, 服务台账=[{}]))
    assert next(iter(read_rows(book.sheets["服务台账"]))).value.state == "完成"
