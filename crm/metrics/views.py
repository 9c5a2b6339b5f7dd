"""One figure: its definition, its value at a date as known now or then, its rows, what changed, what was reported."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from flask import Blueprint, abort, flash, request, url_for
from werkzeug.wrappers import Response

from crm.audit.exports import hand_out_sheet
from crm.audit.pages import told_history
from crm.core.clock import day_of
from crm.core.keeping import until_written
from crm.lib.charts import sparkline
from crm.lib.figures import Unit
from crm.lib.waterfall import NARROW
from crm.metrics import actions, policies, queries, references
from crm.metrics.asked import asked_change, asked_clocks
from crm.metrics.comparing import classes, compare, version
from crm.metrics.definitions import FIGURES, METRICS, Metric
from crm.metrics.exports import CLASSES, sheet_of, sheet_of_changes
from crm.metrics.forms import AddReferenceForm, EditReferenceForm, SubmitForm
from crm.metrics.look_through import BASES, range_of, seen_through
from crm.metrics.models import ReferenceFigure, SubmittedFigure
from crm.metrics.pictures import over_time_chart, waterfall
from crm.metrics.places import RECORD_PAGES
from crm.metrics.queries import Clocks
from crm.metrics.trends import ends_of_months, trends
from crm.settings.choices import choices
from crm.web.answers import as_of_day, counted_once, edit_page, form_page, now, page, see_other
from crm.web.figures import write_figure
from crm.web.filters import in_language
from crm.web.guards import actor, requires
from crm.web.language import current_language, translate
from crm.web.language import gettext as _
from crm.web.lists import address, listing, place_from_request
from crm.web.pieces import made_once

bp = Blueprint("metrics", __name__, url_prefix="/metrics")

MOST_LEVELS_NARROW = 3  # more blocks than these make do not fit a phone side by side


@bp.get("/")
@requires(policies.may_see_figures)
def list_metrics() -> Any:
    as_of, wrong = as_of_day(request.args.get("as_of", ""))
    rows = made_once("metrics/_metrics.html", as_of, lambda: told_metrics(as_of), until_written)
    return page("metrics/list_metrics.html", as_of=as_of, wrong=wrong, rows=rows)


def told_metrics(as_of: date) -> dict[str, Any]:
    """Every figure as of a day, as the list shows it."""
    found = trends(as_of)
    return {
        "metrics": FIGURES.values(),
        "day_asked": as_of.isoformat(),
        "values": {name: values[-1] for name, values in found.items()},
        "trends": {name: (values, sparkline(values)) for name, values in found.items()},
        "submitted": queries.latest_submitted_figures(),
    }


@bp.get("/look-through")
@requires(policies.may_see_figures)
def show_look_through() -> Any:
    as_of, wrong = as_of_day(request.args.get("as_of", ""))
    basis = request.args.get("basis", "")
    basis = basis if basis in BASES else BASES[0]
    asked = (basis, as_of, wrong, request.args.get("as_of", ""))
    content = made_once("metrics/_look_through.html", asked, lambda: looked_through(basis, as_of, wrong), until_written)
    return page("metrics/show_look_through.html", content=content)


def looked_through(basis: str, as_of: date, wrong: str) -> dict[str, Any]:
    """What the page shows of the matrix looked through."""
    seen = seen_through(basis, as_of)
    return {
        "seen": seen,
        "chart": waterfall(seen.found),
        "narrow": waterfall(seen.found, NARROW) if len(seen.found.levels) <= MOST_LEVELS_NARROW else None,
        "basis": basis,
        "bases": BASES,
        "as_of": as_of,
        "wrong": wrong,
        "metrics_href": url_for("metrics.list_metrics"),
    }


@bp.get("/<name>")
@requires(policies.may_see_figures)
def show_metric(name: str) -> Any:
    metric = metric_called(name)
    asked = asked_clocks(metric)
    clocks = asked.clocks
    submitted, measured = queries.submitted_figures_of(metric), queries.measure(metric, clocks)
    now_known = clocks.known_at is None
    return metric_page(
        "metrics/show_metric.html",
        metric,
        asked=asked,
        measured=measured,
        range=range_of(name, clocks.as_of) if now_known else None,
        version=version(metric, clocks),
        definition=definition(metric, version(metric, clocks)),
        parts=queries.confirmed_parts(metric, clocks),
        whole=METRICS.get(metric.whole),
        course=made_once(
            "metrics/_course.html", (name, clocks.as_of), lambda: course(metric, clocks.as_of), until_written
        ),
        listing=rows_listed(metric, clocks),
        rows=made_once("metrics/_rows.html", request.full_path, lambda: rows_shown(metric, clocks), until_written),
        submitted=submitted,
        differing=queries.reported_otherwise(metric, [one for one in submitted if one.as_of == clocks.as_of])
        if now_known
        else [],
        references=queries.references_beside(name),
        may_refer=policies.may_refer(actor()),
        first_look=queries.first_look(metric),
        may_submit=policies.may_submit(actor()),
        may_export=policies.may_export(actor()),
        may_copy=now_known,
    )


def definition(metric: Metric, of_version: int) -> str:
    """What a version of a definition says; of an earlier one what was recorded with its figures."""
    earlier = queries.recorded_by(metric, of_version) if of_version != metric.version else None
    if earlier is None:
        return translate(metric.definition)
    return in_language(earlier.definition_zh, earlier.definition_en)


def course(metric: Metric, as_of: date) -> dict[str, Any]:
    """A figure at the ends of the last months."""
    values = trends(as_of, (metric.name,))[metric.name]
    chart = over_time_chart(metric, list(zip(ends_of_months(as_of), values, strict=True)))
    return {"chart": chart, "title": translate(metric.title)}


def rows_listed(metric: Metric, clocks: Clocks) -> Any:
    return listing(queries.rows_of(metric, clocks, place_from_request()), [])


def rows_shown(metric: Metric, clocks: Clocks) -> dict[str, Any]:
    """The rows behind a figure, each opening its record."""
    return {"metric": metric, "listing": rows_listed(metric, clocks), "prefix": RECORD_PAGES[metric.record]}


@bp.post("/<name>/export")
@requires(policies.may_export)
def export_rows(name: str) -> Response:
    metric = metric_called(name)
    clocks = asked_clocks(metric).clocks
    found = queries.every_row(queries.rows(metric, clocks).subquery())
    return hand_out_sheet(sheet_of(metric, clocks.as_of, found, current_language()))


@bp.get("/<name>/changes")
@requires(policies.may_see_figures)
def show_changes(name: str) -> Any:
    metric = metric_called(name)
    asked = asked_change(metric)
    comparison = compare(metric, asked.before.clocks, asked.after.clocks)
    versions = sorted({version(metric, one.clocks) for one in (asked.before, asked.after)})
    return metric_page(
        "metrics/show_changes.html",
        metric,
        before=asked.before,
        after=asked.after,
        comparison=comparison,
        classes=classes(comparison),
        definitions=[(one, definition(metric, one)) for one in versions] if len(versions) > 1 else [],
        first_look=queries.first_look(metric),
        names=CLASSES,
        export_href=address(url_for("metrics.export_changes", name=name), request.args),
        may_export=policies.may_export(actor()),
    )


@bp.post("/<name>/changes/export")
@requires(policies.may_export)
def export_changes(name: str) -> Response:
    metric = metric_called(name)
    asked = asked_change(metric)
    before, after = asked.before.clocks, asked.after.clocks
    comparison = compare(metric, before, after)
    return hand_out_sheet(sheet_of_changes(metric, (before.as_of, after.as_of), comparison, current_language()))


@bp.route("/<name>/submit", methods=["GET", "POST"])
@requires(policies.may_submit)
@counted_once
def submit_figure(name: str) -> Any:
    metric = metric_called(name)
    as_of, _wrong = as_of_day(request.args.get("as_of", ""))
    form = SubmitForm(as_of=as_of, submitted_on=day_of(now()))

    def save() -> Response:
        submitted = actions.submit(metric, form.value(), by=actor(), at=now())
        flash(_("The figure is frozen as it was reported."), "done")
        return see_other("metrics.show_metric", name=name, as_of=submitted.as_of.isoformat())

    return form_page("metrics/submit_figure.html", form, save, metric=metric)


@bp.post("/submitted/<int:submitted_id>/withdraw")
@requires(policies.may_submit, submitted=queries.find_submitted_figure)
def withdraw_submitted_figure(submitted: SubmittedFigure) -> Response:
    actions.withdraw(submitted, by=actor(), at=now())
    flash(_("The figure counts as not reported."), "done")
    return see_other("metrics.show_metric", name=submitted.metric)


@bp.get("/references")
@requires(policies.may_see_figures)
def list_references() -> Any:
    return page(
        "metrics/list_references.html",
        references=queries.references(),
        places=references.places(),
        metrics_href=url_for("metrics.list_metrics"),
        may_refer=policies.may_refer(actor()),
    )


@bp.route("/references/new", methods=["GET", "POST"])
@requires(policies.may_refer)
@counted_once
def add_reference() -> Any:
    form = offer_reference(AddReferenceForm(beside=request.args.get("beside"), unit=Unit.COUNT))

    def save() -> Response:
        references.add_reference(form.value(), by=actor(), at=now())
        flash(_("Figure recorded."), "done")
        return see_other("metrics.list_references")

    return form_page("metrics/add_reference.html", form, save, entries=[])


@bp.route("/references/<int:reference_id>/edit", methods=["GET", "POST"])
@requires(policies.may_refer, reference=queries.find_reference)
def edit_reference(reference: ReferenceFigure) -> Any:
    def build(**source: Any) -> Any:
        written = {
            "numerator_text": write_figure(reference.numerator, Unit(reference.unit)),
            "denominator_text": write_figure(reference.denominator, Unit(reference.unit)),
        }
        return offer_reference(EditReferenceForm(obj=reference, **written, **source))

    edit = partial(references.edit_reference, reference)
    then = url_for("metrics.list_references")
    return edit_page(
        "metrics/edit_reference.html",
        build,
        edit,
        then,
        reference=reference,
        entries=told_history("reference_figure", reference.id),
    )


@bp.post("/references/<int:reference_id>/remove")
@requires(policies.may_refer, reference=queries.find_reference)
def remove_reference(reference: ReferenceFigure) -> Response:
    references.archive(reference, by=actor(), at=now())
    flash(_("The figure was taken out; the history keeps it."), "done")
    return see_other("metrics.list_references")


def offer_reference(form: Any) -> Any:
    """Set what may be chosen."""
    form.unit.offer(choices("figure_unit"))
    form.beside.offer([(code, translate(title)) for code, title in references.places().items()], empty="—")
    return form


def metric_called(name: str) -> Metric:
    if name not in METRICS:
        abort(404)
    return METRICS[name]


def metric_page(template: str, metric: Metric, **values: Any) -> str:
    return page(
        template,
        metric=metric,
        prefix=RECORD_PAGES[metric.record],
        metrics_href=url_for("metrics.list_metrics"),
        **values,
    )
