"""Lists of names in a form: what somebody chose for a name that several records bear."""

from __future__ import annotations

from typing import Any

from flask import request

MEANS = "means:"
LONGEST_LIST = 20_000  # characters: looking up more would hold up everybody else who writes


def listed(field: Any) -> str:
    """The names typed into a field; "" for more than it takes: it stays as it is, and is refused."""
    text = str(field.data or "")
    return text if len(text) <= LONGEST_LIST else ""


def meanings() -> dict[str, str]:
    """{typed name: the full name that was chosen for it}."""
    return {key.removeprefix(MEANS): value for key, value in request.form.items() if key.startswith(MEANS)}


def ticked(name: str) -> list[int]:
    """The ids of the rows that are ticked."""
    return [int(value) for value in request.form.getlist(name) if value.isdecimal() and len(value) < 19]
