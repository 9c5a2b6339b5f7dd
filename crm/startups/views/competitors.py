"""Which startups compete, as the desk says: matching and introductions go by it."""

from __future__ import annotations

from typing import Any

from flask import flash
from werkzeug.wrappers import Response

from crm.startups import actions, policies, queries
from crm.startups.forms import MarkCompetitorForm
from crm.startups.models import Startup
from crm.startups.views.blueprint import bp
from crm.web.answers import form_page, now, see_other
from crm.web.guards import actor, requires
from crm.web.language import gettext as _


@bp.route("/<int:startup_id>/competitors", methods=["GET", "POST"])
@requires(policies.may_write, startup=queries.find_startup)
def list_competitors(startup: Startup) -> Any:
    form = MarkCompetitorForm()

    def save() -> Response:
        other = queries.resolve(form.startup.data, field="startup")
        actions.mark_competitor(startup, other, by=actor(), at=now())
        flash(_("Whoever holds one of them is not introduced to the other."), "done")
        return see_other("startups.list_competitors", startup_id=startup.id)

    competitors = queries.competitors_of(startup)
    return form_page("startups/list_competitors.html", form, save, startup=startup, competitors=competitors)


@bp.post("/<int:startup_id>/competitors/<int:competitor_id>/remove")
@requires(policies.may_write, startup=queries.find_startup, competitor=queries.find_startup)
def unmark_competitor(startup: Startup, competitor: Startup) -> Response:
    actions.unmark_competitor(startup, competitor, by=actor(), at=now())
    flash(_("They no longer count as competitors."), "done")
    return see_other("startups.list_competitors", startup_id=startup.id)
