"""The portal of investors: published startups, their profiles, and interest in them."""

from __future__ import annotations

from typing import Any

from flask import abort, request
from werkzeug.wrappers import Response

from crm.accounts.policies import is_manager
from crm.confidentiality.queries import has_accepted
from crm.core.clock import day_of
from crm.dataroom import queries as room_queries
from crm.documents.answers import file_answer as document_answer
from crm.portal import policies, queries
from crm.portal.came_from import asked_profiles, came_from
from crm.portal.profile_page import lines_of, note_readings, page_values, profile_values
from crm.portal.views.blueprint import bp, for_admitted
from crm.portal.views.offering import answer
from crm.publishing import queries as publishing
from crm.publishing.actions import record_view
from crm.publishing.models import Publication, Reading
from crm.publishing.profile import content_of, has_more, read
from crm.reports import actions as report_actions
from crm.reports import queries as report_queries
from crm.reports.answers import file_answer, picture_answer, why_failed
from crm.reports.models import CONFIDENTIAL, FULL, Report
from crm.settings.choices import choices
from crm.settings.queries import terms
from crm.startups import queries as startup_queries
from crm.startups.models import FilingKind, Startup
from crm.web.answers import now, page, see_other
from crm.web.guards import actor, requires
from crm.web.language import current_language
from crm.web.lists import listing, place_from_request


@bp.get("/startups/")
@requires(policies.may_read)
@for_admitted
def list_startups() -> Any:
    wanted, chips = asked_profiles()
    today = day_of(now())
    found = publishing.profiles(actor(), place_from_request(), today, **wanted)
    return page(
        "portal/list_startups.html",
        listing=listing(found, chips),
        lines=lines_of(found.rows, today),
        wanted=wanted,
        sectors=choices("sector_layer"),
        verticals=choices("sector_vertical"),
        growth_stages=choices("growth_stage"),
    )


@bp.get("/startups/<int:startup_id>")
@requires(policies.may_read, startup=queries.find_publication)
def show_startup(startup: Publication) -> Any:
    """The profile, and beside it what can be done about it."""
    publication, shelf = startup, room_queries.shelf_of(actor(), startup.startup_id)
    profile = read(publication, accepted=has_more(publication) and has_accepted(actor(), now()))
    note_readings([(publication, profile)], Reading.PAGE)
    return page(
        "portal/show_startup.html",
        **page_values(profile, day_of(now()), content_of(publication)),
        came_from=came_from(actor(), publication, day_of(now())),
        answer=answer(actor(), publication, profile, shelf),
        pitch_deck_id=shelf.pitch_deck_id,
        is_preview=False,
    )


@bp.get("/compare")
@requires(policies.may_read)
def compare_startups() -> Any:
    """Up to four profiles side by side; one that this reader may not have answers like one that does not exist."""
    wanted = list(dict.fromkeys(one for one in request.args.getlist("startup") if one.isdecimal()))[:MOST_COMPARED]
    found = publishing.readable_of_all(actor(), [int(one) for one in wanted if len(one) < LONGEST_ID], day_of(now()))
    if len(found) < len(wanted):
        abort(404)
    accepted = has_accepted(actor(), now())
    compared = [(publication, read(publication, accepted=accepted)) for publication in found]
    note_readings(compared, Reading.COMPARISON)
    columns = [profile_values(profile, day_of(now())) for _publication, profile in compared]
    told = {figure.metric for column in columns for figure in column["figures"]}
    return page(
        "portal/compare_startups.html",
        columns=columns,
        metrics=[code for code in terms("reported_metric") if code in told],
        kinds=[kind for kind in FilingKind if any(kind in column["profile"].filings for column in columns)],
    )


MOST_COMPARED, LONGEST_ID = 4, 18


@bp.get("/startups/<int:startup_id>/pictures/<int:picture_id>")
@requires(policies.may_see_pictures, startup=queries.find_pictured)
def show_product_picture(startup: Startup, picture_id: int) -> Response:
    """A picture that the reader's layers hold; for managers, who look at drafts, any of the startup's products."""
    document = startup_queries.picture_of(startup, picture_id)
    if document is None or not (is_manager(actor()) or is_shown(startup, picture_id)):
        abort(404)
    return document_answer(document)


def is_shown(startup: Startup, picture_id: int) -> bool:
    profile = read(publishing.publication_in_force(startup), accepted=has_accepted(actor(), now()))
    return profile.picture(picture_id) is not None


@bp.post("/startups/<int:startup_id>/pdf")
@requires(policies.may_read, startup=queries.find_publication)
def request_profile(startup: Publication) -> Response:
    """Ask for the profile as PDF, on one page or in full, in the language in which it is read."""
    language, publication = "en" if current_language() == "en" else "zh", startup
    profile = read(publication, accepted=has_accepted(actor(), now()))
    options = [CONFIDENTIAL] if profile.is_confidential else []
    options += [FULL] if request.form.get("full") else []
    report = report_actions.request_profile(publication, language, options, by=actor(), at=now())
    record_view(publication, Reading.PDF, is_confidential=profile.is_confidential, by=actor(), at=now())
    return see_other("portal.show_report", report_id=report.id)


@bp.get("/reports/<int:report_id>")
@requires(policies.may_read, report=report_queries.find_profile)
def show_report(report: Report) -> Any:
    return page("portal/show_report.html", report=report, wrong=why_failed(report))


@bp.get("/reports/<int:report_id>/file")
@requires(policies.may_read, report=report_queries.find_profile)
def download_report(report: Report) -> Response:
    return file_answer(report)


@bp.get("/reports/<int:report_id>/pages/")
@requires(policies.may_read, report=report_queries.find_profile)
def show_pages(report: Report) -> Any:
    return page("portal/show_pages.html", report=report)


@bp.get("/reports/<int:report_id>/pages/<int:number>")
@requires(policies.may_read, report=report_queries.find_profile)
def show_picture(report: Report, number: int) -> Response:
    return picture_answer(report, number)
