"""Backing up at one moment while others write, and restoring into an empty place.

The rows are read by one transaction that sees one moment: REPEATABLE READ on PostgreSQL, as always on SQLite with WAL.
Files are kept before the row that names them is committed and never change: all that these rows name are there already.
Rows rather than the database's own image: no program of a certain version is needed, and either database reads them.
"""

from __future__ import annotations

import gzip
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from crm.accounts.models import AccountLink, SignInSession
from crm.backup.archive import FILES, TABLES, Archive, Manifest, Table, members_of, verified
from crm.backup.envelope import reading_from, writing_to
from crm.backup.rows import columns_of, parts_of, write_part
from crm.core.contents import KEY, used_keys
from crm.core.db import Base, db, unit_of_work
from crm.core.errors import Refusal
from crm.core.outbox import Mail, MailState
from crm.core.storage import storage
from crm.lib.text import N_

Progress = Callable[[str, int, int], None]  # what, how many of them are done, of how many
WRITTEN_BY_MIGRATIONS = ("audit_tail", "platform", "service_category", "service_type", "term")


def back_up(path: Path, passphrase: str, *, at: datetime, progress: Progress) -> Manifest:
    """Write a backup; it bears its name once it is whole and on the disk. Raises Refusal where there is one already."""
    if path.exists():
        raise Refusal({"": N_("%(file)s is there already", file=str(path))})
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        with open(unfinished, "wb", opener=for_owner_only) as file:
            archive = Archive(writing_to(file, passphrase), Manifest(taken_at=at, revision="", database=""))
            add_files(archive, add_tables(archive, progress), progress)
            archive.finish()
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    return archive.manifest


def for_owner_only(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def add_tables(archive: Archive, progress: Progress) -> list[str]:
    """Write every table as it is at one moment; returns the keys of the files that they name."""
    with unit_of_work(write=False) as session:
        on_postgresql = session.get_bind().dialect.name == "postgresql"
        options = {"isolation_level": "REPEATABLE READ"} if on_postgresql else {}
        connection = session.connection(execution_options=options)
        tables = sorted(Base.metadata.tables.values(), key=lambda table: table.name)
        archive.manifest.database = connection.dialect.name
        archive.manifest.revision = connection.scalar(sa.text("SELECT version_num FROM alembic_version")) or ""
        for done, table in enumerate(tables, 1):
            archive.manifest.tables[table.name] = Table(columns=columns_of(table))
            for number, (part, rows) in enumerate(parts_of(connection, table)):
                archive.add_part(table.name, number, part, rows)
            progress("tables", done, len(tables))
        return sorted(filter(KEY.fullmatch, used_keys()))


def add_files(archive: Archive, keys: list[str], progress: Progress) -> None:
    """Write the files that rows name. One that the storage has lost or spoilt is told and left out."""
    for done, key in enumerate(keys, 1):
        try:
            content = storage.get(key)
        except FileNotFoundError:
            content = b""
        if hashlib.sha256(content).hexdigest() == key.replace("/", ""):
            archive.add_file(key, content)
        else:
            archive.manifest.lost.append(key)
        progress("files", done, len(keys))


def verify(path: Path, passphrase: str) -> Manifest:
    """What a backup holds, once all of it was read. Raises Refusal for a damaged one."""
    with path.open("rb") as file:
        return verified(reading_from(file, passphrase))


def refuse_unless_empty(manifest: Manifest) -> None:
    """Raise Refusal where somebody has begun to work, or files of something else lie."""
    for table in Base.metadata.sorted_tables:
        if table.name not in WRITTEN_BY_MIGRATIONS and db.session.scalar(sa.select(sa.exists(sa.select(table.c.id)))):
            raise Refusal({"": N_("The database is not empty: %(table)s has rows", table=table.name)})
    ours = {name.removeprefix(FILES) for name in manifest.members if name.startswith(FILES)}
    if any(key not in ours for key in storage.all_keys()):
        raise Refusal({"": N_("The storage is not empty")})


def load(path: Path, passphrase: str, manifest: Manifest, *, at: datetime, progress: Progress) -> None:
    """Write everything that a verified backup holds, into tables of its revision, in one transaction, and settle it."""
    with unit_of_work(write=True) as session, path.open("rb") as file:
        connection = session.connection()
        with references_checked_afterwards(connection):
            for name in manifest.tables:
                connection.execute(sa.delete(sa.table(name)))
            for done, (name, content) in enumerate(members_of(reading_from(file, passphrase)), 1):
                load_member(connection, manifest, name, content)
                progress("restored", done, len(manifest.members) + 1)
        if connection.dialect.name == "postgresql":
            continue_numbers(connection, manifest)
        settle(manifest, at=at)


def load_member(connection: sa.Connection, manifest: Manifest, name: str, content: bytes) -> None:
    if name.startswith(FILES):
        storage.put(content)
    elif name.startswith(TABLES):
        table = name.removeprefix(TABLES).partition(".")[0]
        write_part(connection, table, manifest.tables[table].columns, gzip.decompress(content))


@contextmanager
def references_checked_afterwards(connection: sa.Connection) -> Iterator[None]:
    """Rows may come before those that they refer to: SQLite checks when it commits, PostgreSQL when this ends."""
    if connection.dialect.name == "sqlite":
        connection.execute(sa.text("PRAGMA defer_foreign_keys=ON"))
        yield
        return
    schema = sa.MetaData()
    schema.reflect(connection)
    keys = [key for table in schema.tables.values() for key in table.foreign_key_constraints]
    for key in keys:
        connection.execute(sa.schema.DropConstraint(key))
    yield
    for key in keys:
        connection.execute(sa.schema.AddConstraint(key))


def continue_numbers(connection: sa.Connection, manifest: Manifest) -> None:
    """Let PostgreSQL give ids after those that were restored."""
    for name in manifest.tables:
        last: sa.Select[int] = sa.select(sa.func.coalesce(sa.func.max(sa.column("id")), 0) + 1).select_from(
            sa.table(name)
        )
        sequence = sa.func.pg_get_serial_sequence(name, "id")
        connection.execute(sa.select(sa.func.setval(sequence, last.scalar_subquery(), False)))


def settle(manifest: Manifest, *, at: datetime) -> None:
    """End what may have ended since the backup: whoever was signed in signs in again, links for a password are sent
    anew, and letters that waited then wait for `crm mail retry`: they may have been sent."""
    open_links = sa.and_(AccountLink.used_at.is_(None), AccountLink.revoked_at.is_(None))
    waiting = sa.update(Mail).where(Mail.state == MailState.WAITING)
    changes: dict[type[Base], sa.Delete | sa.Update] = {
        SignInSession: sa.delete(SignInSession),
        AccountLink: sa.update(AccountLink).where(open_links).values(revoked_at=at),
        Mail: waiting.values(state=MailState.DEAD, error="restored from a backup: perhaps sent before"),
    }
    for model, change in changes.items():
        if model.__tablename__ in manifest.tables:  # one of earlier code lacks some
            db.session.execute(change)
