"""The desk's own ledger: its figures are known, and the same file again changes nothing."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa

from crm.accounts.models import System
from crm.audit.models import AuditEntry
from crm.audit.vocabulary import KINDS, KINDS_BY_RECORD, LABELS, VERBS
from crm.core.db import Base, unit_of_work
from crm.imports.actions import import_ledger, read_ledger
from crm.imports.outcome import KINDS as COUNTED
from crm.imports.outcome import Outcome
from crm.imports.refused import refused_workbook
from crm.lib.text import N_
from tests.conftest import Work
from tests.factories import AT
from tests.imports.ledger import ledger, opened, saved

DATA = Path(__file__).parent.parent / "data"
SAMPLE = (DATA / "ledger-2025.xlsx").read_bytes()
EXPECTED = json.loads((DATA / "ledger-2025.expected.json").read_text())
NOTHING = dict.fromkeys(COUNTED, 0)


@pytest.fixture(scope="module")
def book():
    return read_ledger(SAMPLE)


def imported(work: Work, book: Any, **options: Any) -> Outcome:
    with work():
        return import_ledger(book, by=System(), at=AT, **options)


def places(remarks: list[dict[str, Any]]) -> list[tuple[str, int]]:
    return [(remark["sheet"], remark["row"]) for remark in remarks]


def everything(session: Any) -> dict[str, list[Any]]:
    """Every row of every table."""
    return {
        table.name: [tuple(row) for row in session.execute(sa.select(table).order_by(table.c.id))]
        for table in Base.metadata.sorted_tables
    }


def test_the_counts_refusals_and_warnings_are_exactly_those_expected(work, book):
    told = imported(work, book).as_json("en")
    assert told["added"] == EXPECTED["import"]
    assert told["changed"] == told["unchanged"] == NOTHING
    assert places(told["refused"]) == places(EXPECTED["refused"])
    assert places(told["warnings"]) == places(EXPECTED["warnings"])
    assert list(told) == ["added", "changed", "unchanged", "refused", "warnings"]


def test_each_refusal_says_why(work, book):
    told = [remark["reason"] for remark in imported(work, book).as_json("en")["refused"]]
    for part, reason in zip(
        (
            "“2025.2.30” is not in the calendar",
            "The last character of credit code 91110108MA6J638310 does not fit",
            "credit code 91310104MAY06HLKCB is in row 3 already",
            "“查无此管理人有限公司” is not known",
            "credit code 91310104MA40XM1GL3 is in row 19 already",
            "“一千万左右” is not exact",
            "“上海查无此企科技有限公司” is not known",
            "“寒溪” is ambiguous, several are called so: 寒溪（深圳）投资管理有限公司、寒溪（杭州）",
            "completed in the future (2031-01-05)",
            "日期: missing",
        ),
        told,
        strict=True,
    ):
        assert part in reason


def test_the_same_file_again_changes_nothing_at_all(work, book):
    imported(work, book)
    with work() as session:
        before = everything(session)
    told = imported(work, book).as_json("en")
    with work() as session:
        assert everything(session) == before
    assert told["unchanged"] == EXPECTED["import"]
    assert told["added"] == told["changed"] == NOTHING
    assert places(told["refused"]) == places(EXPECTED["refused"])


def test_a_dry_run_says_the_same_and_writes_nothing(work, book):
    with work() as session:
        before = everything(session)
    dry = imported(work, book, dry_run=True).as_json("en")
    with work() as session:
        assert everything(session) == before
    assert dry == imported(work, book).as_json("en")
    assert imported(work, book, dry_run=True).as_json("en")["unchanged"] == EXPECTED["import"]


def test_every_record_has_its_line_of_history_in_words_that_exist(work, book):
    imported(work, book)
    with work() as session:
        entries = session.scalars(sa.select(AuditEntry)).all()
        by_type = {kind: {one.record_id for one in entries if one.record_type == kind} for kind in KINDS_OF_RECORDS}
        for kind in KINDS_OF_RECORDS:
            table = Base.metadata.tables[kind]
            assert by_type[kind] == set(session.scalars(sa.select(table.c.id))), kind
    assert {one.verb for one in entries} == {"imported"} <= VERBS.keys()
    told = {change["field"] for one in entries for change in one.changes}
    assert told <= LABELS.keys()
    assert told <= KINDS.keys() | {field for _, field in KINDS_BY_RECORD} | LABELS.keys()


KINDS_OF_RECORDS = ("institution", "fund", "startup", "round", "deal", "service", "commitment")


def test_progress_runs_from_nothing_to_everything(work):
    told: list[tuple[int, int]] = []
    book = read_ledger(SAMPLE, lambda done, total: told.append((done, total)))
    imported(work, book, progress=lambda done, total: told.append((done, total)))
    shares = [done / total for done, total in told]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0, 1)
    assert len(told) > 8


def test_the_refused_rows_come_back_with_their_cells_and_the_reason(work, book):
    outcome = imported(work, book)
    workbook = opened(refused_workbook(SAMPLE, outcome, "en"))
    assert workbook.sheetnames == ["机构名录", "基金", "企业", "对接台账", "服务台账"]
    deals = [[cell.value for cell in row] for row in workbook["对接台账"]]
    assert deals[0] == [
        "日期",
        "企业",
        "机构",
        "轮次",
        "拟融资（万元）",
        "进展",
        "签约金额（万元）",
        "到账金额（万元）",
        "备注",
        "Reason",
    ]
    assert deals[1][:6] == [
        "2025.5.6",
        "上海砚秋语境科技有限公司",
        "砚秋（苏州）资本管理有限公司",
        "A",
        "一千万左右",
        "会面",
    ]
    assert "is not exact" in deals[1][-1]
    assert len(deals) == 4


def test_the_reasons_are_in_the_readers_language(work, book, monkeypatch):
    outcome = imported(work, book)
    monkeypatch.setattr(
        "crm.imports.refused.translator", lambda language: {"zh_CN": lambda _: "原因", "en": str}[language]
    )
    headings = [cell.value for cell in opened(refused_workbook(SAMPLE, outcome, "zh_CN"))["基金"][1]]
    assert headings[-1] == "原因"


def test_mended_refused_rows_can_be_imported_as_they_came_back(work, book):
    outcome = imported(work, book)
    workbook = opened(refused_workbook(SAMPLE, outcome, "en"))
    for name in ("机构名录", "企业"):
        del workbook[name]
    workbook["对接台账"]["E2"].value = "1000万"
    workbook["服务台账"]["A3"].value = "2025.5.6"
    told = imported(work, read_ledger(saved(workbook))).as_json("en")
    assert (told["added"]["deals"], told["added"]["services"]) == (1, 1)
    assert places(told["refused"]) == [("基金", 2), ("对接台账", 3), ("对接台账", 4), ("服务台账", 2)]


def test_an_outcome_survives_being_kept(work, book):
    outcome = imported(work, book)
    kept = json.loads(json.dumps(outcome.as_data()))
    assert Outcome.from_data(kept) == outcome


def test_no_refusals_make_no_workbook():
    assert refused_workbook(SAMPLE, Outcome(), "en") is None


def test_two_imports_at_once_make_every_record_once(app, book):
    """The second waits for the first and then finds everything there."""
    barrier = Barrier(2)

    def run(_: int) -> dict[str, Any]:
        with app.app_context():
            barrier.wait()
            with unit_of_work(write=True):
                return import_ledger(book, by=System(), at=AT).as_json("en")

    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(run, range(2)))
    assert sorted(one["added"]["services"] for one in told) == [0, EXPECTED["import"]["services"]]
    assert sorted(one["unchanged"]["deals"] for one in told) == [0, EXPECTED["import"]["deals"]]


def test_text_that_looks_like_a_formula_comes_back_as_text():
    outcome = Outcome()
    outcome.refuse("企业", 3, N_("missing"))

    def as_text(workbook: Any) -> None:
        workbook["企业"]["N3"].value, workbook["企业"]["N3"].data_type = "=1+1", "s"

    content = ledger(as_text, 企业=[{"企业名称": None, "简称": "http://example.com"}])
    cells = opened(refused_workbook(content, outcome, "en"))["企业"]
    assert (cells["N2"].value, cells["N2"].data_type) == ("=1+1", "s")
    assert cells["B2"].hyperlink is None
