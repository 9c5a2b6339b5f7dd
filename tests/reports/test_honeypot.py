"""No text of a user makes the renderer open a connection or read a file; each trap is shown to work unguarded."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date
from functools import cache, partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import sqlalchemy as sa
import weasyprint
from flask import Flask
from pypdf import PdfReader

from crm.core.db import db, unit_of_work
from crm.deals.models import Deal
from crm.institutions.models import Institution
from crm.lib.money import Amount
from crm.reports import pdf
from crm.reports.html import Stamp
from crm.reports.kinds import KINDS
from crm.reports.kinds.profile.gathered import profile_of
from crm.reports.kinds.profile.telling import ForReader
from crm.reports.kinds.summary.gathered import summarise
from crm.services.models import Service
from crm.startups.models import Filing, FilingKind, Product, Startup, StartupLabel
from tests.conftest import Work
from tests.factories import (
    AT,
    TODAY,
    WAN,
    a_deal,
    a_fund,
    a_past_round,
    a_published_startup,
    a_service,
    a_startup,
    an_institution,
    writing,
)
from tests.reports.examples import PERIOD, document_of, reports_of

pytestmark = pytest.mark.once

SECRET = "the secret of this machine"
FREE_TEXTS = {
    "name",
    "short_name",
    "summary",
    "profile",
    "team",
    "content",
    "outcome",
    "partner_text",
    "note",
    "thesis",
    "exclusions",
    "use_of_proceeds",
    "sought_text",
    "amount_text",
    "city",
    "headcount",
    "reason_note",
    "next_step",
}


class Listener:
    """A web server that remembers what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        asked = self.asked

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                self.send_response(404)
                self.end_headers()

            def log_message(self, *told: object) -> None:
                """Quiet."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def listener() -> Iterator[Listener]:
    opened = Listener()
    yield opened
    opened.server.shutdown()
    opened.server.server_close()


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    file = tmp_path / "secret.txt"
    file.write_text(SECRET)
    return file


def traps(url: str, file: str) -> dict[str, str]:
    """Every way in which a document can ask for something."""
    return {
        "image": f'<img src="{url}/image">',
        "style": f'<p style="background: url({url}/style)">x</p>',
        "sheet": f'<link rel="stylesheet" href="{url}/sheet">',
        "import": f"<style>@import url({url}/import);</style>",
        "face": f'<style>@font-face {{ font-family: X; src: url("{url}/face") }}</style>',
        "svg": f'<svg><image width="9" height="9" href="{url}/svg"/></svg>',
        "use": f'<svg><use href="{url}/use#x"/></svg>',
        "object": f'<object data="{url}/object"></object>',
        "embed": f'<embed src="{url}/embed">',
        "list": f'<ul style="list-style-image: url({url}/list)"><li>x</li></ul>',
        "content": f'<p style="content: url({url}/content)">x</p>',
        "attachment": f'<link rel="attachment" href="{file}">',
        "anchor": f'<a rel="attachment" href="{file}">x</a>',
        "file": f'<img src="{file}">',
    }


def attached(content: bytes) -> str:
    return " ".join(
        part.decode(errors="replace") for parts in PdfReader(BytesIO(content)).attachments.values() for part in parts
    )


def test_the_traps_work_on_an_unguarded_renderer(listener: Listener, secret: Path) -> None:
    """The positive control."""
    html = "".join(traps(listener.url, secret.as_uri()).values())
    content = weasyprint.HTML(string=html).write_pdf()
    assert {"/image", "/style", "/sheet", "/import", "/face", "/svg", "/object", "/embed", "/list"} <= set(
        listener.asked
    )
    assert SECRET in attached(content)


@pytest.mark.parametrize("name", list(traps("", "")))
def test_a_document_full_of_traps_asks_for_nothing(listener: Listener, secret: Path, name: str) -> None:
    """Even if escaping failed one day, the renderer refuses every address."""
    content = pdf.render(f"<p>before</p>{traps(listener.url, secret.as_uri())[name]}<p>after</p>").content
    assert listener.asked == []
    assert SECRET not in attached(content)
    assert "after" in read_text(content)


def read_text(content: bytes) -> str:
    """All that a PDF says, as the library behind a browser's viewer reads it."""
    pages = pypdfium2.PdfDocument(content)
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in pages).split())


