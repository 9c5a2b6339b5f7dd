"""Who changes what the operator may change."""

from __future__ import annotations

from typing import Any

from crm.accounts.models import Actor, Role


def may_manage_settings(actor: Actor, *records: Any) -> bool:
    """Administrators keep the platform's facts and the vocabularies."""
    return actor.role == Role.ADMIN
