"""What happens each morning: tasks that are due are told, digests go out. Called often; each is done once a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from functools import partial

from crm.accounts.models import Account
from crm.activities import queries as activity_queries
from crm.activities.telling import tell_due
from crm.core.clock import SHANGHAI, day_of
from crm.core.db import unit_of_work
from crm.core.outbox import outbox
from crm.core.periodic import is_first, once_a_day
from crm.digest.guests import RUN as GUESTS_RUN
from crm.digest.guests import guests_to_mail, portal_digest_of
from crm.digest.letter import write_letter, write_portal_letter
from crm.digest.queries import RUN, SATURDAY, digest_of, still_to_mail
from crm.notifications.actions import prune

Letter = Callable[[Account, date, datetime], None]


def morning(begins: time, at: datetime) -> None:
    """Do what the day asks for once its time has come, also when no worker was there then; never for a day before."""
    day = day_of(at)
    if at < datetime.combine(day, begins, SHANGHAI):
        return
    once_a_day("tasks_due", partial(tell_due_tasks, day, at), at=at)
    if outbox.is_open and day.weekday() < SATURDAY:
        mail_digests(day, at)


def tell_due_tasks(day: date, at: datetime) -> None:
    """A notice to whoever has a task that is due on this day."""
    prune(at=at)
    for task in activity_queries.tasks_due_on(day):
        tell_due(task, at=at)


def mail_digests(day: date, at: datetime) -> None:
    """A letter to each account that has something to read. Raises what failed once all others have theirs."""
    with unit_of_work(write=False):
        waiting = [(RUN, account.id, mail_digest) for account in still_to_mail(day)]
        waiting += [(GUESTS_RUN, account.id, mail_portal_digest) for account in guests_to_mail(day)]
    failures = []
    for run, account_id, mail in waiting:
        try:
            once_for(run, account_id, mail, day, at)
        except Exception as failure:  # one reader's trouble is not the others'
            failures.append(failure)
    if failures:
        raise failures[0]


def once_for(
    run: str, account_id: int, mail: Callable[[Account, date, datetime], None], day: date, at: datetime
) -> None:
    """One account's letter, in a unit of its own; none when another worker was quicker."""
    with unit_of_work(write=True) as session:
        if is_first(run, day, account_id=account_id, at=at):
            mail(session.get_one(Account, account_id), day, at)


def mail_digest(account: Account, day: date, at: datetime) -> None:
    """The letter of somebody who works here, if there is something to read."""
    digest = digest_of(account, day)
    if not digest.is_empty:
        write_letter(account, digest, at=at)


def mail_portal_digest(account: Account, day: date, at: datetime) -> None:
    """The letter of an investor, if something is new."""
    digest = portal_digest_of(account, day, at)
    if not digest.is_empty:
        write_portal_letter(account, digest, at=at)
