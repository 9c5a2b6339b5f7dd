"""The history of everything: read, searched, taken along."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from crm.accounts import policies
from crm.audit import queries
from crm.audit.exports import hand_out, whole_list
from crm.audit.pages import told
from crm.audit.queries import Asked
from crm.audit.records import BUSINESS, SYSTEM
from crm.audit.vocabulary import VERBS
from crm.lib.dates import read_day
from crm.lib.sheets import Kind
from crm.lib.text import Message, Unreadable
from crm.web.answers import page
from crm.web.filters import moment
from crm.web.guards import actor, requires
from crm.web.language import gettext as _
from crm.web.language import kept_by_language, translate
from crm.web.lists import listing, place_from_request

bp = Blueprint("audit", __name__, url_prefix="/audit")
DOTS = (("actor", "…"), ("record", "…"))


@bp.get("/")
@requires(policies.may_read_audit)
def list_entries() -> Any:
    wanted = asked_entries()
    found = queries.entries(place_from_request(), wanted, of_system=of_system())
    return page(
        "audit/list_entries.html",
        listing=listing(replace(found, rows=[shown(entry) for entry in found.rows]), chips(wanted)),
        wanted=wanted,
        typed={name: request.args.get(name, "") for name in ("since", "until")},
        kinds=tuple(kinds().items()),
        verbs=tuple(verbs().items()),
        of_system=of_system(),
    )


@bp.post("/export")
@requires(policies.may_read_audit)
def export_entries() -> Response:
    found = queries.entries(whole_list(), asked_entries(), of_system=of_system())
    return hand_out(_("History"), headings(), found, line, url_for("audit.list_entries"))


def headings() -> list[tuple[str, Kind]]:
    """The columns of the file, in the order of `line`."""
    who, what = (_("When"), _("Who"), _("Address")), (_("What"), _("Kind of record"), _("Number"))
    return [(title, Kind.TEXT) for title in (*who, *what, _("Place in the chain"), _("Hash"))]


def shown(entry: Any) -> tuple[str, ...]:
    """When, what, from which address, and the place in the chain."""
    return moment(entry.at), told([entry])[0].sentence, entry.address or "—", str(entry.position or "—")


def line(entry: Any) -> list[Any]:
    sentence = told([entry])[0].sentence
    kind = kinds().get(entry.record_type, entry.record_type)
    about = (kind, str(entry.record_id), str(entry.position or ""), entry.hash)
    return [moment(entry.at), entry.actor_name, entry.address, sentence, *about]


def of_system() -> bool:
    """True for administrators, who read of accounts and settings; managers read of records."""
    return policies.may_manage_accounts(actor())


def asked_entries() -> Asked:
    """The entries that the address asks for; a day that nobody can read asks for nothing."""
    typed = {name: request.args.get(name, "").strip() for name in ("q", "who", "kind", "verb")}
    return Asked(
        text=typed["q"],
        who=typed["who"],
        kind=typed["kind"] if typed["kind"] in kinds() else "",
        verb=typed["verb"] if typed["verb"] in VERBS else "",
        since=asked_day("since"),
        until=asked_day("until"),
    )


def asked_day(name: str) -> date | None:
    try:
        return read_day(request.args[name]) if request.args.get(name) else None
    except Unreadable:
        return None


def chips(wanted: Asked) -> list[tuple[str, str, str]]:
    """The filters that are on, each with its name and its value in words."""
    on = [
        ("q", _("Search"), wanted.text),
        ("who", _("Who"), wanted.who),
        ("kind", _("Kind of record"), kinds().get(wanted.kind, "")),
        ("verb", _("What"), verbs().get(wanted.verb, "")),
        ("since", _("From"), wanted.since.isoformat() if wanted.since else ""),
        ("until", _("To"), wanted.until.isoformat() if wanted.until else ""),
    ]
    return [chip for chip in on if chip[2]]


def kinds() -> dict[str, str]:
    """The kinds of record that the reader chooses from."""
    return kinds_of("system" if of_system() else "business")


def verbs() -> dict[str, str]:
    """What can have happened, with dots for who and what."""
    return verbs_told("")


@kept_by_language
def kinds_of(what: str) -> dict[str, str]:
    return {name: translate(word) for name, word in (SYSTEM if what == "system" else BUSINESS).items()}


@kept_by_language
def verbs_told(_: str) -> dict[str, str]:
    return {name: translate(Message(verb.text, DOTS)) for name, verb in VERBS.items()}
