"""Watching startups, noting something about them, and passing on them.

Watching and notes leave no trace in the history, which staff read: their rows say who did it and when.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from crm.accounts.models import Account, Actor
from crm.audit import actions as audit
from crm.core.db import db, insert_into
from crm.core.errors import Refusal
from crm.lib.text import N_
from crm.notifications.actions import notify
from crm.notifications.models import NoticeKind
from crm.startups.models import Startup
from crm.watching.models import Pass, Watch, WatchNote
from crm.watching.queries import pass_on, watchers_of


def watch(startup: Startup, *, by: Account, at: datetime) -> None:
    """Put a startup on the watchlist of the actor's institution, once."""
    row = insert_into(Watch).values(institution_id=by.institution_id, startup_id=startup.id, account_id=by.id, at=at)
    db.session.execute(row.on_conflict_do_nothing(index_elements=("institution_id", "startup_id")))


def unwatch(startup: Startup, *, by: Account) -> None:
    """Take a startup off the watchlist; the notes about it stay."""
    listed = sa.and_(Watch.institution_id == by.institution_id, Watch.startup_id == startup.id)
    db.session.execute(sa.delete(Watch).where(listed))


def add_note(startup: Startup, text: str, *, by: Account, at: datetime) -> WatchNote:
    """A note for the colleagues; the startup is watched from then on. Raises Refusal for an empty one."""
    if not text:
        raise Refusal({"text": N_("Write what your colleagues should know.")})
    note = WatchNote(institution_id=by.institution_id, startup_id=startup.id, account_id=by.id, text=text, at=at)
    db.session.add(note)
    watch(startup, by=by, at=at)
    return note


def remove_note(note: WatchNote) -> None:
    """Delete a note."""
    db.session.delete(note)


def pass_over(
    startup: Startup, *, reason: str | None, note: str, tell_startup: bool, by: Account, at: datetime
) -> Pass:
    """The actor's institution says "not now" about a startup. Raises Refusal for another reason without words."""
    if reason == "other" and not note:
        raise Refusal({"note": N_("Say the reason in words.")})
    found = pass_on(by.institution_id, startup.id)
    if found is None:
        found = Pass(institution_id=by.institution_id, startup_id=startup.id)
        db.session.add(found)
    found.reason, found.note, found.tell_startup = reason, note, tell_startup
    found.account_id, found.at = by.id, at
    changes = [audit.change("pass_reason", None, reason)] if reason else []
    audit.record(startup, "passed_over", by=by, at=at, name=startup.name, changes=changes)
    return found


def take_back_pass(startup: Startup, institution_id: int | None, *, by: Actor, at: datetime) -> datetime | None:
    """The institution looks at a startup again; returns when it had passed, None when it had not."""
    found = pass_on(institution_id, startup.id)
    if found is None:
        return None
    db.session.delete(found)
    audit.record(startup, "looked_again", by=by, at=at, name=startup.name)
    return found.at


def tell_published(startup: Startup, among: Collection[int] | None, *, at: datetime) -> None:
    """Tell whoever watches a startup that its profile was published anew. `among`: the institutions that may read it,
    None for all."""
    tell(startup, NoticeKind.WATCHED_PUBLISHED, watchers_of(startup.id, among), at=at)


def tell_withdrawn(startup: Startup, *, at: datetime) -> None:
    """Tell whoever watches a startup that a profile was withdrawn; which one, they are not told."""
    tell(startup, NoticeKind.WATCHED_WITHDRAWN, watchers_of(startup.id), at=at)


def tell(startup: Startup, kind: NoticeKind, watchers: Collection[int], *, at: datetime) -> None:
    about = {"record_type": "startup", "record_id": startup.id, "name": startup.shown_name}
    notify(watchers, kind, **about, by=None, at=at)  # type: ignore[arg-type]
