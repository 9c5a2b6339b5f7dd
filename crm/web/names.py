"""Lists of names in a form: what somebody chose for a name that several records bear."""

from __future__ import annotations

from typing import Any

from flask import request

from crm.lib.text import N_, Message

MEANS = "means:"
LONGEST_LIST = 20_000  # characters: looking up more would hold up everybody else who writes


def listed(field: Any) -> str:
    """The names typed into a field; "" for more than it takes: it stays as it is, and is refused."""
    text = str(field.data or "")
    return text if len(text) <= LONGEST_LIST else ""


def meanings() -> dict[str, str]:
    """{typed name: the full name that was chosen for it}."""
    return {key.removeprefix(MEANS): value for key, value in request.form.items() if key.startswith(MEANS)}


def not_clear(count: int) -> Message:
    """How many of the typed names mean none or several records."""
    if count == 1:
        return N_("One name is not clear yet: see below.")
    return N_("%(count)s names are not clear yet: see below.", count=count)


def ticked(name: str) -> list[int]:
    """The ids of the rows that are ticked."""
    return [int(value) for value in request.form.getlist(name) if value.isdecimal() and len(value) < 19]
