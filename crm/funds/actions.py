"""Changing funds, their managers and commitments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from crm.accounts.models import Actor
from crm.audit import actions as audit
from crm.audit.earlier import as_column
from crm.core.db import db, lock_table
from crm.core.errors import Refusal
from crm.core.naming import refuse_twins
from crm.funds.graph import path_between
from crm.funds.models import THOUSANDTHS, Commitment, Fund, FundManager, LocalRequirement
from crm.funds.queries import fund_called, fund_names, investors_by_fund, requirement_of
from crm.institutions.models import Institution
from crm.institutions.queries import institution_called
from crm.institutions.thesis import Thesis, take_thesis
from crm.lib.money import CNY, Amount
from crm.lib.names import name_key, tidy_name
from crm.lib.text import N_, Message

ONE = 1_000_000


@dataclass(frozen=True)
class FundValues:
    """What a form or a ledger says about a fund. Amounts in minor units of its currency, `cny_rate` in millionths."""

    name: str
    amac_code: str | None = None
    kind: str = "direct"
    currency: str = CNY
    cny_rate: int | None = ONE
    cny_rate_on: date | None = None
    cny_rate_source: str = ""
    vintage: int | None = None
    target: int | None = None
    committed: int | None = None
    paid_in: int | None = None
    invested: int | None = None
    reserved: int | None = None
    reported_on: date | None = None
    reported_source: str = ""
    confirmed_by: str = ""
    investment_begins_on: date | None = None
    investment_ends_on: date | None = None
    note: str = ""


@dataclass(frozen=True)
class RequirementValues:
    """What a form says about a local investment requirement. `ratio` in thousandths, `fulfilled` in minor units."""

    base: str
    ratio: int
    unit: str
    region: str = ""
    rule: str = ""
    due_on: date | None = None
    fulfilled: int | None = None
    fulfilled_as_of: date | None = None
    source: str = ""


def add(values: FundValues, managers: Sequence[Institution], *, by: Actor, at: datetime) -> Fund:
    """A new fund under its managers. Raises Refusal when its name or AMAC code is taken."""
    check(values, managers)
    fund = Fund(created_at=at, managers=[])
    fill(fund, values)
    db.session.add(fund)
    db.session.flush()  # managers need the fund's id
    set_managers(fund, managers)
    audit.record(
        fund,
        "created",
        by=by,
        at=at,
        name=fund.name,
        changes=[audit.change("managers", None, names(managers))],
    )
    return fund


def edit(
    fund: Fund,
    values: FundValues,
    managers: Sequence[Institution],
    *,
    version: int | None,
    by: Actor,
    at: datetime,
) -> None:
    """Change a fund. Raises Refusal, Conflict."""
    fund.expect_version(version)
    check(values, managers, besides=fund.id)
    before = [manager.institution.name for manager in fund.managers]
    with db.session.no_autoflush:
        fill(fund, values)
        after = names(managers)
        back = [manager.institution_id for manager in fund.managers]
        more = [audit.change("managers", before, after, back=back)] if before != after else []
        if more:
            fund.version = fund.version + 1
        audit.record_change(fund, by=by, at=at, name=fund.name, more=more)
    set_managers(fund, managers)


def edit_thesis(fund: Fund, thesis: Thesis, *, version: int | None, by: Actor, at: datetime) -> None:
    """Change what a fund invests in. Raises Refusal, Conflict."""
    fund.expect_version(version)
    with db.session.no_autoflush:
        take_thesis(fund, thesis)
        audit.record_change(fund, by=by, at=at, name=fund.name)


def archive(fund: Fund, *, by: Actor, at: datetime) -> None:
    """Put a fund away: it leaves the matrix and the lists."""
    fund.archived_at = at
    audit.record(fund, "archived", by=by, at=at, name=fund.name)


def restore(fund: Fund, *, by: Actor, at: datetime) -> None:
    """Bring a fund back."""
    fund.archived_at = None
    audit.record(fund, "restored", by=by, at=at, name=fund.name)


def add_commitment(
    fund: Fund,
    investor: str,
    amount: Amount,
    committed_on: date | None,
    paid_in: int | None = None,
    *,
    by: Actor,
    at: datetime,
) -> Commitment:
    """What an investor promised to a fund: a fund of the matrix when there is one of that name, else outside capital.

    Outside capital of one of our institutions is linked with it.
    Raises Refusal for a second commitment of one fund to another, and for a cycle, with its path named.
    """
    source = fund_called(investor)
    if source is not None:
        check_edge(fund, source)
    outside = institution_called(investor) if source is None else None
    commitment = Commitment(
        fund_id=fund.id,
        from_fund_id=source.id if source else None,
        from_institution_id=outside.id if outside else None,
        investor_name="" if source else tidy_name(investor),
        amount=amount,
        committed_on=committed_on,
        paid_in=paid_in,
        created_at=at,
    )
    db.session.add(commitment)
    name = f"{source.name if source else investor} → {fund.name}"
    told = audit.currency_of(fund)
    changes = [audit.change(f"amount_{part}", None, getattr(amount, part), **told) for part in ("low", "high", "text")]
    audit.record(
        commitment,
        "created",
        by=by,
        at=at,
        name=name,
        changes=[one for one in changes if one["after"] is not None],
    )
    return commitment


def edit_commitment(
    commitment: Commitment,
    amount: Amount,
    committed_on: date | None,
    paid_in: int | None,
    *,
    version: int | None,
    by: Actor,
    at: datetime,
) -> None:
    """Change the amounts or the day of a commitment. Raises Conflict."""
    commitment.expect_version(version)
    with db.session.no_autoflush:
        commitment.amount, commitment.committed_on, commitment.paid_in = amount, committed_on, paid_in
        audit.record_change(commitment, by=by, at=at, name=commitment_name(commitment))


def archive_commitment(commitment: Commitment, *, by: Actor, at: datetime) -> None:
    """Take a commitment out of the matrix."""
    commitment.archived_at = at
    audit.record(commitment, "archived", by=by, at=at, name=commitment_name(commitment))


def restore_commitment(commitment: Commitment, *, by: Actor, at: datetime) -> None:
    """Bring a commitment back. Raises Refusal where it would repeat another one or close a circle."""
    if commitment.from_fund is not None:
        check_edge(commitment.fund, commitment.from_fund)
    commitment.archived_at = None
    audit.record(commitment, "restored", by=by, at=at, name=commitment_name(commitment))


def require(commitment: Commitment, values: RequirementValues, *, by: Actor, at: datetime) -> LocalRequirement:
    """What the fund must invest in the investor's region for a commitment. Raises Refusal for a second one."""
    check_requirement(values)
    if requirement_of(commitment) is not None:
        raise Refusal({"base": N_("This commitment has a requirement already: change that one.")})
    requirement = LocalRequirement(commitment_id=commitment.id, created_at=at, **vars(values))
    db.session.add(requirement)
    told = {name: value for name, value in vars(values).items() if value not in (None, "")}
    changes = [audit.change(name, None, value, **audit.currency_of(commitment)) for name, value in told.items()]
    audit.record(requirement, "created", by=by, at=at, name=commitment_name(commitment), changes=changes)
    return requirement


