"""What an address asks of the matrix: the axis, what a cell shows, which funds, and what is supposed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import request

from crm.lib.money import parse_form_amount
from crm.lib.periods import SPANS
from crm.lib.text import Unreadable
from crm.matrix.queries import Wanted
from crm.matrix.sides import Condition, WhatIf
from crm.matrix.standing import ROWS
from crm.settings.queries import offered
from crm.web.answers import as_of_day
from crm.web.fields import write_fen
from crm.web.language import gettext as _
from crm.web.language import translate

VOCABULARIES = {"layer": "sector_layer", "vertical": "sector_vertical"}
PERIODS = ("all", "12-months", "year", "quarter")
MEASURES = ("gap", "capital", "funds", "startups", "demand", "deals")
BASES = ("committed", "paid_in")
CURRENCIES = ("CNY", "USD", "HKD", "EUR")
LIFTS = {
    "any_stage": Condition.STAGE,
    "any_layer": Condition.LAYER,
    "any_vertical": Condition.VERTICAL,
    "pays_cny": Condition.CURRENCY,
    "any_time": Condition.PERIOD,
    "one_more": Condition.INVESTABLE,
}
SWITCHES = ("neighbours", "exclusions", *LIFTS)
ALL = "all"  # rows or sectors: what opens a total


@dataclass(frozen=True)
class Asked:
    """What is shown. `wrong`: {argument: why its text was not taken}; `open`: the row and sector of the open cell,
    `ALL` of them for a total; `in_full`: with more of its funds and startups.

    `period`: when rounds were opened and deals introduced, up to the day.
    """

    rows: str
    axis: str
    measure: str
    basis: str
    kind: str
    currency: str
    day: date
    period: str
    what_if: WhatIf
    open: tuple[str, str]
    in_full: bool
    arguments: dict[str, str]
    wrong: dict[str, str]

    @property
    def row_codes(self) -> tuple[str, ...]:
        """The rows, in their order."""
        return offered(ROWS[self.rows])

    @property
    def sectors(self) -> tuple[str, ...]:
        """The columns, in their order."""
        return offered(VOCABULARIES[self.axis])

    @property
    def opened(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The rows and the sectors of the open cell or total."""
        row, sector = self.open
        return self.row_codes if row == ALL else (row,), self.sectors if sector == ALL else (sector,)

    @property
    def wanted(self) -> Wanted:
        """Which rounds and deals stand in the matrix."""
        return Wanted(self.rows, first_day(self.period, self.day), self.day)

    def but(self, **changed: str) -> dict[str, str]:
        """The arguments of this view with some of them changed."""
        return {name: value for name, value in {**self.arguments, **changed}.items() if value}

    def lifting(self, conditions: Iterable[Condition], rest: int | None) -> dict[str, str]:
        """The arguments of this view where conditions are lifted that keep funds from a round that seeks `rest`."""
        failing = set(conditions)
        lifted = {name: "1" for name, condition in LIFTS.items() if condition in failing}
        return self.but(**lifted, **({"ticket": write_fen(rest)} if Condition.TICKET in failing else {}))


def asked_matrix() -> Asked:
    """What the request asks for; what it cannot mean asks for nothing."""
    rows = one_of(request.args.get("rows", ""), tuple(ROWS))
    axis = one_of(request.args.get("axis", ""), tuple(VOCABULARIES))
    day, wrong_day = as_of_day(request.args.get("as_of", ""))
    ticket, wrong_ticket = ticket_asked(request.args.get("ticket", "").strip())
    row, sector = request.args.get("row", ""), request.args.get("sector", "")
    is_cell = row in (ALL, *offered(ROWS[rows])) and sector in (ALL, *offered(VOCABULARIES[axis]))
    kind, currency = request.args.get("kind", ""), request.args.get("currency", "")
    return Asked(
        rows=rows,
        axis=axis,
        measure=one_of(request.args.get("measure", ""), MEASURES),
        basis=one_of(request.args.get("basis", ""), BASES),
        kind=kind if kind in offered("institution_kind") else "",
        currency=currency if currency in CURRENCIES else "",
        day=day,
        period=one_of(request.args.get("period", ""), PERIODS),
        what_if=what_if_asked(ticket),
        open=(row, sector) if is_cell else ("", ""),
        in_full=request.args.get("full") == "1",
        arguments={name: value for name, value in request.args.items() if value},
        wrong={name: text for name, text in (("as_of", wrong_day), ("ticket", wrong_ticket)) if text},
    )


def what_if_asked(ticket: int | None) -> WhatIf:
    on = {name for name in SWITCHES if request.args.get(name) == "1"}
    return WhatIf(ticket, "exclusions" in on, "neighbours" in on, frozenset(LIFTS[name] for name in on & {*LIFTS}))


def first_day(period: str, day: date) -> date | None:
    """The first day of a period that ends on a day; None since the beginning."""
    return {
        "all": None,
        "12-months": day - timedelta(days=365),
        "year": SPANS["year"].on(day).first,
        "quarter": SPANS["quarter"].on(day).first,
    }[period]


def one_of(value: str, offered: tuple[str, ...]) -> str:
    return value if value in offered else offered[0]


def ticket_asked(typed: str) -> tuple[int | None, str]:
    """A supposed largest minimum ticket in 分, and why a text is none."""
    if not typed:
        return None, ""
    try:
        amount = parse_form_amount(typed)
    except Unreadable as error:
        return None, translate(error.message)
    if amount.exact is None:
        return None, _("Write one exact amount, such as 30M or 0.3B.")
    return amount.exact, ""


def words_of(name: str) -> dict[str, Any]:
    """What the choices of a switch are called."""
    return {
        "rows": {"stage": _("Growth stage"), "round": _("Round")},
        "period": {
            "all": _("At any time"),
            "12-months": _("In the last 12 months"),
            "year": translate(SPANS["year"].label),
            "quarter": translate(SPANS["quarter"].label),
        },
        "axis": {"layer": _("Sector layer"), "vertical": _("Industry")},
        "basis": {"committed": _("Committed"), "paid_in": _("Paid in")},
        "measure": {
            "gap": _("Gap"),
            "capital": _("Reachable capital"),
            "funds": _("Funds"),
            "startups": _("Startups raising"),
            "demand": _("Open demand"),
            "deals": _("Deals in progress"),
        },
        "what_if": {
            "neighbours": _("Funds take the stages beside theirs too"),
            "exclusions": _("No exclusions"),
            "any_stage": _("Funds take every stage"),
            "any_layer": _("Funds take every sector layer"),
            "any_vertical": _("Funds take every industry"),
            "pays_cny": _("Funds invest in CNY too"),
            "any_time": _("Funds invest outside their investment period too"),
            "one_more": _("Funds have money for one more ticket"),
        },
    }[name]
