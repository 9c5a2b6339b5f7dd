"""Whether the chain still holds: what was changed, deleted, inserted, swapped or cut off, and which entry it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from crm.audit.actions import SCRUBBED, nameless
from crm.audit.chain import digest_of, hash_of
from crm.audit.models import AuditEntry, AuditTail
from crm.core.db import db

AT_ONCE = 5_000


@dataclass(frozen=True)
class Head:
    """The end of the chain as somebody keeps it outside: a chain that was written anew does not hold it."""

    position: int
    hash: str


@dataclass
class Verdict:
    """What reading the whole chain found: each fault on one line."""

    entries: int
    erased: int
    faults: list[str]


def head() -> Head:
    """The end of the chain as it is now."""
    return Head(*db.session.execute(sa.select(AuditTail.position, AuditTail.hash)).one())


def verify(kept: Head | None = None, most: int = 100, tell: Callable[[int], object] = lambda _: None) -> Verdict:
    """Read the whole chain, in portions. `kept`: an end that was exported before; `most`: faults until it gives up;
    `tell`: is called with the number of entries read so far."""
    verdict = Verdict(0, 0, [])
    for fault in faults(verdict, kept, tell):
        verdict.faults.append(fault)
        if len(verdict.faults) >= most:
            verdict.faults.append("… and perhaps more: the rest was not read.")
            break
    return verdict


def faults(verdict: Verdict, kept: Head | None, tell: Callable[[int], object]) -> Iterator[str]:
    end, last = head(), Head(0, "")
    for entry in entries_up_to(end.position):
        verdict.entries += 1
        if entry.position != last.position + 1:
            yield f"{missing(last.position + 1, entry.position - 1)} deleted."
        elif entry.previous_hash != last.hash:
            yield f"{called(entry)} does not follow on the entry before it: one of them was swapped or written anew."
        yield from faults_of(entry)
        if kept and entry.position == kept.position and entry.hash != kept.hash:
            yield f"{called(entry)} is not the one that was exported as head: the chain was written anew."
        verdict.erased += entry.digest is not None
        last = Head(entry.position, entry.hash)
        if verdict.entries % AT_ONCE == 0:
            tell(verdict.entries)
    if last.position < end.position:
        yield f"{missing(last.position + 1, end.position)} cut off from the end."
    elif last.hash != end.hash:
        yield f"The end of the chain is not its last entry, position {last.position}."
    if kept and kept.position > end.position:
        yield f"{missing(end.position + 1, kept.position)} cut off from the end: the exported head is later."
    for entry in db.session.execute(outside()):
        yield f"Entry {entry.id} ({told(entry)}) stands outside the chain: it was inserted."
    for entry in db.session.execute(emptied()):
        yield f"{called(entry)} was emptied without an erasure."


def faults_of(entry: Any) -> Iterator[str]:
    """What is wrong with one entry by itself. An erased one must be empty: its digest alone says what it held."""
    if entry.salt is not None:
        digest = digest_of(entry.salt, entry.record_name, entry.changes)
    else:
        digest = entry.digest or ""
        if entry.record_name != nameless(entry.record_id) or entry.changes:
            yield f"{called(entry)} was written into after its erasure."
    who, what = (entry.actor_id, entry.actor_name, entry.address), (entry.verb, entry.record_type, entry.record_id)
    if hash_of((entry.position, entry.previous_hash), digest, entry.at, who, what) != entry.hash:
        yield f"{called(entry)} was changed."


def entries_up_to(position: int) -> Iterator[Any]:
    """The entries of the chain in its order."""
    last = 0
    columns = sa.select(*AuditEntry.__table__.c).where(AuditEntry.position <= position)
    while rows := db.session.execute(
        columns.where(AuditEntry.position > last).order_by(AuditEntry.position).limit(AT_ONCE)
    ).all():
        yield from rows
        last = rows[-1].position


def outside() -> sa.Select[Any]:
    """Entries that no link holds; in one statement with the end, which others may be moving."""
    end = sa.select(AuditTail.position).scalar_subquery()
    beyond = sa.or_(AuditEntry.position.is_(None), AuditEntry.position > end, AuditEntry.position < 1)
    return sa.select(*AuditEntry.__table__.c).where(beyond).order_by(AuditEntry.id)


def emptied() -> sa.Select[Any]:
    """Entries without what they said, of records about which no erasure was written down later."""
    erasure = aliased(AuditEntry)
    about = sa.and_(erasure.record_type == AuditEntry.record_type, erasure.record_id == AuditEntry.record_id)
    later = sa.and_(erasure.verb == SCRUBBED, erasure.position > AuditEntry.position)
    return (
        sa.select(*AuditEntry.__table__.c)
        .where(AuditEntry.salt.is_(None), AuditEntry.position.is_not(None), ~sa.exists().where(about, later))
        .order_by(AuditEntry.position)
    )


def called(entry: Any) -> str:
    return f"Entry {entry.id}, position {entry.position} ({told(entry)}),"


def told(entry: Any) -> str:
    """An entry in few words, without names: its moment, verb and record."""
    return f"{entry.at:%Y-%m-%d %H:%M}, {entry.verb}, {entry.record_type} {entry.record_id}"


def missing(first: int, last: int) -> str:
    return f"Position {first} was" if first == last else f"Positions {first} to {last} were"
