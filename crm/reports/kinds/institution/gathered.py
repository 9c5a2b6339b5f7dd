"""What the house knows of an institution: no contact data, no internal notes, no performance of its funds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from crm.analytics.filters import Filters
from crm.analytics.queries.institutions import Responses, everybody
from crm.analytics.queries.reasons import Endings, endings
from crm.core.db import db
from crm.funds.models import Fund
from crm.funds.queries import funds_of
from crm.institutions.models import Admission, Brand, Institution
from crm.institutions.queries import admissions_of
from crm.institutions.thesis import Thesis
from crm.matrix.queries import in_cny
from crm.reports.figures import Scope, earliest_day, last_contact
from crm.reports.kinds.kind import Asked, named
from crm.reports.kinds.summary.gathered import summarise
from crm.reports.kinds.summary.values import Summary
from crm.reports.periods import Period


@dataclass(frozen=True)
class Check:
    """One check of whether it may be let in."""

    checked: str
    result: str
    day: date
    by: str
    recheck_on: date | None


@dataclass(frozen=True)
class FundRow:
    """A fund that it manages. Amounts in 分 of CNY at the stored rate; None where not known. `own`: what was committed,
    in minor units of another currency."""

    id: int
    name: str
    kind: str
    vintage: int | None
    committed: int | None
    investable: int | None
    currency: str
    own: int | None
    begins_on: date | None
    ends_on: date | None
    invests: bool


@dataclass(frozen=True)
class Record:
    """An institution on a day. `summary`: what was done with it since the first record."""

    day: date
    name: str
    credit_code: str
    kinds: tuple[str, ...]
    brand: str
    city: str
    amac: str
    amac_status: str | None
    amac_checked_on: date | None
    assets: int | None
    joined_on: date | None
    left_on: date | None
    checks: tuple[Check, ...]
    thesis: Thesis
    funds: tuple[FundRow, ...]
    answers: Responses
    endings: Endings
    last_contact: date | None
    summary: Summary
    options: frozenset[str]


def gather(asked: Asked) -> Record:
    """Everything about an institution as of a day. Raises Refusal where none is named."""
    institution, day = named(asked.institution), asked.period.last
    filters = Filters(last=day, wanted=(("institution", institution.id),), at=day if day < asked.today else None)
    brand = db.session.get(Brand, institution.brand_id) if institution.brand_id else None
    first = earliest_day(Scope(institution_id=institution.id)) or day
    return Record(
        day=day,
        name=institution.name,
        credit_code=institution.credit_code or "",
        kinds=(institution.kind, *institution.other_kinds),
        brand=brand.name if brand else "",
        city=institution.city,
        amac=institution.amac_number,
        amac_status=institution.amac_status,
        amac_checked_on=institution.amac_checked_on,
        assets=institution.assets,
        joined_on=institution.joined_on,
        left_on=institution.left_on,
        checks=tuple(check_of(one) for one in admissions_of(institution) if one.checked_on <= day),
        thesis=thesis_of(institution),
        funds=tuple(fund_row(one, day) for one in funds_of(institution)),
        answers=everybody(filters, day),
        endings=endings(filters, day),
        last_contact=last_contact(institution.id, day),
        summary=summarise(institution, Period(min(first, day), day)),
        options=asked.options,
    )


def check_of(one: Admission) -> Check:
    return Check(one.checked, one.result, one.checked_on, one.checked_by, one.recheck_on)


def thesis_of(institution: Institution) -> Thesis:
    said: dict[str, Any] = {name: getattr(institution, name) for name in Thesis.__dataclass_fields__}
    return Thesis(**said)


def fund_row(fund: Fund, day: date) -> FundRow:
    return FundRow(
        id=fund.id,
        name=fund.name,
        kind=fund.kind,
        vintage=fund.vintage,
        committed=in_cny(fund.committed, fund),
        investable=in_cny(fund.investable, fund),
        currency=fund.currency,
        own=fund.committed,
        begins_on=fund.investment_begins_on,
        ends_on=fund.investment_ends_on,
        invests=fund.may_invest_on(day),
    )
