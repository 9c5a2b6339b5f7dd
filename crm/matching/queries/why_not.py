"""Who does not match, which gates are shut, and which one change would open the way to how many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from heapq import nsmallest
from itertools import accumulate, groupby
from typing import Any

import sqlalchemy as sa

from crm.core.db import db
from crm.core.keeping import kept
from crm.core.listing import FIRST_DAY
from crm.deals.models import Round
from crm.institutions.models import Institution
from crm.matching.queries.sides import backers_of, every_backer, investing, records, seekers, shutting_records
from crm.matching.sides import NO_RECORD, Backer, Gate, Record, Seeker, Told, barriers
from crm.startups.models import Startup

NEAREST = 15
CHANGES = 6
LOOKED_AT = 1_000  # rounds, the latest
AXES = {Gate.STAGE: "stage", Gate.LAYER: "layer", Gate.VERTICAL: "vertical"}


@dataclass(frozen=True)
class Rejection:
    """A pair that is no match, with the gates that are shut; `competitor`: the deal that makes the conflict."""

    backer: Backer
    seeker: Seeker
    gates: tuple[Gate, ...]
    competitor: Told | None = None


@dataclass(frozen=True)
class Change:
    """One condition otherwise, and how many more would match then. `value`: the amount in 分, or the code."""

    gate: Gate
    value: Any
    more: int
    backer: Backer | None = None


@dataclass(frozen=True)
class WhyNot:
    """What keeps one side from the other: of how many that were `looked_at`, and how many each gate keeps `alone`."""

    looked_at: int
    nearest: Sequence[Rejection]
    alone: dict[Gate, int]
    changes: Sequence[Change]


def why_not_round(round_id: int, day: date) -> WhyNot | None:
    """Why institutions and funds do not reach a round; None for one that is not open or seeks nothing more.

    Kept until something is written, as the other side is.
    """
    return kept(("why not", round_id, day), lambda: read_round(round_id, day))


def read_round(round_id: int, day: date) -> WhyNot | None:
    seeker = next(iter(seekers([round_id])), None)
    if seeker is None:
        return None
    return refused_by(seeker, every_backer(), shutting_records(seeker, day), day)


def refused_by(seeker: Seeker, backers: Sequence[Backer], known: dict[int, Record], day: date) -> WhyNot:
    """The same of given backers."""
    rejections = []
    for backer in backers:
        record = known.get(backer.institution_id, NO_RECORD)
        gates = barriers(backer, seeker, record, day)
        if gates and Gate.INTRODUCED not in gates:
            rejections.append(Rejection(backer, seeker, tuple(gates), record.competitor(record.held, seeker)))
    alone = [one for one in rejections if len(one.gates) == 1]
    tickets = sorted(one.backer.offer.ticket for one in alone if one.gates == (Gate.TICKET,))
    changes = [Change(Gate.TICKET, amount, more) for amount, more in steps(tickets)]
    return WhyNot(len(backers), nearest(rejections), counted(alone), changes[:CHANGES])


def why_not_institution(institution_id: int, day: date) -> WhyNot:
    """Why the rounds that were opened last do not suit an institution."""
    return kept(("why not institution", institution_id, day), lambda: read_institution(institution_id, day))


def read_institution(institution_id: int, day: date) -> WhyNot:
    opened = sa.func.coalesce(Round.opened_on, FIRST_DAY)
    latest = (
        sa.select(Round.id)
        .join(Startup, Startup.id == Round.startup_id)
        .where(Round.archived_at.is_(None), Round.state == "open", Startup.archived_at.is_(None))
        .order_by(opened.desc(), Round.id.desc())
        .limit(LOOKED_AT)
    )
    own = backers_of(investing().where(Institution.id == institution_id))
    record = records(day, [institution_id]).get(institution_id, NO_RECORD)
    return refused_to(own, seekers(db.session.scalars(latest).all()), record, day)


def refused_to(own: Sequence[Backer], rounds: Sequence[Seeker], record: Record, day: date) -> WhyNot:
    """The same of given rounds; a round that one of the funds reaches is not kept away."""
    rejections: list[Rejection] = []
    for seeker in rounds:
        shut = [(backer, barriers(backer, seeker, record, day)) for backer in own]
        if all(gates and Gate.INTRODUCED not in gates for _, gates in shut):
            competitor = record.competitor(record.held, seeker)
            rejections += [Rejection(backer, seeker, tuple(gates), competitor) for backer, gates in shut]
    alone = [one for one in rejections if len(one.gates) == 1]
    changes = sorted(changes_of(alone), key=lambda one: -one.more)
    return WhyNot(len(rounds), nearest(rejections), counted(alone), changes[:CHANGES])


def changes_of(alone: Sequence[Rejection]) -> list[Change]:
    """What each fund could do otherwise: take one more code of an axis, or ask for a smaller ticket."""
    found: list[Change] = []
    in_turn = sorted(alone, key=lambda one: (one.backer.offer.fund_id, one.gates[0]))
    for _, group in groupby(in_turn, key=lambda one: (one.backer.offer.fund_id, one.gates[0])):
        same = list(group)
        backer, gate = same[0].backer, same[0].gates[0]
        if gate in AXES:
            codes = Counter(getattr(one.seeker.need, AXES[gate]) for one in same)
            found += [Change(gate, code, more, backer) for code, more in codes.items() if code]
        elif gate == Gate.TICKET:
            amounts = sorted(-(one.seeker.need.rest or 0) for one in same)
            found += [Change(gate, -amount, more, backer) for amount, more in steps(amounts)]
    return found


def steps(amounts: Sequence[int]) -> list[tuple[int, int]]:
    """[(an amount, how many lie at it or before)], of amounts in their order; the first three and the last."""
    groups = [(amount, len(list(group))) for amount, group in groupby(amounts)]
    sums = list(accumulate(more for _, more in groups))
    found = [(amount, total) for (amount, _), total in zip(groups, sums, strict=True)]
    return found if len(found) <= NEAR_STEPS else [*found[: NEAR_STEPS - 1], found[-1]]


NEAR_STEPS = 4


def nearest(rejections: Iterable[Rejection]) -> list[Rejection]:
    """The fewest shut gates first, then the most money left."""
    return nsmallest(
        NEAREST,
        rejections,
        key=lambda one: (
            len(one.gates),
            -(one.backer.offer.investable or 0),
            one.backer.institution_id,
            one.seeker.need.round_id,
        ),
    )


def counted(alone: Iterable[Rejection]) -> dict[Gate, int]:
    return dict(Counter(one.gates[0] for one in alone).most_common())
