"""Uploading a ledger, its trial, the import for real, and what comes back."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from crm.core.jobs import Job, JobState, run_job
from crm.core.storage import storage
from crm.imports import jobs
from crm.imports.models import LedgerImport
from crm.institutions.models import Institution
from tests.conftest import Work
from tests.factories import a_fund
from tests.imports.ledger import ledger, opened
from tests.support.visitor import Visitor

SAMPLE = (Path(__file__).parent.parent / "data" / "ledger-2025.xlsx").read_bytes()
BROKEN = {"企业名称": None}


@pytest.fixture
def do_jobs(app: Flask, work: Work) -> Any:
    """What a worker would do now."""

    def done() -> None:
        with work() as session:
            waiting = list(session.scalars(sa.select(Job.id).where(Job.state == JobState.QUEUED)))
        with app.app_context():
            for job_id in waiting:
                run_job(job_id)

    return done


def upload(visitor: Visitor, content: bytes, name: str = "台账.xlsx") -> Visitor:
    return visitor.visit("imports.upload_ledger").submit("Try it", file=(io.BytesIO(content), name))


def count(work: Work, model: Any) -> int:
    with work() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_a_ledger_is_tried_first_then_imported_for_real(finance: Visitor, do_jobs: Any, work: Work):
    upload(finance, SAMPLE)
    assert finance.status == 200
    assert "Working on it" in finance.text
    do_jobs()
    finance.visit(finance.now.url)
    assert ["Institutions", "100", "0", "0"] in finance.now.rows
    assert ["Rows of the deal sheet", "392", "0", "0"] in finance.now.rows
    assert "Nothing has been written yet" in finance.text
    assert count(work, Institution) == 0
    finance.submit("Import for real")
    do_jobs()
    finance.visit(finance.now.url)
    assert "What happened" in finance.text
    assert "Import for real" not in finance.text
    assert count(work, Institution) == 100
    assert any(row[:2] == ["对接台账", "326"] and "ambiguous" in row[2] for row in finance.now.rows)


def test_the_list_shows_what_was_imported_and_by_whom(finance: Visitor, do_jobs: Any):
    finance.visit("imports.list_imports")
    assert "No ledger yet" in finance.text
    upload(finance, ledger(企业=[BROKEN]), "我的台账.xlsx")
    assert finance.visit("imports.list_imports").now.rows[1][:4] == ["我的台账.xlsx", "Trial", "Running", "—"]
    do_jobs()
    row = finance.visit("imports.list_imports").now.rows[1]
    assert row[:5] == ["我的台账.xlsx", "Trial", "Done", "1", finance.account.name]


def test_refused_rows_are_downloaded_as_a_workbook_in_the_readers_language(finance: Visitor, do_jobs: Any):
    upload(finance, ledger(企业=[BROKEN]), "我的台账.xlsx")
    do_jobs()
    finance.visit(finance.now.url)
    answer = finance.open(finance.now.links()["Download the refused rows"])
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    cells = [cell.value for cell in opened(answer.data)["企业"][2]]
    assert cells[-1] == "企业名称: missing"


def test_without_refused_rows_there_is_nothing_to_download(finance: Visitor, do_jobs: Any, work: Work):
    upload(finance, ledger())
    do_jobs()
    finance.visit(finance.now.url)
    assert "Download the refused rows" not in finance.text
    assert "Flows of funds" not in finance.text
    with work() as session:
        number = session.scalars(sa.select(LedgerImport.id)).one()
    assert finance.open(finance.url("imports.download_refused", run_id=number)).status_code == 404


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", "not an Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (SAMPLE[:20_000], "damaged"),
    ],
)
def test_what_is_no_workbook_is_refused_beside_the_field(finance: Visitor, work: Work, content, error):
    upload(finance, content)
    assert finance.status == 422
    assert error in finance.now.error_of("Ledger")
    assert count(work, LedgerImport) == count(work, Job) == 0


def test_no_file_is_refused_beside_the_field(finance: Visitor):
    finance.visit("imports.upload_ledger").submit("Try it")
    assert finance.status == 422
    assert finance.now.error_of("Ledger")


def test_a_workbook_that_is_no_ledger_fails_with_its_reason(finance: Visitor, do_jobs: Any, work: Work):
    import openpyxl

    from tests.imports.ledger import saved

    upload(finance, saved(openpyxl.Workbook()))
    do_jobs()
    finance.visit(finance.now.url)
    assert "The file has none of the sheets 机构名录" in finance.text
    assert count(work, Institution) == 0


def test_the_result_is_shown_once_the_refused_rows_are_there_too(finance: Visitor, do_jobs: Any, work: Work):
    upload(finance, ledger(企业=[BROKEN]))
    do_jobs()
    with work() as session:
        job = session.scalars(sa.select(Job)).one()
        job.state = JobState.RUNNING
    finance.visit(finance.now.url)
    assert "Working on it" in finance.text
    assert "Refused rows" not in finance.text


def test_a_form_sent_twice_makes_one_import(finance: Visitor, work: Work):
    finance.visit("imports.upload_ledger")
    form, _ = finance.now.form_of("Try it")
    sent = finance.now.fields_of(form)
    for _ in range(2):
        finance.open("/imports/new", "POST", {**sent, "file": (io.BytesIO(ledger()), "a.xlsx")})
    assert count(work, LedgerImport) == count(work, Job) == 1


def test_a_crash_of_the_worker_after_the_import_does_not_lose_what_it_did(
    app: Flask, finance: Visitor, work: Work, monkeypatch
):
    upload(finance, ledger(企业=[BROKEN]))
    finance.visit(finance.now.url)
    with work() as session:
        run = session.scalars(sa.select(LedgerImport)).one()
        run.dry_run = False
        job_id = run.job_id
    monkeypatch.setattr(jobs, "refused_workbook", lambda *_: 1 / 0)
    with app.app_context():
        run_job(job_id)
    with work() as session:
        kept = session.get_one(LedgerImport, run.id)
        assert kept.outcome["added"]["institutions"] == 1
        job = session.get_one(Job, job_id)
        assert job.state == JobState.FAILED
        job.state, job.queued_at = JobState.QUEUED, job.queued_at - timedelta(hours=1)
    monkeypatch.undo()
    with app.app_context():
        run_job(job_id)
    with work() as session:
        kept = session.get_one(LedgerImport, run.id)
        assert kept.outcome["added"]["institutions"] == 1
        assert storage.get(kept.refused_key).startswith(b"PK")
    assert count(work, Institution) == 1


def test_the_importer_is_who_asked(finance: Visitor, do_jobs: Any, work: Work):
    from crm.audit.models import AuditEntry

    upload(finance, ledger(资金流=[{"基金名称": a_fund().name}]))
    do_jobs()
    finance.visit(finance.now.url)
    assert ["Flows of funds", "1", "0", "0"] in finance.now.rows
    finance.submit("Import for real")
    do_jobs()
    with work() as session:
        assert {
            one.actor_name for one in session.scalars(sa.select(AuditEntry).where(AuditEntry.verb == "imported"))
        } == {finance.account.name}


@pytest.mark.parametrize("role", ["leader", "admin", "investor"])
def test_others_neither_see_nor_make_imports(as_role: Any, finance: Visitor, work: Work, role: str):
    upload(finance, ledger())
    with work() as session:
        number = session.scalars(sa.select(LedgerImport.id)).one()
    other = as_role(role)
    assert other.open("/imports/").status_code == 403
    assert other.open("/imports/new").status_code == 403
    for path in (f"/imports/{number}", f"/imports/{number}/refused", "/imports/999999", "/imports/999999/refused"):
        assert other.open(path).status_code == 404
