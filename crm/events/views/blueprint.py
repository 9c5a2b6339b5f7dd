"""The blueprint that everything about events shares, and the frame of an event's record."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, request

from crm.core.clock import day_of
from crm.core.errors import Refusal
from crm.events import policies, queries
from crm.events.models import Event
from crm.events.queries import Room
from crm.settings.pages import remembered_page
from crm.web.answers import now
from crm.web.guards import actor
from crm.web.language import translate

bp = Blueprint("events", __name__)


def record_page(template: str, event: Event, room: Room | None = None, **values: Any) -> str:
    """A page of an event's record."""
    return remembered_page(template, **record_values(event, room), **values)


def record_values(event: Event, room: Room | None = None) -> dict[str, Any]:
    """What every page of an event's record shows."""
    return {
        "event": event,
        "room": room or queries.room_of(event),
        "today": day_of(now()),
        "may_write": policies.may_write(actor()),
        "may_see_contacts": policies.may_see_contacts(actor()),
    }


def wants_json() -> bool:
    """True when a script of ours asks, not a browser for a page."""
    return bool(request.accept_mimetypes.best == "application/json")


def told(refusal: Refusal) -> str:
    """Why something was refused."""
    return " ".join(translate(message) for message in refusal.fields.values())


def say_refused(refusal: Refusal) -> None:
    """Let the next page say why something was refused."""
    flash(told(refusal), "wrong")
