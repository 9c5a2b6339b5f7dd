"""Lists of names in a form: what somebody chose for a name that several records bear."""

from __future__ import annotations

from typing import Any

from flask import request

from crm.core.naming import FORMERLY
from crm.lib.text import N_, Message
from crm.web.language import gettext as _

MEANS = "means:"
LONGEST_LIST = 20_000  # characters: looking up more would hold up everybody else who writes


def listed(field: Any) -> str:
    """The names typed into a field; "" for more than it takes: it stays as it is, and is refused."""
    text = str(field.data or "")
    return text if len(text) <= LONGEST_LIST else ""


def meanings() -> dict[str, str]:
    """{typed name: the full name that was chosen for it}."""
    return {key.removeprefix(MEANS): value for key, value in request.form.items() if key.startswith(MEANS)}


def told_note(note: str) -> str:
    """The note of a search entry in the reader's language: former names are called so."""
    known, mark, names = note.partition(FORMERLY)
    return known + _("formerly %(names)s", names=names) if mark else note


def told_formerly(note: str, former: str) -> str:
    """A note of type-ahead, with the former name by which the record was found in front of it, if any."""
    return " · ".join(filter(None, (_("formerly %(names)s", names=former) if former else "", note)))


def not_clear(count: int) -> Message:
    """How many of the typed names mean none or several records."""
    if count == 1:
        return N_("One name is not clear yet: see below.")
    return N_("%(count)s names are not clear yet: see below.", count=count)


def ticked(name: str) -> list[int]:
    """The ids of the rows that are ticked."""
    return [int(value) for value in request.form.getlist(name) if value.isdecimal() and len(value) < 19]
