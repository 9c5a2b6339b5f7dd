"""The two sides of a match beyond what the matrix knows of them, what is known of an institution's earlier deals, and
the gates between them."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from crm.deals.models import FIRST_STAGE, FUNDED_STAGE, GOING_ON, HOLDING, SIGNED_STAGE, DealStatus
from crm.deals.queries.introducing import SERIOUS_FROM
from crm.matrix.sides import Condition, Need, Offer, failing
from crm.settings.queries import terms

MET_STAGE = "met"
ANSWERED = (DealStatus.PASSED, DealStatus.ON_HOLD)
DAYS_TO_REPLY = 14  # where the first stage has no limit
OWN_MONEY = 0


@dataclass(frozen=True)
class Backer:
    """An institution with one of its funds, or with its own money where it has none that invests in startups.

    `thesis`: in the words of both; `requirements`: regions in which money must still be invested for an investor of
    the fund; `is_shut_out`: its latest check did not admit it.
    """

    institution_id: int
    name: str
    offer: Offer
    role: str | None = None
    structures: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    thesis: str = ""
    requirements: tuple[str, ...] = ()
    left_on: date | None = None
    is_shut_out: bool = False

    @property
    def fund_id(self) -> int | None:
        """The fund; None for its own money."""
        return self.offer.fund_id or None


@dataclass(frozen=True)
class Seeker:
    """An open round with what its startup says of itself.

    `has_lead`: some institution stands at a term sheet or beyond.
    `twin_id`: the institution that is the same legal person. `competitors`: startups that compete with it, as the desk
    says.
    """

    need: Need
    structure: str | None = None
    credit_code: str | None = None
    text: str = ""
    twin_id: int | None = None
    has_lead: bool = False
    competitors: frozenset[int] = frozenset()


class Told(NamedTuple):
    """A deal as it stood."""

    institution_id: int
    round_id: int
    startup_id: int
    startup_name: str
    layer: str | None
    vertical: str | None
    stage: str
    status: DealStatus
    reason: str | None
    introduced_on: date
    moved_on: date


@dataclass
class Record:
    """What is known of an institution's deals. `met`: {sector: deals that came to a meeting}."""

    judged: int = 0
    replied: int = 0
    last_on: date | None = None
    met: Counter[str] = field(default_factory=Counter)
    passes: list[Told] = field(default_factory=list)
    held: list[Told] = field(default_factory=list)
    talks: list[Told] = field(default_factory=list)
    rounds: set[int] = field(default_factory=set)

    @staticmethod
    def competitor(deals: Iterable[Told], seeker: Seeker) -> Told | None:
        """A deal with a startup that was marked as a competitor."""
        if not seeker.competitors:
            return None
        return next((one for one in deals if one.startup_id in seeker.competitors), None)

    @staticmethod
    def alike(deals: Iterable[Told], seeker: Seeker) -> Told | None:
        """A deal with another startup of the same sector and industry, which may compete."""
        need = seeker.need
        if not need.layer or not need.vertical:
            return None
        same = (one for one in deals if (one.layer, one.vertical) == (need.layer, need.vertical))
        return next((one for one in same if one.startup_id != need.startup_id), None)


NO_RECORD = Record()


def records_of(deals: Iterable[Told], day: date) -> dict[int, Record]:
    """{institution: its record on a day}, of deals in any order."""
    stages = terms("deal_stage")
    places = {code: word.position for code, word in stages.items()}
    limit = stages[FIRST_STAGE].limit_days or DAYS_TO_REPLY
    found: dict[int, Record] = {}
    for deal in deals:
        record = found.setdefault(deal.institution_id, Record())
        record.rounds.add(deal.round_id)
        record.last_on = max(record.last_on or deal.moved_on, deal.moved_on)
        if deal.introduced_on <= day - timedelta(days=limit):
            record.judged += 1
            record.replied += deal.stage != FIRST_STAGE or deal.status in ANSWERED
        if places.get(deal.stage, 0) >= places[MET_STAGE] and deal.layer:
            record.met[deal.layer] += 1
        if deal.status == DealStatus.PASSED:
            record.passes.append(deal)
        elif deal.stage in (SIGNED_STAGE, FUNDED_STAGE) and deal.status in HOLDING:
            record.held.append(deal)
        elif places.get(deal.stage, 0) >= places[SERIOUS_FROM] and deal.status in GOING_ON:
            record.talks.append(deal)
    return found


class Gate(enum.StrEnum):
    """What must hold for a match: the conditions of the matrix, and what only a pair can tell."""

    STAGE = "stage"
    LAYER = "layer"
    VERTICAL = "vertical"
    CURRENCY = "currency"
    PERIOD = "period"
    INVESTABLE = "investable"
    TICKET = "ticket"
    STRUCTURE = "structure"
    CONFLICT = "conflict"
    SAME_PERSON = "same_person"
    ADMISSION = "admission"
    LEFT = "left"
    INTRODUCED = "introduced"


class Check(enum.StrEnum):
    """What is not known and must be asked before an introduction; it shuts no gate."""

    INVESTABLE = "investable"
    CURRENCY = "currency"
    STRUCTURE = "structure"
    HOLDS_ALIKE = "holds_alike"
    TALKS = "talks"
    TALKS_ALIKE = "talks_alike"


def barriers(backer: Backer, seeker: Seeker, record: Record, day: date) -> list[Gate]:
    """The gates that are shut; nothing for a match. What is left to invest shuts one only where it is known."""
    offer = backer.offer
    shut = [
        Gate(condition)
        for condition in failing(offer, seeker.need, day)
        if condition != Condition.INVESTABLE or offer.investable is not None
    ]
    return [*shut, *(gate for gate, is_shut in between(backer, seeker, record, day).items() if is_shut)]


def between(backer: Backer, seeker: Seeker, record: Record, day: date) -> dict[Gate, bool]:
    """{gate: whether it is shut}, of those that only the pair can tell, or its institution."""
    return {
        Gate.STRUCTURE: bool(backer.structures and seeker.structure and seeker.structure not in backer.structures),
        Gate.CONFLICT: record.competitor(record.held, seeker) is not None,
        Gate.SAME_PERSON: seeker.twin_id == backer.institution_id,
        Gate.ADMISSION: backer.is_shut_out,
        Gate.LEFT: backer.left_on is not None and backer.left_on <= day,
        Gate.INTRODUCED: seeker.need.round_id in record.rounds,
    }


def checks(backer: Backer, seeker: Seeker, record: Record) -> list[Check]:
    """What must be asked of a match."""
    open_questions = {
        Check.INVESTABLE: backer.offer.investable is None,
        Check.CURRENCY: backer.offer.pays_cny is None,
        Check.STRUCTURE: bool(backer.structures) and seeker.structure is None,
        Check.HOLDS_ALIKE: record.alike(record.held, seeker) is not None,
        Check.TALKS: record.competitor(record.talks, seeker) is not None,
        Check.TALKS_ALIKE: record.alike(record.talks, seeker) is not None,
    }
    return [check for check, is_open in open_questions.items() if is_open]
