"""The analytics: a tab each for the funnel, cohorts, pass reasons, institutions and the forecast; and the deals behind
every figure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from flask import Blueprint, abort, request, url_for

from crm.analytics import pictures, policies, tables
from crm.analytics.asked import EVERYTHING, Asked, asked_analytics, chips, value_in_words
from crm.analytics.figures import FIGURES
from crm.analytics.history import days_to_reply
from crm.analytics.pictures import bucket_in_words
from crm.analytics.queries import forecast, funnel, groups, institutions, lists, reasons
from crm.analytics.tab import Shown, figure_href, links, tab
from crm.analytics.table import Table, sheet, spoken
from crm.audit.exports import hand_out_sheet
from crm.lib.sheets import as_text
from crm.settings.choices import word
from crm.web.answers import page
from crm.web.guards import actor, requires
from crm.web.language import gettext as _
from crm.web.language import translate
from crm.web.lists import address, listing, place_from_request

bp = Blueprint("analytics", __name__, url_prefix="/analytics")

EXPECTED = "expected"


@bp.get("/")
@requires(policies.may_see)
@tab("analytics/show_funnel.html")
def show_funnel() -> Shown:
    asked = asked_analytics(period="12-months")
    by = grouped_by()
    found = funnel.funnel(asked.filters, asked.as_of)
    return asked, {
        "funnel": found,
        "chart": pictures.funnel_chart(found),
        "by": by,
        "by_links": by_links(asked, by),
        "tables": [table_of("funnel", asked), table_of("groups", asked)],
    }


@bp.get("/cohorts")
@requires(policies.may_see)
@tab("analytics/show_cohorts.html")
def show_cohorts() -> Shown:
    asked = asked_analytics(period="12-months")
    found = groups.cohorts(asked.filters, asked.as_of)
    return asked, {
        "cohorts": found,
        "chart": pictures.cohort_chart(found),
        "tables": [table_of("cohorts", asked)],
    }


@bp.get("/reasons")
@requires(policies.may_see)
@tab("analytics/show_reasons.html")
def show_reasons() -> Shown:
    asked = asked_analytics(period="12-months")
    found = reasons.endings(asked.filters, asked.as_of)
    shown = {"endings": found, "chart": pictures.reason_chart(found), "tables": [table_of("reasons", asked)]}
    return asked, shown


@bp.get("/institutions")
@requires(policies.may_see)
@tab("analytics/show_institutions.html")
def show_institutions() -> Shown:
    asked = asked_analytics(period="12-months")
    found = institutions.page_of(institutions.responses(asked.filters, asked.as_of), place_from_request())
    return asked, {
        "listing": listing(found, []),
        "everybody": institutions.everybody(asked.filters, asked.as_of),
        "chart": pictures.response_chart(found.rows),
        "tables": [tables.response_table(found.rows, links(asked))],
        "days_allowed": days_to_reply(),
    }


@bp.get("/forecast")
@requires(policies.may_see)
@tab("analytics/show_forecast.html")
def show_forecast() -> Shown:
    asked = asked_analytics()
    found = forecast.forecast(asked.filters, asked.as_of)
    return asked, {
        "forecast": found,
        "chart": pictures.forecast_chart(found),
        "tables": [table_of("forecast", asked), table_of("weights", asked)],
        "fewest": forecast.FEWEST,
    }


@bp.post("/<name>/table")
@requires(policies.may_see)
def export_table(name: str) -> Any:
    asked = asked_analytics()
    return hand_out_sheet(sheet(table_called(name, asked), about(asked)))


@bp.get("/<name>/text")
@requires(policies.may_see)
def copy_table(name: str) -> Any:
    asked = asked_analytics()
    told = spoken(table_called(name, asked), about(asked))
    back = address(url_for(TAB_OF_TABLE[name]), asked.arguments() or {"period": EVERYTHING})
    return page("analytics/copy_table.html", title=told.about[0], text=as_text(told), back=back)


def table_called(name: str, asked: Asked) -> Table:
    """A table by its name, or 404."""
    return table_of(name, asked) if name in TABLES else abort(404)


@bp.get("/<name>/deals")
@requires(policies.may_see)
def list_deals(name: str) -> Any:
    asked, at = asked_analytics(), request.args.get("at", "")
    title, text, counted = behind(name, at, asked)
    found = lists.deals(actor(), counted, place_from_request(), (name, at, asked.filters, asked.as_of))
    shown = listing(found, [])
    shown.chips = chips(asked, request.path)
    return page(
        "analytics/list_deals.html",
        title=title,
        text=text,
        listing=shown,
        back=address(url_for(tab_of(name)), asked.arguments() or {"period": "all"}),
        as_of=asked.as_of,
    )


def behind(name: str, at: str, asked: Asked) -> tuple[str, str, Any]:
    """A figure's title, what it counts, and what makes the statement of its deals; 404 for one that there is not."""
    if name == EXPECTED and at in ("", forecast.PAST, forecast.LATER, forecast.UNKNOWN, *forecast.buckets(asked.as_of)):
        title = " · ".join(filter(None, (_("Expected money"), bucket_in_words(at) if at else "")))
        text = _("Active deals at a stage before the money, by the day on which it is expected.")
        return title, text, partial(forecast.ids, asked.filters, asked.as_of, at)
    figure = FIGURES.get(name)
    if figure is None or not figure.takes(at):
        abort(404)
    told = value_in_words(asked, "stage", at) if figure.of == "deal_stage" else word("pass_reason", at) if at else ""
    told = _("No reason given") if at == "-" else told
    title = " · ".join(filter(None, (translate(figure.title), told)))
    return title, translate(figure.text), partial(lists.ids, figure, asked.filters, asked.as_of, at)


