"""A manager signs a report with the platform's certificate, where one is configured; one altered byte shows."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from flask import Flask
from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from crm.core.errors import Refusal
from crm.core.storage import storage
from crm.reports.signing import Certificate, sign
from tests.conftest import Work
from tests.factories import a_service, a_startup
from tests.reports.golden import faults
from tests.reports.test_jobs import asked, report_and_job, worked
from tests.support.command import crm
from tests.support.visitor import Visitor
from tests.verify.test_verify import of_file

PASSPHRASE = "walnut harbour"


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from crm.cli.cert import self_signed

    made = tmp_path_factory.mktemp("certificate") / "demo.p12"
    made.write_bytes(self_signed("Moyuan", PASSPHRASE.encode()))
    return made


def is_sound(content: bytes, file: Path) -> bool:
    """pyHanko's verdict, trusting only the certificate of the file."""
    _, certificate, _ = pkcs12.load_key_and_certificates(file.read_bytes(), PASSPHRASE.encode())
    assert certificate is not None
    trusted = file.with_suffix(".pem")
    trusted.write_bytes(certificate.public_bytes(Encoding.PEM))
    context = ValidationContext(trust_roots=[load_cert_from_pemder(str(trusted))])
    try:
        found = PdfFileReader(BytesIO(content)).embedded_signatures
        with ThreadPoolExecutor(1) as thread:  # it runs an event loop of its own, and the browser's runs here
            status = thread.submit(validate_pdf_signature, found[0], context).result()
        return len(found) == 1 and bool(status.bottom_line)
    except Exception:  # whatever the reader stumbles on: it does not pass for sound
        return False


def test_a_manager_signs_and_the_history_keeps_it(
    app: Flask, work: Work, manager: Visitor, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    startup, visitor = a_startup(), Visitor(app)
    a_service(startup)
    report_id = asked(work, startup)
    worked(app)
    assert "Sign it" not in manager.visit("reports.show_report", report_id=report_id).now.text
    monkeypatch.setattr(app.extensions["crm_settings"], "signing_certificate", file)
    monkeypatch.setattr(app.extensions["crm_settings"], "signing_passphrase", PASSPHRASE)
    page = manager.visit("reports.show_report", report_id=report_id).submit("Sign it with the platform's certificate")
    assert f"by {manager.account.name}" in page.now.text  # type: ignore[union-attr]
    report, _ = report_and_job(app, report_id)
    assert report.edition is not None
    signed = manager.open(f"/reports/{report_id}/file").data
    unsigned = storage.get(report.edition.file_key)
    assert signed.startswith(unsigned)
    assert is_sound(signed, file)
    with work() as session:
        told = session.execute(sa.text("SELECT record_name FROM audit_entry WHERE verb = 'signed'")).scalars()
    assert list(told) == [report.number]
    assert of_file(visitor, signed).now.h1 == of_file(visitor, unsigned).now.h1 == "This file is genuine"
    for place in (500, len(unsigned) // 2, len(unsigned) - 40):
        altered = signed[:place] + bytes([signed[place] ^ 1]) + signed[place + 1 :]
        assert not is_sound(altered, file), place
        assert of_file(visitor, altered).now.h1 == "This file is not known"


def test_without_a_certificate_nobody_signs(app: Flask, work: Work, manager: Visitor) -> None:
    report_id = asked(work, None)
    token = manager.visit("reports.list_reports").now.all("meta", name="csrf-token")[0].get("content")
    assert manager.open(f"/reports/{report_id}/sign", "POST", {"csrf_token": token}).status_code == 404


def test_a_signed_document_is_still_sound(file: Path) -> None:
    from crm.reports import pdf
    from crm.reports.pdf import Pdf

    html = "<html lang='en'><title>Sound</title><p>something that is long enough to be read by everybody who reads"
    made = pdf.render(html, b"[]")
    signed = sign(made.content, Certificate(file, PASSPHRASE), reason="陈晏清")
    assert faults(Pdf(signed, made.pages), b"[]") == []


def test_a_wrong_passphrase_is_told(file: Path) -> None:
    with pytest.raises(Refusal, match="cannot be opened"):
        sign(b"%PDF-1.7", Certificate(file, "wrong"), reason="")


def test_the_command_makes_a_certificate_once(tmp_path: Path) -> None:
    path = tmp_path / "demo.p12"
    done = crm("cert", "make-demo", str(path), "--passphrase", PASSPHRASE)
    assert f"CRM_SIGNING_CERTIFICATE={path}" in done.output
    assert path.stat().st_mode & 0o077 == 0
    assert "is there already" in crm("cert", "make-demo", str(path), "--passphrase", PASSPHRASE).output
