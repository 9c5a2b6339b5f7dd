"""What happens to publications by itself."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from crm.core.periodic import once_a_day
from crm.publishing.actions import withdraw_expired


def withdraw_expired_daily(at: datetime) -> None:
    """Once a day: what ran out ends in the books as well; no investor has read it since its last day."""
    once_a_day("expired publications", partial(withdraw_expired, at=at), at=at)
