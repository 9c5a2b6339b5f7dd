"""What flowed between funds and their investors, and the net asset values that funds reported."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from crm.core.clock import day_of
from crm.funds.flows import NOT_YET, figure_name, flow_name
from crm.funds.models import NET, FundFigure, FundFlow, Measure
from crm.imports.actions.funds import FundImport
from crm.imports.actions.matching import Known, Unmatched
from crm.imports.actions.records import Run, in_the_bin
from crm.imports.investors import key_of
from crm.imports.outcome import ADDED, FLOWS, UNCHANGED
from crm.imports.rows import FlowRow, Reading
from crm.lib.returns import FlowKind
from crm.lib.text import N_

Told = tuple[int, date, FlowKind, int]  # fund, day, kind, amount


class FlowImport:
    """The import of one sheet of flows; a row of the kind 净值 is a reported figure."""

    def __init__(self, sheet: str, funds: FundImport, run: Run) -> None:
        self.sheet = sheet
        self.funds = funds
        self.words = run.words
        self.writer = run.writer
        self.outcome = run.outcome
        self.flows: set[Told] = set()
        self.values: dict[tuple[int, date], int] = {}
        self.rows: dict[Any, int] = {}  # the row of this file that said it first
        self.new_flows: list[dict[str, Any]] = []
        self.new_figures: list[dict[str, Any]] = []

    def run_all(self, readings: Sequence[Reading]) -> None:
        """Add what the sheet says and the database lacks."""
        self.load({known.id for reading in readings if reading.value and (known := self.find(reading.value.name))})
        for reading in readings:
            if reading.value is None:
                self.outcome.refuse(self.sheet, reading.number, *reading.reasons)
                continue
            try:
                self.take(reading.value)
            except Unmatched as unmatched:
                self.outcome.refuse(self.sheet, reading.number, unmatched.message)
        self.write()

    def load(self, fund_ids: set[int]) -> None:
        """What the database knows of these funds."""
        flow = sa.select(FundFlow.fund_id, FundFlow.happened_on, FundFlow.kind, FundFlow.amount)
        execute = self.writer.session.execute
        for row in execute(flow.where(FundFlow.fund_id.in_(fund_ids), FundFlow.archived_at.is_(None))):
            self.flows.add((row.fund_id, row.happened_on, row.kind, row.amount))
        figure = sa.select(FundFigure.fund_id, FundFigure.as_of, FundFigure.value).where(
            FundFigure.fund_id.in_(fund_ids),
            FundFigure.archived_at.is_(None),
            FundFigure.measure == Measure.NAV,
            FundFigure.fee_basis == NET,
            FundFigure.credit_line.is_(None),
        )
        self.values = {(row.fund_id, row.as_of): row.value for row in execute(figure)}

    def find(self, name: str) -> Known | None:
        """The fund of a name or an AMAC code, those of this file too."""
        return self.funds.by_name.get(key_of(name)) or self.funds.by_code.get(name.upper())

    def take(self, row: FlowRow) -> None:
        """Plan what one row says. Raises Unmatched for a row that cannot be imported."""
        fund = self.find(row.name)
        if fund is None:
            raise Unmatched(N_("“%(name)s” is not known", name=row.name))
        if row.currency and row.currency != fund.values["currency"]:
            raise Unmatched(N_("“%(name)s” counts in %(currency)s", name=fund.name, currency=fund.values["currency"]))
        if row.day > day_of(self.writer.at):
            raise Unmatched(NOT_YET)
        kind = self.words.code("flow_kind", row.kind)
        if kind is not None:
            effect = self.take_flow(fund, FlowKind(kind), row)
        elif self.words.code("fund_figure", row.kind) == Measure.NAV:
            effect = self.take_value(fund, row)
        else:
            known = f"{self.words.list_of('flow_kind')}、净值"
            raise Unmatched(N_("“%(word)s” is not one of %(words)s", word=row.kind, words=known))
        self.outcome.count(FLOWS, effect)
        if fund.values.get("archived_at"):
            self.outcome.warn(self.sheet, row.number, in_the_bin(fund.name))

    def take_flow(self, fund: Known, kind: FlowKind, row: FlowRow) -> str:
        """A flow that is there already stays as it is."""
        told = (fund.id, row.day, kind, row.amount)
        if not row.amount:
            raise Unmatched(N_("Write an amount above zero; the kind says the direction."))
        self.refuse_twin(told, row)
        if told in self.flows:
            return UNCHANGED
        self.new_flows.append(self.columns(fund, row) | {"happened_on": row.day, "kind": kind, "amount": row.amount})
        self.new_flows[-1]["note"] = row.note
        return ADDED

    def take_value(self, fund: Known, row: FlowRow) -> str:
        """A net asset value; another one for that day must be corrected by hand."""
        told = (fund.id, row.day)
        self.refuse_twin(told, row)
        known = self.values.get(told)
        if known is not None and known != row.amount:
            raise Unmatched(N_("another net asset value of that day is there: correct it at the fund"))
        if known is not None:
            return UNCHANGED
        values = {"measure": Measure.NAV, "value": row.amount, "as_of": row.day, "fee_basis": NET}
        self.new_figures.append(self.columns(fund, row) | values)
        return ADDED

    def refuse_twin(self, told: Any, row: FlowRow) -> None:
        first = self.rows.setdefault(told, row.number)
        if first != row.number:
            raise Unmatched(N_("the same as row %(row)s: write what belongs together as one amount", row=first))

    def columns(self, fund: Known, row: FlowRow) -> dict[str, Any]:
        return {"fund_id": fund.id, "source": row.source or self.sheet[:120], "created_at": self.writer.at}

    def write(self) -> None:
        """Flows, figures and their audit lines."""
        for number, one in zip(self.writer.numbers(FundFlow, len(self.new_flows)), self.new_flows, strict=True):
            one["id"] = number
            self.writer.note(FundFlow, number, flow_name(one["kind"], one["happened_on"]))
        for number, one in zip(self.writer.numbers(FundFigure, len(self.new_figures)), self.new_figures, strict=True):
            one["id"] = number
            self.writer.note(FundFigure, number, figure_name(one["measure"], one["as_of"]))
        self.writer.insert_values(FundFlow, self.new_flows)
        self.writer.insert_values(FundFigure, self.new_figures)
