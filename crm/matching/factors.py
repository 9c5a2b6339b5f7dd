"""The factors of a score: each a value from 0 to 1 with what it was found from, and how they add up."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from crm.lib.regions import lies_in
from crm.matching.sides import Backer, Record, Seeker
from crm.matrix.sides import Need, Offer

UNKNOWN = 0.5
ALIKE = 0.4  # a cosine that a thesis and a profile rarely exceed
SILENT_THESIS = 0.3  # a thesis that names no stage or sector fits less than one that does
ENOUGH = 0.25  # of what is sought: from there on a ticket fits
HALF_LIFE = 180  # days
NEVER_MOVED = 0.25
DEPTH = 2  # deals with a meeting that make half of the depth
SAME_STARTUP, BAD_TIMING, SAME_REASON, SAME_SECTOR = 0.6, 0.3, 0.15, 0.05
ABOUT_SECTOR = ("sector", "stage", "conflict")
LEADS, FOLLOWS = ("lead", "either", "sole"), ("follow", "either")


class Factor(enum.StrEnum):
    """What speaks for a match, in the order in which it is shown."""

    TEXT = "text"
    TICKET = "ticket"
    STAGE = "stage"
    SECTOR = "sector"
    DEPTH = "depth"
    RESPONSE = "response"
    PASSES = "passes"
    LOCAL = "local"
    ACTIVITY = "activity"
    ROLE = "role"


# What published profiles and an institution's own thesis tell: all that an investor is shown.
PUBLIC = (Factor.TEXT, Factor.TICKET, Factor.STAGE, Factor.SECTOR)
MOST = 10
Weights = Mapping["Factor", int]
FIRST_WEIGHTS: Weights = {
    Factor.TEXT: 6,
    Factor.TICKET: 3,
    Factor.STAGE: 3,
    Factor.SECTOR: 3,
    Factor.DEPTH: 2,
    Factor.RESPONSE: 2,
    Factor.PASSES: 3,
    Factor.LOCAL: 2,
    Factor.ACTIVITY: 1,
    Factor.ROLE: 1,
}


@dataclass(frozen=True)
class Scored:
    """A factor's value, and what it was found from, as JSON keeps it."""

    value: float
    told: tuple[Any, ...] = ()


Factors = Mapping[Factor, Scored]


def factors_of(backer: Backer, seeker: Seeker, record: Record, likeness: float, day: date) -> Factors:
    """Every factor of a pair on a day."""
    need = seeker.need
    return {
        Factor.TEXT: text(likeness),
        Factor.TICKET: ticket(backer.offer, need),
        Factor.STAGE: Scored(narrowness(backer.offer.stages, need.stage), (len(backer.offer.stages),)),
        Factor.SECTOR: sector(backer.offer, need),
        Factor.DEPTH: depth(record, need),
        Factor.RESPONSE: response(record),
        Factor.PASSES: passes(record, need),
        Factor.LOCAL: local(backer, seeker),
        Factor.ACTIVITY: activity(record, day),
        Factor.ROLE: role(backer, seeker),
    }


def score(factors: Factors, weights: Weights, among: tuple[Factor, ...] = tuple(Factor)) -> int:
    """The weighted mean of some factors, in thousandths; the plain one where all their weights are 0."""
    total = sum(weights[one] for one in among)
    if not total:
        return round(1000 * sum(factors[one].value for one in among) / len(among))
    return round(1000 * sum(weights[one] * factors[one].value for one in among) / total)


def text(likeness: float) -> Scored:
    """How alike thesis and profile are."""
    return Scored(min(1.0, likeness / ALIKE))


def response(record: Record) -> Scored:
    """Of its introductions, how many it answered; one more of two, so that few say little."""
    return Scored((record.replied + 1) / (record.judged + 2), (record.replied, record.judged))


def narrowness(named: tuple[str, ...], code: str | None) -> float:
    """1 where a thesis names this code alone, near a half where it is one of many, less where it names none."""
    if not named:
        return SILENT_THESIS
    return 0.5 + 0.5 / len(named) if code in named else 0.0


def ticket(offer: Offer, need: Need) -> Scored:
    """Whether the largest ticket, or what is left, gives at least a quarter of what is still sought."""
    told = (offer.ticket, offer.ticket_high, need.rest)
    most = offer.ticket_high if offer.investable is None else offer.most
    if not need.rest or most is None:
        return Scored(UNKNOWN, told)
    return Scored(min(1.0, most / need.rest / ENOUGH), told)


def sector(offer: Offer, need: Need) -> Scored:
    """How narrowly a thesis names the sector and the industry."""
    value = (narrowness(offer.layers, need.layer) + narrowness(offer.verticals, need.vertical)) / 2
    return Scored(value, (len(offer.layers), len(offer.verticals)))


def depth(record: Record, need: Need) -> Scored:
    """How often it met startups of the sector."""
    met = record.met[need.layer] if need.layer else 0
    return Scored(met / (met + DEPTH), (met,))


def passes(record: Record, need: Need) -> Scored:
    """What earlier passes take away: most for the same startup, less for the same sector, by the reason given."""
    taken, same = 0.0, []
    in_sector = 0
    for deal in record.passes:
        if deal.startup_id == need.startup_id:
            taken += BAD_TIMING if deal.reason == "timing" else SAME_STARTUP
            same.append([deal.reason, deal.moved_on.isoformat()])
        elif deal.layer and deal.layer == need.layer:
            taken += SAME_REASON if deal.reason in ABOUT_SECTOR else SAME_SECTOR
            in_sector += 1
    return Scored(max(0.0, 1 - taken), (same, in_sector))


def local(backer: Backer, seeker: Seeker) -> Scored:
    """Whether it would count for a local investment requirement, else whether the regions of the thesis have it."""
    for regions, inside, outside in ((backer.requirements, 1.0, 0.2), (backer.regions, 0.8, 0.2)):
        found = [lies_in(seeker.credit_code, region) for region in regions]
        told = (list(regions), regions is backer.requirements and bool(regions))
        if True in found:
            return Scored(inside, told)
        if False in found:
            return Scored(outside, told)
    return Scored(UNKNOWN, ([], False))


def activity(record: Record, day: date) -> Scored:
    """How lately a deal of it moved: half as much every half a year."""
    if record.last_on is None:
        return Scored(NEVER_MOVED, (None,))
    return Scored(min(1.0, 0.5 ** ((day - record.last_on).days / HALF_LIFE)), (record.last_on.isoformat(),))


def role(backer: Backer, seeker: Seeker) -> Scored:
    """A round without a lead needs one, a round with one needs others who follow."""
    told = (backer.role, seeker.has_lead)
    if backer.role is None:
        return Scored(UNKNOWN, told)
    wanted, otherwise = (FOLLOWS, 0.4) if seeker.has_lead else (LEADS, 0.3)
    return Scored(1.0 if backer.role in wanted else otherwise, told)
