"""Recording what a startup authorised, publishing and withdrawing its profile."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash
from werkzeug.wrappers import Response

from crm.core.errors import Refusal
from crm.dataroom import actions as room_actions
from crm.dataroom import queries as room_queries
from crm.dataroom.queries import authorised
from crm.institutions import queries as institution_queries
from crm.institutions.models import Institution
from crm.lib.text import N_
from crm.publishing import actions, policies, queries
from crm.publishing.forms import INSIDE, NAMED, AuthoriseForm
from crm.publishing.groups import GROUPS
from crm.publishing.models import Authorisation
from crm.startups import queries as startup_queries
from crm.startups.models import Startup
from crm.web.answers import counted_once, form_page, now, see_other
from crm.web.guards import actor, requires
from crm.web.language import gettext as _
from crm.web.language import translate

bp = Blueprint("publishing", __name__, url_prefix="/startups")


@bp.route("/<int:startup_id>/authorisations/new", methods=["GET", "POST"])
@requires(policies.may_publish, startup=startup_queries.find_startup)
@counted_once
def authorise_startup(startup: Startup) -> Any:
    form = authorise_form(startup)

    def save() -> Response:
        values = form.value(named_institutions(form))
        recorded = actions.authorise(startup, values, form.papers(), by=actor(), at=now())
        room_actions.name_documents(recorded, form.named_documents())
        flash(_("The authorisation is recorded. Look at the preview, then publish."), "done")
        return see_other("startups.show_publishing", startup_id=startup.id)

    return form_page("publishing/authorise_startup.html", form, save, startup=startup)


def authorise_form(startup: Startup) -> AuthoriseForm:
    """The form, which begins with the layers and documents of the authorisation before."""
    earlier = queries.latest_authorisation(startup)
    layers = {f"layer_{name}": earlier.layers.get(name, INSIDE) for name in GROUPS} if earlier else {}
    form = AuthoriseForm(
        signed_by=earlier.signed_by if earlier else "",
        signer_position=earlier.signer_position if earlier else "",
        audience="all",
        document_scope=NAMED if earlier and not earlier.all_documents else "all",
        document_ids=[str(one) for one in authorised.authorised_documents(startup) or ()],
        **layers,
    )
    form.offer([(str(one.id), one.name) for one in room_queries.documents_about(startup)])
    return form


def named_institutions(form: AuthoriseForm) -> list[Institution]:
    """The institutions that the form names. Raises Refusal for a name that means none, and where none is named."""
    if form.audience.data != NAMED:
        return []
    if not form.institutions.data:
        raise Refusal({"institutions": N_("Name at least one institution.")})
    return [institution_queries.resolve(name, field="institutions") for name in form.institutions.data]


@bp.post("/authorisations/<int:authorisation_id>/revoke")
@requires(policies.may_publish, authorisation=queries.find_authorisation)
def revoke_authorisation(authorisation: Authorisation) -> Response:
    startup = authorisation.startup
    try:
        actions.revoke(startup, authorisation, by=actor(), at=now())
        flash(_("The authorisation is revoked; what was published on it is withdrawn."), "done")
    except Refusal as refusal:
        flash(told(refusal), "wrong")
    return see_other("startups.show_publishing", startup_id=startup.id)


@bp.post("/<int:startup_id>/publish")
@requires(policies.may_publish, startup=startup_queries.find_startup)
def publish_startup(startup: Startup) -> Response:
    try:
        made = actions.publish(startup, by=actor(), at=now())
        flash(_("Investors read version %(number)s now.", number=made.number), "done")
    except Refusal as refusal:
        flash(told(refusal), "wrong")
    return see_other("startups.show_publishing", startup_id=startup.id)


@bp.post("/<int:startup_id>/withdraw")
@requires(policies.may_publish, startup=startup_queries.find_startup)
def withdraw_startup(startup: Startup) -> Response:
    try:
        actions.withdraw(startup, by=actor(), at=now())
        flash(_("Investors no longer see the profile."), "done")
    except Refusal as refusal:
        flash(told(refusal), "wrong")
    return see_other("startups.show_publishing", startup_id=startup.id)


def told(refusal: Refusal) -> str:
    return " ".join(translate(message) for message in refusal.fields.values())
