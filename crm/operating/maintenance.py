"""Maintenance: while it lasts everybody reads, and nobody but administrators changes anything.

It stands in the platform's row, which every process knows by its stamp, so that a page pays nothing for asking.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Flask, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from crm.core.clock import now
from crm.operating.policies import may_operate
from crm.settings.queries import platform
from crm.web.errors import show_error
from crm.web.guards import current_account
from crm.web.transaction import SAFE

AGAIN_AFTER = 120  # seconds
COMING_AND_GOING = frozenset(
    f"accounts.{name}" for name in ("enter", "check_code", "finish_second_factor", "sign_out", "switch_language")
)


@dataclass(frozen=True)
class Maintenance:
    """What pages say of a maintenance that goes on or is to come."""

    begins_at: datetime
    note: str
    is_on: bool


def init_app(app: Flask) -> None:
    """Announce maintenance on every page, and refuse what would change something while it lasts."""
    app.context_processor(announce)
    app.before_request(refuse_changes)


def maintenance() -> Maintenance | None:
    """The maintenance that goes on or was announced."""
    told = platform()
    if told.maintenance_at is None:
        return None
    return Maintenance(told.maintenance_at, told.maintenance_note, told.maintenance_at <= now())


def is_maintained() -> bool:
    """True while nobody but administrators changes anything."""
    held = maintenance()
    return held is not None and held.is_on


def announce() -> dict[str, Any]:
    try:
        return {"maintenance": maintenance()}
    except SQLAlchemyError:  # an error page of a broken database
        return {"maintenance": None}


def refuse_changes() -> Response | None:
    """Answer 503 to what would change something, unless somebody comes, goes, or looks after the installation."""
    if request.method in SAFE or request.endpoint in COMING_AND_GOING:
        return None
    account = current_account()
    if account is not None and may_operate(account):
        return None
    held = maintenance()
    if held is None or not held.is_on:
        return None
    answer = show_error(503, "maintenance", note=held.note)
    answer.headers["Retry-After"] = str(AGAIN_AFTER)
    return answer
