"""What a fund did over time: its page, and the forms of flows and reported figures."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from crm.core.clock import day_of, end_of
from crm.funds import flows, policies, queries
from crm.funds.forms import AddFigureForm, AddFlowForm, EditFigureForm, EditFlowForm
from crm.funds.known import Known, Then, differences, known_at
from crm.funds.models import Fund, FundFigure, FundFlow
from crm.funds.over_time import ENDS_SOON, Period, over_time
from crm.funds.views.blueprint import bp
from crm.lib.curve import Step, curve
from crm.settings.choices import choices
from crm.web.answers import add_page, as_of_day, counted_once, edit_page, form_page, now, page, see_other
from crm.web.figures import write_figure
from crm.web.guards import actor, requires
from crm.web.language import gettext as _
from crm.web.pieces import made_once


@bp.get("/<int:fund_id>/over-time")
@requires(policies.may_see_performance, fund=queries.find_fund)
def show_over_time(fund: Fund) -> Any:
    may_write = policies.may_write(actor())
    content = made_once("funds/_over_time.html", (request.full_path, may_write), lambda: values_over_time(fund))
    return page("funds/show_over_time.html", fund=fund, may_write=may_write, content=content)


def values_over_time(fund: Fund) -> dict[str, Any]:
    """What the page says of a fund as of the day, and as known on the other, that the address names."""
    typed, known_on, today = request.args.get("as_of", ""), request.args.get("known_on", ""), day_of(now())
    as_of, wrong = as_of_day(typed)
    known_day, known_wrong = as_of_day(known_on)
    is_earlier = bool(known_on) and not known_wrong
    now_known = queries.known_of(fund)
    shown = known_at(fund, end_of(known_day)) if is_earlier else now_known
    ends = fund.investment_ends_on
    return {
        **told_over_time(fund, shown, now_known if is_earlier else None, (as_of, known_day)),
        "may_write": policies.may_write(actor()),
        "as_of": as_of,
        "typed": typed,
        "wrong": wrong,
        "known_on": known_on,
        "known_wrong": known_wrong,
        "is_earlier": is_earlier,
        "flows": list(reversed(shown.flows)),
        "figures": shown.figures,
        "today": today,
        "days_left": (ends - today).days if ends and today <= ends <= today + ENDS_SOON else None,
    }


def told_over_time(fund: Fund, shown: Known, now_known: Known | None, days: tuple[date, date]) -> dict[str, Any]:
    """The returns as they are shown, and how those that are known now differ. `days`: as of, and as known on."""
    as_of, known_on = days
    found, now_found = over_time(shown, as_of), over_time(now_known, as_of) if now_known else None
    then = Then(found.day, now_found.day, as_of, known_on) if now_found else None
    return {
        "fund": fund,
        "known_day": known_on,
        "found": found,
        "now_found": now_found,
        "differences": differences(shown, now_known, then) if now_known and then else [],
        "curve": curve([step_of(one, place) for place, one in enumerate(found.periods)]) if found.periods else None,
    }


@bp.route("/<int:fund_id>/flows/new", methods=["GET", "POST"])
@requires(policies.may_write, fund=queries.find_fund)
@counted_once
def add_flow(fund: Fund) -> Any:
    form = offer_flow(AddFlowForm(kind=request.args.get("kind")))

    def save() -> Response:
        flow = flows.add_flow(fund, form.value(), by=actor(), at=now())
        flash(_("Recorded."), "done")
        if "again" in request.form:
            return see_other("funds.add_flow", fund_id=fund.id, kind=flow.kind.value)
        return see_other("funds.show_over_time", fund_id=fund.id)

    return form_page("funds/add_flow.html", form, save, fund=fund)


@bp.route("/flows/<int:flow_id>/edit", methods=["GET", "POST"])
@requires(policies.may_write, flow=queries.find_flow)
def edit_flow(flow: FundFlow) -> Any:
    def build(**source: Any) -> Any:
        return offer_flow(EditFlowForm(obj=flow, **source))

    edit = partial(flows.edit_flow, flow)
    then = url_for("funds.show_over_time", fund_id=flow.fund_id)
    return edit_page("funds/edit_flow.html", build, edit, then, flow=flow, fund=flow.fund)


@bp.post("/flows/<int:flow_id>/remove")
@requires(policies.may_write, flow=queries.find_flow)
def remove_flow(flow: FundFlow) -> Response:
    flows.archive(flow, by=actor(), at=now())
    flash(_("The flow was taken out; the history keeps it."), "done")
    return see_other("funds.show_over_time", fund_id=flow.fund_id)


@bp.route("/<int:fund_id>/figures/new", methods=["GET", "POST"])
@requires(policies.may_write, fund=queries.find_fund)
@counted_once
def add_figure(fund: Fund) -> Any:
    form = offer_figure(AddFigureForm(measure=request.args.get("measure")))
    then = url_for("funds.show_over_time", fund_id=fund.id)
    add = partial(flows.add_figure, fund)
    return add_page("funds/add_figure.html", form, add, _("Figure recorded."), then, fund=fund)


@bp.route("/figures/<int:figure_id>/edit", methods=["GET", "POST"])
@requires(policies.may_write, figure=queries.find_figure)
def edit_figure(figure: FundFigure) -> Any:
    def build(**source: Any) -> Any:
        return offer_figure(EditFigureForm(obj=figure, value_text=write_figure(figure.value, figure.unit), **source))

    edit = partial(flows.edit_figure, figure)
    then = url_for("funds.show_over_time", fund_id=figure.fund_id)
    return edit_page("funds/edit_figure.html", build, edit, then, figure=figure, fund=figure.fund)


@bp.post("/figures/<int:figure_id>/remove")
@requires(policies.may_write, figure=queries.find_figure)
def remove_figure(figure: FundFigure) -> Response:
    flows.archive(figure, by=actor(), at=now())
    flash(_("The figure was taken out; the history keeps it."), "done")
    return see_other("funds.show_over_time", fund_id=figure.fund_id)


def step_of(one: Period, place: int) -> Step:
    """A period as the curve draws it: the year once, below its first quarter."""
    if not one.quarter:
        return Step(str(one.year), "", one.called, one.distributed, one.net)
    year = str(one.year) if place == 0 or one.quarter == 1 else ""
    return Step(f"Q{one.quarter}", year, one.called, one.distributed, one.net)


def offer_flow(form: Any) -> Any:
    form.kind.offer(choices("flow_kind"), empty="")
    return form


def offer_figure(form: Any) -> Any:
    form.measure.offer(choices("fund_figure"), empty="")
    form.fee_basis.offer(choices("fee_basis"))
    form.credit_line.offer(choices("credit_line"), empty=_("not said"))
    return form