def test_traps_in_names_and_contents_are_printed_as_they_were_written(
    app: Flask, work: Work, listener: Listener, secret: Path
) -> None:
    every = " ".join(traps(listener.url, secret.as_uri()).values())
    startup = a_published_startup("陷阱科技有限公司", short_name="陷阱", summary="一句话")
    institution = an_institution("陷阱资本有限公司")
    deal = a_deal(startup, institution, sought=Amount.in_words("数千万"))
    service = a_service(startup, partners=(institution,), amount=Amount.exactly(WAN))
    plant(startup, institution, deal, service, every)
    with app.app_context(), unit_of_work(write=False) as session:
        kept = session.get_one(Startup, startup.id)
        stamp = Stamp(AT, every, "FW-1")
        documents = [
            document_of("summary", summarise(about, PERIOD), language, stamp)
            for about, language in ((kept, "both"), (session.get_one(Institution, institution.id), "zh"), (None, "en"))
        ]
        documents.append(document_of("profile", ForReader(profile_of(kept, TODAY), every), "zh", stamp))
        texts = [read_text(pdf.render(document.html).content) for document in documents]
    assert listener.asked == []
    assert all(SECRET not in text for text in texts)
    for text in texts:
        assert '<imgsrc="http://127.0.0.1' in "".join(text.split())
        assert "@import" in text or "rel=" in text


@pytest.mark.parametrize("name", [name for name in KINDS if name != "filled"])
def test_every_kind_prints_traps_in_every_text_as_they_were_written(
    app: Flask, listener: Listener, secret: Path, name: str
) -> None:
    """Every text column of every row, whatever a kind may read of it."""
    planted = " ".join(traps(listener.url, secret.as_uri()).values())
    for html, data in reports_of(KINDS[name], "zh", before=lambda: plant_everywhere(planted)).values():
        assert f'<img src="{listener.url}' not in html
        content = pdf.render(html, data).content
        assert list(PdfReader(BytesIO(content)).attachments) == [pdf.DATA_NAME]
        assert SECRET not in read_text(content) + attached(content)
    assert listener.asked == []


@pytest.mark.parametrize("name", [name for name in KINDS if name != "filled"])
def test_a_kind_that_did_not_escape_would_be_found(
    app: Flask, listener: Listener, secret: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The positive control of escaping: every kind prints some of the planted texts."""
    monkeypatch.setattr(app.jinja_env, "in_language", cache(partial(unescaped, app.jinja_env)))
    planted = " ".join(traps(listener.url, secret.as_uri()).values())
    reports = reports_of(KINDS[name], "zh", before=lambda: plant_everywhere(planted))
    assert any(f'<img src="{listener.url}' in html for html, _ in reports.values())


def unescaped(environment: Any, language: str) -> Any:
    """The templates of a language as they would be if nobody had turned escaping on."""
    return environment.translated(language).overlay(autoescape=False)


def plant_everywhere(trap: str) -> None:
    """Write the traps into the free texts of every table, with a fund and an incubatee in theirs."""
    a_fund()
    a_past_round(a_startup(joined_on=date(2024, 5, 1)), "a", happened_on=date(2026, 2, 1))
    with writing():
        for table in db.metadata.sorted_tables:
            for column in table.columns:
                if column.name in FREE_TEXTS and not column.unique and isinstance(column.type, sa.String):
                    value = trap[: getattr(column.type, "length", None)]
                    db.session.execute(sa.update(table).values({column.name: value}))


def plant(startup: Startup, institution: Institution, deal: Deal, service: Service, trap: str) -> None:
    """Write the traps past every check into whatever text a report prints."""
    with writing():
        hit = db.session.merge(startup)
        hit.short_name, hit.name, hit.summary = trap[:80], trap[:200], trap[:200]
        hit.profile = hit.team = trap
        db.session.add(StartupLabel(startup_id=startup.id, label_text=trap[:80], created_at=AT))
        db.session.add(
            Filing(startup_id=startup.id, kind=FilingKind.MODEL_FILING, filing_number=trap[:80], created_at=AT)
        )
        db.session.add(Product(startup_id=startup.id, name=trap[:120], summary=trap[:400], created_at=AT))
        bank = db.session.merge(institution)
        bank.name, bank.short_name = trap[200:400], trap[:80]
        done = db.session.merge(service)
        done.content, done.outcome, done.partner_text = trap, trap[:200], trap[200:400]
        done.amount_low = done.amount_high = None
        done.amount_text = trap[:60]
        db.session.merge(deal).note = trap