def edit_requirement(
    requirement: LocalRequirement, values: RequirementValues, *, version: int | None, by: Actor, at: datetime
) -> None:
    """Change a local investment requirement, or what counts so far. Raises Refusal, Conflict."""
    requirement.expect_version(version)
    check_requirement(values)
    with db.session.no_autoflush:
        for name, value in vars(values).items():
            setattr(requirement, name, value)
        audit.record_change(requirement, by=by, at=at, name=commitment_name(requirement.commitment))


def drop_requirement(requirement: LocalRequirement, *, by: Actor, at: datetime) -> None:
    """Take away a requirement that was recorded by mistake; the commitment's history keeps that there was one."""
    commitment = requirement.commitment
    said = f"{requirement.ratio / THOUSANDTHS:g}×"
    changes = [audit.change("local_requirement", said, None, back=set_requirement(commitment, None))]
    audit.record(commitment, "changed", by=by, at=at, name=commitment_name(commitment), changes=changes)


def set_requirement(commitment: Commitment, told: dict[str, Any] | None) -> dict[str, Any] | None:
    """Let a commitment have the requirement that the history tells, or none; returns what it had, told likewise."""
    standing = requirement_of(commitment)
    names = (*RequirementValues.__dataclass_fields__, "created_at")
    before = {name: audit.storable(getattr(standing, name)) for name in names} if standing else None
    if standing is not None:
        db.session.delete(standing)
    if told is not None:
        again = LocalRequirement(commitment_id=commitment.id)
        for name in names:
            setattr(again, name, as_column(again, name, told[name]))
        db.session.add(again)
    return before


def check_requirement(values: RequirementValues) -> None:
    if values.fulfilled is not None and values.fulfilled_as_of is None:
        raise Refusal({"fulfilled_as_of": N_("Say on which day this much was fulfilled.")})


def commitment_name(commitment: Commitment) -> str:
    investor = commitment.from_fund.name if commitment.from_fund else commitment.investor_name
    return f"{investor} → {commitment.fund.name}"


def check_edge(fund: Fund, source: Fund) -> None:
    """Refuse an edge that is there already or would make money go round in a circle."""
    lock_table(Commitment)
    graph = investors_by_fund()
    if source.id in graph.get(fund.id, ()):
        raise Refusal({"investor": N_("This fund committed already: change that commitment instead.")})
    path = path_between(source.id, fund.id, graph)
    if path is not None:
        raise Refusal({"investor": cycle_message(fund_names([fund.id, *path]))})


def cycle_message(path: Sequence[str]) -> Message:
    """Names the funds that a cycle runs through, each before its investor."""
    return N_("The money would go round in a circle: %(path)s.", path=" ← ".join(path))


def check(values: FundValues, managers: Sequence[Institution], besides: int | None = None) -> None:
    keys = {"name": (Fund.name_key, name_key(values.name)), "amac_code": (Fund.amac_code, values.amac_code)}
    refuse_twins(Fund, keys, besides=besides)
    if not managers:
        raise Refusal({"managers": N_("Name the institution that manages the fund.")})
    begins, ends = values.investment_begins_on, values.investment_ends_on
    if begins and ends and ends < begins:
        raise Refusal({"investment_ends_on": N_("It cannot end before it begins.")})
    if values.currency != CNY and values.committed and values.cny_rate is None:
        raise Refusal({"cny_rate": N_("Give the rate to CNY, its day and its source.")})


def set_managers(fund: Fund, managers: Sequence[Institution]) -> None:
    wanted = [manager.id for manager in managers]
    kept = [link for link in fund.managers if link.institution_id in wanted]
    present = {link.institution_id for link in kept}
    fund.managers = kept + [FundManager(fund_id=fund.id, institution_id=one) for one in wanted if one not in present]


def names(managers: Sequence[Institution]) -> list[str]:
    return [manager.name for manager in managers]


def fill(fund: Fund, values: FundValues) -> None:
    for name, value in vars(values).items():
        setattr(fund, name, value)
    fund.name = tidy_name(values.name)
    fund.name_key = name_key(values.name)
