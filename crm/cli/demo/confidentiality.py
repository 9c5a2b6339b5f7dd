"""The demonstration's terms of confidentiality, and who accepted them."""

from __future__ import annotations

from datetime import datetime

from crm.accounts.models import Account
from crm.confidentiality import actions
from crm.confidentiality.actions import TermsValues
from crm.confidentiality.draft import MONTHS, TEXT_EN, TEXT_ZH


def agree(manager: Account, investor: Account, at: datetime) -> None:
    """The terms are written, and the investor accepts them for itself and its institution."""
    terms = actions.write_terms(TermsValues(TEXT_ZH, TEXT_EN, MONTHS), by=manager, at=at)
    actions.accept(terms.id, investor, for_institution=True, address="203.0.113.24", at=at)
