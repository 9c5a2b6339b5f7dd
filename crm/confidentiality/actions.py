"""Writing terms, and accepting them."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from crm.accounts.models import Account, Actor
from crm.audit import actions as audit
from crm.confidentiality.models import Acceptance, Means, Terms
from crm.confidentiality.queries import is_institution_bound, terms_in_force
from crm.core.clock import day_of
from crm.core.db import db, lock_table
from crm.core.errors import Refusal
from crm.documents import actions as document_actions
from crm.documents.pictures import Upload
from crm.institutions.models import Institution
from crm.lib.text import N_

OUTDATED = N_("These terms have changed meanwhile. Read them again, then accept.")


@dataclass(frozen=True)
class TermsValues:
    """What a version says in both languages, and for how many months an acceptance holds."""

    text_zh: str
    text_en: str
    months: int


@dataclass(frozen=True)
class PaperValues:
    """An agreement on paper: of whom (None: of the institution itself), signed by whom and when, until when."""

    account: Account | None
    signed_by: str
    accepted_on: date
    until: date


def write_terms(values: TermsValues, *, by: Actor, at: datetime) -> Terms:
    """A new version, in force from now on: everybody is asked again. Raises Refusal when nothing changed."""
    lock_table(Terms)
    latest = terms_in_force()
    if latest is not None and TermsValues(latest.text_zh, latest.text_en, latest.months) == values:
        raise Refusal({"": N_("Nothing was changed: the version in force says the same.")})
    terms = Terms(number=latest.number + 1 if latest else 1, by_id=by.id, created_at=at, **vars(values))
    db.session.add(terms)
    audit.record(terms, "wrote_terms", by=by, at=at, name=terms.name)
    return terms


def accept(terms_id: int, account: Account, *, for_institution: bool, address: str, at: datetime) -> Acceptance:
    """An investor accepts the version that it read, where asked also for its institution.

    Raises Refusal when that version is no longer in force, or its institution is not bound and it cannot bind it.
    """
    terms = terms_in_force()
    if terms is None or terms.id != terms_id:
        raise Refusal({"": OUTDATED})
    if not for_institution and not is_institution_bound(account, at):
        raise Refusal(
            {"may_bind": N_("Your institution is not bound yet. Ask the platform for the agreement on paper.")}
        )
    institution = db.session.get_one(Institution, account.institution_id)
    if for_institution:
        accepted(terms, institution, None, address, by=account, at=at)
    return accepted(terms, institution, account, address, by=account, at=at)


def accepted(
    terms: Terms, institution: Institution, account: Account | None, address: str, *, by: Account, at: datetime
) -> Acceptance:
    day = day_of(at)
    acceptance = Acceptance(
        terms_id=terms.id,
        institution_id=institution.id,
        account_id=account.id if account else None,
        means=Means.PORTAL,
        accepted_on=day,
        until=months_later(day, terms.months),
        address=address[:45],
        signed_by=by.name,
        by_id=by.id,
        recorded_at=at,
    )
    db.session.add(acceptance)
    audit.record(acceptance, "accepted", by=by, at=at, name=called(institution, account, terms))
    return acceptance


def record_paper(
    institution: Institution, values: PaperValues, papers: Sequence[Upload], *, by: Actor, at: datetime
) -> Acceptance:
    """An agreement that was signed on paper. Raises Refusal."""
    terms = terms_in_force()
    if terms is None:
        raise Refusal({"": N_("Write the terms first.")})
    if values.accepted_on > day_of(at):
        raise Refusal({"accepted_on": N_("This day has not come yet.")})
    if values.until < values.accepted_on:
        raise Refusal({"until": N_("The last day lies before the first.")})
    acceptance = Acceptance(
        terms_id=terms.id,
        institution_id=institution.id,
        account_id=values.account.id if values.account else None,
        means=Means.PAPER,
        accepted_on=values.accepted_on,
        until=values.until,
        signed_by=values.signed_by,
        by_id=by.id,
        recorded_at=at,
    )
    db.session.add(acceptance)
    audit.record(acceptance, "recorded_paper", by=by, at=at, name=called(institution, values.account, terms))
    for paper in papers:
        document_actions.attach(acceptance, paper, by=by, at=at)
    return acceptance


def end(acceptance: Acceptance, *, by: Actor, at: datetime) -> None:
    """Nobody is bound by it any more, and nobody reads by it. Raises Refusal when it has ended."""
    ended = sa.update(Acceptance).where(Acceptance.id == acceptance.id, Acceptance.ended_at.is_(None))
    if db.session.scalar(ended.values(ended_at=at).returning(Acceptance.id)) is None:
        raise Refusal({"": N_("This agreement has ended already.")})
    name = called(acceptance.institution, acceptance.account, acceptance.terms)
    audit.record(acceptance, "ended", by=by, at=at, name=name)


def called(institution: Institution, account: Account | None, terms: Terms) -> str:
    return " · ".join(filter(None, (institution.name, account.name if account else "", terms.name)))


def months_later(day: date, months: int) -> date:
    """The same day some months later; the last of that month where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
