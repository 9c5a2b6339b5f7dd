"""Reports as HTML in one or two languages; a renderer turns it into a PDF."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import accumulate
from typing import Any
from unicodedata import east_asian_width

import segno
from flask import current_app
from markupsafe import Markup

from crm.core.storage import storage
from crm.reports.content import Content
from crm.reports.words import as_cell, cut, figure_parts, key_parts, on_paper, platform_name, table_unit
from crm.settings.platform import identity
from crm.web.addresses import mail_address
from crm.web.filters import moment
from crm.web.language import current_language, force_locale
from crm.web.language import gettext as _

LANGUAGES = {"zh": ("zh_CN",), "en": ("en",), "both": ("zh_CN", "en")}
QUOTED = {ord(one): f"%{ord(one):02X}" for one in "%#\"'<>&\\\n"}  # signs stay signs, for the renderer to know
RUNNING, WATERMARK, LONGEST = 40, 60, 240  # half-width characters


@dataclass(frozen=True)
class Stamp:
    """Who made a report, when, and the number that it goes by; "" where there is none. `code`: by which others verify
    it."""

    at: datetime
    by: str = ""
    number: str = ""
    code: str = ""


@dataclass(frozen=True)
class Proof:
    """A document's code in two halves, the address that verifies it, and that as a QR code."""

    code: str
    address: str
    drawn: Markup


@dataclass(frozen=True)
class Document:
    """A report ready for the renderer."""

    title: str
    html: str


def in_languages(language: str, tell: Callable[[], Content]) -> list[tuple[str, Content]]:
    """What a report says in zh, en or both: (locale, content)."""
    told = []
    for locale in LANGUAGES[language]:
        with force_locale(locale):
            told.append((locale, tell()))
    return told


def content_document(contents: Sequence[tuple[str, Content]], template: str, stamp: Stamp) -> Document:
    """A report in its languages."""
    titles, parts, authors = [], [], []
    for locale, content in contents:
        with force_locale(locale):
            titles.append(content.whole_title)
            parts.append(content_part(content, template, stamp))
            authors.append(platform_name())
    title = " / ".join(titles)
    html = filled(
        "pdf/document.html",
        lang="en" if contents[0][0] == "en" else "zh-CN",
        title=title,
        author=" / ".join(dict.fromkeys(authors)),
        made_at=stamp.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        parts=parts,
        colour=identity().report_colour,
        watermark=watermark(contents[0][1].reader, stamp),
    )
    return Document(title, html)


def content_part(content: Content, template: str, stamp: Stamp) -> Markup:
    return Markup(  # noqa: S704  our own template, which escapes what it is given
        filled(
            template,
            content=content,
            name=shortened(content.name, LONGEST),
            running=" · ".join((content.title, shortened(content.name))),
            foot=" · ".join(filter(None, feet(content, stamp))),
            closing=identity().closing,
            as_cell=as_cell,
            cut=cut,
            on_paper=on_paper,
            key_parts=key_parts,
            **common(stamp),
        )
    )


def feet(content: Content, stamp: Stamp) -> tuple[str, ...]:
    """What stands at the foot of every page. A document for one reader names the reader and the moment."""
    found = proof(stamp.code)
    verify = _("Verify: %(address)s", address=found.address) if found else ""
    if content.reader:
        return content.foot, content.reader, moment(stamp.at), verify
    return made(stamp), content.foot, verify


def watermark(reader: str, stamp: Stamp) -> str:
    """The reader and the moment as a picture of a page; "" for a document that is for more than one reader."""
    if not reader:
        return ""
    drawn = filled("pdf/watermark.svg", text=shortened(reader, WATERMARK) + " · " + moment(stamp.at))
    return f"data:image/svg+xml;charset=utf-8,{drawn.strip().translate(QUOTED)}"


def logo() -> str:
    """The platform's logo as a picture inside the document; "" for our own mark, or where its file is lost."""
    shown = identity()
    try:
        content = storage.get(shown.logo_key) if shown.logo_key else b""
    except FileNotFoundError:
        content = b""
    return f"data:{shown.logo_type};base64,{b64encode(content).decode()}" if content else ""


def shortened(name: str, most: int = RUNNING) -> str:
    """A name for where one line must do. (An ellipsis by style would spoil the text of the PDF.)"""
    widths = accumulate(2 if east_asian_width(one) in "FWA" or one.isupper() else 1 for one in name)
    fitting = sum(width <= most for width in widths)
    return name if fitting == len(name) else name[: fitting - 1] + "…"


@lru_cache(100)
def proof(code: str) -> Proof | None:
    """What leads whoever holds a document to the page that verifies it."""
    if not code:
        return None
    address = mail_address("verify.show_code", code=code)
    drawn = segno.make(address, error="m").svg_inline(
        border=0, omitsize=True, title=address, svgclass=None, lineclass=None
    )
    return Proof("-".join((code[:5], code[5:])), address, Markup(drawn))  # noqa: S704  drawn by segno from our address


def made(stamp: Stamp) -> str:
    """When the report was made, and by whom where somebody is known."""
    if stamp.by:
        return str(_("Made %(moment)s by %(name)s", moment=moment(stamp.at), name=stamp.by))
    return str(_("Made %(moment)s", moment=moment(stamp.at)))


def common(stamp: Stamp) -> dict[str, Any]:
    """What the templates of all reports need, in the language at hand."""
    return {
        "language": current_language(),
        "platform_name": platform_name(),
        "logo": logo(),
        "stamp": stamp,
        "proof": proof(stamp.code),
        "unit": table_unit(),
        "figure_parts": figure_parts,
    }


def filled(template: str, **values: Any) -> str:
    """A template outside any request: none of the values that pages get."""
    return current_app.jinja_env.get_template(template).render(**values)
