"""Other people's forms, filled with our figures by name."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import Blueprint, abort, flash, send_file
from werkzeug.wrappers import Response

from crm.core.clock import day_of
from crm.filling import actions, policies, queries
from crm.filling.answers import filled_copy
from crm.filling.form_file import Problem, read_form
from crm.filling.forms import FillForm, UploadFormForm
from crm.filling.models import FormTemplate
from crm.metrics.definitions import METRICS
from crm.reports.answers import XLSX, kept, note_download
from crm.reports.figures import Scope, earliest_day
from crm.reports.models import Report
from crm.reports.naming import MEASURES, Name, every_name, measures_of, read_name, values
from crm.reports.periods import Period, usual_periods
from crm.reports.places import PLACE
from crm.reports.words import figure_told
from crm.web.answers import counted_once, form_page, now, page, see_other
from crm.web.filters import day as format_day
from crm.web.guards import actor, requires
from crm.web.language import current_language, translate
from crm.web.language import gettext as _

bp = Blueprint("filling", __name__, url_prefix="/reports/forms")


@bp.get("/")
@requires(policies.may_fill)
def list_templates() -> Any:
    return page("filling/list_templates.html", templates=queries.templates())


@bp.get("/names")
@requires(policies.may_fill)
def list_names() -> Any:
    today = day_of(now())
    names = [one for one in every_name() if not one.measure]
    found = values(names, Period(today.replace(month=1, day=1), today))
    rows = [
        (one, translate(one.title), suffixes(one), figure_told(found[one.word], one.unit), definition_of(one))
        for one in names
    ]
    return page("filling/list_names.html", rows=rows, measures=[(one, told) for one, told in MEASURES.items() if one])


@bp.route("/new", methods=["GET", "POST"])
@requires(policies.may_fill)
@counted_once
def upload_template() -> Any:
    form = UploadFormForm()
    problems: list[Problem] = []

    def save() -> Any:
        content, file_name, name = form.value()
        places, found = read_form(content)
        if found:
            problems.extend(found)
            return page("filling/upload_template.html", form=form, problems=problems), 422
        template = actions.keep(content, file_name, name, places, by=actor(), at=now())
        flash(_("%(name)s is kept.", name=name), "done")
        return see_other("filling.show_template", template_id=template.id)

    return form_page("filling/upload_template.html", form, save, problems=problems)


@bp.route("/<int:template_id>", methods=["GET", "POST"])
@requires(policies.may_fill, template=queries.find_template)
@counted_once
def show_template(template: FormTemplate) -> Any:
    today = day_of(now())
    form = FillForm(from_day=today.replace(day=1), to_day=today, language="en" if current_language() == "en" else "zh")
    form.language.offer([("zh", _("Chinese")), ("en", _("English"))])

    def save() -> Response:
        report = actions.fill(template, form.period(), form.language.data, by=actor(), at=now())
        return see_other("reports.show_report", report_id=report.id)

    return form_page(
        "filling/show_template.html",
        form,
        save,
        their_form=template,
        places=[(sheet, cell, text, meanings(text)) for sheet, cell, text in template.places],
        copies=queries.filled_copies(template),
        periods=[(translate(name), one) for name, one in usual_periods(today, earliest_day(Scope()))],
    )


@bp.get("/<int:template_id>/file")
@requires(policies.may_fill, template=queries.find_template)
def download_template(template: FormTemplate) -> Response:
    return send_file(
        BytesIO(kept(template.file_key)), mimetype=XLSX, as_attachment=True, download_name=template.file_name, max_age=0
    )


@bp.post("/<int:template_id>/archive")
@requires(policies.may_fill, template=queries.find_template)
def archive_template(template: FormTemplate) -> Response:
    actions.archive(template, by=actor(), at=now())
    flash(_("%(name)s was put away.", name=template.name), "done")
    return see_other("filling.list_templates")


@bp.get("/filled/<int:report_id>")
@requires(policies.may_read_filled, report=queries.find_filled)
def download_filled(report: Report) -> Response:
    try:
        content = filled_copy(report)
    except FileNotFoundError:
        abort(404)
    note_download(report, "form")
    stem = report.words["file_name"].removesuffix(".xlsx")
    name = f"{stem}_{report.to_day.isoformat()}.xlsx"
    return send_file(BytesIO(content), mimetype=XLSX, as_attachment=True, download_name=name, max_age=0)


def meanings(text: str) -> str:
    """What the figures of a cell mean."""
    names = filter(None, (read_name(word) for word, _unit in PLACE.findall(text)))
    return "; ".join(" · ".join(filter(None, (translate(one.title), asked_of(one)))) for one in names)


def asked_of(name: Name) -> str:
    """What a name asks of its metric."""
    if not name.metric:
        return ""
    told = translate(MEASURES[name.measure]) if name.measure or not name.day else ""
    at = _("as of %(day)s", day=format_day(name.day)) if name.day else ""
    return " · ".join(filter(None, (told, at)))


def suffixes(name: Name) -> list[str]:
    """What else can be asked of a metric, as it is written after its name."""
    return [f".{one}" for one in measures_of(METRICS[name.metric]) if one] if name.metric else []


def definition_of(name: Name) -> str:
    return translate(METRICS[name.metric].definition) if name.metric else ""
