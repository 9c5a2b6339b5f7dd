"""The platform as a page shows it, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError

from crm.config import Settings
from crm.settings import queries
from crm.web.language import current_language


@dataclass(frozen=True)
class Identity:
    """What the platform is called, whom to call, and what its pages carry; "" where nothing is set.

    `logo_version` names the logo's content.
    """

    name: str
    contact: str = ""
    disclaimer: str = ""
    notice: str = ""
    icp_number: str = ""
    police_number: str = ""
    logo_key: str = ""
    logo_type: str = ""
    closing: str = ""
    report_colour: str = ""

    @property
    def logo_version(self) -> str:
        """What changes when the logo does; "" without one."""
        return self.logo_key.replace("/", "")[:12]


def init_app(app: Flask) -> None:
    """Let every page say who it is of."""
    app.context_processor(platform_values)


def platform_values() -> dict[str, Any]:
    """What layouts need; on an error page of a broken database what the environment says must do."""
    try:
        shown = identity()
    except SQLAlchemyError:
        shown = Identity(*from_environment())
    return {"platform": shown, "platform_name": shown.name}


def identity() -> Identity:
    """The platform in the language at hand. A text that is missing in one language is told in the other."""
    row = queries.platform()
    name, contact = from_environment()
    return Identity(
        name=told(row, "name") or name,
        contact=told(row, "contact") or contact,
        disclaimer=told(row, "disclaimer"),
        notice=told(row, "notice"),
        icp_number=row.icp_number,
        police_number=row.police_number,
        logo_key=row.logo_key,
        logo_type=row.logo_type,
        closing=told(row, "closing"),
        report_colour=row.report_colour,
    )


def names_institutions() -> bool:
    """True where founders read which institutions they were introduced to, and which opened the profile."""
    return bool(queries.platform().names_institutions)


def from_environment() -> tuple[str, str]:
    """The name and the contact that hold until somebody edits them."""
    settings: Settings = current_app.extensions["crm_settings"]
    return settings.platform_name_en if current_language() == "en" else settings.platform_name_zh, settings.contact


def told(row: Any, name: str) -> str:
    first, second = ("en", "zh") if current_language() == "en" else ("zh", "en")
    return str(getattr(row, f"{name}_{first}") or getattr(row, f"{name}_{second}"))
