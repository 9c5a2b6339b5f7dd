"""Lists of names in a form: what somebody chose for a name that several records bear."""

from __future__ import annotations

from flask import request

MEANS = "means:"


def meanings() -> dict[str, str]:
    """{typed name: the full name that was chosen for it}."""
    return {key.removeprefix(MEANS): value for key, value in request.form.items() if key.startswith(MEANS)}


def ticked(name: str) -> list[int]:
    """The ids of the rows that are ticked."""
    return [int(value) for value in request.form.getlist(name) if value.isdecimal() and len(value) < 19]
