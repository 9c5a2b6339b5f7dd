"""Adding and taking away documents."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from crm.accounts.models import Actor
from crm.audit import actions as audit
from crm.core.db import Base, after_commit, db
from crm.core.storage import storage
from crm.documents.models import Document
from crm.documents.pictures import Upload, accept


def attach(record: Base, upload: Upload, *, by: Actor, at: datetime) -> Document:
    """Keep an accepted upload with a record."""
    db.session.flush()  # a record that is made in the same unit needs its id
    document = Document(
        record_type=record.__tablename__,
        record_id=record.id,
        name=upload.name,
        media_type=upload.media_type,
        size=len(upload.content),
        file_key=storage.put(upload.content),
        by_id=by.id,
        created_at=at,
    )
    db.session.add(document)
    audit.record(document, "attached", by=by, at=at, name=document.name)
    return document


def attach_sent(record: Base, sent: Iterable[tuple[str, bytes]], *, by: Actor, at: datetime) -> None:
    """Keep what was sent beside a record: (name, content). Raises Refusal for what is no picture or PDF."""
    for name, content in sent:
        attach(record, accept(name, content), by=by, at=at)


def move(document: Document, record: Base, *, by: Actor, at: datetime) -> None:
    """Give a document to the record that it turned out to belong to."""
    db.session.flush()  # a record that is made in the same unit needs its id
    document.record_type, document.record_id = record.__tablename__, record.id
    audit.record(document, "attached", by=by, at=at, name=document.name)


def archive(document: Document, *, by: Actor, at: datetime) -> None:
    """Take a document away from its record; its bytes stay until nobody can ask for them back."""
    document.archived_at = at
    audit.record(document, "archived", by=by, at=at, name=document.name)


def restore(document: Document, *, by: Actor, at: datetime) -> None:
    """Bring a document back."""
    document.archived_at = None
    audit.record(document, "restored", by=by, at=at, name=document.name)


def erase_all(record: Base, *, by: Actor, at: datetime) -> None:
    """Destroy the documents of a record, those put away too, with their bytes and their names in the history.

    Bytes that another document holds as well stay. The deletion itself is for the caller to record.
    """
    mine = sa.and_(Document.record_type == record.__tablename__, Document.record_id == record.id)
    documents = db.session.scalars(sa.select(Document).where(mine)).all()
    audit.scrub("document", [document.id for document in documents], by=by, at=at)
    for document in documents:
        db.session.delete(document)
    db.session.flush()  # what is left decides which bytes nobody needs
    for key in {document.file_key for document in documents}:
        if db.session.scalar(sa.select(Document.id).where(Document.file_key == key).limit(1)) is None:
            forget_after_commit(key)


def forget_after_commit(key: str) -> None:
    after_commit(db.session(), lambda: storage.delete(key))
