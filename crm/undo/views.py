"""The button of the message that says what was done."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, flash, request, session, url_for

from crm.core.errors import Refusal
from crm.lib.spans import read_spans, write_spans
from crm.undo import actions, policies
from crm.web.answers import go, now, safe_path
from crm.web.guards import actor, current_account, requires
from crm.web.language import gettext as _
from crm.web.language import translate
from crm.web.transaction import LAST_CHANGE, MOST_CHANGES

bp = Blueprint("undo", __name__, url_prefix="/undo")


@bp.post("/")
@requires(policies.may_undo)
def undo() -> Any:
    try:
        actions.undo(changes_named(), by=actor(), at=now())
    except Refusal as refusal:
        flash(" ".join(translate(message) for message in refusal.fields.values()), "wrong")
    else:
        flash(_("Undone."), "done")
    return go(safe_path(request.form.get("back"), url_for("home.show_home")))


def changes_named() -> list[int]:
    try:
        return read_spans(request.form.get("changes", ""), at_most=MOST_CHANGES)
    except ValueError:
        return []


def offer() -> str:
    """The changes that the message just shown may take back, as the form sends them; "" for none."""
    changes = session.pop(LAST_CHANGE, "")
    account = current_account()
    if not changes or account is None or not policies.may_undo(account):
        return ""
    entries = actions.undoable(read_spans(changes, at_most=MOST_CHANGES), account, now())
    return write_spans(entry.id for entry in entries)


def init_app(app: Flask) -> None:
    """Let the message that something is done offer to undo it."""
    app.jinja_env.globals["undo_offer"] = offer
