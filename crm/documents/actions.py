"""Adding and taking away documents."""

from __future__ import annotations

from datetime import datetime

from crm.accounts.models import Actor
from crm.audit import actions as audit
from crm.core.db import Base, db
from crm.core.storage import storage
from crm.documents.models import Document
from crm.documents.pictures import Upload


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


def archive(document: Document, *, by: Actor, at: datetime) -> None:
    """Take a document away from its record; its bytes stay until nobody can ask for them back."""
    document.archived_at = at
    audit.record(document, "archived", by=by, at=at, name=document.name)


def restore(document: Document, *, by: Actor, at: datetime) -> None:
    """Bring a document back."""
    document.archived_at = None
    audit.record(document, "restored", by=by, at=at, name=document.name)
