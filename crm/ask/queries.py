"""The answer to a question: a figure over a period, about whom it was asked, beside the year before."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa

from crm.ask.scopes import OF_FACTS, SCOPES
from crm.confirmations.models import Confirmation
from crm.confirmations.queries import confirmed
from crm.core.db import db
from crm.core.keeping import until_written
from crm.core.listing import Place, Slice
from crm.metrics.definitions import Metric
from crm.metrics.definitions.startups import completed
from crm.metrics.queries import counts_on, measure_of, page_of
from crm.services.models import FINANCE_LINE, Service, ServiceCategory


@dataclass(frozen=True)
class Question:
    """A figure as of `last`, or of the days from `first` to `last`; `scope`: {by what: which}, never one that the
    figure cannot be narrowed by."""

    metric: Metric
    first: date | None
    last: date
    scope: Mapping[str, Any]

    @property
    def key(self) -> tuple[Hashable, ...]:
        """What makes it this question."""
        return ("ask", self.metric.name, self.first, self.last, tuple(sorted(self.scope.items())))

    def whole(self) -> Question:
        """The same, whether it was confirmed or not."""
        scope = {name: value for name, value in self.scope.items() if name != "confirmed"}
        return Question(self.metric, self.first, self.last, scope)

    def a_year_before(self) -> Question:
        """The same of the year before; 29 February becomes the 28th."""
        return Question(self.metric, self.first and year_before(self.first), year_before(self.last), self.scope)


def year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def rows(question: Question) -> sa.Subquery:
    """The facts that answer a question."""
    metric = question.metric
    of_facts = {name: value for name, value in question.scope.items() if name in OF_FACTS}
    facts = metric.facts(**of_facts).subquery()
    found = sa.select(*facts.c).where(counts_on(metric, facts.c, question.last))
    if question.first is not None:
        found = found.where(facts.c.day >= question.first)
    for name, value in question.scope.items():
        if name not in OF_FACTS:
            found = found.where(SCOPES[metric.record][name](facts.c.record_id, value))
    return found.subquery()


def value_of(question: Question) -> int:
    """The number: a count, or 分 in CNY."""
    return until_written((*question.key, "value"), lambda: measure_of(question.metric, rows(question)).value)


def list_of(question: Question, place: Place) -> Slice:
    """The rows behind the number, the latest first."""
    return until_written((*question.key, "list", place), lambda: page_of(rows(question), place))


class OfWhich(NamedTuple):
    """Companies that had services of a category, and how many of them had no others."""

    category: ServiceCategory
    companies: int
    only: int


def of_which(question: Question) -> list[OfWhich]:
    """Companies served by category: one that had services of several counts in each."""
    return until_written((*question.key, "of which"), lambda: read_of_which(question))


def read_of_which(question: Question) -> list[OfWhich]:
    line = question.scope.get("line", FINANCE_LINE)
    companies = sa.select(rows(question).c.record_id)
    served = completed(Service.startup_id, ServiceCategory.id.label("category"), line=line).where(
        Service.startup_id.in_(companies), Service.happened_on <= question.last
    )
    if question.first is not None:
        served = served.where(Service.happened_on >= question.first)
    if "confirmed" in question.scope:
        served = served.where(Service.id.in_(confirmed(Confirmation.service_id, question.scope["confirmed"])))
    once = served.distinct().subquery().c
    each = sa.select(once.category, sa.func.count().over(partition_by=once.startup_id).label("kinds")).subquery().c
    count, only = sa.func.count(), sa.func.sum(sa.case((each.kinds == 1, 1), else_=0))
    found = sa.select(ServiceCategory, count, only).join(each.category.table, each.category == ServiceCategory.id)
    counted = found.group_by(ServiceCategory.id).order_by(count.desc(), ServiceCategory.position)
    return [OfWhich(*row) for row in db.session.execute(counted)]


def categories() -> Sequence[ServiceCategory]:
    """The categories of the catalogue, by line."""
    order = (ServiceCategory.line, ServiceCategory.position, ServiceCategory.id)
    return db.session.scalars(sa.select(ServiceCategory).order_by(*order)).all()
