"""A number in five minutes: a figure, a period, a scope; the number in a sentence, and the list behind it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from crm.ask import policies, queries
from crm.ask.asked import ASKABLE, CHOICES, OWN, PRESETS, TO_DATE, Asked, arguments, asked_question
from crm.ask.queries import Question
from crm.ask.scopes import scopes_of
from crm.audit.exports import hand_out_sheet
from crm.core.keeping import until_written
from crm.lib.money import format_money
from crm.lib.periods import span_called
from crm.metrics import queries as metric_queries
from crm.metrics.definitions import FIGURES, Metric
from crm.metrics.exports import sheet_of
from crm.metrics.places import RECORD_PAGES
from crm.web.answers import page
from crm.web.filters import count
from crm.web.guards import actor, requires
from crm.web.language import current_language, translate
from crm.web.language import gettext as _
from crm.web.lists import listing, place_from_request
from crm.web.pieces import made_once

bp = Blueprint("ask", __name__, url_prefix="/ask")

# Figures that are only half the truth without these beside them.
BESIDE = {
    "institutions_attracted": ("institutions_present", "brands_attracted"),
    "institutions_present": ("institutions_attracted", "brands_attracted"),
    "fund_matrix_gross": ("fund_matrix_inside", "fund_matrix_net"),
    "fund_matrix_net": ("fund_matrix_gross", "fund_matrix_inside"),
}

STANDING = ("institutions_present",)  # which stand beside a period as they are at its end
COUNTED_FIRST = ("companies_served", "companies_served_by_introduction_or_roadshow")


@bp.get("/")
@requires(policies.may_ask)
def show_answer() -> Any:
    question = (request.full_path, policies.may_export(actor()))
    return page("ask/show_answer.html", content=made_once("ask/_answer.html", question, answer, until_written))


def answer() -> dict[str, Any]:
    """What the page says to the question in its address."""
    asked = asked_question()
    question = asked.question
    metric = question.metric
    value, before = queries.value_of(question), queries.value_of(question.a_year_before())
    return {
        "asked": asked,
        "metric": metric,
        "metrics": ASKABLE.values(),
        "periods": (TO_DATE, *PRESETS, OWN),
        "words": period_words(),
        "scopes": [(name, scope_words()[name], CHOICES[name]()) for name in scopes_of(metric)],
        "value": value,
        "before": before,
        "sentence": sentence(asked, value, before),
        "of_which": queries.of_which(question) if metric.name == "companies_served" else [],
        "beside": [beside(question, name) for name in BESIDE.get(metric.name, ())],
        "differing": differing(question),
        "listing": listing(queries.list_of(question, place_from_request()), []),
        "prefix": RECORD_PAGES[metric.record],
        "may_export": policies.may_export(actor()),
    }


@bp.post("/export")
@requires(policies.may_export)
def export_answer() -> Response:
    question = asked_question().question
    found = metric_queries.every_row(queries.rows(question))
    return hand_out_sheet(sheet_of(question.metric, question.last, found, current_language()))


def beside(question: Question, name: str) -> tuple[Metric, int, str]:
    """Another figure of the same days about the same, as far as it can be narrowed, and where it is asked for."""
    metric = ASKABLE[name]
    scope = {of: value for of, value in question.scope.items() if of in scopes_of(metric)}
    first = None if name in STANDING else question.first
    other = Question(metric, first, question.last, scope)
    return metric, queries.value_of(other), url_for("ask.show_answer", **arguments(other))


def differing(question: Question) -> list[metric_queries.Otherwise]:
    """What was last reported of this figure until its last day, where that day reads otherwise now."""
    metric = registered(question)
    if metric is None:
        return []
    submitted = [one for one in metric_queries.submitted_figures_of(metric) if one.as_of <= question.last]
    latest = [one for one in submitted if one.as_of == submitted[0].as_of]
    return metric_queries.reported_otherwise(metric, latest)


def registered(question: Question) -> Metric | None:
    """The figure that people report which a question asks for; None where it is narrowed, or of days of its own."""
    metric = question.metric
    if question.scope:
        return None
    if question.first is None:
        return metric
    same = (one for one in FIGURES.values() if one.since and one.facts is metric.facts)
    return next((one for one in same if one.first_day(question.last) == question.first), None)


def sentence(asked: Asked, value: int, before: int) -> str:
    """The number in one sentence that names its day (截至) and its definition (口径), to read out or to send."""
    question = asked.question
    metric = question.metric
    about = "".join(f" · {word}" for word in asked.told.values())
    said = str(
        _(
            "As of %(day)s, %(title)s (%(days)s%(about)s): %(value)s; a year before %(before)s%(change)s. "
            "Definition (version %(version)s): %(definition)s",
            day=question.last.isoformat(),
            title=translate(metric.title),
            days=days_told(question),
            about=about,
            value=told(asked, value),
            before=told(asked, before),
            change=f" ({change(value, before)})" if before else "",
            version=metric.version,
            definition=translate(metric.definition),
        )
    )
    return f"{said} {share(asked, value)}" if "confirmed" in question.scope else said


def days_told(question: Question) -> str:
    """Over which days. A company counts on the day of its first service, so that a period tells who was new in it."""
    if question.first is None:
        return str(_("to date"))
    days = {"first": question.first.isoformat(), "last": question.last.isoformat()}
    if question.metric.name in COUNTED_FIRST:
        return str(_("for the first time from %(first)s to %(last)s", **days))
    return str(_("%(first)s to %(last)s", **days))


def share(asked: Asked, value: int) -> str:
    """How much of the whole was confirmed, as a sentence."""
    whole = queries.value_of(asked.question.whole())
    return str(
        _(
            "%(confirmed)s: %(value)s of %(whole)s%(percent)s.",
            confirmed=asked.told["confirmed"].capitalize(),
            value=told(asked, value),
            whole=told(asked, whole),
            percent=f" ({100 * value / whole:.0f}%)" if whole else "",
        )
    )


def told(asked: Asked, value: int) -> str:
    metric = asked.question.metric
    return (
        format_money(value, current_language())
        if metric.is_money
        else f"{count(value)} {translate(metric.noun_of(value))}"
    )


def change(value: int, before: int) -> str:
    """By how much in percent, with its sign (同比)."""
    return f"{100 * (value - before) / before:+.1f}%"


def period_words() -> dict[str, str]:
    return {
        TO_DATE: _("To date"),
        **{name: translate(span_called(name).label) for name in PRESETS},
        OWN: _("Days of my own"),
    }


def scope_words() -> dict[str, str]:
    return {
        "line": _("Platform line"),
        "category": _("Service category"),
        "layer": _("Sector layer"),
        "vertical": _("Industry"),
        "kind": _("Institution type"),
        "owner": _("Owner"),
        "confirmed": _("Platform's role"),
    }
