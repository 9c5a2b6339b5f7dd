"""Whoever holds a document may ask whether it is genuine, and learns nothing else."""

from __future__ import annotations

import hashlib
from io import BytesIO

import pytest
import sqlalchemy as sa
from flask import Flask
from pypdf import PdfReader

from crm.core.storage import storage
from crm.reports.models import Edition, Report
from crm.startups.models import Startup
from crm.verify.views import limiter
from tests.conftest import Work
from tests.factories import a_service, a_startup
from tests.reports.test_jobs import asked, report_and_job, worked
from tests.support.queries import counted_statements
from tests.support.visitor import Visitor


@pytest.fixture(autouse=True)
def nobody_asked_before() -> None:
    limiter.asked.clear()


def made(app: Flask, work: Work, startup: Startup | None = None) -> tuple[Report, Edition]:
    a_service(startup or a_startup("上海衡汐智能科技有限公司"))
    report_id = asked(work, startup)
    worked(app)
    report, _ = report_and_job(app, report_id)
    assert report.edition is not None
    return report, report.edition


def of_file(visitor: Visitor, content: bytes, digest: str = "") -> Visitor:
    token = visitor.visit("verify.ask").now.all("input", name="csrf_token")[0].get("value")
    data = {"csrf_token": token, "digest": digest}
    if not digest:
        data["file"] = (BytesIO(content), "report.pdf")
    return visitor.read(visitor.open("/verify/file", "POST", data), "/verify/file")


def test_a_code_is_genuine_however_it_is_typed(app: Flask, work: Work, visitor: Visitor) -> None:
    _, edition = made(app, work, a_startup("上海衡汐智能科技有限公司"))
    code = str(edition.code)
    page = visitor.visit("verify.ask").submit("Verify the code", code=f" {code[:5].lower()}-{code[5:]} ").now
    assert page.status == 200
    assert page.h1 == "This code is genuine"
    for told in ("Moyuan Capital Services", "Summary of services", "2026-"):
        assert told in page.text
    assert "衡汐" not in page.text


def test_the_document_leads_to_its_page(app: Flask, work: Work) -> None:
    _, edition = made(app, work)
    text = "".join(PdfReader(BytesIO(storage.get(edition.file_key))).pages[0].extract_text().split())
    assert f"/verify/{edition.code}" in text
    assert f"{str(edition.code)[:5]}-{str(edition.code)[5:]}" in text


def test_a_wrong_code_is_answered_like_none(app: Flask, work: Work, visitor: Visitor) -> None:
    _, edition = made(app, work)
    answers = {}
    for code in (edition.code, "ABCDEFGHJK", "x", "' OR 1=1 --"):
        with counted_statements(app) as statements:
            answer = visitor.open(f"/verify/{code}")
        answers[code] = (answer.status_code, len(statements))
    assert answers.pop(edition.code)[0] == 200
    assert len(set(answers.values())) == 1
    assert {status for status, _ in answers.values()} == {404}


def test_a_file_is_genuine_to_its_last_byte(app: Flask, work: Work, visitor: Visitor) -> None:
    _, edition = made(app, work)
    content = storage.get(edition.file_key)
    assert of_file(visitor, content).now.h1 == "This file is genuine"
    changed = content[:-30] + bytes([content[-30] ^ 1]) + content[-29:]
    assert of_file(visitor, changed).now.h1 == "This file is not known"
    digest = hashlib.sha256(changed).hexdigest()
    assert not storage.has(f"{digest[:2]}/{digest[2:]}")


def test_the_digest_of_a_file_does_as_well(app: Flask, work: Work, visitor: Visitor) -> None:
    _, edition = made(app, work)
    digest = hashlib.sha256(storage.get(edition.file_key)).hexdigest()
    assert of_file(visitor, b"", digest).now.h1 == "This file is genuine"
    assert of_file(visitor, b"", digest[::-1]).now.status == 404
    assert of_file(visitor, b"", "../../etc/passwd").now.status == 404


def test_no_file_is_refused_beside_the_field(visitor: Visitor) -> None:
    page = visitor.visit("verify.ask").submit("Verify the file").now
    assert page.status == 422
    assert page.error_of("File") == "Choose the file."


def test_the_headline_is_told_only_of_what_a_manager_made_public(
    app: Flask, work: Work, visitor: Visitor, manager: Visitor
) -> None:
    report, edition = made(app, work)
    address = f"/verify/{edition.code}"
    assert "服务企业" not in visitor.visit(address).now.text
    manager.visit("reports.show_report", report_id=report.id).submit("Show its headline to who verifies it")
    assert "服务企业" in visitor.visit(address).now.text
    with work() as session:
        told = session.execute(sa.text("SELECT verb, record_name FROM audit_entry ORDER BY id DESC LIMIT 1")).one()
    assert tuple(told) == ("headline_shown", report.number)
    manager.submit("Hide its headline from who verifies it")
    assert "服务企业" not in visitor.visit(address).now.text


def test_the_headline_of_a_startup_is_never_told(app: Flask, work: Work, visitor: Visitor, manager: Visitor) -> None:
    report, edition = made(app, work, a_startup("上海衡汐智能科技有限公司"))
    page = manager.visit("reports.show_report", report_id=report.id)
    assert "Show its headline" not in page.now.text
    token = page.now.all("meta", name="csrf-token")[0].get("content")
    manager.open(f"/reports/{report.id}/headline/show", "POST", {"csrf_token": token})
    assert "完成服务" not in visitor.visit(f"/verify/{edition.code}").now.text
    assert not report_and_job(app, report.id)[0].is_public


def test_who_asks_too_often_waits(app: Flask, visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limiter, "most", 3)
    answers = [visitor.open("/verify/ABCDEFGHJK") for _ in range(4)]
    assert [one.status_code for one in answers] == [404, 404, 404, 429]
    assert answers[-1].headers["Retry-After"] == "60"
    elsewhere = visitor.open("/verify/ABCDEFGHJK", environ_base={"REMOTE_ADDR": "203.0.113.9"})
    assert elsewhere.status_code == 404
