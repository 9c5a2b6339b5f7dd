"""How many records there are, what they are called, and the chance that fills them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from typing import Any

from crm.accounts.models import Role
from crm.cli.demo import PEOPLE
from crm.cli.seed_names import institution_name, startup_name
from crm.core.clock import day_of
from crm.deals.models import DealStatus, RoundState
from crm.lib.money import WAN_YUAN
from crm.settings.queries import terms

HANDLERS = 20
DAYS = 1095
SIZES = (500, 1000, 2000, 3000, 5000, 8000)
ACTIVE, PASSED, COMPLETED = DealStatus.ACTIVE, DealStatus.PASSED, DealStatus.COMPLETED
PATHS: tuple[tuple[tuple[str, DealStatus], ...], ...] = (
    (("referred", ACTIVE),),
    (("referred", ACTIVE), ("interested", ACTIVE)),
    (("referred", ACTIVE), ("interested", ACTIVE), ("met", ACTIVE)),
    (("referred", ACTIVE), ("met", ACTIVE), ("due_diligence", ACTIVE), ("term_sheet", ACTIVE)),
    (("referred", ACTIVE), ("met", ACTIVE), ("due_diligence", ACTIVE), ("signed", ACTIVE), ("funded", COMPLETED)),
    (("referred", ACTIVE),),
    (("referred", ACTIVE), ("referred", PASSED)),
    (("referred", ACTIVE), ("interested", ACTIVE), ("interested", PASSED)),
    (("referred", ACTIVE), ("interested", ACTIVE), ("met", ACTIVE), ("met", PASSED)),
    (
        ("referred", ACTIVE),
        ("interested", ACTIVE),
        ("due_diligence", ACTIVE),
        ("committee", ACTIVE),
        ("signed", ACTIVE),
    ),
)  # three events a deal, taken in turn


class Plan:
    """What the tables have in common. Ids run from 1."""

    def __init__(self, startups: int, *, at: datetime) -> None:
        self.at, self.today = at, day_of(at)
        self.random = random.Random(2026)  # noqa: S311 - invented data, no secret
        self.startups = startups
        self.institutions = max(20, startups // 50)
        self.funds = max(20, startups // 10)
        self.rounds = startups * 6 // 5
        self.deals = startups * 2
        self.services = startups * 4
        self.codes = {name: tuple(terms(name)) for name in ("sector_layer", "sector_vertical", "growth_stage")}
        self.codes["kind"] = tuple(code for code in terms("institution_kind") if code != "other")
        self.moments = [self.moment_before(days) for days in range(DAYS + 1)]
        self.startup_names = [startup_name(number) for number in range(1, startups + 1)]
        self.institution_names = [institution_name(number) for number in range(1, self.institutions + 1)]
        more = tuple((f"finance{number:02}", f"专员{number:02}", Role.FINANCE) for number in range(3, HANDLERS + 1))
        self.people = (*PEOPLE, *more)
        self.handlers = [number for number, one in enumerate(self.people, start=1) if one[2] == Role.FINANCE]
        self.committed = [self.one_of(SIZES) * 10 * WAN_YUAN for _ in range(self.funds)]
        self.plan_deals()

    def plan_deals(self) -> None:
        """Which institution hears of which round, and the days on which each deal moves."""
        self.pairs: list[tuple[int, int]] = []
        self.days: list[tuple[date, ...]] = []
        known: set[tuple[int, int]] = set()
        for number in range(self.deals):
            pair = (number * self.rounds // self.deals + 1, self.some_institution())
            while pair in known:
                pair = (pair[0], pair[1] % self.institutions + 1)
            known.add(pair)
            self.pairs.append(pair)
            day = self.some_day()
            days = [day]
            for _ in self.path(number)[1:]:
                day = min(self.today, day + timedelta(days=3 + int(self.random.random() * 25)))
                days.append(day)
            self.days.append(tuple(days))

    def moment_before(self, days: int) -> datetime:
        return datetime.combine(self.today - timedelta(days=days), clock_time(3, 30), UTC)

    def some_day(self) -> date:
        """A day of the last three years."""
        return self.today - timedelta(days=int(self.random.random() * DAYS))

    def recorded(self, day: date) -> datetime:
        """The moment at which something of a day was written down."""
        return self.moments[min((self.today - day).days, DAYS)]

    def one_of(self, values: Sequence[Any]) -> Any:
        """Any of some values."""
        return values[int(self.random.random() * len(values))]

    def some_institution(self) -> int:
        """A few institutions take part in much, most in little."""
        return 1 + int(self.institutions * self.random.random() ** 2)

    def some_startup(self) -> int:
        """A few startups receive many services, most a few."""
        return 1 + int(self.startups * self.random.random() ** 1.5)

    def state_of_round(self, number: int) -> RoundState:
        """Two of three rounds are open."""
        return RoundState.CLOSED if number % 3 == 2 else RoundState.OPEN

    def startup_of_round(self, round_id: int) -> int:
        """Whose round it is: one startup in five has a second one."""
        return (round_id - 1) % self.startups + 1

    def path(self, number: int) -> tuple[tuple[str, DealStatus], ...]:
        """The moves of a deal, by its number from 0."""
        return PATHS[number % len(PATHS)]

    def owner(self, number: int) -> int:
        """Who answers for a record."""
        return self.handlers[number % len(self.handlers)]
