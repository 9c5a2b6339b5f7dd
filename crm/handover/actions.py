"""Handing over somebody's open work, of every kind, and taking that back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crm.accounts.models import Account, Actor
from crm.activities import actions as activity_actions
from crm.activities import queries as activity_queries
from crm.appointments import actions as appointment_actions
from crm.appointments import queries as appointment_queries
from crm.audit import actions as audit
from crm.core.db import db
from crm.deals import actions as deal_actions
from crm.deals import queries as deal_queries
from crm.notifications import actions as notice_actions
from crm.notifications.models import NoticeKind
from crm.questions import actions as question_actions
from crm.questions import queries as question_queries
from crm.services import actions as service_actions
from crm.services import queries as service_queries
from crm.startups import actions as startup_actions
from crm.startups import queries as startup_queries


@dataclass(frozen=True)
class Work:
    """One kind of open work: `open_of` reads what somebody, or nobody yet, has of it, or of some of it; `assign` lets
    somebody else see to one. `notice`: what the heir is told of them all; None where each is told by itself."""

    open_of: Callable[..., Sequence[Any]]
    assign: Callable[..., object]
    notice: NoticeKind | None = None


WORK = {
    "startups": Work(startup_queries.owned, startup_actions.hand_over, NoticeKind.STARTUPS_HANDED_OVER),
    "deals": Work(deal_queries.open_deals_of, deal_actions.hand_over, NoticeKind.DEALS_HANDED_OVER),
    "services": Work(service_queries.open_services_of, service_actions.hand_over, NoticeKind.SERVICES_HANDED_OVER),
    "tasks": Work(activity_queries.open_tasks_of, activity_actions.give, NoticeKind.TASKS_HANDED_OVER),
    "questions": Work(question_queries.open_questions_of, question_actions.assign),
    "appointments": Work(appointment_queries.open_appointments_of, appointment_actions.assign),
}


def hand_over(account: Account, to: Account | None, *, by: Actor, at: datetime) -> None:
    """Give somebody's open work to somebody else, or to nobody yet: the history tells how much, an undo which."""
    with audit.one_change():
        given = {what: give(what, account, to, by=by, at=at) for what in WORK}
    counts = [audit.change(what, None, len(ids), back=ids) for what, ids in given.items() if ids]
    if counts:
        heir = audit.change("heir", None, to and to.name, back=to and to.id)
        audit.record(account, "handed_over", by=by, at=at, name=account.username, changes=[heir, *counts])
    if to is not None:
        notice_actions.pass_on(account, to, at=at)


def give(
    what: str,
    account: Account | None,
    to: Account | None,
    among: Collection[int] | None = None,
    *,
    by: Actor,
    at: datetime,
) -> list[int]:
    """Give one kind of somebody's open work away, or some of it; returns the ids."""
    work = WORK[what]
    found = work.open_of(account, among)
    for one in found:
        work.assign(one, to, by=by, at=at)
    if found and work.notice and account and to:
        notice_actions.tell_heir(work.notice, account, to, len(found), by=by, at=at)
    return [one.id for one in found]


def take_back(account: Account, changes: Sequence[audit.Change], name: str, *, by: Actor, at: datetime) -> None:
    """Undo `hand_over` by what the history tells of it: what is still open and still lies where it was given goes back;
    what moved on since stays there."""
    given = {change["field"]: change["back"] for change in changes}
    heir_id = given.pop("heir")
    heir = db.session.get(Account, heir_id) if heir_id is not None else None
    with audit.one_change():
        returned = {what: give(what, heir, account, ids, by=by, at=at) for what, ids in given.items()}
    told = [audit.change(what, len(ids), None) for what, ids in returned.items() if ids]
    audit.record(account, "undone", by=by, at=at, name=name, changes=told)
