"""Finding anything: the results page, and what the palette (Ctrl K) shows while somebody types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, jsonify, request, url_for
from werkzeug.wrappers import Response

from crm.accounts import policies as account_policies
from crm.search import queries
from crm.search.commands import Command, actions_for, pages_for
from crm.search.queries import Hit
from crm.search.registry import Kind
from crm.web.addresses import address
from crm.web.answers import page
from crm.web.guards import actor, requires
from crm.web.language import gettext as _
from crm.web.language import translate

bp = Blueprint("search", __name__, url_prefix="/search")

IN_PALETTE = 4
COMMANDS = 5
CHANGED_LAST = ("startup", "institution", "deal", "published_startup")


@bp.get("")
@requires(account_policies.is_signed_in)
def show_results() -> Any:
    text = asked()
    return page(
        "search/show_results.html",
        text=text,
        found=queries.found(actor(), text) if text else [],
        href=hit_href,
        all_href=all_href,
    )


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
    return jsonify(items=[*records, *commands], all=url_for("search.show_results", q=text) if text else "")


def asked() -> str:
    return request.args.get("q", "").strip()[:100]


def record(hit: Hit, *, changed: bool) -> dict[str, str]:
    group = _("Changed last") if changed else translate(hit.kind.label)
    return {"group": group, "label": hit.title, "note": hit.note, "icon": hit.kind.icon, "href": hit_href(hit)}


def told(group: str, commands: Sequence[Command]) -> list[dict[str, str]]:
    return [{"group": group, "label": one.label, "note": "", "icon": one.icon, "href": one.href} for one in commands]


def hit_href(hit: Hit) -> str:
    """Where a record is read."""
    values: dict[str, Any] = {hit.kind.argument: hit.page_id}
    return address(hit.kind.endpoint, **values)


def all_href(kind: Kind, text: str) -> str:
    """The list that shows every match of a kind."""
    return url_for(kind.list_endpoint, q=text) if kind.list_endpoint else ""
