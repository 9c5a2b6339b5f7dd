"""Checking in at the door, on a phone of the staff."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from typing import Any

from flask import flash, jsonify, request
from werkzeug.wrappers import Response

from crm.core.errors import Refusal
from crm.events import arrivals, consent, policies, queries
from crm.events.forms import WalkInForm
from crm.events.models import Event, Guest
from crm.events.views.blueprint import bp, record_page, record_values, say_refused, told, wants_json
from crm.lib.names import name_key
from crm.lib.pinyin import spellings
from crm.settings.platform import identity
from crm.web.addresses import outside_address
from crm.web.answers import form_page, now, page, see_other
from crm.web.guards import actor, requires
from crm.web.language import gettext as _

KEY_LENGTH = 64


@bp.get("/events/<int:event_id>/check-in")
@requires(policies.may_write, event=queries.find_event)
def check_in(event: Event) -> Any:
    room = queries.room_of(event)
    guests = [(one, found_by(one)) for one in room.guests]
    return record_page(
        "events/check_in.html", event, room, guests=guests, **door_values(event), form=WalkInForm(formdata=None)
    )


@bp.post("/events/guests/<int:guest_id>/check-in")
@requires(policies.may_write, guest=queries.find_guest)
def check_in_guest(guest: Guest) -> Any:
    key, moment = sent_key(), sent_moment()
    return counted(guest.event, lambda: arrivals.check_in(guest, key=key, arrived_at=moment, by=actor(), at=now()))


@bp.post("/events/guests/<int:guest_id>/undo-check-in")
@requires(policies.may_write, guest=queries.find_guest)
def undo_check_in(guest: Guest) -> Any:
    return counted(guest.event, lambda: arrivals.undo_check_in(guest, by=actor(), at=now()))


@bp.route("/events/<int:event_id>/walk-ins/new", methods=["GET", "POST"])
@requires(policies.may_write, event=queries.find_event)
def add_walk_in(event: Event) -> Any:
    form = WalkInForm()

    def save() -> Any:
        values = form.value(consent.PRESENT)
        key = sent_key("form_key")
        arrivals.arrive(event, values, key=key, arrived_at=sent_moment(), by=actor(), at=now())
        if wants_json():
            return counts(event)
        flash(_("%(name)s is checked in.", name=values.name), "done")
        return see_other("events.check_in", event_id=event.id)

    return form_page("events/add_walk_in.html", form, save, event=event, wording=shown_wording())


@bp.get("/events/<int:event_id>/qr")
@requires(policies.may_write, event=queries.find_event)
def show_qr(event: Event) -> Response:
    import segno

    drawn = BytesIO()
    segno.make(address_of(event), error="m").save(drawn, kind="svg", scale=8, border=2, light="#fff", xmldecl=False)
    return Response(drawn.getvalue(), mimetype="image/svg+xml")


@bp.get("/events/<int:event_id>/poster")
@requires(policies.may_write, event=queries.find_event)
def show_poster(event: Event) -> Any:
    return page("events/show_poster.html", **record_values(event), address=address_of(event))


def counted(event: Event, action: Callable[[], object]) -> Any:
    """Do it and say how many are here, or why not."""
    try:
        action()
    except Refusal as refusal:
        if wants_json():
            return jsonify(message=told(refusal)), 409
        say_refused(refusal)
    return counts(event) if wants_json() else see_other("events.check_in", event_id=event.id)


def counts(event: Event) -> Response:
    room = queries.room_of(event)
    return jsonify(here=room.here, expected=len(room.expected), others=room.others, waiting=len(room.waiting))


def door_values(event: Event) -> dict[str, Any]:
    return {"address": address_of(event), "wording": shown_wording(), "takes_visitors": event.takes_visitors(now())}


def found_by(guest: Guest) -> str:
    """What a guest is found by as somebody types: names, pinyin and initials, as `name_key` writes them."""
    organisation = guest.organisation
    names = [organisation.name, organisation.short_name, guest.person.name if guest.person else ""]
    keys = [name_key(name) for name in names if name]
    syllables = [spellings(key)[0] for key in keys]
    initials = ["".join(one[0] for one in told if one) for told in syllables]
    return " ".join([*keys, *initials, *("".join(told) for told in syllables)])


def shown_wording() -> Any:
    """What somebody agrees to at the door, in the language at hand."""
    return consent.wording(consent.PRESENT, identity().name)


def address_of(event: Event) -> str:
    """The address of the visitors' page for people outside."""
    return outside_address("events.visit", token=event.token)


def sent_key(name: str = "key") -> str:
    """The key that the phone made for an entry; one of our own for a browser without scripts."""
    return request.form.get(name, "")[:KEY_LENGTH] or secrets.token_urlsafe(16)


def sent_moment() -> datetime:
    """When the phone noted an entry that it sends later, in milliseconds since 1970; now without."""
    typed = request.form.get("noted_at", "")
    return datetime.fromtimestamp(int(typed) / 1000, now().tzinfo) if typed.isdecimal() and len(typed) < 15 else now()
