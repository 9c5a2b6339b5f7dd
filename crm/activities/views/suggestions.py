"""What the log box asks while somebody types: which records a name may mean, and how a date was read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import jsonify, request
from werkzeug.wrappers import Response

from crm.activities import lookup, mentions, pages, policies
from crm.activities.lookup import Candidate
from crm.activities.models import ActivityKind
from crm.activities.reading import read
from crm.activities.views.about import read_about
from crm.activities.views.blueprint import bp
from crm.core.clock import day_of
from crm.web.answers import now
from crm.web.guards import actor, requires
from crm.web.names import told_note

LONGEST, MOST = 5000, 12


@bp.get("/activities/suggest")
@requires(policies.may_write)
def suggest() -> Response:
    """Records for what stands after a sign: startups, institutions, people and colleagues after @, deals after #."""
    sign = "#" if request.args.get("sign") == "#" else "@"
    about = read_about(request.args.get("about"))
    found = lookup.suggested(actor(), asked(), mentions.KINDS[sign], about.ref if about else None)
    colleagues = lookup.accounts_suggested(asked()) if sign == "@" and asked() else []
    return items([*colleagues[:3], *found][:MOST])


@bp.get("/activities/participants")
@requires(policies.may_write)
def suggest_participants() -> Response:
    """People, institutions and colleagues who may take part."""
    found = [*lookup.accounts_suggested(asked()), *lookup.suggested(actor(), asked(), lookup.PARTICIPANTS)]
    return items(found[:10], bracketed=True)


@bp.get("/activities/assignees")
@requires(policies.may_write)
def suggest_assignees() -> Response:
    """Colleagues to whom a task may be given."""
    return items(lookup.accounts_suggested(asked()))


@bp.get("/activities/read")
@requires(policies.may_write)
def read_text() -> Response:
    """How the days and times in a text are read, in words."""
    text, kind = request.args.get("text", "")[:LONGEST], request.args.get("kind", "")
    if kind not in set(ActivityKind):
        return jsonify(told="")
    spans = [(sign.start, sign.start + 1 + len(sign.word)) for sign in mentions.signs_in(text)]
    told = pages.told_reading(read(text, ActivityKind(kind), day_of(now()), spans), is_task=kind == ActivityKind.TASK)
    return jsonify(told=told)


def asked() -> str:
    return request.args.get("q", "").strip()[:100]


def items(candidates: Sequence[Candidate], *, bracketed: bool = False) -> Response:
    """As combobox.js and log.js want them; `bracketed`: a person's name with the organisation, told from namesakes."""

    def item(one: Candidate) -> dict[str, Any]:
        value = one.label
        if bracketed and one.ref.record_type == "person" and one.note:
            value = f"{one.label}（{one.note.rpartition(' · ')[2]}）"
        return {
            "value": value,
            "label": one.label,
            "note": told_note(one.note),
            "ref": f"{one.ref.record_type}:{one.ref.record_id}",
        }

    return jsonify(items=[item(one) for one in candidates])
