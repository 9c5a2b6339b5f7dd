"""What an address asks of the analytics: the filters, the same for every tab, and how they are told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from flask import request

from crm.analytics.filters import NONE, Filters
from crm.analytics.queries.owners import owners
from crm.core.clock import day_of
from crm.institutions import queries as institution_queries
from crm.lib.periods import SPANS, span_called
from crm.settings.choices import choices, word
from crm.web.answers import as_of_day, now
from crm.web.guards import LARGEST_ID, actor
from crm.web.language import gettext as _
from crm.web.language import translate
from crm.web.lists import Chip, address

VOCABULARIES = {
    "layer": "sector_layer",
    "vertical": "sector_vertical",
    "kind": "institution_kind",
    "round": "round_name",
    "stage": "deal_stage",
}
EVERYTHING = "all"


@dataclass(frozen=True)
class Asked:
    """The filters of an address. `period`: the preset that its days are, "" for days of one's own.

    `owners`: {account: (name, still signs in)}. `typed`: the day that is asked for; `wrong`: why it is today instead.
    """

    filters: Filters
    as_of: date
    period: str
    owners: Mapping[int, tuple[str, bool]]
    typed: str = ""
    wrong: str = ""

    @cached_property
    def told(self) -> dict[str, str]:
        """The filters as an address carries them."""
        days = {"from": self.filters.first, "to": self.filters.last, "as_of": self.filters.at}
        told = {name: day.isoformat() for name, day in days.items() if day}
        return told | {name: str(value) for name, value in self.filters.wanted}

    def arguments(self, **more: Any) -> dict[str, str]:
        """The same with some of it changed."""
        changed = {name: str(value) for name, value in more.items()}
        return {name: value for name, value in (self.told | changed).items() if value}


def labels() -> dict[str, str]:
    """What each filter is called."""
    return {
        "layer": _("Sector layer"),
        "vertical": _("Industry"),
        "kind": _("Institution type"),
        "owner": _("Owner"),
        "round": _("Round"),
        "stage": _("Stage now"),
        "institution": _("Institution"),
    }


def asked_analytics(*, period: str = EVERYTHING) -> Asked:
    """What the address asks for; introductions of the given preset where it names no days."""
    as_of, wrong = day_asked_for()
    presets = periods(as_of)
    typed = [day_asked("from"), day_asked("to")]
    name = "" if any(typed) else request.args.get("period", period)
    first, last = presets.get(name, (typed[0], typed[1])) if name else (typed[0], typed[1])
    wanted = tuple(
        (name, value) for name in labels() if (value := wanted_value(name, request.args.get(name, "").strip())) != ""
    )
    same = next((preset for preset, days in presets.items() if days == (first, last)), "")
    at = as_of if as_of < day_of(now()) else None
    filters = Filters(first, last, wanted, at)
    return Asked(filters, as_of, same, owners(), request.args.get("as_of", "").strip(), wrong)


def day_asked_for() -> tuple[date, str]:
    """The day as of which figures are asked for, today at the latest, and why another one was not taken."""
    as_of, wrong = as_of_day(request.args.get("as_of", "").strip())
    today = day_of(now())
    return (today, _("This day has not come yet.")) if as_of > today else (as_of, wrong)


def day_asked(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


def wanted_value(name: str, value: str) -> str | int:
    """The value of a filter, "" for what cannot be one."""
    if name == "owner" and value == "me":
        return int(actor().id)
    if name in VOCABULARIES or value == NONE:
        return value[:60]
    return int(value) if value.isdecimal() and len(value) < 19 and int(value) <= LARGEST_ID else ""


def periods(today: date) -> dict[str, tuple[date | None, date | None]]:
    """{preset: (first, last day)}."""
    named = {name: span_called(name).on(today) for name in ("quarter", "year", "last-year")}
    year_ago = (today.replace(day=1) - timedelta(days=330)).replace(day=1)
    return {
        **{name: (period.first, period.last) for name, period in named.items()},
        "12-months": (year_ago, today),
        EVERYTHING: (None, None),
    }


def period_links(asked: Asked, path: str, own: Mapping[str, str]) -> list[tuple[str, str, bool]]:
    """(label, address, chosen) of each preset; the other filters stay."""
    told = {
        "quarter": translate(SPANS["quarter"].label),
        "year": translate(SPANS["year"].label),
        "12-months": _("Twelve months"),
        "last-year": translate(SPANS["last_year"].label),
        EVERYTHING: _("All"),
    }
    kept = {name: value for name, value in asked.arguments().items() if name not in ("from", "to")}
    return [
        (label, address(path, {**own, **kept, "period": name}), name == asked.period) for name, label in told.items()
    ]


def selects(asked: Asked) -> list[tuple[str, str, list[tuple[str, str]], str]]:
    """(argument, label, choices, chosen) of the filters that are chosen from a list."""
    told, chosen = labels(), dict(asked.filters.wanted)
    people = [(str(account_id), name) for account_id, (name, there) in asked.owners.items() if there]
    offered = {name: list(choices(vocabulary)) for name, vocabulary in VOCABULARIES.items()} | {"owner": people}
    return [(name, told[name], offered[name], str(chosen.get(name, ""))) for name in told if name in offered]


def chips(asked: Asked, path: str) -> list[Chip]:
    """The filters that are on, each with the address without it."""
    told = labels()
    limits = asked.filters
    days = [(_("Introduced from"), "from", limits.first), (_("Introduced until"), "to", limits.last)]
    days.append((_("As of"), "as_of", limits.at))
    own = {name: request.args[name] for name in ("by", "at") if request.args.get(name)}
    arguments = asked.arguments(**own)
    found = [(label, day.isoformat(), name) for label, name, day in days if day]
    found += [(told[name], value_in_words(asked, name, value), name) for name, value in limits.wanted]
    return [
        Chip(label, value, address(path, without(arguments, name) or {"period": EVERYTHING}))
        for label, value, name in found
    ]


def without(arguments: Mapping[str, str], name: str) -> dict[str, str]:
    return {key: value for key, value in arguments.items() if key != name}


def value_in_words(asked: Asked, name: str, value: Any) -> str:
    """The value of a filter as people say it."""
    if value in (NONE, None):
        return str(_("not known"))
    if name in VOCABULARIES:
        return word(VOCABULARIES[name], str(value))
    if name == "institution":
        found = institution_queries.find_institution(actor(), int(value or 0))
        return found.shown_name if found else str(value)
    return str(asked.owners.get(value, (value, False))[0])
