"""The analytics: a tab each for the funnel, cohorts, pass reasons, institutions and the forecast; and the deals behind
every figure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext as _

from crm.analytics import pictures, policies
from crm.analytics.asked import Asked, asked_analytics, chips, period_links, selects, value_in_words
from crm.analytics.figures import FIGURES
from crm.analytics.history import days_to_reply
from crm.analytics.queries import forecast, funnel, groups, institutions, lists, reasons
from crm.deals import queries as deal_queries
from crm.settings.choices import word
from crm.web.answers import page
from crm.web.guards import actor, requires
from crm.web.language import translate
from crm.web.lists import address, listing, place_from_request

bp = Blueprint("analytics", __name__, url_prefix="/analytics")

EXPECTED = "expected"


@bp.get("/")
@requires(policies.may_see)
def show_funnel() -> Any:
    asked = asked_analytics(period="12-months")
    by = request.args.get("by", "layer")
    by = by if by in groups.BY or by == groups.QUARTER else "layer"
    found = funnel.funnel(asked.filters, asked.as_of)
    return tab(
        "analytics/show_funnel.html",
        asked,
        funnel=found,
        chart=pictures.funnel_chart(found),
        by=by,
        by_links=by_links(asked, by),
        tallies=groups.tallies(asked.filters, asked.as_of, by),
        total=groups.total,
        milestones=groups.milestones(),
        key_in_words=lambda key: group_in_words(asked, by, key),
        group_href=lambda key, name, at="": figure_href(asked, name, at, **group_arguments(asked, by, key)),
    )


@bp.get("/cohorts")
@requires(policies.may_see)
def show_cohorts() -> Any:
    asked = asked_analytics(period="12-months")
    found = groups.cohorts(asked.filters, asked.as_of)
    return tab(
        "analytics/show_cohorts.html",
        asked,
        cohorts=found,
        chart=pictures.cohort_chart(found),
        total=groups.total(found),
        milestones=groups.milestones(),
        month_href=lambda key, name, at="": figure_href(asked, name, at, **group_arguments(asked, "month", key)),
    )


@bp.get("/reasons")
@requires(policies.may_see)
def show_reasons() -> Any:
    asked = asked_analytics(period="12-months")
    found = reasons.endings(asked.filters, asked.as_of)
    return tab("analytics/show_reasons.html", asked, endings=found, chart=pictures.reason_chart(found))


@bp.get("/institutions")
@requires(policies.may_see)
def show_institutions() -> Any:
    asked = asked_analytics(period="12-months")
    every = institutions.responses(asked.filters, asked.as_of)
    found = institutions.page_of(every, place_from_request())
    return tab(
        "analytics/show_institutions.html",
        asked,
        listing=listing(found, []),
        everybody=institutions.all_together(every),
        chart=pictures.response_chart(found.rows),
        days_allowed=days_to_reply(),
    )


@bp.get("/forecast")
@requires(policies.may_see)
def show_forecast() -> Any:
    asked = asked_analytics()
    found = forecast.forecast(asked.filters, asked.as_of)
    return tab(
        "analytics/show_forecast.html",
        asked,
        forecast=found,
        chart=pictures.forecast_chart(found),
        bucket_name=bucket_in_words,
        fewest=forecast.FEWEST,
    )


@bp.get("/<name>/deals")
@requires(policies.may_see)
def list_deals(name: str) -> Any:
    asked, at = asked_analytics(), request.args.get("at", "")
    title, text, ids = behind(name, at, asked)
    found = lists.deals(actor(), ids, place_from_request(), (name, at, asked.filters, asked.as_of))
    shown = listing(found, [])
    shown.chips = chips(asked, request.path)
    return page(
        "analytics/list_deals.html",
        title=title,
        text=text,
        listing=shown,
        received=deal_queries.received_by_deal(deal.id for deal in found.rows),
        back=address(url_for(tab_of(name)), asked.arguments() or {"period": "all"}),
        as_of=asked.as_of,
    )


def behind(name: str, at: str, asked: Asked) -> tuple[str, str, Any]:
    """A figure's title, what it counts, and the ids of its deals; 404 for one that there is not."""
    if name == EXPECTED and at in ("", forecast.PAST, forecast.LATER, forecast.UNKNOWN, *forecast.buckets(asked.as_of)):
        title = " · ".join(filter(None, (_("Expected money"), bucket_in_words(at) if at else "")))
        text = _("Active deals at a stage before the money, by the day on which it is expected.")
        return title, text, forecast.ids(asked.filters, asked.as_of, at)
    figure = FIGURES.get(name)
    if figure is None or not figure.takes(at):
        abort(404)
    told = value_in_words(asked, "stage", at) if figure.of == "deal_stage" else word("pass_reason", at) if at else ""
    told = _("No reason given") if at == "-" else told
    title = " · ".join(filter(None, (translate(figure.title), told)))
    return title, translate(figure.text), lists.ids(figure, asked.filters, asked.as_of, at)


def tab(template: str, asked: Asked, **values: Any) -> str:
    """One tab with what all tabs have: the tabs, the filters, and the addresses of figures."""
    by = {"by": request.args["by"]} if request.args.get("by") else {}
    return page(
        template,
        asked=asked,
        tabs=tab_links(asked),
        path=request.path,
        periods=period_links(asked, request.path, by),
        selects=selects(asked),
        chips=chips(asked, request.path),
        href=lambda name, at="", **more: figure_href(asked, name, at, **more),
        **values,
    )


def tab_links(asked: Asked) -> list[tuple[str, str, bool, None]]:
    """(label, address, chosen, no count) of the tabs; the filters stay."""
    told = {
        "show_funnel": _("Funnel"),
        "show_cohorts": _("Cohorts"),
        "show_reasons": _("Pass reasons"),
        "show_institutions": _("Institutions' response"),
        "show_forecast": _("Forecast"),
    }
    kept = asked.arguments() or {"period": "all"}
    return [
        (label, address(url_for(f"analytics.{name}"), kept), request.endpoint == f"analytics.{name}", None)
        for name, label in told.items()
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


def figure_href(asked: Asked, name: str, at: str = "", **more: Any) -> str:
    """The deals behind a figure under the same filters."""
    return address(url_for("analytics.list_deals", name=name), asked.arguments(at=at, **more))


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


def bucket_in_words(name: str) -> str:
    """A month as it is, and the other buckets of the forecast in words."""
    told: dict[str, Callable[[], str]] = {
        forecast.PAST: lambda: _("Day has passed"),
        forecast.LATER: lambda: _("Later"),
        forecast.UNKNOWN: lambda: _("No day known"),
    }
    return told[name]() if name in told else name
