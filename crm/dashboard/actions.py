"""Setting targets, and arranging, naming and sharing views."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from crm.accounts.models import Actor
from crm.audit import actions as audit
from crm.core.db import db, lock_table
from crm.core.errors import Refusal
from crm.dashboard.cards import known
from crm.dashboard.models import DashboardView, Target
from crm.dashboard.queries import own_arrangement, targets_of
from crm.lib.text import N_
from crm.lib.translations import translator


@dataclass(frozen=True)
class TargetValues:
    """What a form says about a target. `value`: in the figure's unit."""

    metric: str
    year: int
    value: int
    note: str = ""


def set_target(values: TargetValues, *, by: Actor, at: datetime) -> Target:
    """What a figure is to reach in a year. Raises Refusal for a second one."""
    check(values.metric, values.year, values.value)
    target = Target(**vars(values))
    db.session.add(target)
    value = audit.change("value", None, target.value, kind=target.unit.value)
    audit.record(target, "created", by=by, at=at, name=called(target), changes=[value])
    return target


def change_target(target: Target, *, value: int, note: str, version: int | None, by: Actor, at: datetime) -> None:
    """Aim higher or lower; the history keeps what was aimed at. Raises Refusal, Conflict."""
    check(target.metric, target.year, value, besides=target)
    target.expect_version(version)
    target.value, target.note = value, note
    audit.record_change(target, by=by, at=at, name=called(target))


def archive_target(target: Target, *, by: Actor, at: datetime) -> None:
    """Take a target out; the history keeps it."""
    target.archived_at = at
    audit.record(target, "archived", by=by, at=at, name=called(target))


def restore_target(target: Target, *, by: Actor, at: datetime) -> None:
    """Bring it back. Raises Refusal where another was set since."""
    check(target.metric, target.year, target.value, besides=target)
    target.archived_at = None
    audit.record(target, "restored", by=by, at=at, name=called(target))


def called(target: Target) -> str:
    """What a target is called in the history."""
    return f"{translator('zh')(target.of.title)} {target.year}"


def check(metric: str, year: int, value: int, besides: Target | None = None) -> None:
    if value <= 0:
        raise Refusal({"value_text": N_("Write an amount or number above zero.")})
    lock_table(Target)
    with db.session.no_autoflush:
        if any(one.metric == metric and one is not besides for one in targets_of(year)):
            raise Refusal({"metric": N_("This figure has a target for that year already: change that one.")})


# --- views


def arrange(cards: tuple[str, ...], *, by: Actor) -> None:
    """Show these cards, in this order, to the actor."""
    own = own_arrangement(by)
    if own is None:
        db.session.add(DashboardView(account_id=by.id, cards=known(cards)))
    else:
        own.cards = known(cards)


def reset(*, by: Actor) -> None:
    """As at first: all cards in their order."""
    db.session.execute(sa.delete(DashboardView).where(DashboardView.account_id == by.id, DashboardView.name == ""))


def keep_view(name: str, cards: tuple[str, ...], *, is_shared: bool, by: Actor, at: datetime) -> DashboardView:
    """Keep an arrangement under a name, for oneself or for colleagues too."""
    view = DashboardView(account_id=by.id, name=name, cards=known(cards), is_shared=is_shared)
    db.session.add(view)
    audit.record(view, "created", by=by, at=at, name=name)
    return view


def share_view(view: DashboardView, *, is_shared: bool, by: Actor, at: datetime) -> None:
    """Let colleagues open a view, or no longer."""
    view.is_shared = is_shared
    audit.record_change(view, by=by, at=at, name=view.name)


def archive_view(view: DashboardView, *, by: Actor, at: datetime) -> None:
    """Take a view out of the list."""
    view.archived_at = at
    audit.record(view, "archived", by=by, at=at, name=view.name)


def restore_view(view: DashboardView, *, by: Actor, at: datetime) -> None:
    """Bring it back."""
    view.archived_at = None
    audit.record(view, "restored", by=by, at=at, name=view.name)
