"""The dashboard: its cards, how each reader arranges them, and the targets of a year."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, flash, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from crm.audit.pages import told_history
from crm.core.clock import day_of
from crm.core.keeping import until_written
from crm.dashboard import actions, policies, queries
from crm.dashboard.cards import CARDS, MOVES, WIDE, known, moved
from crm.dashboard.figures import elapsed_of, figures_of, progress
from crm.dashboard.forms import ChangeTargetForm, KeepViewForm, SetTargetForm
from crm.dashboard.models import DashboardView, Target
from crm.dashboard.pictures import percent, served_chart, shade, width
from crm.lib.charts import sparkline
from crm.metrics.definitions import FIGURES, METRICS
from crm.metrics.definitions.metric import CONFIRMED_BY
from crm.metrics.policies import may_refer
from crm.web.addresses import root
from crm.web.answers import as_of_day, counted_once, form_page, now, page, see_other
from crm.web.figures import write_figure
from crm.web.guards import actor, requires
from crm.web.language import current_language, translate
from crm.web.language import gettext as _

bp = Blueprint("dashboard", __name__, url_prefix="/dashboard")

# A month is over too soon to aim at it for a year.
AIMED_AT = {name: metric for name, metric in FIGURES.items() if metric.since != "month"}


@bp.get("/")
@requires(policies.may_see_dashboard)
def show_dashboard() -> Any:
    as_of, wrong = as_of_day(request.args.get("as_of", ""))
    asked = request.args.get("confirmed", "")
    confirmed_by = asked if asked in CONFIRMED_BY else ""
    views = queries.views_for(actor())
    named = [one for one in views if one.name]
    number = request.args.get("view", 0, type=int)
    opened = next((one for one in named if one.id == number), None)
    arrangement = opened or next((one for one in views if not one.name and one.account_id == actor().id), None)
    shown = known(arrangement.cards) if arrangement else tuple(CARDS)
    return page(
        "dashboard/show_dashboard.html",
        as_of=as_of,
        wrong=wrong,
        titles=CARDS,
        wide=WIDE,
        shown=shown,
        hidden=[code for code in CARDS if code not in shown],
        cards=drawn(as_of, confirmed_by),
        confirmed_by=confirmed_by,
        sides=CONFIRMED_BY,
        views=named,
        opened=opened,
        is_own=opened is not None and opened.account_id == actor().id,
        is_arranged=arrangement is not None,
        may_arrange=policies.may_arrange(actor()),
        arranging=policies.may_arrange(actor()) and opened is None and request.args.get("arrange") == "1",
    )


def drawn(as_of: date, confirmed_by: str) -> dict[str, Markup]:
    """Each card as it stands, until something is written."""
    edits = policies.may_set_targets(actor()) and may_refer(actor())
    return until_written(
        ("dashboard", as_of, confirmed_by, edits, current_language(), root()), lambda: draw(as_of, confirmed_by, edits)
    )


def draw(as_of: date, confirmed_by: str, edits: bool) -> dict[str, Markup]:
    found = figures_of(as_of, confirmed_by)
    largest = max((cell.gap for cell in found.matrix.cells.values()), default=0)
    values = {
        "found": found,
        "confirmed_by": confirmed_by,
        "day_asked": as_of.isoformat(),
        "edits": edits,
        "percent": percent,
        "width": width,
        "course": sparkline,
        "metrics": METRICS,
        "shade": lambda value: shade(value, largest),
        "served": served_chart(found),
        "elapsed": elapsed_of(as_of.year, as_of),
    }
    return {code: Markup(page(f"dashboard/_{code}.html", **values)) for code in CARDS}  # noqa: S704 - templates escape


@bp.post("/arrange")
@requires(policies.may_arrange)
def arrange_cards() -> Response:
    own = queries.own_arrangement(actor())
    cards = known(own.cards) if own else tuple(CARDS)
    card, move = request.form.get("card", ""), request.form.get("move", "")
    if card in CARDS and move in MOVES:
        actions.arrange(moved(cards, card, move), by=actor())
    elif request.form.get("order"):
        actions.arrange(known(request.form["order"].split(",")), by=actor())
    return see_other("dashboard.show_dashboard", arrange="1", _anchor=f"card-{card}" if card in CARDS else None)


@bp.post("/reset")
@requires(policies.may_arrange)
def reset_cards() -> Response:
    actions.reset(by=actor())
    flash(_("The dashboard stands as at first."), "done")
    return see_other("dashboard.show_dashboard")


@bp.route("/views/new", methods=["GET", "POST"])
@requires(policies.may_arrange)
@counted_once
def keep_view() -> Any:
    form = KeepViewForm()

    def save() -> Response:
        own = queries.own_arrangement(actor())
        cards = own.cards if own else tuple(CARDS)
        view = actions.keep_view(form.name.data, cards, is_shared=form.is_shared.data, by=actor(), at=now())
        flash(_("View kept."), "done")
        return see_other("dashboard.show_dashboard", view=view.id)

    return form_page("dashboard/keep_view.html", form, save)


@bp.post("/views/<int:shown_id>/take")
@requires(policies.may_arrange, shown=queries.find_view)
def take_view(shown: DashboardView) -> Response:
    actions.arrange(shown.cards, by=actor())
    flash(_("Your dashboard is arranged like this view."), "done")
    return see_other("dashboard.show_dashboard")


@bp.post("/views/<int:shown_id>/share")
@requires(policies.may_arrange, shown=queries.find_own_view)
def share_view(shown: DashboardView) -> Response:
    actions.share_view(shown, is_shared=not shown.is_shared, by=actor(), at=now())
    flash(_("Colleagues can open this view.") if shown.is_shared else _("Only you see this view now."), "done")
    return see_other("dashboard.show_dashboard", view=shown.id)


@bp.post("/views/<int:shown_id>/remove")
@requires(policies.may_arrange, shown=queries.find_own_view)
def remove_view(shown: DashboardView) -> Response:
    actions.archive_view(shown, by=actor(), at=now())
    flash(_("The view was taken out."), "done")
    return see_other("dashboard.show_dashboard")


# --- targets


@bp.get("/targets")
@requires(policies.may_see_dashboard)
def list_targets() -> Any:
    today = day_of(now())
    year = request.args.get("year", today.year, type=int)
    year = year if 2000 <= year <= 2100 else today.year
    return page(
        "dashboard/list_targets.html",
        year=year,
        targets=progress(year, today),
        elapsed=elapsed_of(year, today),
        percent=percent,
        width=width,
        entries=told_history("target", 0, {"target": queries.target_ids(year)}),
        may_set=policies.may_set_targets(actor()),
    )


@bp.route("/targets/new", methods=["GET", "POST"])
@requires(policies.may_set_targets)
@counted_once
def set_target() -> Any:
    form = SetTargetForm(year=request.args.get("year", day_of(now()).year, type=int))
    form.metric.offer([(name, translate(metric.title)) for name, metric in AIMED_AT.items()], empty="—")

    def save() -> Response:
        target = actions.set_target(form.value(), by=actor(), at=now())
        flash(_("Target set."), "done")
        return see_other("dashboard.list_targets", year=target.year)

    return form_page("dashboard/set_target.html", form, save)


@bp.route("/targets/<int:target_id>/edit", methods=["GET", "POST"])
@requires(policies.may_set_targets, target=queries.find_target)
def change_target(target: Target) -> Any:
    def build(**source: Any) -> ChangeTargetForm:
        form = ChangeTargetForm(obj=target, value_text=write_figure(target.value, target.unit), **source)
        form.unit = target.unit
        return form

    form = build()

    def save() -> Response:
        actions.change_target(
            target, value=form.amount, note=form.note.data, version=form.version.data, by=actor(), at=now()
        )
        flash(_("Saved."), "done")
        return see_other("dashboard.list_targets", year=target.year)

    return form_page("dashboard/change_target.html", form, save, saved=lambda: build(formdata=None), target=target)


@bp.post("/targets/<int:target_id>/remove")
@requires(policies.may_set_targets, target=queries.find_target)
def remove_target(target: Target) -> Response:
    actions.archive_target(target, by=actor(), at=now())
    flash(_("The target was taken out; the history keeps it."), "done")
    return see_other("dashboard.list_targets", year=target.year)
