"""Who sees people, their contact data, and who answers their requests."""

from __future__ import annotations

from crm.accounts.models import Actor
from crm.accounts.policies import is_manager, may_read_records, may_see_contacts, may_write_records
from crm.people.models import Person

__all__ = ["may_answer", "may_change", "may_list", "may_see", "may_see_contacts", "may_write"]
may_list = may_see = may_read_records
may_write = may_write_records


def may_change(actor: Actor, person: Person) -> bool:
    """Those who write, as long as there is something left to change."""
    return may_write_records(actor) and person.erased_at is None


def may_answer(actor: Actor, person: Person) -> bool:
    """Managers give a person what is kept about them, and erase it, when the person asks."""
    return is_manager(actor) and person.erased_at is None
