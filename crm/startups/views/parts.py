"""Pages of what belongs to a startup: past rounds, labels, filings, reported metrics."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from crm.settings.choices import choices
from crm.startups import parts, policies, queries
from crm.startups.forms import (
    AddFilingForm,
    AddLabelForm,
    AddMetricForm,
    AddPastRoundForm,
    EditFilingForm,
    EditLabelForm,
    EditMetricForm,
    EditPastRoundForm,
)
from crm.startups.models import Filing, FilingKind, PastRound, ReportedMetric, Startup, StartupLabel
from crm.startups.views.blueprint import bp
from crm.startups.views.record import record_page
from crm.web.answers import add_page, counted_once, edit_page, now, see_other
from crm.web.figures import write_figure
from crm.web.guards import actor, requires
from crm.web.language import gettext as _


@bp.route("/<int:startup_id>/past-rounds/new", methods=["GET", "POST"])
@requires(policies.may_write, startup=queries.find_startup)
@counted_once
def add_past_round(startup: Startup) -> Any:
    form = offer_round(AddPastRoundForm())
    then = url_for("startups.list_rounds", startup_id=startup.id)
    add = partial(parts.add_past_round, startup)
    return add_page("startups/add_past_round.html", form, add, _("Past round recorded."), then, startup=startup)


@bp.route("/past-rounds/<int:past_round_id>/edit", methods=["GET", "POST"])
@requires(policies.may_write, past_round=queries.find_past_round)
def edit_past_round(past_round: PastRound) -> Any:
    def build(**source: Any) -> Any:
        return offer_round(EditPastRoundForm(obj=past_round, **source))

    edit = partial(parts.edit_past_round, past_round)
    then = url_for("startups.list_rounds", startup_id=past_round.startup_id)
    return edit_page(
        "startups/edit_past_round.html", build, edit, then, past_round=past_round, startup=past_round.startup
    )


@bp.post("/past-rounds/<int:past_round_id>/remove")
@requires(policies.may_write, past_round=queries.find_past_round)
def remove_past_round(past_round: PastRound) -> Response:
    parts.archive(past_round, by=actor(), at=now())
    flash(_("The past round was taken out; the history keeps it."), "done")
    return see_other("startups.list_rounds", startup_id=past_round.startup_id)


@bp.get("/<int:startup_id>/qualifications")
@requires(policies.may_see, startup=queries.find_startup)
def list_qualifications(startup: Startup) -> Any:
    return record_page(
        "startups/list_qualifications.html",
        startup,
        labels=queries.labels_of(startup),
        filings=queries.filings_of(startup),
    )


@bp.route("/<int:startup_id>/labels/new", methods=["GET", "POST"])
@requires(policies.may_write, startup=queries.find_startup)
@counted_once
def add_label(startup: Startup) -> Any:
    form = offer_label(AddLabelForm())
    then = url_for("startups.list_qualifications", startup_id=startup.id)
    add = partial(parts.add_label, startup)
    return add_page("startups/add_label.html", form, add, _("Label recorded."), then, startup=startup)


@bp.route("/labels/<int:label_id>/edit", methods=["GET", "POST"])
@requires(policies.may_write, label=queries.find_label)
def edit_label(label: StartupLabel) -> Any:
    def build(**source: Any) -> Any:
        return offer_label(EditLabelForm(obj=label, **source))

    edit = partial(parts.edit_label, label)
    then = url_for("startups.list_qualifications", startup_id=label.startup_id)
    return edit_page("startups/edit_label.html", build, edit, then, label=label, startup=label.startup)


@bp.post("/labels/<int:label_id>/remove")
@requires(policies.may_write, label=queries.find_label)
def remove_label(label: StartupLabel) -> Response:
    parts.archive(label, by=actor(), at=now())
    flash(_("The label was taken out; the history keeps it."), "done")
    return see_other("startups.list_qualifications", startup_id=label.startup_id)


@bp.route("/<int:startup_id>/filings/new", methods=["GET", "POST"])
@requires(policies.may_write, startup=queries.find_startup)
@counted_once
def add_filing(startup: Startup) -> Any:
    form = offer_filing(AddFilingForm(kind=request.args.get("kind", FilingKind.MODEL_FILING)))
    then = url_for("startups.list_qualifications", startup_id=startup.id)
    add = partial(parts.add_filing, startup)
    return add_page("startups/add_filing.html", form, add, _("Recorded."), then, startup=startup)


@bp.route("/filings/<int:filing_id>/edit", methods=["GET", "POST"])
@requires(policies.may_write, filing=queries.find_filing)
def edit_filing(filing: Filing) -> Any:
    def build(**source: Any) -> Any:
        return offer_filing(EditFilingForm(obj=filing, **source))

    edit = partial(parts.edit_filing, filing)
    then = url_for("startups.list_qualifications", startup_id=filing.startup_id)
    return edit_page("startups/edit_filing.html", build, edit, then, filing=filing, startup=filing.startup)


@bp.post("/filings/<int:filing_id>/remove")
@requires(policies.may_write, filing=queries.find_filing)
def remove_filing(filing: Filing) -> Response:
    parts.archive(filing, by=actor(), at=now())
    flash(_("It was taken out; the history keeps it."), "done")
    return see_other("startups.list_qualifications", startup_id=filing.startup_id)


@bp.get("/<int:startup_id>/metrics")
@requires(policies.may_see, startup=queries.find_startup)
def list_metrics(startup: Startup) -> Any:
    return record_page("startups/list_metrics.html", startup, metrics=queries.metrics_of(startup))


@bp.route("/<int:startup_id>/metrics/new", methods=["GET", "POST"])
@requires(policies.may_write, startup=queries.find_startup)
@counted_once
def add_metric(startup: Startup) -> Any:
    form = offer_metric(AddMetricForm(metric=request.args.get("metric")))
    then = url_for("startups.list_metrics", startup_id=startup.id)
    add = partial(parts.add_metric, startup)
    return add_page("startups/add_metric.html", form, add, _("Figure recorded."), then, startup=startup)


@bp.route("/metrics/<int:metric_id>/edit", methods=["GET", "POST"])
@requires(policies.may_write, metric=queries.find_metric)
def edit_metric(metric: ReportedMetric) -> Any:
    def build(**source: Any) -> Any:
        return offer_metric(EditMetricForm(obj=metric, value_text=write_figure(metric.value, metric.unit), **source))

    edit = partial(parts.edit_metric, metric)
    then = url_for("startups.list_metrics", startup_id=metric.startup_id)
    return edit_page("startups/edit_metric.html", build, edit, then, metric=metric, startup=metric.startup)


@bp.post("/metrics/<int:metric_id>/remove")
@requires(policies.may_write, metric=queries.find_metric)
def remove_metric(metric: ReportedMetric) -> Response:
    parts.archive(metric, by=actor(), at=now())
    flash(_("The figure was taken out; the history keeps it."), "done")
    return see_other("startups.list_metrics", startup_id=metric.startup_id)


def offer_round(form: Any) -> Any:
    form.round_name.offer(choices("round_name"), empty="")
    return form


def offer_label(form: Any) -> Any:
    form.label.offer(choices("startup_label"), empty="")
    form.level.offer(choices("label_level"), empty="")
    return form


def offer_filing(form: Any) -> Any:
    form.kind.offer(choices("filing_kind"))
    form.origin.offer(choices("model_origin"), empty="")
    return form


def offer_metric(form: Any) -> Any:
    form.metric.offer(choices("reported_metric"), empty="")
    return form
