"""Reading documents."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from crm.accounts.models import Actor
from crm.core.db import db
from crm.core.listing import LASTING
from crm.core.storage import storage
from crm.documents.models import Document
from crm.documents.policies import visible_to


def find_document(actor: Actor, document_id: int) -> Document | None:
    """A document that this actor may see."""
    return db.session.scalar(
        sa.select(Document).where(Document.id == document_id, Document.archived_at.is_(None), visible_to(actor))
    )


def documents_of(record_type: str, record_id: int) -> Sequence[Document]:
    """The documents of one record, oldest first."""
    return documents_of_all(record_type, [record_id]).get(record_id, [])


def documents_seen(actor: Actor, record_type: str, record_id: int) -> Sequence[Document]:
    """The documents of one record that this actor may see, oldest first."""
    about = {"record_type": record_type, "record_id": record_id}
    return db.session.scalars(those_seen(visible_to(actor)), about).all()


@lru_cache(LASTING)
def those_seen(seen: sa.ColumnElement[bool]) -> sa.Select[Any]:
    about = documents_about(sa.bindparam("record_type"), sa.bindparam("record_id"))
    return about.with_only_columns(Document).where(seen).order_by(Document.id)


def documents_about(record_type: Any, record_id: Any) -> sa.Select[Any]:
    """The documents of one record, whoever may see them, to be counted."""
    return sa.select(Document.id).where(
        Document.record_type == record_type, Document.record_id == record_id, Document.archived_at.is_(None)
    )


def documents_of_all(record_type: str, record_ids: Collection[int]) -> dict[int, list[Document]]:
    """{record id: its documents, oldest first}, in one query."""
    found: dict[int, list[Document]] = {}
    if not record_ids:
        return found
    for document in db.session.scalars(
        sa.select(Document)
        .where(
            Document.record_type == record_type,
            Document.record_id.in_(record_ids),
            Document.archived_at.is_(None),
        )
        .order_by(Document.id)
    ):
        found.setdefault(document.record_id, []).append(document)
    return found


def content_of(document: Document) -> bytes:
    """The bytes of a document. Raises FileNotFoundError."""
    return storage.get(document.file_key)
