"""Interested, or not now: the two buttons under a profile."""

from __future__ import annotations

from typing import Any

from flask import flash
from werkzeug.wrappers import Response

from crm.deals import actions as deal_actions
from crm.deals.models import Interest
from crm.institutions import queries as institution_queries
from crm.portal import daily, policies, queries
from crm.portal.forms import PassForm
from crm.portal.views.blueprint import bp
from crm.portal.views.offering import chosen_round, interest_form, profile_read, rounds_shown
from crm.settings.choices import choices
from crm.startups.models import Startup
from crm.watching import actions
from crm.watching import queries as watching_queries
from crm.web.answers import counted_once, form_page, now, see_other
from crm.web.guards import actor, requires
from crm.web.language import gettext as _


@bp.route("/startups/<int:startup_id>/interest", methods=["GET", "POST"])
@requires(policies.may_read, startup=queries.find_startup)
@counted_once
def express_interest(startup: Startup) -> Any:
    rounds = rounds_shown(startup, profile_read(actor(), startup))
    form = interest_form(rounds)

    def save() -> Response:
        look_again(startup)
        institution = institution_queries.institution_of(actor())
        round = chosen_round(form, rounds)
        interest = deal_actions.express_interest(
            startup, institution, round, form.note.data or "", by=actor(), at=now()
        )
        flash(thanks(interest), "done")
        return see_other("portal.show_startup", startup_id=startup.id)

    return form_page("portal/express_interest.html", form, save, startup=startup, name=daily.published_name(startup))


@bp.route("/startups/<int:startup_id>/pass", methods=["GET", "POST"])
@requires(policies.may_read, startup=queries.find_startup)
def pass_startup(startup: Startup) -> Any:
    earlier = watching_queries.pass_on(actor().institution_id, startup.id)
    form = PassForm(obj=earlier)
    form.reason.offer(choices("pass_reason"), empty=_("No reason given"))

    def save() -> Response:
        said: dict[str, Any] = {
            "reason": form.reason.data or None,
            "note": form.note.data,
            "tell_startup": form.tell_startup.data,
        }
        moment = now()
        actions.pass_over(startup, **said, by=actor(), at=moment)
        deal_actions.pass_deals(startup, **said, by=actor(), at=moment)
        flash(_("Not now: the startup is left out of your lists until you look at it again."), "done")
        return see_other("portal.show_startup", startup_id=startup.id)

    return form_page("portal/pass_startup.html", form, save, startup=startup, name=daily.published_name(startup))


@bp.post("/startups/<int:startup_id>/look-again")
@requires(policies.may_read, startup=queries.find_startup)
def look_at_startup_again(startup: Startup) -> Response:
    look_again(startup)
    flash(_("Taken back: the startup is in your lists again."), "done")
    return see_other("portal.show_startup", startup_id=startup.id)


def look_again(startup: Startup) -> None:
    passed_at = actions.take_back_pass(startup, actor().institution_id, by=actor(), at=now())
    if passed_at is not None:
        deal_actions.revive_deals(startup, passed_at, by=actor(), at=now())


def thanks(interest: Interest) -> str:
    if interest.deal_id is not None:
        return str(_("Thank you. Your interest was recorded, and the platform will introduce you."))
    return str(_("Thank you. The platform was told and will contact you."))
