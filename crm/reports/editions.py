"""From a report that was asked for to its document: what it says, whether that was rendered before, and keeping it."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from crm.accounts.models import System
from crm.core.clock import day_of
from crm.core.db import db, insert_into
from crm.core.storage import storage
from crm.reports.counted import frozen
from crm.reports.data import as_data, as_json
from crm.reports.html import Document, Stamp, content_document, in_languages
from crm.reports.kinds import KINDS, Asked
from crm.reports.models import Edition, Report
from crm.reports.pdf import Pdf, style_sheet
from crm.reports.periods import Period

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that is mistaken for another
CODE = 10
BLANK = Stamp(datetime(2000, 1, 1, tzinfo=UTC))


@dataclass(frozen=True)
class Manuscript:
    """What a report says, ready to be rendered. `data`: what is attached to it, and `kept` beside it with the rows of
    its figures. `digest`: of all that it says and how it looks, but for its stamp."""

    document: Document
    made: Stamp
    data: bytes
    kept: bytes
    digest: str


def asked_of(report: Report, at: datetime) -> Asked:
    """What a report asks its kind for."""
    return Asked(
        period=Period(report.from_day, report.to_day),
        today=day_of(at),
        by=report.made_by or System(),
        startup=report.startup,
        institution=report.institution,
        round=report.round,
        line=report.line,
        category=report.category,
        options=frozenset(report.options),
        words=report.words,
    )


def write(report: Report, at: datetime) -> Manuscript:
    """What a report says at a moment. Raises Refusal for what cannot be said."""
    kind, asked = KINDS[report.kind], asked_of(report, at)
    gathered = kind.gather(asked)
    contents = in_languages(report.language, lambda: kind.tell(gathered))
    first, *others = [as_data(locale, content) for locale, content in contents]
    rows = frozen(contents[0][1].keys, kind.rows(asked, gathered))
    data, kept = as_json([first, *others]), as_json([first | {"rows": rows}, *others])
    stamp = Stamp(at, report.made_by.name if report.made_by else "", report.number, code=new_code())
    unstamped = content_document(contents, kind.template, stamp if contents[0][1].reader else BLANK)
    digest = hashlib.sha256(b"\0".join((unstamped.html.encode(), kept, style_sheet().encode()))).hexdigest()
    return Manuscript(content_document(contents, kind.template, stamp), stamp, data, kept, digest)


def new_code() -> str:
    """A code by which a document is verified: 50 bits by chance."""
    return "".join(secrets.choice(LETTERS) for _ in range(CODE))


def use_earlier(report_id: int, digest: str) -> bool:
    """Give a report the edition that says the same, if there is one whose file is still there."""
    edition = db.session.scalar(sa.select(Edition).where(Edition.digest == digest))
    if edition is None or not storage.has(edition.file_key):
        return False
    give(report_id, edition.id, is_reused=True)
    return True


def keep(report_id: int, manuscript: Manuscript, pdf: Pdf) -> None:
    """Keep a rendered document and give it to its report; of two that say the same, the first stays while it has its
    file."""
    forget_lost(manuscript.digest)
    values = {
        "digest": manuscript.digest,
        "code": manuscript.made.code,
        "number": manuscript.made.number,
        "data_key": storage.put(manuscript.kept),
        "file_key": storage.put(pdf.content),
        "pages": pdf.pages,
        "size": len(pdf.content),
        "page_keys": [],
        "made_at": manuscript.made.at,
    }
    db.session.execute(insert_into(Edition).values(**values).on_conflict_do_nothing(index_elements=("digest",)))
    edition_id = db.session.scalar(sa.select(Edition.id).where(Edition.digest == manuscript.digest))
    give(report_id, edition_id)


def forget_lost(digest: str) -> None:
    """Let another edition take the place of one whose file is gone."""
    edition = db.session.scalar(sa.select(Edition).where(Edition.digest == digest))
    if edition is not None and not storage.has(edition.file_key):
        db.session.execute(sa.update(Edition).where(Edition.id == edition.id).values(digest=f"lost {edition.id}"))


def give(report_id: int, edition_id: int | None, *, is_reused: bool = False) -> None:
    db.session.execute(
        sa.update(Report)
        .where(Report.id == report_id, Report.edition_id.is_(None))
        .values(edition_id=edition_id, is_reused=is_reused)
    )
