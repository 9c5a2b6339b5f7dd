"""Changing what belongs to a fund over time: its dated flows and the figures that it reported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from crm.accounts.models import Actor
from crm.audit import actions as audit
from crm.core.clock import day_of
from crm.core.db import db
from crm.core.errors import Refusal
from crm.funds.models import NET, Fund, FundFigure, FundFlow, Measure
from crm.funds.queries import figures_of, flows_of
from crm.lib.returns import FlowKind
from crm.lib.text import N_
from crm.settings.queries import label

P = TypeVar("P", FundFlow, FundFigure)
NOT_YET = N_("This day has not come yet.")


@dataclass(frozen=True)
class FlowValues:
    """What a form or a sheet says about a flow. `amount` in minor units of the fund's currency, above zero."""

    happened_on: date
    kind: FlowKind
    amount: int
    note: str = ""
    source: str = ""


@dataclass(frozen=True)
class FigureValues:
    """What a form or a sheet says about a reported figure. `value` in the unit of its measure."""

    measure: Measure
    value: int
    as_of: date
    fee_basis: str = NET
    credit_line: str | None = None
    source: str = ""
    confirmed_by: str = ""


def add_flow(fund: Fund, values: FlowValues, *, by: Actor, at: datetime) -> FundFlow:
    """A flow between a fund and its investors. Raises Refusal for one that is recorded already or lies ahead."""
    check_flow(fund.id, values, at)
    return add(fund, FundFlow(**vars(values)), by=by, at=at)


def edit_flow(flow: FundFlow, values: FlowValues, *, version: int | None, by: Actor, at: datetime) -> None:
    """Correct a flow. Raises Refusal, Conflict."""
    check_flow(flow.fund_id, values, at, besides=flow.id)
    edit(flow, values, version=version, by=by, at=at)


def add_figure(fund: Fund, values: FigureValues, *, by: Actor, at: datetime) -> FundFigure:
    """A figure that the fund reported. Raises Refusal for a second one of the same day and basis."""
    check_figure(fund.id, values, at)
    return add(fund, FundFigure(**vars(values)), by=by, at=at)


def edit_figure(figure: FundFigure, values: FigureValues, *, version: int | None, by: Actor, at: datetime) -> None:
    """Correct a reported figure; that of another day is a new one. Raises Refusal, Conflict."""
    check_figure(figure.fund_id, values, at, besides=figure.id)
    edit(figure, values, version=version, by=by, at=at)


def archive(part: P, *, by: Actor, at: datetime) -> None:
    """Take away what was recorded by mistake; the history keeps it."""
    part.archived_at = at
    audit.record(part, "archived", by=by, at=at, name=called(part))


def restore(part: P, *, by: Actor, at: datetime) -> None:
    """Bring it back. Raises Refusal where the same was recorded since."""
    check = check_flow if isinstance(part, FundFlow) else check_figure
    check(part.fund_id, part, at)
    part.archived_at = None
    audit.record(part, "restored", by=by, at=at, name=called(part))


def add(fund: Fund, part: P, *, by: Actor, at: datetime) -> P:
    part.fund_id, part.created_at = fund.id, at
    db.session.add(part)
    told = audit.currency_of(fund)
    amount = audit.change("amount", None, part.amount, **told) if isinstance(part, FundFlow) else None
    audit.record(part, "created", by=by, at=at, name=called(part), changes=[amount] if amount else [])
    return part


def edit(part: P, values: FlowValues | FigureValues, *, version: int | None, by: Actor, at: datetime) -> None:
    part.expect_version(version)
    with db.session.no_autoflush:
        for name, value in vars(values).items():
            setattr(part, name, value)
        audit.record_change(part, by=by, at=at, name=called(part))


def called(part: P) -> str:
    """What the history calls it, in the words of the desk."""
    if isinstance(part, FundFlow):
        return flow_name(part.kind, part.happened_on)
    return figure_name(part.measure, part.as_of)


def flow_name(kind: FlowKind, day: date) -> str:
    return f"{label('flow_kind', kind, 'zh')} {day}"


def figure_name(measure: Measure, day: date) -> str:
    return f"{label('fund_figure', measure, 'zh')} {day}"


def check_flow(fund_id: int, values: Any, at: datetime, *, besides: int | None = None) -> None:
    refuse_future("happened_on", values.happened_on, at)
    if not values.amount:
        raise Refusal({"amount": N_("Write an amount above zero; the kind says the direction.")})
    told = (values.happened_on, values.kind, values.amount)
    if any((one.happened_on, one.kind, one.amount) == told and one.id != besides for one in flows_of(fund_id)):
        raise Refusal({"amount": N_("The same flow is recorded already: write what belongs together as one amount.")})


def check_figure(fund_id: int, values: Any, at: datetime, *, besides: int | None = None) -> None:
    refuse_future("as_of", values.as_of, at)
    if values.value < 0 and values.measure != Measure.IRR:
        raise Refusal({"value_text": N_("Only a rate of return can be below zero.")})
    told = (values.measure, values.as_of, values.fee_basis, values.credit_line)
    for one in figures_of(fund_id):
        if (one.measure, one.as_of, one.fee_basis, one.credit_line) == told and one.id != besides:
            raise Refusal({"as_of": N_("This figure is there for that day already: correct that one.")})


def refuse_future(field: str, day: date, at: datetime) -> None:
    if day > day_of(at):
        raise Refusal({field: NOT_YET})
