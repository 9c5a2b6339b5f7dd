"""Who uses the portal."""

from __future__ import annotations

from typing import Any

from crm.accounts.models import Actor
from crm.accounts.policies import is_investor, is_manager

may_read = is_investor


def may_see_pictures(actor: Actor, *records: Any) -> bool:
    """Readers, and managers, who look at a profile before its readers do."""
    return is_investor(actor) or is_manager(actor)


def is_in_charge(actor: Actor, *records: Any) -> bool:
    """The investor who invites and removes the colleagues of its own institution."""
    return is_investor(actor) and getattr(actor, "is_institution_admin", False)
