"""What an address asks: which figure, over which days, about whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import request

from crm.analytics.queries.owners import owners
from crm.ask import queries
from crm.ask.queries import Question
from crm.ask.scopes import scopes_of
from crm.core.clock import day_of
from crm.lib.periods import span_called
from crm.metrics.definitions import FIGURES
from crm.metrics.definitions.metric import CONFIRMED_BY
from crm.settings.choices import choices
from crm.web.answers import as_of_day, now
from crm.web.language import current_language, translate
from crm.web.language import gettext as _

TO_DATE, OWN = "to-date", "own"
PRESETS = ("month", "quarter", "last-quarter", "year", "last-year")
# Those of a year are asked for as a period of the others.
ASKABLE = {name: metric for name, metric in FIGURES.items() if metric.since != "year"}
Choices = list[tuple[str, str]]


@dataclass(frozen=True)
class Asked:
    """A question as it was typed. `wrong`: {argument: why its text was not taken}; `told`: the scope in words."""

    question: Question
    period: str
    typed: Mapping[str, str]
    wrong: Mapping[str, str]
    told: Mapping[str, str]


def asked_question() -> Asked:
    """What the request asks for: a known figure, days that have come, a scope that the figure has."""
    named = FIGURES.get(request.args.get("metric", ""), FIGURES["companies_served"])
    metric = next(one for one in ASKABLE.values() if one.name == named.name or one.facts is named.facts)
    period = request.args.get("period", TO_DATE if metric is named else "year")
    first, last, wrong = days_asked(period)
    scope, told = {}, {}
    for name in scopes_of(metric):
        value, word = chosen(name, request.args.get(name, ""))
        if word:
            scope[name], told[name] = value, word
    return Asked(Question(metric, first, last, scope), period, request.args, wrong, told)


def days_asked(period: str) -> tuple[date | None, date, dict[str, str]]:
    """The first and last day of a preset, or those that were typed; none of them to come. No first one: to date."""
    today = day_of(now())
    if period in PRESETS:
        days = span_called(period).on(today)
        return days.first, days.last, {}
    if period != OWN:
        return None, today, {}
    (first, wrong_first), (last, wrong_last) = (as_of_day(request.args.get(name, "")) for name in ("from", "to"))
    wrong = {name: text for name, text in (("from", wrong_first), ("to", wrong_last)) if text}
    if last > today:
        last, wrong["to"] = today, _("This day has not come yet.")
    if not request.args.get("from"):
        return None, last, wrong
    if first > last:
        first, wrong["from"] = last, _("The period ends before it begins.")
    return first, last, wrong


def arguments(question: Question) -> dict[str, Any]:
    """How an address asks a question."""
    days = {"period": OWN, "to": question.last.isoformat()}
    if question.first is not None:
        days["from"] = question.first.isoformat()
    return {"metric": question.metric.name, **question.scope, **days}


def chosen(name: str, typed: str) -> tuple[Any, str]:
    """The value of a scope and what it is called; "" for what nothing is called."""
    word = dict(CHOICES[name]()).get(typed, "")
    return (int(typed) if name in ("category", "owner") and word else typed), word


def category_choices() -> Choices:
    return [(str(one.id), one.label(current_language())) for one in queries.categories()]


def owner_choices() -> Choices:
    return [(str(account_id), name) for account_id, (name, _signs_in) in owners().items()]


CHOICES: Mapping[str, Callable[[], Choices]] = {
    "line": lambda: list(choices("platform_line")),
    "category": category_choices,
    "layer": lambda: list(choices("sector_layer")),
    "vertical": lambda: list(choices("sector_vertical")),
    "kind": lambda: list(choices("institution_kind")),
    "owner": owner_choices,
    "confirmed": lambda: [(by, translate(told)) for by, told in CONFIRMED_BY.items()],
}
