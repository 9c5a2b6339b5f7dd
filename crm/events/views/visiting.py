"""The page on which visitors check in with their own phone. It tells no more than what the poster tells."""

from __future__ import annotations

import re
from typing import Any

from flask import jsonify, request
from werkzeug.wrappers import Response

from crm.events import arrivals, consent, queries
from crm.events.arrivals import Visitor
from crm.events.forms import VisitForm
from crm.events.models import Event
from crm.events.views.blueprint import bp, wants_json
from crm.events.views.check_in import sent_key, sent_moment, shown_wording
from crm.web.answers import form_page, now, page, see_other
from crm.web.guards import public
from crm.web.origins import address_hash

WHY = "visitors of an event say that they came; its address stands on the poster at the door"


@bp.get("/check-in/<path:token>")
@public(WHY)
def visit(token: str) -> Any:
    event = open_event(token)
    if event is None:
        return shut()
    return page("events/visit.html", form=VisitForm(), **shown(event), done=request.args.get("done") == "1")


@bp.post("/check-in/<path:token>")
@public(WHY)
def check_in_visitor(token: str) -> Any:
    event = open_event(token)
    if event is None:
        return shut()
    if queries.too_many_entries(address_hash(), now()):
        return page("events/visit_later.html"), 429, {"Retry-After": "60"}
    form = VisitForm()

    def save() -> Response:
        values, key = form.value(consent.PRESENT), sent_key("form_key")
        arrivals.arrive(event, values, key=key, arrived_at=sent_moment(), by=Visitor(), at=now())
        arrivals.count_entry(address_hash(), at=now())
        there = see_other("events.visit", token=event.token, done=1)
        return jsonify(next=there.location) if wants_json() else there

    return form_page("events/visit.html", form, save, **shown(event), done=False)


@bp.after_request
def keep_address(response: Response) -> Response:
    """No request that this page causes tells its address to another site."""
    if request.endpoint in ("events.visit", "events.check_in_visitor"):
        response.headers["Referrer-Policy"] = "strict-origin"
    return response


def open_event(token: str) -> Event | None:
    """The event that takes visitors now under this address, without what a chat glued to its end."""
    found = re.match(r"[\w-]+", token, re.ASCII)
    event = queries.event_of_token(found.group()) if found else None
    return event if event is not None and event.takes_visitors(now()) else None


def shut() -> Any:
    """One answer for an unknown address and for an event that takes nobody now."""
    return (jsonify(message="closed"), 410) if wants_json() else (page("events/visit_shut.html"), 410)


def shown(event: Event) -> dict[str, Any]:
    """What visitors see of an event."""
    told = {"name": event.name, "starts_at": event.starts_at, "ends_at": event.ends_at, "place": event.place}
    return {"visited": told, "wording": shown_wording()}
