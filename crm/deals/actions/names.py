"""What rounds and deals are called in the history."""

from __future__ import annotations

from crm.institutions.models import Institution
from crm.settings.queries import terms
from crm.startups.models import Startup


def round_title(startup: Startup, name: str) -> str:
    """What a round is called in the history."""
    term = terms("round_name").get(name)
    return f"{startup.shown_name} · {term.name_zh if term else name}"


def deal_title(startup: Startup, institution: Institution) -> str:
    """What a deal is called in the history."""
    return f"{startup.shown_name} × {institution.shown_name}"
