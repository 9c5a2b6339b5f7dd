"""Whatever stands in a record, its report is a sound document or a clear refusal, soon, and the next one comes."""

from __future__ import annotations

from base64 import b64encode
from datetime import date

import pytest
from flask import Flask

from crm.core.errors import Refusal
from crm.lib.sheets import Kind
from crm.reports import pdf, renderer
from crm.reports.content import (
    Cell,
    Column,
    Content,
    Definition,
    Definitions,
    Facts,
    Group,
    Key,
    Keys,
    Note,
    Prose,
    Section,
    Table,
)
from crm.reports.html import content_document
from crm.web.language import force_locale
from tests.reports.examples import STAMP
from tests.reports.golden import faults

pytestmark = pytest.mark.once

BAD = {
    "10,000 characters": "很长的名字" * 2_000,
    "10,000 letters in a row": "W" * 10_000,
    "emoji": "🚀 火箭 👩‍👩‍👧‍👦 🏳️‍🌈",
    "right to left": "שלום \u202e العالم \u2066 abc",
    "control": "a\x00b\x07c\x1b[31m\u2028d\ufeff",
    "combining": "Z\u0351\u036b\u0343" * 200,
    "markup": "<script>alert(1)</script>&nbsp;{{ 7 * 7 }}",
    "nothing": "",
}


def content(bad: str) -> Content:
    """Names as long as a record takes them, texts of any length."""
    name = bad[:80]
    columns = [Column("Name", width=30, strong=True), Column("Amount", Kind.MONEY, 28), Column("Text")]
    rows = [(bad, 10**18, bad), (Cell(bad, under=(bad, bad), pip=12), None, date(1, 1, 1)), ("fine", 0, None)]
    table = Table("Rows", columns, [Group(rows, name, name)], ("Total", [1, None]))
    keys = Keys([Key("k", name, 10**12, noun="家", note=name)])
    definitions = Section([Definitions([Definition(name, bad[:300])])], "Definitions")
    return Content(
        title="Report",
        name=bad,
        days="",
        meta=[("Made for", name)],
        sections=[Section([Note(bad), keys, table, Facts([(name, bad)]), Prose([bad])], name, name), definitions],
        who=[name],
        lead=bad,
        foot=name[:40],
        reader=name[:20],
    )


@pytest.mark.parametrize("name", list(BAD))
def test_a_bad_row_makes_a_sound_document(app: Flask, name: str) -> None:
    with app.app_context(), force_locale("zh_CN"):
        html = content_document([("zh_CN", content(BAD[name]))], "pdf/report.html", STAMP).html
    assert faults(pdf.render(html), b"") == []


def test_a_picture_of_20_mb_is_drawn_or_refused_and_the_next_document_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = renderer.Renderer()
    noise = b64encode(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 80_000).decode()
    try:
        made = mine.render(f"<html lang=zh><title>x</title><img alt=x src='data:image/png;base64,{noise}'><p>after")
        assert made.pages == 1
        monkeypatch.setattr(renderer, "LARGEST", 1000)
        with pytest.raises(Refusal, match="too large"):
            mine.render("x" * 1001)
        assert mine.render("<p>next</p>").pages == 1
    finally:
        mine.close()


def test_a_child_that_hangs_is_ended_and_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = renderer.Renderer()
    try:
        mine.prepare()
        monkeypatch.setattr(renderer, "WAIT", 0.2)
        with pytest.raises(Refusal, match="too large"):
            mine.render("<table>" + "<tr><td>一行字</td></tr>" * 30_000 + "</table>")
        monkeypatch.undo()
        assert mine.render("<p>next</p>").pages == 1
    finally:
        mine.close()


def test_a_child_is_replaced_after_its_share_of_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renderer, "DOCUMENTS", 2)
    mine = renderer.Renderer()
    try:
        children = []
        for _ in range(3):
            mine.prepare()
            children.append(mine.child)
            mine.render("<p>x</p>")
        assert children[0] is children[1] is not children[2]
        assert children[0] is not None
        assert children[0].poll() is not None
    finally:
        mine.close()
