"""Pages of confidentiality: the terms, accepting them, and who did."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, request, url_for
from werkzeug.wrappers import Response

from crm.accounts import queries as account_queries
from crm.confidentiality import actions, policies, queries
from crm.confidentiality.draft import MONTHS, TEXT_EN, TEXT_ZH
from crm.confidentiality.forms import AcceptTermsForm, RecordPaperForm, WriteTermsForm
from crm.confidentiality.models import Acceptance, Terms
from crm.core.clock import day_of
from crm.core.errors import Refusal
from crm.documents import queries as document_queries
from crm.documents.pictures import accept
from crm.institutions import queries as institution_queries
from crm.institutions.models import Institution
from crm.settings.filters import asked_filters
from crm.web.answers import add_page, counted_once, form_page, go, now, page, safe_path, see_other
from crm.web.guards import actor, requires
from crm.web.language import gettext as _
from crm.web.language import translate
from crm.web.lists import listing, place_from_request

bp = Blueprint("confidentiality", __name__)


@bp.route("/portal/confidentiality", methods=["GET", "POST"])
@requires(policies.may_accept)
@counted_once
def accept_terms() -> Any:
    """The terms in force, and the form that accepts them; then back to where the reader came from."""
    terms = queries.terms_in_force()
    if terms is None:
        return page("confidentiality/no_terms.html")
    is_bound = queries.is_institution_bound(actor(), now())
    back = safe_path(request.values.get("next"), url_for("portal.list_startups"))
    form = AcceptTermsForm(terms_id=terms.id, next=back)
    if is_bound:
        del form.may_bind

    def save() -> Response:
        read, binds = form.terms_id.data or 0, not is_bound and form.may_bind.data
        actions.accept(read, actor(), for_institution=binds, address=request.remote_addr or "", at=now())
        flash(_("Thank you. Your acceptance was recorded."), "done")
        return go(back)

    return form_page(
        "confidentiality/accept_terms.html",
        form,
        save,
        terms=terms,
        until=actions.months_later(day_of(now()), terms.months),
        institution=institution_queries.institution_of(actor()),
        has_accepted=queries.has_accepted(actor(), now()),
        back=back,
    )


@bp.get("/confidentiality/")
@requires(policies.may_see)
def list_acceptances() -> Any:
    wanted, chips = asked_filters(q=(_("Search"), ""))
    found = queries.acceptances(actor(), place_from_request(), text=wanted["q"])
    return page(
        "confidentiality/list_acceptances.html",
        listing=listing(found, chips),
        wanted=wanted,
        terms=queries.terms_in_force(),
        papers=document_queries.documents_of_all("acceptance", [one.id for one in found.rows]),
        today=day_of(now()),
        may_write_terms=policies.may_write_terms(actor()),
    )


@bp.get("/confidentiality/terms/<int:terms_id>")
@requires(policies.may_see, terms=queries.find_terms)
def show_terms(terms: Terms) -> Any:
    return page("confidentiality/show_terms.html", terms=terms, versions=queries.versions_of_terms())


@bp.route("/confidentiality/terms/new", methods=["GET", "POST"])
@requires(policies.may_write_terms)
@counted_once
def write_terms() -> Any:
    latest = queries.terms_in_force()
    told = (latest.text_zh, latest.text_en, latest.months) if latest else (TEXT_ZH, TEXT_EN, MONTHS)
    form = WriteTermsForm(**dict(zip(("text_zh", "text_en", "months"), told, strict=True)))
    then = url_for("confidentiality.list_acceptances")
    done = _("The new version is in force; everybody is asked again.")
    return add_page("confidentiality/write_terms.html", form, actions.write_terms, done, then, latest=latest)


@bp.route("/confidentiality/institutions/<int:institution_id>/paper", methods=["GET", "POST"])
@requires(policies.may_record, institution=institution_queries.find_institution)
@counted_once
def record_paper(institution: Institution) -> Any:
    """An agreement that an institution, or somebody of it, signed on paper."""
    people = {str(one.id): one for one in account_queries.investors_of(institution.id)}
    form = RecordPaperForm()
    offered = [(number, one.name or one.username) for number, one in people.items()]
    form.account_id.offer(offered, empty=_("The institution itself"))

    def save() -> Response:
        sent = [one for one in form.files.data or [] if one and one.filename]
        papers = [accept(one.filename or "", one.read()) for one in sent]
        actions.record_paper(institution, form.value(people), papers, by=actor(), at=now())
        flash(_("The agreement was recorded."), "done")
        return see_other("confidentiality.list_acceptances")

    return form_page("confidentiality/record_paper.html", form, save, institution=institution)


@bp.post("/confidentiality/acceptances/<int:acceptance_id>/end")
@requires(policies.may_record, acceptance=queries.find_acceptance)
def end_acceptance(acceptance: Acceptance) -> Response:
    try:
        actions.end(acceptance, by=actor(), at=now())
        flash(_("The agreement has ended; nobody reads by it any more."), "done")
    except Refusal as refusal:
        flash(" ".join(map(translate, refusal.fields.values())), "wrong")
    return see_other("confidentiality.list_acceptances")
