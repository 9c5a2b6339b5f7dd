"""Another installation beside the one under test, in the same process: for migrations, backups and moves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import event

from crm import create_app
from crm.cli import context
from crm.config import Settings
from crm.core.db import db
from crm.core.jobs import queue
from crm.core.outbox import outbox
from crm.core.storage import storage
from tests.support.postgres import new_database

PARTS = (queue, storage, outbox)


@contextmanager
def installation(folder: Path, like: Settings) -> Iterator[Flask]:
    """An installation with an empty database of the same kind; commands work on it meanwhile."""
    url = new_database(like.database_url) if like.database_url.startswith("postgresql") else ""
    with installed(Settings(env="test", data_dir=folder, database_url=url)) as app:
        yield app


@contextmanager
def installed(settings: Settings) -> Iterator[Flask]:
    """The application of some settings; what is one for the whole process is the other one's again afterwards."""
    before, make = [dict(vars(part)) for part in PARTS], context.create_app
    app = create_app(settings)
    context.create_app = lambda: app
    try:
        with app.app_context():
            event.listen(db.engine, "connect", hurry)
        yield app
    finally:
        context.create_app = make
        for part, kept in zip(PARTS, before, strict=True):
            vars(part).update(kept)
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def hurry(connection: Any, _: object) -> None:
    """Nothing that these databases hold has to outlive the machine."""
    if type(connection).__module__.startswith("sqlite3"):
        connection.execute("PRAGMA synchronous=OFF")
