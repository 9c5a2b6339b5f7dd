"""What a figure is: a definition in words, and one query of the facts that it counts.

The query yields one row per thing counted, with the columns `row_id`, `record_id`, `label`, `detail`, `day`, `until`
and `amount` (分 in CNY; NULL for counts). A fact counts from its `day` on and, where it has an `until`, before that.
The value as of a day (截至) is the number of facts that count then, or the sum of their amounts.
What lies in the bin, and what hangs on it, counts nowhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any, Literal

import sqlalchemy as sa

from crm.lib.text import N_, Message

Facts = sa.Select[Any] | sa.CompoundSelect[Any]
Days = tuple[date, ...]  # the earliest first
NEVER = sa.cast(sa.null(), sa.Date)
NAMES = ("row_id", "record_id", "label", "detail", "day", "until", "amount")


CONFIRMED_BY: dict[str, Message] = {
    "startup": N_("confirmed by the startup"),
    "institution": N_("confirmed by an institution"),
    "both": N_("confirmed by both sides"),
}
COUNTED_AS_CONFIRMED = N_(
    "Of these only where the platform's role was confirmed, whichever role was named. They count by their own day; "
    "what was confirmed at a moment says the figure as it was known then."
)


def confirmed_name(name: str, by: str) -> str:
    """What the confirmed part of a figure is called."""
    return f"{name}_confirmed_by_{by}"


ONE = {
    "brands": N_("brand"),
    "commitments": N_("commitment"),
    "companies": N_("company"),
    "deals": N_("deal"),
    "funds": N_("fund"),
    "institutions": N_("institution"),
    "introductions": N_("introduction"),
    "items": N_("item"),
    "receipts": N_("receipt"),
    "services": N_("service"),
    "startups": N_("startup"),
}


@dataclass(frozen=True)
class Metric:
    """One figure. `record`: the kind of record that each row opens. `noun`: what several of what it counts are called.

    `headings`: what a row's label, detail and day are called. `since`: counted from the first day of the day's year or
    month; "" from the beginning. `of_services`: its facts can be those of one platform line or category. `narrows`:
    they can be those that make up the value on some days, which is less to read; their own days may differ then.
    `listed`: those that make up the value on one day with their own days, where that is less to read than all.
    `confirmable`: its facts can be those in which the platform's role was `confirmed` by a side or by both. `whole`:
    the figure of which this one is the confirmed part, "" for a figure of its own.
    A definition that changes gets another `version`: what was recorded under the earlier one stays as it was.
    """

    name: str
    title: Message
    definition: Message
    unit: Literal["count", "CNY"]
    noun: Message
    record: Literal["institution", "startup", "deal", "fund", "service"]
    headings: tuple[Message, Message, Message]
    facts: Callable[..., Facts]
    of_services: bool = False
    narrows: bool = False
    listed: Callable[..., Facts] | None = None
    since: Literal["", "year", "month"] = ""
    confirmable: bool = False
    whole: str = ""
    version: int = 1

    def noun_of(self, number: int) -> Message:
        """What so many of it are called."""
        return ONE[self.noun.text] if number == 1 else self.noun

    @property
    def is_money(self) -> bool:
        """True for 分 in CNY, False for a number of things."""
        return self.unit == "CNY"

    def counting(self, on: Days, **of_services: Any) -> Facts:
        """The facts that make up the value on some days."""
        return self.facts(on=on, **of_services) if self.narrows else self.facts(**of_services)

    def confirmed(self, by: str) -> Metric:
        """The figure of those facts in which the platform's role was confirmed."""
        return replace(
            self,
            name=confirmed_name(self.name, by),
            title=N_("%(title)s, %(confirmed)s", title=self.title, confirmed=CONFIRMED_BY[by]),
            definition=N_("%(definition)s %(confirmed)s", definition=self.definition, confirmed=COUNTED_AS_CONFIRMED),
            facts=partial(self.facts, confirmed=by),
            confirmable=False,
            of_services=False,
            whole=self.name,
        )

    def first_day(self, as_of: date) -> date:
        """The first day whose facts count as of a day."""
        if not self.since:
            return date.min
        return as_of.replace(month=1, day=1) if self.since == "year" else as_of.replace(day=1)


def columns(  # noqa: PLR0917 - in the order of the columns
    row_id: Any, record_id: Any, label: Any, detail: Any, day: Any, amount: Any = None, *, until: Any = None
) -> list[Any]:
    """The columns of facts, by their names."""
    never = NEVER if until is None else until
    nothing = sa.cast(sa.null(), sa.BigInteger) if amount is None else amount
    given = (row_id, record_id, label, detail, day, never, nothing)
    return [column.label(name) for name, column in zip(NAMES, given, strict=True)]
