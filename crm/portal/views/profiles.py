"""The portal of investors: published startups, their profiles, and interest in them."""

from __future__ import annotations

from typing import Any

from flask import abort, flash
from werkzeug.wrappers import Response

from crm.core.clock import day_of
from crm.deals import actions as deal_actions
from crm.deals import queries as deal_queries
from crm.documents import queries as document_queries
from crm.documents.answers import file_answer as document_answer
from crm.institutions import queries as institution_queries
from crm.portal import policies, queries
from crm.portal.forms import InterestForm
from crm.portal.views.blueprint import bp
from crm.reports import actions as report_actions
from crm.reports import queries as report_queries
from crm.reports.answers import file_answer, picture_answer, why_failed
from crm.reports.models import Report
from crm.settings.choices import choices, word
from crm.settings.filters import asked_filters
from crm.startups import queries as startup_queries
from crm.startups.models import Startup
from crm.web.answers import counted_once, form_page, now, page, see_other
from crm.web.filters import money
from crm.web.guards import actor, requires
from crm.web.language import current_language
from crm.web.language import gettext as _
from crm.web.lists import listing, place_from_request


@bp.get("/startups/")
@requires(policies.may_read)
def list_startups() -> Any:
    if institution_queries.is_shut_out(actor().institution_id):
        return page("portal/not_admitted.html")
    wanted, chips = asked_filters(
        q=(_("Search"), ""),
        sector=(_("Sector"), "sector_layer"),
        vertical=(_("Industry"), "sector_vertical"),
        growth_stage=(_("Growth stage"), "growth_stage"),
    )
    found = startup_queries.published_startups(
        place_from_request(),
        day_of(now()),
        text=wanted["q"],
        sector=wanted["sector"],
        vertical=wanted["vertical"],
        growth_stage=wanted["growth_stage"],
    )
    return page(
        "portal/list_startups.html",
        listing=listing(found, chips),
        labels=startup_queries.valid_labels_of_all(found.rows, day_of(now())),
        rounds=deal_queries.open_rounds_of_all(found.rows),
        wanted=wanted,
        sectors=choices("sector_layer"),
        verticals=choices("sector_vertical"),
        growth_stages=choices("growth_stage"),
    )


@bp.get("/deals/")
@requires(policies.may_read)
def list_deals() -> Any:
    if institution_queries.is_shut_out(actor().institution_id):
        return page("portal/not_admitted.html")
    found = queries.my_deals(actor(), day_of(now()), place_from_request())
    return page("portal/list_deals.html", listing=listing(found, []))


@bp.route("/startups/<int:startup_id>", methods=["GET", "POST"])
@requires(policies.may_read, startup=queries.find_startup)
@counted_once
def show_startup(startup: Startup) -> Any:
    """The profile; its form says "interested"."""
    rounds, products = deal_queries.open_rounds_of(startup), startup_queries.products_of(startup)
    form = InterestForm()
    if len(rounds) > 1:
        form.round_id.offer([(str(one.id), f"{word('round_name', one.name)} · {money(one.sought)}") for one in rounds])
    else:
        del form.round_id

    def save() -> Response:
        institution = institution_queries.institution_of(actor())
        wanted = form.round_id.data if "round_id" in form else None
        chosen = next((one for one in rounds if str(one.id) == wanted), rounds[0] if rounds else None)
        interest = deal_actions.express_interest(
            startup, institution, chosen, form.note.data or "", by=actor(), at=now()
        )
        flash(thanks(interest.deal_id is not None), "done")
        return see_other("portal.show_startup", startup_id=startup.id)

    return form_page(
        "portal/show_startup.html",
        form,
        save,
        startup=startup,
        rounds=rounds,
        past_rounds=startup_queries.past_rounds_of(startup),
        labels=startup_queries.valid_labels_of_all([startup], day_of(now())).get(startup.id, []),
        filings=startup_queries.filings_of(startup),
        metrics=startup_queries.metrics_of(startup, for_investors=True),
        products=products,
        pictures=document_queries.documents_of_all("product", [one.id for one in products]),
        deals=queries.my_deals_about(actor(), startup),
        interests=deal_queries.interests_of(actor().institution_id, startup.id),
    )


@bp.get("/startups/<int:startup_id>/pictures/<int:picture_id>")
@requires(policies.may_read, startup=queries.find_startup)
def show_product_picture(startup: Startup, picture_id: int) -> Response:
    picture = startup_queries.picture_of(startup, picture_id)
    if picture is None:
        abort(404)
    return document_answer(picture)


@bp.post("/startups/<int:startup_id>/pdf")
@requires(policies.may_read, startup=queries.find_startup)
def request_profile(startup: Startup) -> Response:
    """Ask for the profile as PDF, in the language in which it is read."""
    language = "en" if current_language() == "en" else "zh"
    report = report_actions.request_profile(startup, language, by=actor(), at=now())
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


def thanks(has_deal: bool) -> str:
    if has_deal:
        return str(_("Thank you. Your interest was recorded, and the platform will introduce you."))
    return str(_("Thank you. The platform was told and will contact you."))
