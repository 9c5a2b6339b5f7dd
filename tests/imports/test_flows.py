"""The sheet 资金流: flows of funds and the net asset values that they reported."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import openpyxl
import sqlalchemy as sa

from crm.accounts.models import System
from crm.audit.models import AuditEntry
from crm.funds.models import FundFigure, FundFlow
from crm.imports.actions import import_ledger, read_ledger
from crm.imports.layout import LAYOUTS
from crm.lib.returns import FlowKind
from tests.conftest import Work
from tests.factories import AT, WAN, a_flow, a_fund
from tests.imports.ledger import FIRST, ledger
from tests.support.visitor import Visitor

NAME = "慎守一号创业投资合伙企业（有限合伙）"


def taken(work: Work, *rows: dict[str, Any], dry_run: bool = False, **sheets: Any) -> dict[str, Any]:
    told = [{"基金名称": NAME, **row} for row in rows]
    book = read_ledger(ledger(None, **{"资金流": told, **sheets}))
    with work():
        return import_ledger(book, by=System(), at=AT, dry_run=dry_run).as_json("en")


def test_good_rows_come_in_bad_ones_are_named_beside_their_cause_and_again_changes_nothing(work: Work) -> None:
    dollars = a_fund("美元一号", currency="USD", cny_rate=7_000_000, amac_code="SAB123")
    rows = [
        {"日期": "2024.3.1", "类型": "实缴", "金额": 1000, "备注": "首期"},
        {"日期": "2025-06-30", "类型": "净值", "金额": "1200万", "来源": "半年报"},
        {"日期": "2025.2.30"},
        {"类型": "罚款"},
        {"金额": "约1000万"},
        {"金额": "-5"},
        {"金额": None},
        {"金额": 0},
        {"日期": "2031-01-05"},
        {"日期": "2024.3.1", "类型": "缴款", "金额": 1000},
        {"基金名称": "查无此基金"},
        {"基金名称": "SAB123", "币种": "美元", "金额": "50万美元"},
        {"基金名称": "美元一号", "币种": "人民币"},
    ]
    own = {"基金": [{"基金名称": NAME}]}
    tried = taken(work, *rows, dry_run=True, **own)
    assert tried["added"]["flows"] == 3
    told = taken(work, *rows, **own)
    assert told == tried
    assert [(one["row"] - FIRST, one["reason"]) for one in told["refused"]] == [
        (2, "日期: “2025.2.30” is not in the calendar"),
        (3, "“罚款” is not one of 认缴、认缴减少、缴款、分配、可召回分配、分配再投资、净值"),
        (4, "金额（万元）: “约1000万” is not exact: write 30M or a range (5-10M)"),
        (5, "金额（万元）: “-5” is negative: an amount is zero or more"),
        (6, "金额（万元）: missing, or no exact amount"),
        (7, "Write an amount above zero; the kind says the direction."),
        (8, "This day has not come yet."),
        (9, f"the same as row {FIRST}: write what belongs together as one amount"),
        (10, "“查无此基金” is not known"),
        (12, "“美元一号” counts in USD"),
    ]
    with work() as session:
        flows = session.scalars(sa.select(FundFlow).order_by(FundFlow.id)).all()
        first, other = flows
        assert (first.happened_on, first.kind, first.amount, first.note) == (
            date(2024, 3, 1),
            FlowKind.CALL,
            1000 * WAN,
            "首期",
        )
        assert (other.fund_id, other.amount) == (dollars.id, 50 * WAN)
        nav = session.scalars(sa.select(FundFigure)).one()
        assert (nav.value, nav.as_of, nav.source, nav.fee_basis) == (1200 * WAN, date(2025, 6, 30), "半年报", "net")
        names = session.scalars(sa.select(AuditEntry.record_name).where(AuditEntry.record_type == "fund_flow")).all()
        assert sorted(names) == ["缴款 2024-03-01", "缴款 2025-05-06"]
    again = taken(work, *rows, **own)
    assert "flows" not in again["added"]
    assert again["unchanged"]["flows"] == 3
    differing = taken(work, {"日期": "2025-06-30", "类型": "净值", "金额": 1})
    assert "another net asset value of that day" in differing["refused"][0]["reason"]


def test_a_ledger_without_flows_counts_none(work: Work) -> None:
    a_flow(a_fund(NAME))
    assert "flows" not in taken(work)["added"]


def test_the_empty_ledger_has_every_sheet_and_can_be_filled_in_and_read(finance: Visitor) -> None:
    content = finance.open(finance.url("imports.download_template")).data
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == [layout.name for layout in LAYOUTS]
    flows = book["资金流"]
    flows.append([NAME, date(2024, 3, 1), "Capital call", 1000])
    filled = io.BytesIO()
    book.save(filled)
    read = read_ledger(filled.getvalue())
    assert [reading.value.amount for layout in LAYOUTS for reading in read.of(layout)] == [1000 * WAN]
    assert finance.visit("imports.upload_ledger").now.links()["Download an empty ledger"]
