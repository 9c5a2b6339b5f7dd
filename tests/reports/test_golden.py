"""Every kind of report, about everything that it may be about, in both languages, is a sound and lasting document."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO

import pikepdf
import pytest
from flask import Flask
from python_calamine import CalamineWorkbook

from crm.reports import pdf
from crm.reports.glyphs import drawable, signs_of
from crm.reports.kinds import KINDS
from crm.reports.pdf import FONTS, Pdf
from crm.reports.workbook import as_xlsx
from tests.factories import a_startup
from tests.reports.examples import reports_of
from tests.reports.golden import faults, fonts

pytestmark = pytest.mark.once

OURS = [name for name in KINDS if name != "filled"]  # which needs somebody's form: `tests/filling`
ANEW = "import sys; from crm.reports import pdf; sys.stdout.buffer.write(pdf.render(sys.stdin.read(), b'{}').content)"


@pytest.mark.parametrize("name", OURS)
def test_every_report_is_sound(app: Flask, name: str) -> None:
    for subject, (html, data) in reports_of(KINDS[name], "both").items():
        assert faults(pdf.render(html, data), data) == [], subject


@pytest.mark.parametrize("name", OURS)
def test_what_goes_outside_names_no_record_of_ours(app: Flask, name: str) -> None:
    for subject, (_, data) in reports_of(KINDS[name], "zh").items():
        for part in json.loads(data):
            ids = [table["ids"] for table in part["tables"] if table["ids"]]
            assert part["audience"] == "inside" or ids == [], subject


def test_equal_documents_are_equal_bytes_in_any_process(app: Flask) -> None:
    html, _ = reports_of(KINDS["meeting"], "both")["platform"]
    first, second = (rendered_anew(html, seed) for seed in ("1", "2"))
    assert first == second
    assert first.startswith(b"%PDF-1.7")


def rendered_anew(html: str, seed: str) -> bytes:
    environment = os.environ | {"PYTHONHASHSEED": seed}
    command = [sys.executable, "-c", ANEW]
    return subprocess.run(command, input=html.encode(), capture_output=True, check=True, env=environment).stdout


def broken() -> Iterator[tuple[str, bytes, str]]:
    yield "<p>a picture</p><img src='data:image/svg+xml,<svg xmlns=\"http://www.w3.org/2000/svg\"/>'>", b"", "words"
    yield "<p style='position: absolute; left: -30mm'>far to the left of the page, out of sight</p>", b"", "outside"
    yield "<p>x</p>", b"", "empty"


@pytest.mark.parametrize(("html", "data", "fault"), list(broken()))
def test_what_is_broken_is_found(html: str, data: bytes, fault: str) -> None:
    """The positive control."""
    made = pdf.render(f"<html lang='en'><title>Broken</title>{html}", data)
    assert fault in " ".join(faults(made, data))


def test_a_missing_glyph_and_a_font_of_the_machine_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The positive control: without the guard, the machine's own fonts come in, or nothing is drawn."""
    monkeypatch.setattr(pdf, "drawable", lambda text, signs: text)
    made = pdf.render("<html lang='en'><title>Signs</title><p>\ue000 a sign that no font has, and an Arabic word: سلام")
    told = " ".join(faults(made, b""))
    assert "a missing glyph" in told


def test_a_whole_font_is_found() -> None:
    """The positive control: as the renderer would do if it were told to."""
    press = pdf.warm_press()
    page = press.html(
        string="<html lang='en'><title>Whole</title><p>a font with all its signs", url_fetcher=press.refuse
    )
    content = page.write_pdf(font_config=press.fonts, stylesheets=[press.style], full_fonts=True)
    with pikepdf.open(BytesIO(content)) as opened:
        assert "as a whole" in " ".join(fonts(opened))


def test_signs_that_our_fonts_have_not_are_marked_and_unseen_ones_left_out() -> None:
    text = "A😀\u200b\u202eB\x07e\u0301سC\ufe0f\n"
    assert drawable(text, signs_of(next(iter(FONTS.values())))) == "A〓Bé〓C\n"


def test_a_file_without_its_data_or_its_mark_is_found() -> None:
    made = pdf.render("<html lang='en'><title>Sound</title><p>something that is long enough to be read</p>", b"[]")
    assert faults(made, b"[]") == []
    with pikepdf.open(BytesIO(made.content)) as opened:
        del opened.attachments["report.json"]
        opened.Root.Metadata.write(opened.Root.Metadata.read_bytes().replace(b"pdfuaid", b"pdfxxid"))
        changed = BytesIO()
        opened.save(changed)
    told = " ".join(faults(Pdf(changed.getvalue(), 1), b"[]"))
    assert "attached: []" in told
    assert "pdfuaid" in told


def test_a_report_about_nothing_is_sound(app: Flask) -> None:
    html, data = reports_of(KINDS["summary"], "en", a_startup())["startup"]
    assert faults(pdf.render(html, data), data) == []


@pytest.mark.parametrize("name", OURS)
def test_no_sheet_of_its_workbook_needs_a_number_to_be_told_from_another(app: Flask, name: str) -> None:
    for subject, (_, data) in reports_of(KINDS[name], "both").items():
        with app.app_context():
            sheets = CalamineWorkbook.from_filelike(BytesIO(as_xlsx(json.loads(data)))).sheet_names
        assert [one for one in sheets if one.endswith(" 2")] == [], subject
