"""Changing institutions, their brands and admissions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from crm.accounts.models import Actor
from crm.audit import actions as audit
from crm.audit.actions import Change
from crm.core.clock import day_of
from crm.core.db import db
from crm.core.errors import Refusal
from crm.core.naming import check_identity, keep_former_names, refuse_twins
from crm.documents import actions as document_actions
from crm.documents.pictures import Upload
from crm.institutions.models import Admission, Brand, Institution
from crm.institutions.queries import brand_called
from crm.institutions.thesis import Thesis, take_thesis
from crm.lib.names import name_key, tidy_name
from crm.lib.text import N_

BESIDE_THE_COLUMNS = frozenset({"brand", "former_names"})


@dataclass(frozen=True)
class InstitutionValues:
    """What a form or a ledger says about an institution. `assets` in 分, `brand` by its name."""

    name: str
    short_name: str = ""
    kind: str = "other"
    other_kinds: tuple[str, ...] = ()
    credit_code: str | None = None
    other_identifier: str | None = None
    no_code_reason: str | None = None
    former_names: tuple[str, ...] = ()
    brand: str = ""
    amac_number: str = ""
    amac_status: str | None = None
    amac_checked_on: date | None = None
    city: str = ""
    assets: int | None = None
    joined_on: date | None = None
    left_on: date | None = None
    note: str = ""


@dataclass(frozen=True)
class AdmissionValues:
    """What somebody found who checked an institution."""

    checked: str
    result: str
    checked_on: date
    checked_by: str = ""
    evidence: str = ""
    recheck_on: date | None = None


def add(values: InstitutionValues, *, by: Actor, at: datetime) -> Institution:
    """A new institution. Raises Refusal when its name or credit code is taken."""
    check(values)
    institution = Institution(created_at=at)
    fill(institution, values)
    db.session.add(institution)
    belong(institution, values.brand, by=by, at=at)
    audit.record(institution, "created", by=by, at=at, name=institution.name)
    keep_former_names(institution, values.former_names, called=institution.name)
    return institution


def edit(institution: Institution, values: InstitutionValues, *, version: int | None, by: Actor, at: datetime) -> None:
    """Change an institution; one that is renamed keeps its old name as a former one. Raises Refusal, Conflict."""
    institution.expect_version(version)
    check(values, besides=institution.id)
    more = belong(institution, values.brand, by=by, at=at)
    with db.session.no_autoflush:
        renamed = keep_former_names(institution, values.former_names, called=values.name)
        fill(institution, values)
        more += [audit.change("former_names", *renamed, back=list(renamed[0]))] if renamed else []
        audit.record_change(institution, by=by, at=at, name=institution.name, more=more)


def edit_thesis(institution: Institution, thesis: Thesis, *, version: int | None, by: Actor, at: datetime) -> None:
    """Change what an institution invests in. Raises Refusal, Conflict."""
    institution.expect_version(version)
    with db.session.no_autoflush:
        take_thesis(institution, thesis)
        audit.record_change(institution, by=by, at=at, name=institution.name)


def archive(institution: Institution, *, by: Actor, at: datetime) -> None:
    """Put an institution away: it leaves lists and type-ahead, its history stays and still counts."""
    institution.archived_at = at
    audit.record(institution, "archived", by=by, at=at, name=institution.name)


def restore(institution: Institution, *, by: Actor, at: datetime) -> None:
    """Bring an institution back."""
    institution.archived_at = None
    audit.record(institution, "restored", by=by, at=at, name=institution.name)


def belong(institution: Institution, name: str, *, by: Actor, at: datetime) -> list[Change]:
    """Put an institution under the brand of a name, which is made when there is none; under none for "".

    Returns what the history must tell.
    """
    brand = brand_called(name) or new_brand(name, by=by, at=at) if name else None
    before = db.session.get(Brand, institution.brand_id) if institution.brand_id else None
    institution.brand_id = brand.id if brand else None
    if brand is before:
        return []
    told = [one.name if one else None for one in (before, brand)]
    return [audit.change("brand", *told, back=before.id if before else None)]


def new_brand(name: str, *, by: Actor, at: datetime) -> Brand:
    brand = Brand(name=tidy_name(name), name_key=name_key(name), created_at=at)
    db.session.add(brand)
    audit.record(brand, "created", by=by, at=at, name=brand.name)
    return brand


def drop_brand(brand: Brand, *, by: Actor, at: datetime) -> None:
    """Take out a brand that was made by mistake; the history keeps it. Raises Refusal while institutions have it."""
    if db.session.scalar(sa.select(Institution.id).where(Institution.brand_id == brand.id).limit(1)) is not None:
        raise Refusal({"": N_("Institutions have this brand.")})
    audit.record(brand, "removed", by=by, at=at, name=brand.name)
    db.session.delete(brand)


def rename_brand(brand: Brand, name: str, *, version: int | None, by: Actor, at: datetime) -> None:
    """Call a brand otherwise. Raises Refusal when another one is called so, Conflict."""
    brand.expect_version(version)
    refuse_twins(Brand, {"name": (Brand.name_key, name_key(name))}, besides=brand.id)
    with db.session.no_autoflush:
        brand.name, brand.name_key = tidy_name(name), name_key(name)
        audit.record_change(brand, by=by, at=at, name=brand.name)


def record_admission(
    institution: Institution, values: AdmissionValues, papers: Sequence[Upload], *, by: Actor, at: datetime
) -> Admission:
    """What a check of an institution found; the latest check counts from now on. Raises Refusal."""
    if values.checked_on > day_of(at):
        raise Refusal({"checked_on": N_("This day has not come yet.")})
    if values.recheck_on and values.recheck_on <= values.checked_on:
        raise Refusal({"recheck_on": N_("Check again on a later day.")})
    admission = Admission(institution_id=institution.id, recorded_at=at, by_id=by.id, **vars(values))
    db.session.add(admission)
    changes = [audit.change(name, None, value) for name, value in vars(values).items() if value]
    audit.record(admission, "checked", by=by, at=at, name=institution.name, changes=changes)
    for paper in papers:
        document_actions.attach(admission, paper, by=by, at=at)
    return admission


def drop_admission(admission: Admission, *, by: Actor, at: datetime) -> None:
    """Take out a check that was recorded by mistake; the history keeps it, and the one before it counts again."""
    audit.record(admission, "removed", by=by, at=at, name=admission.institution.name)
    db.session.delete(admission)


def check(values: InstitutionValues, besides: int | None = None) -> None:
    check_identity(Institution, values, besides=besides)
    if values.left_on and values.joined_on and values.left_on < values.joined_on:
        raise Refusal({"left_on": N_("It cannot leave before it joined.")})


def fill(institution: Institution, values: InstitutionValues) -> None:
    for name, value in vars(values).items():
        if name not in BESIDE_THE_COLUMNS:
            setattr(institution, name, value)
    institution.call(values.name, values.short_name)
