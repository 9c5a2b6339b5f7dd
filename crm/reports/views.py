"""Making summaries of services, following their progress, and downloading them."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from crm.core.clock import day_of
from crm.institutions import queries as institution_queries
from crm.institutions.models import Institution
from crm.meeting.week import week_of
from crm.reports import actions, policies, queries
from crm.reports.answers import file_answer, picture_answer, why_failed
from crm.reports.figures import Scope, earliest_day
from crm.reports.forms import MeetingForm, SummaryForm
from crm.reports.models import Report, ReportKind
from crm.reports.periods import Period, usual_periods
from crm.startups import queries as startup_queries
from crm.startups.models import Startup
from crm.web.answers import counted_once, form_page, now, page, see_other
from crm.web.guards import actor, requires
from crm.web.language import gettext as _
from crm.web.language import translate
from crm.web.lists import address, listing, place_from_request

bp = Blueprint("reports", __name__, url_prefix="/reports")

SUBJECTS = ("platform", "startup", "institution")


@bp.get("/")
@requires(policies.may_read_reports)
def list_reports() -> Any:
    return page(
        "reports/list_reports.html",
        listing=listing(queries.reports(actor(), place_from_request()), []),
        languages=languages(),
        may_make=policies.may_make(actor()),
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(policies.may_make)
@counted_once
def make_report() -> Any:
    about = subject_asked()
    period = period_asked()
    form = SummaryForm(
        startup=request.args.get("startup"),
        institution=request.args.get("institution"),
        from_day=period.first,
        to_day=period.last,
        language=request.args.get("language", "zh"),
    )
    form.keep_only(about)
    form.language.offer(list(languages().items()))

    def save() -> Response:
        report = actions.request_summary(
            subject_of(form, about), form.period(), form.language.data, by=actor(), at=now()
        )
        return see_other("reports.show_report", report_id=report.id)

    return form_page(
        "reports/make_report.html", form, save, about=about, subjects=subject_links(about), periods=period_links(period)
    )


@bp.route("/monday", methods=["GET", "POST"])
@requires(policies.may_make)
@counted_once
def make_meeting() -> Any:
    week = week_of(day_asked("week", day_of(now())), day_of(now()))
    form = MeetingForm(language=request.args.get("language", "zh"))
    form.language.offer(list(languages().items()))

    def save() -> Response:
        report = actions.request_meeting(week, form.language.data, by=actor(), at=now())
        return see_other("reports.show_report", report_id=report.id)

    back = url_for("meeting.show_meeting", week=week.first.isoformat())
    return form_page("reports/make_meeting.html", form, save, week=week, back=back)


@bp.get("/<int:report_id>")
@requires(policies.may_read_reports, report=queries.find_report)
def show_report(report: Report) -> Any:
    return page(
        "reports/show_report.html",
        report=report,
        told_language=languages().get(report.language, report.language),
        wrong=why_failed(report),
        may_make=policies.may_make(actor()),
        again=again_link(report),
    )


@bp.get("/<int:report_id>/file")
@requires(policies.may_read_reports, report=queries.find_report)
def download_report(report: Report) -> Response:
    return file_answer(report)


@bp.get("/<int:report_id>/pages/")
@requires(policies.may_read_reports, report=queries.find_report)
def show_pages(report: Report) -> Any:
    return page("reports/show_pages.html", report=report)


@bp.get("/<int:report_id>/pages/<int:number>")
@requires(policies.may_read_reports, report=queries.find_report)
def show_picture(report: Report, number: int) -> Response:
    return picture_answer(report, number)


def languages() -> dict[str, str]:
    """The languages of a report in words."""
    return {"zh": _("Chinese"), "en": _("English"), "both": _("Both")}


def subject_asked() -> str:
    """Whom the URL asks about."""
    named = next((name for name in ("startup", "institution") if request.args.get(name)), "platform")
    about = request.args.get("about", named)
    return about if about in SUBJECTS else "platform"


def period_asked() -> Period:
    """The days that the URL asks for; this year up to today by default."""
    today = day_of(now())
    return Period(day_asked("from", today.replace(month=1, day=1)), day_asked("to", today))


def day_asked(name: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return otherwise


def subject_of(form: SummaryForm, about: str) -> Startup | Institution | None:
    if about == "startup":
        return startup_queries.resolve(form.startup.data, field="startup")
    return institution_queries.resolve(form.institution.data, field="institution") if about == "institution" else None


def subject_links(about: str) -> list[tuple[str, str, bool]]:
    """(label, address, chosen) of each kind of summary; the period stays."""
    labels = (_("The platform"), _("A startup"), _("An institution"))
    kept = {name: request.args[name] for name in ("from", "to", "language") if name in request.args}
    return [
        (label, address(url_for("reports.make_report"), {**kept, "about": name}), name == about)
        for name, label in zip(SUBJECTS, labels, strict=True)
    ]


def period_links(asked: Period) -> list[tuple[str, str, bool]]:
    """(label, address, chosen) of the usual periods; the subject stays."""
    kept = {
        name: request.args[name] for name in ("about", "startup", "institution", "language") if name in request.args
    }
    return [
        (
            translate(name),
            address(
                url_for("reports.make_report"), {**kept, "from": one.first.isoformat(), "to": one.last.isoformat()}
            ),
            one == asked,
        )
        for name, one in usual_periods(day_of(now()), earliest_day(Scope()))
    ]


def again_link(report: Report) -> str:
    """Where the same report can be asked for again."""
    if report.kind == ReportKind.MEETING:
        return url_for("reports.make_meeting", week=report.from_day.isoformat(), language=report.language)
    named = "startup" if report.startup else "institution" if report.institution else ""
    subject = report.startup or report.institution
    asked = {
        "about": named or "platform",
        "from": report.from_day.isoformat(),
        "to": report.to_day.isoformat(),
        "language": report.language,
    }
    return address(url_for("reports.make_report"), asked | ({named: subject.name} if subject else {}))
