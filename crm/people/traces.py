"""What features above this one keep about a person: handed out with an export, deleted with an erasure.

This package knows none of them. `crm.blueprints` hands them in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from crm.accounts.models import Actor
from crm.lib.text import Message
from crm.people.models import Person


@dataclass(frozen=True)
class Trace:
    """One kind of what is kept. `rows` tells it, in Chinese, a row under the headings; `erase` deletes it."""

    title: Message
    headings: tuple[Message, ...]
    rows: Callable[[Person], Sequence[Sequence[str]]]
    erase: Callable[[Person, Actor, datetime], None]


traces: list[Trace] = []


def use(kept: Iterable[Trace]) -> None:
    """Make these what is kept elsewhere."""
    traces[:] = kept
