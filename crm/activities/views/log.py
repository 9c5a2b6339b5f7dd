"""The log box: writing down a note, a meeting, a call, a mail or a task, and moving a deal in the same step."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from crm.accounts import queries as account_queries
from crm.activities import actions, lookup, pages, policies
from crm.activities.actions import ActivityValues
from crm.activities.forms import ActivityFields, LogForm
from crm.activities.lookup import Found
from crm.activities.models import ActivityKind, Ref
from crm.activities.reading import TALKS, Reading, read
from crm.activities.views.about import About, read_about
from crm.activities.views.blueprint import bp
from crm.core.clock import day_of
from crm.core.errors import Refusal
from crm.deals import actions as deal_actions
from crm.deals import queries as deal_queries
from crm.documents import actions as document_actions
from crm.lib.text import N_
from crm.settings.choices import choices, word
from crm.web.answers import counted_once, form_page, go, now, safe_path
from crm.web.guards import actor, requires
from crm.web.language import gettext as _

FIELDS = {"happened_on": "day", "due_on": "day", "starts_at": "clock", "assignee_id": "assignee"}


@bp.route("/activities/new", methods=["GET", "POST"])
@requires(policies.may_write)
@counted_once
def log_activity() -> Any:
    about = read_about(request.values.get("about"))
    form = offer(LogForm(kind=asked_kind(), back=request.args.get("back", ""), about=about.value if about else ""))

    def save() -> Response:
        deal = written(form, about)
        saved = _("Saved: %(kind)s.", kind=word("activity_kind", form.kind.data))
        stands = _("The deal is at “%(stage)s” now.", stage=word("deal_stage", deal.stage)) if deal else ""
        flash(f"{saved} {stands}".strip(), "done")
        return go(safe_path(form.back.data, home_of(about)))

    return form_page("activities/log_activity.html", form, save, about=about, told=told(form), home=home_of(about))


def written(form: LogForm, about: About | None) -> Any:
    """Write down what the form says, its papers and the move of its deal: all of it or nothing. Raises Refusal.

    Returns the deal that it moves, or None.
    """
    values, found = read_form(form, about, form.kind_of())
    deal = deal_to_move(found, about) if form.moves_deal() else None
    if deal is not None:
        values = replace(values, about=list(dict.fromkeys([*values.about, Ref("deal", deal.id)])))
    try:
        activity = actions.log(values, by=actor(), at=now())
        document_actions.attach_sent(activity, form.sent_files(), by=actor(), at=now())
        if deal is not None:
            happened_on = values.happened_on or day_of(now())
            move = deal_actions.step(deal, happened_on, **form.step())
            deal_actions.move_deal(deal, move, version=None, by=actor(), at=now())
    except Refusal as refusal:
        raise at_fields(refusal) from refusal
    return deal


def at_fields(refusal: Refusal) -> Refusal:
    """The same, each message at the field of the form that it concerns."""
    return Refusal({FIELDS.get(name, name): told for name, told in refusal.fields.items()})


def read_form(form: ActivityFields, about: About | None, kind: ActivityKind) -> tuple[ActivityValues, Found]:
    """What the form says, with the names and days in its text. Raises Refusal at the field that needs a choice."""
    ref = about.ref if about else None
    picked = [value for name, value in request.form.items() if name.startswith("pick-")]
    found = lookup.mentioned(actor(), form.text.data, form.choices_made(picked), ref)
    taking_part, nobody = lookup.participants(actor(), form.participants.data, ref)
    form.refuse_unknown(found)
    form.refuse_participants(nobody)
    reading = read(form.text.data, kind, day_of(now()), [one.span for one in found.mentions])
    values = ActivityValues(
        kind,
        form.text.data,
        about=[ref] if ref else [],
        mentioned=found.refs,
        participants=taking_part if kind in TALKS else [],
        place=form.place.data if kind in TALKS else "",
        **days_of(form, kind, reading),
    )
    return values, found


def days_of(form: ActivityFields, kind: ActivityKind, reading: Reading) -> dict[str, Any]:
    """What the fields say of days, and the words of the text where a field says nothing."""
    if kind == ActivityKind.TASK:
        return {
            "due_on": form.day.data or reading.day,
            "repeats": form.repeats.data or reading.repeats,
            "assignee_id": assignee_of(form.assignee.data),
        }
    if kind == ActivityKind.NOTE:
        return {"happened_on": form.day.data}
    return {"happened_on": form.day.data or reading.day, "starts_at": form.clock.data or reading.at}


def assignee_of(name: str) -> int:
    """Who is to do a task: the colleague of this name, oneself where there is none. Raises Refusal."""
    named = [one for one in account_queries.owners() if name in (one.name, one.username)]
    if not name:
        return int(actor().id)
    if len(named) != 1:
        raise Refusal({"assignee": N_("Choose one of the list.")})
    return named[0].id


def deal_to_move(found: Found, about: About | None) -> Any:
    """The deal at hand, else the one that the text names, else the only active one of the record. Raises Refusal."""
    if about and about.ref.record_type == "deal":
        return about.record
    named = [ref.record_id for ref in found.refs if ref.record_type == "deal"]
    if not named and about and about.ref.record_type in ("startup", "institution"):
        named = [deal.id for deal in deal_queries.active_of(about.record, limit=2)]
    deal = deal_queries.find_deal(actor(), named[0]) if len(named) == 1 else None
    if deal is None:
        raise Refusal({"stage": N_("Say in the text which deal moves: # names it.")})
    return deal


def offer(form: LogForm) -> LogForm:
    """Set what may be chosen."""
    form.kind.offer(choices("activity_kind"))
    offer_repeats(form)
    form.stage.offer(choices("deal_stage"), empty=_("does not move"))
    form.status.offer(choices("deal_status"), empty=_("stays active"))
    form.reason.offer(choices("pass_reason"), empty="")
    return form


def offer_repeats(form: ActivityFields) -> None:
    form.repeats.offer(choices("task_repeat"), empty=_("once"))


def asked_kind() -> str:
    """The kind that an address asks for; a note by default."""
    kind = request.args.get("kind", "")
    return kind if kind in set(ActivityKind) else ActivityKind.NOTE


def told(form: LogForm) -> str:
    """How the days of a form that was sent are read; "" for a new one."""
    if not form.is_submitted() or form.kind.data not in set(ActivityKind):
        return ""
    kind = form.kind_of()
    reading = read(form.text.data or "", kind, day_of(now()))
    return pages.told_reading(reading, is_task=kind == ActivityKind.TASK)


def home_of(about: About | None) -> str:
    """Where to go after writing about a record: to it, and home from none."""
    return pages.record_href(about.ref) if about else url_for("home.show_home")
