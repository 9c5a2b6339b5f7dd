"""Counted things in words: 1 service, 4 services."""

from __future__ import annotations

from crm.web.language import current_language
from crm.web.language import gettext as _


def services(count: int) -> str:
    return _("1 service") if count == 1 else _("%(count)s services", count=f"{count:,}")


def introductions(count: int) -> str:
    return _("1 introduction") if count == 1 else _("%(count)s introductions", count=f"{count:,}")


def institutions(count: int) -> str:
    return _("1 institution") if count == 1 else _("%(count)s institutions", count=f"{count:,}")


def companies(count: int) -> str:
    return _("1 company") if count == 1 else _("%(count)s companies", count=f"{count:,}")


def deals(count: int) -> str:
    return _("1 deal") if count == 1 else _("%(count)s deals", count=f"{count:,}")


def sentences(*told: str) -> str:
    """Some sentences, one after the other; "" is left out."""
    return (" " if current_language() == "en" else "").join(filter(None, told))
