"""Finding anything: the results page, and what the palette (Ctrl K) shows while somebody types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, jsonify, request
from werkzeug.wrappers import Response

from crm.accounts import policies as account_policies
from crm.search import queries
from crm.search.commands import Command, actions_for, pages_for
from crm.search.queries import Found, Hit
from crm.search.registry import Kind
from crm.web.addresses import address
from crm.web.answers import page
from crm.web.guards import actor, requires
from crm.web.language import gettext as _
from crm.web.language import translate
from crm.web.names import told_note

bp = Blueprint("search", __name__, url_prefix="/search")

IN_PALETTE = 4
COMMANDS = 5
CHANGED_LAST = ("startup", "institution", "deal", "published_startup")


@bp.get("")
@requires(account_policies.is_signed_in)
def show_results() -> Any:
    text = asked()
    found = [group(one, text) for one in queries.found(actor(), text)] if text else []
    return page("search/show_results.html", text=text, found=found)


@bp.get("/suggest")
@requires(account_policies.is_signed_in)
def suggest() -> Response:
    """Records, actions and pages for a text; without one what changed last, and what may be begun."""
    text, role = asked(), str(actor().role)
    hits = queries.find(actor(), text, IN_PALETTE) if text else queries.recent(actor(), IN_PALETTE, CHANGED_LAST)
    commands = [
        *told(_("Actions"), actions_for(role, text)[:COMMANDS]),
        *told(_("Pages"), pages_for(role, text)[:COMMANDS] if text else []),
    ]
    records = [record(hit, changed=not text) for hit in hits]
    return jsonify(items=[*records, *commands], all=asking("search.show_results", text) if text else "")


@dataclass(frozen=True)
class Group:
    """What was found of one kind, as the page shows it. `hits`: (address, title, note, whether it is in the bin)."""

    name: str
    label: str
    count: str
    all_href: str
    hits: tuple[tuple[str, str, str, bool], ...]


def group(found: Found, text: str) -> Group:
    hits = tuple((hit_href(hit), hit.title, told_note(hit.note), hit.archived) for hit in found.hits)
    count = f"{found.shown_count:,}{'+' if found.capped else ''}"
    more = all_href(found.kind, text) if found.count > len(hits) else ""
    return Group(found.kind.name, translate(found.kind.label), count, more, hits)


def asked() -> str:
    return request.args.get("q", "").strip()[:100]


def record(hit: Hit, *, changed: bool) -> dict[str, str]:
    group = _("Changed last") if changed else translate(hit.kind.label)
    return {
        "group": group,
        "label": hit.title,
        "note": told_note(hit.note),
        "icon": hit.kind.icon,
        "href": hit_href(hit),
    }


def told(group: str, commands: Sequence[Command]) -> list[dict[str, str]]:
    return [{"group": group, "label": one.label, "note": "", "icon": one.icon, "href": one.href} for one in commands]


def hit_href(hit: Hit) -> str:
    """Where a record is read."""
    values: dict[str, Any] = {hit.kind.argument: hit.page_id}
    return address(hit.kind.endpoint, **values)


def all_href(kind: Kind, text: str) -> str:
    """The list that shows every match of a kind."""
    return asking(kind.list_endpoint, text) if kind.list_endpoint else ""


def asking(endpoint: str, text: str) -> str:
    return f"{address(endpoint)}?{urlencode({'q': text})}"
