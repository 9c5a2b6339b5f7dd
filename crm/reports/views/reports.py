"""Choosing and making reports, following their progress, and downloading them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from flask import abort, current_app, flash, request
from werkzeug.wrappers import Response

from crm.core.clock import day_of
from crm.core.errors import Refusal
from crm.deals.models import Round
from crm.institutions import queries as institution_queries
from crm.reports import actions, policies, queries
from crm.reports.actions import Wanted
from crm.reports.answers import data_answer, file_answer, picture_answer, why_failed
from crm.reports.asked import (
    again_link,
    chips_of,
    kind_asked,
    name_of,
    number_asked,
    period_asked,
    period_links,
    round_asked,
    subject_asked,
    subject_links,
)
from crm.reports.forms import ReportForm
from crm.reports.kinds import KINDS, ReportKind
from crm.reports.models import Report
from crm.reports.periods import SPANS
from crm.reports.signing import Certificate
from crm.reports.views.blueprint import bp
from crm.reports.words import languages
from crm.services import queries as service_queries
from crm.settings.choices import choices
from crm.startups import queries as startup_queries
from crm.web.answers import counted_once, form_page, now, page, see_other
from crm.web.guards import actor, requires
from crm.web.language import current_language, translate
from crm.web.language import gettext as _
from crm.web.lists import listing, place_from_request


@bp.get("/")
@requires(policies.may_read_reports)
def list_reports() -> Any:
    text, kind = request.args.get("q", "").strip(), request.args.get("kind", "")
    batch = queries.find_batch(actor(), number_asked("batch"))
    place, batch_id = place_from_request(), batch.id if batch else None
    found = queries.reports(actor(), place, text=text, kind=kind, batch_id=batch_id)
    return page(
        "reports/list_reports.html",
        listing=listing(found, list(chips_of(text, kind, batch))),
        text=text,
        kind=kind,
        kind_choices=[(name, translate(one.title)) for name, one in KINDS.items() if one.is_chosen],
        languages=languages(),
        name_of=name_of,
        kinds=KINDS,
        may_make=policies.may_make(actor()),
    )


@bp.get("/new")
@requires(policies.may_make)
def choose_kind() -> Any:
    return page("reports/choose_kind.html", kinds=[kind for kind in KINDS.values() if kind.is_chosen])


@bp.route("/new/<name>", methods=["GET", "POST"])
@requires(policies.may_make)
@counted_once
def make_report(name: str) -> Any:
    kind = kind_asked(name)
    about, period = subject_asked(kind), period_asked(kind)
    round, form = round_asked(kind), filled_form(kind, about)

    def save() -> Response:
        is_draft = "preview" in request.form
        report = actions.request(replace(wanted(kind, form, round), is_draft=is_draft), by=actor(), at=now())
        return see_other("reports.show_report", report_id=report.id)

    return form_page(
        "reports/make_report.html",
        form,
        save,
        kind=kind,
        about=about,
        round=round,
        subjects=subject_links(kind, about),
        periods=period_links(kind, period),
    )


@bp.get("/<int:report_id>")
@requires(policies.may_read_reports, report=queries.find_report)
def show_report(report: Report) -> Any:
    return page(
        "reports/show_report.html",
        report=report,
        told_language=languages().get(report.language, report.language),
        wrong=why_failed(report),
        may_make=policies.may_make(actor()),
        may_show_headline=policies.has_headline(report),
        may_sign=certificate_set() is not None,
        again=again_link(report),
        this_month=again_link(report, SPANS["month"].on(day_of(now()))),
        name=name_of(report),
        kind=KINDS[report.kind],
        downloads=queries.downloads_of(report),
    )


@bp.post("/<int:report_id>/keep")
@requires(policies.may_make, report=queries.find_report)
def keep_report(report: Report) -> Response:
    """What was only looked at goes into the archive."""
    actions.keep_draft(report, at=now())
    flash(_("The report is kept."), "done")
    return see_other("reports.show_report", report_id=report.id)


@bp.get("/<int:report_id>/file")
@requires(policies.may_read_reports, report=queries.find_report)
def download_report(report: Report) -> Response:
    return file_answer(report)


@bp.get("/<int:report_id>/data/<name>")
@requires(policies.may_read_reports, report=queries.find_report)
def download_data(report: Report, name: str) -> Response:
    return data_answer(report, name)


@bp.get("/<int:report_id>/pages/")
@requires(policies.may_read_reports, report=queries.find_report)
def show_pages(report: Report) -> Any:
    return page("reports/show_pages.html", report=report, name=name_of(report))


@bp.get("/<int:report_id>/pages/<int:number>")
@requires(policies.may_read_reports, report=queries.find_report)
def show_picture(report: Report, number: int) -> Response:
    return picture_answer(report, number)


@bp.post("/<int:report_id>/headline/show")
@requires(policies.may_make, report=queries.find_report)
def show_headline(report: Report) -> Response:
    return changed(report, actions.show_headline, _("Whoever verifies this document sees its headline."))


@bp.post("/<int:report_id>/headline/hide")
@requires(policies.may_make, report=queries.find_report)
def hide_headline(report: Report) -> Response:
    return changed(report, actions.hide_headline, _("Nobody outside sees its headline."))


@bp.post("/<int:report_id>/sign")
@requires(policies.may_make, report=queries.find_report)
def sign_report(report: Report) -> Response:
    certificate = certificate_set() or abort(404)
    return changed(report, partial(actions.sign, certificate=certificate), _("The document is signed."))


def certificate_set() -> Certificate | None:
    """What managers sign with; None where the operator configured nothing."""
    settings = current_app.extensions["crm_settings"]
    file = settings.signing_certificate
    return Certificate(file, settings.signing_passphrase) if file else None


def changed(report: Report, action: Callable[..., None], done: str) -> Response:
    """Do it and say so, or why not."""
    try:
        action(report, by=actor(), at=now())
        flash(done, "done")
    except Refusal as refusal:
        flash(" ".join(map(translate, refusal.fields.values())), "wrong")
    return see_other("reports.show_report", report_id=report.id)


def filled_form(kind: ReportKind, about: str) -> ReportForm:
    """The form of a kind of report, with what the address asks for."""
    period, told = period_asked(kind), request.args
    given = [one.name for one in kind.options if one.given]
    form = ReportForm(
        startup=told.get("startup"),
        institution=told.get("institution"),
        line=told.get("line"),
        category=told.get("category"),
        from_day=period.first,
        to_day=period.last,
        year=period.last.year,
        language=told.get("language", "zh"),
        options=tuple(told["with"].split(",") if "with" in told else given),
    )
    form.language.offer(list(languages().items()))
    form.line.offer(choices("platform_line"))
    form.category.offer([(str(one.id), one.label(current_language())) for one in service_queries.categories()])
    form.options.offer([(one.name, translate(one.label)) for one in kind.options])
    form.suit(kind, about)
    return form


def wanted(kind: ReportKind, form: ReportForm, round: Round | None) -> Wanted:
    """What the form asks for. Raises Refusal for a name that is unknown or that several share."""
    return Wanted(
        kind.name,
        form.period(kind.covers, day_of(now())),
        form.language.data,
        startup=startup_queries.resolve(form.startup.data, field="startup") if "startup" in form else None,
        institution=institution_queries.resolve(form.institution.data, field="institution")
        if "institution" in form
        else None,
        round=round,
        category=service_queries.find_category(actor(), int(form.category.data)) if "category" in form else None,
        line=form.line.data if "line" in form else "",
        options=form.options.data if "options" in form else (),
    )
