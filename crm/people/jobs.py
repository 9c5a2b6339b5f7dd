"""What is forgotten about people by itself."""

from __future__ import annotations

from datetime import datetime

from crm.audit.vocabulary import MASKED_KEPT
from crm.core.db import unit_of_work
from crm.people.actions import forget_contacts
from crm.people.queries import kept_contacts


def forget_earlier_contacts(at: datetime) -> None:
    """Forget contact data that were replaced an hour ago: nobody may undo that any more."""
    with unit_of_work(write=False):
        old = kept_contacts(at - MASKED_KEPT)
    if old:
        with unit_of_work(write=True):
            forget_contacts(old)
