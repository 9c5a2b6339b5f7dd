"""One service that is logged for several startups at once."""

from __future__ import annotations

from typing import Any

from flask import flash, request
from werkzeug.wrappers import Response

from crm.core.clock import day_of
from crm.core.errors import Refusal
from crm.core.named import NamedList
from crm.lib.text import N_
from crm.lists.bulk import handed_on
from crm.services import actions, policies, queries
from crm.services.forms import (
    LogForManyForm,
)
from crm.services.models import ServiceType
from crm.services.views.blueprint import bp
from crm.services.views.offers import offer, partners_of
from crm.startups import queries as startup_queries
from crm.startups.models import Startup
from crm.web.answers import counted_once, form_page, now, see_other
from crm.web.guards import actor, requires
from crm.web.language import current_language, ngettext
from crm.web.language import gettext as _
from crm.web.names import listed, meanings, not_clear


@bp.route("/new-for-many", methods=["GET", "POST"])
@requires(policies.may_write)
@counted_once
def log_for_many() -> Any:
    picked = "\n".join(startup.name for startup in startup_queries.startups_called(actor(), handed_on()))
    form = offer(LogForManyForm(startups=picked, type_id=request.args.get("type"), happened_on=day_of(now())))
    form.twins.offer([("skip", _("Leave them out")), ("again", _("Log it for them again"))], empty=_("Choose"))
    named = startup_queries.named(listed(form.startups), meanings())
    form.startups.data = named.text or form.startups.data
    twins = served_already(form, named)
    form.focus("startups", "type_id", "content")

    def save() -> Response:
        check_names(named, twins, form.twins.data)
        wanted = [one for one in named.records if form.twins.data == "again" or one not in twins]
        type = queries.type_by_id(int(form.type_id.data), field="type_id")
        logged = actions.log_for_many(wanted, type, form.value(), partners_of(form), by=actor(), at=now())
        flash(told_for_many(type, len(logged), len(named.records) - len(wanted), named.repeated), "done")
        day = form.happened_on.data.isoformat()
        return see_other("services.list_services", type=type.id, **{"from": day, "to": day})

    return form_page("services/log_for_many.html", form, save, named=named, twins=twins)


def served_already(form: LogForManyForm, named: NamedList[Startup]) -> list[Startup]:
    """The startups that have this service on this day already; none while the form does not say which."""
    type_id = str(form.type_id.data or "")
    if not form.is_submitted() or not form.happened_on.data or not (type_id.isdecimal() and len(type_id) < 19):
        return []
    served = queries.served_alike(int(type_id), form.happened_on.data, named.records)
    return [one for one in named.records if one.id in served]


def check_names(named: NamedList[Startup], twins: list[Startup], said: str) -> None:
    """Refuse names that mean none or several, startups that are served already, and a list of nobody."""
    if named.unclear:
        raise Refusal({"startups": not_clear(len(named.unclear))})
    if not named.records:
        raise Refusal({"startups": N_("Fill this in.")})
    if twins and not said:
        names = "、".join(one.shown_name for one in twins[:5])
        told = N_("%(count)s have it already: %(names)s. Choose what to do.", count=len(twins), names=names)
        raise Refusal({"twins": told})
    if len(twins) == len(named.records) and said == "skip":
        raise Refusal({"twins": N_("All of them have it already: nothing is left to log.")})


def told_for_many(type: ServiceType, logged: int, left_out: int, repeated: int) -> str:
    """What was logged, who was left out, and how many names meant the same startup."""
    name = type.label(current_language())
    parts = [
        ngettext(
            "%(service)s was logged for %(num)s startup.",
            "%(service)s was logged for %(num)s startups.",
            logged,
            service=name,
        )
    ]
    if left_out:
        parts.append(ngettext("%(num)s has it already.", "%(num)s had it already.", left_out))
    if repeated:
        parts.append(ngettext("%(num)s name stood there twice.", "%(num)s names stood there twice.", repeated))
    return " ".join(parts)
