"""Changing institutions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from crm.accounts.models import Actor
from crm.audit import actions as audit
from crm.core.db import db
from crm.core.errors import Refusal
from crm.core.naming import refuse_twins
from crm.institutions.models import Institution
from crm.lib.money import Amount
from crm.lib.names import name_key
from crm.lib.text import N_


@dataclass(frozen=True)
class InstitutionValues:
    """What a form or a ledger says about an institution. `assets` in 分."""

    name: str
    short_name: str = ""
    kind: str = "other"
    credit_code: str | None = None
    amac_number: str = ""
    city: str = ""
    assets: int | None = None
    joined_on: date | None = None
    left_on: date | None = None
    growth_stages: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    ticket: Amount = field(default_factory=Amount)
    note: str = ""


def add(values: InstitutionValues, *, by: Actor, at: datetime) -> Institution:
    """A new institution. Raises Refusal when its name or credit code is taken."""
    check(values)
    institution = Institution(created_at=at)
    fill(institution, values)
    db.session.add(institution)
    audit.record(institution, "created", by=by, at=at, name=institution.name)
    return institution


def edit(institution: Institution, values: InstitutionValues, *, version: int | None, by: Actor, at: datetime) -> None:
    """Change an institution. Raises Refusal, Conflict."""
    institution.expect_version(version)
    check(values, besides=institution.id)
    with db.session.no_autoflush:
        fill(institution, values)
        audit.record_change(institution, by=by, at=at, name=institution.name)


def archive(institution: Institution, *, by: Actor, at: datetime) -> None:
    """Put an institution away: it leaves lists and type-ahead, its history stays and still counts."""
    institution.archived_at = at
    audit.record(institution, "archived", by=by, at=at, name=institution.name)


def restore(institution: Institution, *, by: Actor, at: datetime) -> None:
    """Bring an institution back."""
    institution.archived_at = None
    audit.record(institution, "restored", by=by, at=at, name=institution.name)


def check(values: InstitutionValues, besides: int | None = None) -> None:
    keys = {
        "name": (Institution.name_key, name_key(values.name)),
        "credit_code": (Institution.credit_code, values.credit_code),
    }
    refuse_twins(Institution, keys, besides=besides)
    if values.left_on and values.joined_on and values.left_on < values.joined_on:
        raise Refusal({"left_on": N_("It cannot leave before it joined.")})


def fill(institution: Institution, values: InstitutionValues) -> None:
    for name, value in vars(values).items():
        setattr(institution, name, value)
    institution.call(values.name, values.short_name)
