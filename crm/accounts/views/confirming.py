"""The current password, asked again of whoever is signed in: an open browser is no proof of who sits at it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import g, request, session

from crm.accounts import lockout, queries
from crm.accounts.passwords import password_fits
from crm.core.errors import Refusal
from crm.lib.text import N_
from crm.web.answers import now
from crm.web.sessions import TOKEN
from crm.web.transaction import begins_with, short_unit

WRONG = N_("This is not your current password.")


def asks_password(view: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a view that calls `confirm`: what is typed is counted before it is looked at, whatever becomes of the form,
    and outside of the view's own unit, for looking takes its time."""
    return begins_with(look_at_typed)(view)


def look_at_typed() -> None:
    typed = request.form.get("current")
    if not (typed and TOKEN in session):
        return
    try:
        with short_unit(write=True):
            found = queries.password_of_session(session[TOKEN])
            if found is None:
                return
            lockout.take(lockout.CURRENT, str(found.account_id), at=now())
    except lockout.LockedOut as refusal:
        g.refused = refusal
        return
    g.knows_password = password_fits(found.password_hash, typed)
    if g.knows_password:
        with short_unit(write=True):
            lockout.clear(lockout.CURRENT, str(found.account_id))


def confirm() -> None:
    """Raises Refusal for whoever does not know the password, LockedOut for whoever guessed too often."""
    if "refused" in g:
        raise g.refused
    if not g.get("knows_password"):
        raise Refusal({"current": WRONG})
