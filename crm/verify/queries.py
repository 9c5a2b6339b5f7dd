"""Which document a code or a file is. What is told of it is what anybody may know."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from crm.core.db import db
from crm.core.storage import storage
from crm.reports.data import from_json
from crm.reports.kinds import KINDS
from crm.reports.models import Edition, Report

CODE = re.compile(r"[2-9A-HJ-NP-Z]{10}")
DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Genuine:
    """A document that we issued. `kind`: its name in `KINDS`. `figures`: of the headline, where a manager made it
    public, in zh and en; else none."""

    kind: str
    made_at: datetime
    figures: Sequence[dict[str, Any]] = ()


def of_code(typed: str) -> Genuine | None:
    """The document with a code, however it was typed; None for any other text."""
    code = re.sub(r"[\s-]", "", typed).upper()
    return issued(Edition.code == (code if CODE.fullmatch(code) else ""))


def of_digest(digest: str) -> Genuine | None:
    """The document whose file has this SHA-256."""
    known = digest if DIGEST.fullmatch(digest) else ""
    key = f"{known[:2]}/{known[2:]}"
    return issued(sa.or_(Edition.file_key == key, Edition.signed_key == key))


def issued(which: sa.ColumnElement[bool]) -> Genuine | None:
    """One statement, whether there is such a document or not."""
    row = db.session.execute(
        sa.select(Report.kind, Report.is_public, Edition.made_at, Edition.data_key)
        .join(Report, Report.edition_id == Edition.id)
        .where(which, ~Report.is_draft)
        .order_by(Report.is_public.desc(), Report.id)
        .limit(1)
    ).first()
    if row is None or row.kind not in KINDS:
        return None
    may_tell = row.is_public and row.data_key and KINDS[row.kind].has_headline
    return Genuine(row.kind, row.made_at, headline(row.data_key) if may_tell else ())


def headline(data_key: str) -> list[dict[str, Any]]:
    """The figures of a document's first page, each with its language."""
    try:
        parts = from_json(storage.get(data_key))
    except FileNotFoundError:
        return []
    return [{**figure, "language": part["language"]} for part in parts for figure in part["figures"]]