def table_of(name: str, asked: Asked) -> Table:
    """A table under the filters of an address, whole."""
    return TABLES[name](asked)


def groups_asked(asked: Asked) -> Table:
    by = grouped_by()
    label = next(label for label, _, chosen in by_links(asked, by) if chosen)
    found = groups.tallies(asked.filters, asked.as_of, by)
    return tables.group_table(found, label, lambda key: group_in_words(asked, by, key), group_links(asked, by))


def cohorts_asked(asked: Asked) -> Table:
    return tables.cohort_table(groups.cohorts(asked.filters, asked.as_of), group_links(asked, "month"))


def responses_asked(asked: Asked) -> Table:
    every = institutions.sorted_by(institutions.responses(asked.filters, asked.as_of), place_from_request())
    return tables.response_table(every, links(asked))


def weights_asked(asked: Asked) -> Table:
    everything = replace(asked, filters=asked.filters.unlimited())
    return tables.weight_table(forecast.forecast(asked.filters, asked.as_of), links(asked), links(everything))


TABLES: dict[str, Callable[[Asked], Table]] = {
    "funnel": lambda asked: tables.funnel_table(funnel.funnel(asked.filters, asked.as_of), links(asked)),
    "groups": groups_asked,
    "cohorts": cohorts_asked,
    "reasons": lambda asked: tables.reason_table(reasons.endings(asked.filters, asked.as_of), links(asked)),
    "institutions": responses_asked,
    "forecast": lambda asked: tables.forecast_table(forecast.forecast(asked.filters, asked.as_of), links(asked)),
    "weights": weights_asked,
}
TAB_OF_TABLE = {
    "funnel": "analytics.show_funnel",
    "groups": "analytics.show_funnel",
    "cohorts": "analytics.show_cohorts",
    "reasons": "analytics.show_reasons",
    "institutions": "analytics.show_institutions",
    "forecast": "analytics.show_forecast",
    "weights": "analytics.show_forecast",
}


def about(asked: Asked) -> list[str]:
    """What the rows of a table are about: the day, and the filters that are on."""
    return [
        _("As of %(day)s", day=asked.as_of.isoformat()),
        *(f"{chip.label}: {chip.value}" for chip in chips(asked, request.path) if chip.label != _("As of")),
    ]


def tab_of(name: str) -> str:
    """The tab on which a figure stands."""
    found = {
        "judged": "show_institutions",
        "replied": "show_institutions",
        "timed": "show_institutions",
        "expected": "show_forecast",
        "decided": "show_forecast",
        "funded-after": "show_forecast",
        "open": "show_cohorts",
    }
    return f"analytics.{found.get(name, 'show_reasons' if name in ENDINGS else 'show_funnel')}"


ENDINGS = ("passed", "passed-unmet", "passed-met", "declined", "lapsed")


def group_links(asked: Asked, by: str) -> Callable[..., str]:
    """The way to the deals of one group, as (key, name, argument); of all groups for the key None of months."""

    def href(key: Any, name: str, at: str = "") -> str:
        of_group = {} if by == "month" and key is None else group_arguments(asked, by, key)
        return figure_href(asked, name, at, **of_group)

    return href


def grouped_by() -> str:
    by = request.args.get("by", "layer")
    return by if by in groups.BY or by == groups.QUARTER else "layer"


def by_links(asked: Asked, by: str) -> list[tuple[str, str, bool]]:
    """(label, address, chosen) of each way to set groups side by side."""
    told = {
        "layer": _("Sector layer"),
        "vertical": _("Industry"),
        "kind": _("Institution type"),
        "owner": _("Owner"),
        "round": _("Round"),
        "stage": _("Stage now"),
        groups.QUARTER: _("Quarter"),
    }
    kept = asked.arguments() or {"period": "all"}
    return [(label, address(request.path, {**kept, "by": name}), name == by) for name, label in told.items()]


def group_in_words(asked: Asked, by: str, key: Any) -> str:
    """What the deals of a group share."""
    if by == groups.QUARTER:
        return f"{key[0]} Q{key[1]}"
    return value_in_words(asked, by, key)


def group_arguments(asked: Asked, by: str, key: Any) -> dict[str, Any]:
    """What an address needs for the deals of one group."""
    if by not in (groups.QUARTER, "month"):
        return {by: "-" if key is None else key}
    first, last = groups.days_of(key, months=3 if by == groups.QUARTER else 1)
    limits = asked.filters
    return {"from": max(first, limits.first or first), "to": min(last, limits.last or last)}
