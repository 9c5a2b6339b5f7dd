"""Who looks after the installation."""

from __future__ import annotations

from typing import Any

from crm.accounts.models import Actor, Role


def may_operate(actor: Actor, *records: Any) -> bool:
    """Administrators look after jobs and mails."""
    return actor.role == Role.ADMIN
