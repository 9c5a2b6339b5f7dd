"""The history is a chain: whatever is done to it behind the application's back is found, and an erasure is not."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from structlog.testing import capture_logs

from crm.accounts.models import Account
from crm.audit import actions, chain, jobs, verifying
from crm.audit.models import AuditEntry, AuditTail
from crm.core.db import db
from crm.core.origin import coming_from
from crm.imports.actions.writing import Writer
from crm.people import actions as people_actions
from crm.people.models import Person
from tests.conftest import Work
from tests.factories import AT, BY, PASSWORD, a_person, a_startup, an_account, an_institution, writing
from tests.support.command import crm
from tests.support.visitor import Visitor

ENTRY, TAIL = AuditEntry.__table__, AuditTail.__table__


@pytest.fixture
def entries(app: Flask) -> list[int]:
    """The ids of some entries, in the order of the chain."""
    account, changes = an_account(), [actions.change("name", None, "甲")]
    with writing():
        for number in range(5):
            actions.record(account, "changed", by=BY, at=AT, name=f"n{number}", changes=changes)
    with writing():
        return list(db.session.scalars(sa.select(AuditEntry.id).order_by(AuditEntry.position)))


def faults(kept: verifying.Head | None = None) -> list[str]:
    with writing():
        return verifying.verify(kept).faults


def change(number: int, **values: Any) -> None:
    with writing():
        db.session.execute(sa.update(ENTRY).where(ENTRY.c.id == number).values(**values))


def test_an_untouched_chain_holds(app: Flask, entries: list[int]) -> None:
    assert faults() == []
    answer = crm("audit", "verify")
    assert (answer.exit_code, answer.stdout) == (0, f"The chain holds: {len(entries)} entries.\n")


@pytest.mark.parametrize(
    "values",
    [
        {"actor_name": "somebody else"},
        {"actor_id": None},
        {"address": "203.0.113.9"},
        {"verb": "archived"},
        {"record_type": "startup"},
        {"record_id": 77},
        {"record_name": "another"},
        {"changes": []},
        {"at": AT.replace(year=2020)},
        {"salt": "0" * 32},
        {"hash": "0" * 64},
    ],
    ids=lambda values: next(iter(values)),
)
def test_a_changed_entry_is_found(app: Flask, entries: list[int], values: dict[str, Any]) -> None:
    with writing():
        db.session.execute(sa.update(ENTRY).where(ENTRY.c.id == entries[2]).values(actor_id=ENTRY.c.record_id))
        rechain()
    assert faults() == []
    change(entries[2], **values)
    found = faults()
    assert [one for one in found if f"Entry {entries[2]}, position 3" in one and "was changed" in one], found


def test_every_column_of_an_entry_is_covered() -> None:
    """A column that is added later must enter the hash, or be a link of the chain itself."""
    assert set(ENTRY.c.keys()) - {"id"} == {*chain.CHAINED, "digest"}


def test_a_deleted_entry_is_found(app: Flask, entries: list[int]) -> None:
    with writing():
        db.session.execute(sa.delete(ENTRY).where(ENTRY.c.id == entries[2]))
    assert faults() == ["Position 3 was deleted."]
    answer = crm("audit", "verify")
    assert (answer.exit_code, "Position 3 was deleted." in answer.stdout) == (1, True)


def test_the_first_entry_is_missed_too(app: Flask, entries: list[int]) -> None:
    with writing():
        db.session.execute(sa.delete(ENTRY).where(ENTRY.c.id.in_(entries[:2])))
    assert faults() == ["Positions 1 to 2 were deleted."]


def test_entries_cut_off_from_the_end_are_missed(app: Flask, entries: list[int]) -> None:
    with writing():
        db.session.execute(sa.delete(ENTRY).where(ENTRY.c.id.in_(entries[-2:])))
    assert faults() == [f"Positions {len(entries) - 1} to {len(entries)} were cut off from the end."]


@pytest.mark.parametrize("position", [None, 999, 0])
def test_an_inserted_entry_is_found(app: Flask, entries: list[int], position: int | None) -> None:
    texts = dict.fromkeys(("actor_name", "record_name", "address", "previous_hash", "hash"), "")
    values = {"at": AT, "verb": "changed", "record_type": "startup", "record_id": 1, "changes": [], **texts}
    with writing():
        db.session.execute(sa.insert(ENTRY).values(**values, position=position))
    assert [one for one in faults() if "stands outside the chain: it was inserted" in one]


def test_swapped_entries_are_found(app: Flask, entries: list[int]) -> None:
    links = ("position", "previous_hash", "hash")
    with writing():
        rows = {row.id: row for row in db.session.execute(sa.select(ENTRY).where(ENTRY.c.id.in_(entries[1:3])))}
    change(entries[1], position=None)
    for to, of in ((entries[2], entries[1]), (entries[1], entries[2])):
        change(to, **{name: getattr(rows[of], name) for name in links})
    assert len([one for one in faults() if "was changed" in one]) == 2


def rechain() -> None:
    """What a forger would do who knows this program: compute every link anew, from the first entry to the tail."""
    db.session.execute(sa.update(AuditTail).values(position=0, hash=""))
    tail = chain.Tail(db.session())
    rows = db.session.execute(sa.select(ENTRY).order_by(ENTRY.c.position)).all()
    db.session.execute(sa.update(ENTRY).values(position=None))
    for row in rows:
        links = tail.link([getattr(row, name) for name in chain.TOLD], row.address)
        names = ("position", "previous_hash", "hash", "salt")
        values = dict(zip(names, links, strict=True))
        db.session.execute(sa.update(ENTRY).where(ENTRY.c.id == row.id).values(**values))
    tail.keep()


def test_a_chain_that_was_written_anew_holds_but_not_against_an_exported_head(
    app: Flask, entries: list[int], tmp_path: Path
) -> None:
    kept = tmp_path / "head.json"
    kept.write_text(crm("audit", "head").stdout)
    an_account()
    assert crm("audit", "verify", "--head", kept).exit_code == 0, "a chain that only grew is the same"
    change(entries[1], actor_name="somebody else")
    with writing():
        rechain()
    assert faults() == [], "by itself it looks whole"
    answer = crm("audit", "verify", "--head", kept)
    assert answer.exit_code == 1
    assert "is not the one that was exported as head: the chain was written anew" in answer.stdout


def test_a_chain_that_was_cut_with_its_end_is_found_against_an_exported_head(app: Flask, entries: list[int]) -> None:
    with writing():
        kept = verifying.head()
        db.session.execute(sa.delete(ENTRY).where(ENTRY.c.id == entries[-1]))
        rechain()
    assert faults() == []
    assert [one for one in faults(kept) if "the exported head is later" in one]


def test_a_file_that_holds_no_head_is_refused(app: Flask, tmp_path: Path) -> None:
    kept = tmp_path / "head.json"
    kept.write_text(json.dumps({"position": 1}))
    answer = crm("audit", "verify", "--head", kept)
    assert (answer.exit_code, "holds no head" in answer.stderr) == (1, True)


def test_an_erasure_breaks_nothing_and_is_told_apart_from_tampering(app: Flask) -> None:
    person = a_person(an_institution(), name="顾南乔")
    with writing():
        people_actions.erase(db.session.get_one(Person, person.id), by=BY, at=AT)
    with writing():
        verdict = verifying.verify()
        kept = db.session.execute(sa.select(ENTRY).where(ENTRY.c.record_type == "person")).all()
    assert (verdict.faults, verdict.erased) == ([], 1)
    assert [(row.verb, row.record_name, row.salt is None) for row in kept] == [
        ("created", f"#{person.id}", True),
        ("scrubbed", f"#{person.id}", False),
        ("erased", f"#{person.id}", False),
    ]
    change(kept[0].id, record_name="somebody else")
    assert [one for one in faults() if "was written into after its erasure" in one]


def test_an_entry_that_was_emptied_without_an_erasure_is_found(app: Flask, entries: list[int]) -> None:
    with writing():
        row = db.session.execute(sa.select(ENTRY).where(ENTRY.c.id == entries[2])).one()
    digest = chain.digest_of(row.salt, row.record_name, row.changes)
    change(row.id, record_name=actions.nameless(row.record_id), changes=[], salt=None, digest=digest)
    assert faults() == [f"Entry {row.id}, position 3 (2026-06-12 06:40, changed, account {row.record_id}), was emptied"
                        " without an erasure."]  # fmt: skip


def test_each_night_a_broken_chain_is_an_error_in_the_log_once(app: Flask, entries: list[int]) -> None:
    with app.app_context(), capture_logs() as quiet:
        jobs.verify_daily(AT)
    change(entries[1], actor_name="somebody else")
    with app.app_context(), capture_logs() as told:
        jobs.verify_daily(AT + timedelta(days=1))
        jobs.verify_daily(AT + timedelta(days=1))
    assert quiet == []
    assert [line["log_level"] for line in told] == ["error"]
    assert "was changed" in told[0]["faults"][0]


def test_what_a_savepoint_took_back_leaves_no_gap(app: Flask) -> None:
    account = an_account()
    with writing():
        kept = db.session.get_one(Account, account.id)
        actions.record(kept, "changed", by=BY, at=AT, name="before")
        inner = db.session.begin_nested()
        actions.record(kept, "changed", by=BY, at=AT, name="taken back")
        inner.rollback()
        actions.record(kept, "changed", by=BY, at=AT, name="after")
    with writing():
        told = db.session.execute(sa.select(ENTRY.c.position, ENTRY.c.record_name).order_by(ENTRY.c.id)).all()
    assert [tuple(row) for row in told[-2:]] == [(2, "before"), (3, "after")]
    assert faults() == []


def test_rows_in_bulk_are_chained_between_those_of_the_unit(app: Flask) -> None:
    startup = a_startup()
    with writing():
        writer = Writer(db.session(), by=BY, at=AT, dry_run=False)
        for number in range(3):
            writer.note(type(startup), startup.id, f"n{number}")
        writer.finish()
        actions.record(startup, "imported", by=BY, at=AT, name="the ledger")
    assert faults() == []
    with writing():
        assert verifying.head().position == db.session.scalar(sa.select(sa.func.count()).select_from(ENTRY))


def test_writers_at_once_leave_one_chain(app: Flask) -> None:
    account = an_account()

    def write(number: int) -> None:
        for turn in range(4):
            with writing():
                actions.record(account, "changed", by=BY, at=AT, name=f"{number}-{turn}")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    with writing():
        verdict = verifying.verify()
    assert (verdict.faults, verdict.entries) == ([], 33)


def test_an_entry_names_the_address_of_a_request(work: Work, finance: Visitor) -> None:
    finance.visit("accounts.edit_own_account").submit("Save", email="lin@example.com", current=PASSWORD)
    with work() as session:
        last = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert last is not None
    assert (last.verb, last.address) == ("changed", "127.0.0.1")


def test_an_entry_names_the_command_or_the_job(work: Work) -> None:
    assert crm("user", "add", "lin", "--role", "finance", "--password", "three unrelated words").exit_code == 0
    startup = a_startup()
    with coming_from("crm worker: import"), work():
        actions.record(startup, "imported", by=BY, at=AT, name="x")
    with work() as session:
        told = session.scalars(sa.select(AuditEntry.address).order_by(AuditEntry.id)).all()
    assert [told[0], told[-1]] == ["crm user add", "crm worker: import"]
