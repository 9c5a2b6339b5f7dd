"""The list of services as a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crm.lib.sheets import Kind, Value
from crm.settings.choices import word
from crm.web.filters import in_language
from crm.web.language import gettext as _


def headings() -> list[tuple[str, Kind]]:
    return [
        (_("Service"), Kind.TEXT),
        (_("Startup"), Kind.TEXT),
        (_("Category"), Kind.TEXT),
        (_("Date"), Kind.DAY),
        (_("State"), Kind.TEXT),
        (_("Institutions"), Kind.TEXT),
        (_("What was done"), Kind.TEXT),
        (_("Outcome"), Kind.TEXT),
    ]


def line(row: Any, partners: Sequence[str]) -> list[Value]:
    """A row of the list of services, with the institutions that took part."""
    return [
        in_language(row.type_zh, row.type_en),
        row.startup_name,
        in_language(row.category_zh, row.category_en),
        row.happened_on,
        word("service_state", row.state),
        "、".join(partners),
        row.content,
        row.outcome,
    ]
