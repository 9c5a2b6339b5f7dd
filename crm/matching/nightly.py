"""All matches at once, in many short units of work: others read and write meanwhile."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from crm.audit.earlier import last_entry
from crm.core.db import db, unit_of_work
from crm.core.jobs import Progress
from crm.deals.models import Round, RoundState
from crm.institutions.models import Institution
from crm.matching import actions
from crm.matching.keeping import INSTITUTIONS, ROUNDS, Side
from crm.matching.queries.found import Found, found_for_institution, found_for_round, scale_on
from crm.matching.queries.sides import every_backer, records, seekers
from crm.matching.queries.stored import overtaken_institutions, overtaken_rounds
from crm.matching.queries.weights import weights_now
from crm.matching.sweep import Sweep
from crm.startups.models import Startup

AT_A_LOOK = 10  # rounds, and institutions, that are computed again at once; others wait for the next look
AT_ONCE = 25  # rounds that are read, and whose matches are written, in one unit of work


def nobody_asks(_done: int, _total: int) -> None:
    """Progress that nobody follows."""


def refresh_all(day: date, at: datetime, progress: Progress = nobody_asks) -> int:
    """Compute and keep all matches; returns of how many rounds.

    What was kept before holds until it is replaced, portion by portion: who is stopped begins anew.
    """
    with unit_of_work(write=False):
        rounds, institutions, entry = stamps_of_rounds(), stamps_of_institutions(), last_entry()
        sweep = Sweep(every_backer(), records(day), scale_on(day))
    gc.collect()
    gc.freeze()  # else looking through all of it, now and then, keeps SQLite locked for half a second
    for done, some in in_parts(sorted(rounds), AT_ONCE):
        progress(done, len(rounds))
        with unit_of_work(write=False):
            found = {one.need.round_id: sweep.matches_of(one) for one in seekers(some)}
        with unit_of_work(write=True):
            ROUNDS.keep({number: found.get(number, Found()) for number in some}, rounds, entry, at=at)
    best = dict(sweep.of_institutions())
    for _, some in in_parts(sorted(institutions), AT_ONCE):
        passed = {number: sweep.passed.get(number, 0) for number in some}
        own = {number: Found(best.get(number, ()), passed[number], passed[number]) for number in some}
        with unit_of_work(write=True):
            INSTITUTIONS.keep(own, institutions, entry, at=at)
    forget_but(ROUNDS, rounds)
    forget_but(INSTITUTIONS, institutions)
    return len(rounds)


def forget_but(side: Side, numbers: Mapping[int, str]) -> None:
    """Drop what is kept of all but some records."""
    with unit_of_work(write=False):
        gone = sorted(side.known().difference(numbers))
    for _, some in in_parts(gone, AT_ONCE):
        with unit_of_work(write=True):
            side.forget(some)


def refresh_changed(day: date, at: datetime) -> int:
    """Compute again what was opened or changed since, so that whoever looks first finds it; returns how much that was.

    What is read takes long and is read before the unit that writes.
    """
    with unit_of_work(write=False):
        rounds = {one: found_for_round(one, day) for one in overtaken_rounds(AT_A_LOOK)}
        institutions = {one: found_for_institution(one, day) for one in overtaken_institutions(AT_A_LOOK)}
    for round_id, found in rounds.items():
        with unit_of_work(write=True) as session:
            actions.keep_round(session.get_one(Round, round_id, options=[joinedload(Round.startup)]), found, at=at)
    for institution_id, found in institutions.items():
        with unit_of_work(write=True) as session:
            actions.keep_institution(session.get_one(Institution, institution_id), found, at=at)
    return len(rounds) + len(institutions)


def stamps_of_rounds() -> dict[int, str]:
    """{open round: what its matches are computed from}."""
    number = weights_now().number
    rows = db.session.execute(
        sa.select(Round.id, Round.version, Startup.version)
        .join(Startup, Startup.id == Round.startup_id)
        .where(Round.state == RoundState.OPEN, Round.archived_at.is_(None), Startup.archived_at.is_(None))
    )
    return {round_id: f"{number}:{version}:{startup}" for round_id, version, startup in rows}


def stamps_of_institutions() -> dict[int, str]:
    """{institution: what its matches are computed from}."""
    number = weights_now().number
    found = sa.select(Institution.id, Institution.version).where(Institution.archived_at.is_(None))
    return {row.id: f"{number}:{row.version}" for row in db.session.execute(found)}


def in_parts(values: Sequence[int], size: int) -> Iterator[tuple[int, Sequence[int]]]:
    """(how many came before, some of them)."""
    return ((at, values[at : at + size]) for at in range(0, len(values), size))
