"""Finding a record by name, whatever its kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crm.funds import queries as fund_queries
from crm.funds.models import Fund
from crm.institutions import queries as institution_queries
from crm.institutions.models import Institution
from crm.startups import queries as startup_queries
from crm.startups.models import Startup


@dataclass(frozen=True)
class Found:
    """What a search found, by kind."""

    startups: Sequence[Startup]
    institutions: Sequence[Institution]
    funds: Sequence[Fund]

    @property
    def count(self) -> int:
        """How many records in all."""
        return len(self.startups) + len(self.institutions) + len(self.funds)


def search(text: str) -> Found:
    """The first startups, institutions and funds whose name or code contains a text."""
    return Found(
        startup_queries.suggestions(text),
        institution_queries.suggestions(text),
        fund_queries.suggestions(text),
    )
