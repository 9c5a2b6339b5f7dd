"""Writing down what others publish."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from crm.accounts.models import Actor
from crm.audit import actions as audit
from crm.core.clock import day_of
from crm.core.db import db
from crm.core.errors import Refusal
from crm.lib.figures import Unit
from crm.lib.text import N_, Message
from crm.lib.translations import translator
from crm.metrics.definitions import FIGURES
from crm.metrics.definitions.yardsticks import YARDSTICKS
from crm.metrics.models import ReferenceFigure


@dataclass(frozen=True)
class ReferenceValues:
    """What a form says about a figure of others."""

    name_zh: str
    numerator: int
    source: str
    as_of: date
    denominator: int | None = None
    unit: Unit = Unit.COUNT
    name_en: str = ""
    beside: str = ""


def places() -> dict[str, Message]:
    """{what a figure of others may stand beside: its title}: our figures, and the official yardsticks."""
    return {
        **{one.code: one.title for one in YARDSTICKS},
        **{name: metric.title for name, metric in FIGURES.items()},
    }


def add_reference(values: ReferenceValues, *, by: Actor, at: datetime) -> ReferenceFigure:
    """A figure that somebody else publishes. Raises Refusal."""
    check(values, at)
    reference = ReferenceFigure(**vars(values))
    db.session.add(reference)
    audit.record(reference, "created", by=by, at=at, name=reference.name_zh)
    return reference


def edit_reference(
    reference: ReferenceFigure, values: ReferenceValues, *, version: int | None, by: Actor, at: datetime
) -> None:
    """Correct what was read there; a newer one is a new figure. Raises Refusal, Conflict."""
    check(values, at)
    reference.expect_version(version)
    before = reference.beside
    with db.session.no_autoflush:
        for name, value in vars(values).items():
            setattr(reference, name, value)
        changes = [one for one in audit.pending_changes(reference) if one["field"] != "beside"]
        if before != values.beside:
            titles = [title_of(before), title_of(values.beside)]
            changes.append(audit.change("beside", before, values.beside, names=titles))
        if changes:
            audit.record(reference, "changed", by=by, at=at, name=reference.name_zh, changes=changes)


def title_of(place: str) -> str | None:
    """What a figure or yardstick is called in the history."""
    title = places().get(place)
    return translator("zh")(title) if title else None


def archive(reference: ReferenceFigure, *, by: Actor, at: datetime) -> None:
    """Take out what was written down by mistake; the history keeps it."""
    reference.archived_at = at
    audit.record(reference, "archived", by=by, at=at, name=reference.name_zh)


def restore(reference: ReferenceFigure, *, by: Actor, at: datetime) -> None:
    """Bring it back."""
    reference.archived_at = None
    audit.record(reference, "restored", by=by, at=at, name=reference.name_zh)


def check(values: ReferenceValues, at: datetime) -> None:
    if values.as_of > day_of(at):
        raise Refusal({"as_of": N_("This day has not come yet.")})
    if values.denominator is not None and values.denominator <= 0:
        raise Refusal({"denominator_text": N_("Of nothing there is no share: write a number above zero, or nothing.")})
