"""Reading what was imported."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from crm.accounts.models import Actor
from crm.core.db import db
from crm.core.storage import storage
from crm.imports.models import LedgerImport
from crm.imports.policies import visible_to

SHOWN = 50


def find_import(actor: Actor, import_id: int) -> LedgerImport | None:
    """An import that this actor may see, with its job and who asked for it."""
    return db.session.scalar(
        sa.select(LedgerImport)
        .options(joinedload(LedgerImport.job), joinedload(LedgerImport.made_by))
        .where(LedgerImport.id == import_id, visible_to(actor))
    )


def imports(actor: Actor) -> Sequence[LedgerImport]:
    """The latest imports, newest first."""
    return db.session.scalars(
        sa.select(LedgerImport)
        .options(joinedload(LedgerImport.job), joinedload(LedgerImport.made_by))
        .where(visible_to(actor))
        .order_by(LedgerImport.id.desc())
        .limit(SHOWN)
    ).all()


def refused_file(run: LedgerImport) -> bytes | None:
    """The workbook of refused rows; None where there is none."""
    return storage.get(run.refused_key) if run.refused_key else None
