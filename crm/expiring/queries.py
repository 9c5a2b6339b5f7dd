"""What ends soon or has ended and must be renewed: one list of everything that carries a last day.

Each kind yields rows with `row_id`, `record_id`, `name`, `detail`, `day`. What lies in the bin expires nowhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from crm.accounts.models import Actor
from crm.accounts.policies import may_see_contacts
from crm.confidentiality.models import Acceptance
from crm.core.db import db
from crm.core.keeping import until_written
from crm.core.listing import LASTING, Place, Slice, Sort, counting, slice_of
from crm.dataroom.models import Grant, Room
from crm.funds.models import CONTRIBUTION, PAID_IN, THOUSANDTHS, Commitment, Fund, LocalRequirement
from crm.institutions.models import Admission, Institution
from crm.lib.text import N_, Message
from crm.people.models import Person
from crm.startups.models import Startup, StartupLabel

AHEAD = timedelta(days=60)
MOST = 1000


@dataclass(frozen=True)
class Source:
    """One kind of thing that expires. `opens`: the endpoint of its record and the name of the record's id there.

    `contacts`: about people. `vocabulary`: of which the detail may be a word. `kept`: for how long what has ended is
    still news; without it until somebody sees to it.
    """

    title: Message
    icon: str
    opens: tuple[str, str]
    rows: Callable[[], sa.Select[Any]]
    contacts: bool = False
    vocabulary: str = ""
    kept: timedelta | None = None


def columns(row_id: Any, record_id: Any, name: Any, detail: Any, day: Any) -> list[Any]:
    given = {"row_id": row_id, "record_id": record_id, "name": name, "detail": detail, "day": day}
    return [column.label(label) for label, column in given.items()]


def admissions() -> sa.Select[Any]:
    later = aliased(Admission)
    superseded = sa.exists().where(
        later.institution_id == Admission.institution_id,
        sa.tuple_(later.checked_on, later.id) > sa.tuple_(Admission.checked_on, Admission.id),
    )
    return (
        sa.select(*columns(Admission.id, Institution.id, Institution.name, Admission.checked_by, Admission.recheck_on))
        .join(Institution, Institution.id == Admission.institution_id)
        .where(Institution.archived_at.is_(None), Institution.left_on.is_(None), sa.not_(superseded))
    )


def investment_periods() -> sa.Select[Any]:
    return sa.select(
        *columns(Fund.id, Fund.id, Fund.name, sa.func.coalesce(Fund.amac_code, ""), Fund.investment_ends_on)
    ).where(Fund.archived_at.is_(None))


def requirements() -> sa.Select[Any]:
    """Those not known to be fulfilled; of a contribution that is a range, the upper end counts."""
    bases = {CONTRIBUTION: Commitment.amount_high, PAID_IN: Commitment.paid_in}
    base = sa.case(*((LocalRequirement.base == name, column) for name, column in bases.items()), else_=Fund.committed)
    required = base // THOUSANDTHS * LocalRequirement.ratio
    met = sa.func.coalesce(LocalRequirement.fulfilled >= required, sa.false())
    investor = aliased(Fund)
    asks = sa.func.coalesce(investor.name, Commitment.investor_name)
    return (
        sa.select(*columns(LocalRequirement.id, Fund.id, Fund.name, asks, LocalRequirement.due_on))
        .join(Commitment, Commitment.id == LocalRequirement.commitment_id)
        .join(Fund, Fund.id == Commitment.fund_id)
        .outerjoin(investor, investor.id == Commitment.from_fund_id)
        .where(Commitment.archived_at.is_(None), Fund.archived_at.is_(None), sa.not_(met))
    )


def authorisations() -> sa.Select[Any]:
    return sa.select(
        *columns(Startup.id, Startup.id, Startup.name, Startup.authorised_by, Startup.authorised_until)
    ).where(Startup.archived_at.is_(None), Startup.published_at.is_not(None))


def labels() -> sa.Select[Any]:
    """Those that no later one of the same name follows."""
    later, word = aliased(StartupLabel), sa.func.coalesce(StartupLabel.label, StartupLabel.label_text)
    renewed = sa.exists().where(
        later.startup_id == StartupLabel.startup_id,
        sa.func.coalesce(later.label, later.label_text) == word,
        later.archived_at.is_(None),
        sa.or_(later.expires_on.is_(None), later.expires_on > StartupLabel.expires_on),
    )
    return (
        sa.select(*columns(StartupLabel.id, Startup.id, Startup.name, word, StartupLabel.expires_on))
        .join(Startup, Startup.id == StartupLabel.startup_id)
        .where(StartupLabel.archived_at.is_(None), Startup.archived_at.is_(None), sa.not_(renewed))
    )


def consents() -> sa.Select[Any]:
    return people(Person.consent_until)


def sharing_consents() -> sa.Select[Any]:
    return people(Person.share_consent_until)


def people(until: Any) -> sa.Select[Any]:
    return sa.select(*columns(Person.id, Person.id, Person.name, Person.title, until)).where(
        Person.archived_at.is_(None), Person.erased_at.is_(None)
    )


def agreements() -> sa.Select[Any]:
    """Of institutions: those that no later one follows."""
    later = aliased(Acceptance)
    renewed = sa.exists().where(
        later.institution_id == Acceptance.institution_id,
        later.account_id.is_(None),
        later.ended_at.is_(None),
        later.until > Acceptance.until,
    )
    found = columns(Acceptance.id, Institution.id, Institution.name, Acceptance.signed_by, Acceptance.until)
    holds = (Acceptance.account_id.is_(None), Acceptance.ended_at.is_(None), Institution.archived_at.is_(None))
    joined = sa.select(*found).join(Institution, Institution.id == Acceptance.institution_id)
    return joined.where(*holds, sa.not_(renewed))


def room_grants() -> sa.Select[Any]:
    """Leave to read in the data room of a startup."""
    return (
        sa.select(*columns(Grant.id, Room.startup_id, Startup.name, Institution.name, Grant.until))
        .join(Room, Room.id == Grant.room_id)
        .join(Startup, Startup.id == Room.startup_id)
        .join(Institution, Institution.id == Grant.institution_id)
        .where(Grant.revoked_at.is_(None), Room.deal_id.is_(None), Startup.archived_at.is_(None))
    )


INSTITUTION = ("institutions.show_institution", "institution_id")
FUND = ("funds.show_fund", "fund_id")
STARTUP = ("startups.show_startup", "startup_id")
PUBLISHING = ("startups.show_publishing", "startup_id")
QUALIFICATIONS = ("startups.list_qualifications", "startup_id")
ROOM = ("startups.show_room", "startup_id")
PERSON = ("people.show_person", "person_id")
SOURCES: dict[str, Source] = {
    "admission": Source(N_("Admission to check again"), "bank", INSTITUTION, admissions),
    "authorisation": Source(N_("Authorisation to publish"), "startup", PUBLISHING, authorisations),
    "label": Source(N_("Label"), "tag", QUALIFICATIONS, labels, vocabulary="startup_label"),
    "consent": Source(N_("Consent to keep data"), "users", PERSON, consents, contacts=True),
    "sharing_consent": Source(N_("Consent to share"), "users", PERSON, sharing_consents, contacts=True),
    "agreement": Source(N_("Confidentiality agreement"), "shield", INSTITUTION, agreements, contacts=True),
    "room_grant": Source(N_("Access to a data room"), "lock", ROOM, room_grants, contacts=True, kept=AHEAD),
    "investment_period": Source(N_("Investment period"), "fund", FUND, investment_periods, kept=AHEAD),
    "requirement": Source(N_("Local investment requirement"), "fund", FUND, requirements),
}


def sources_for(actor: Actor) -> dict[str, Source]:
    """The kinds that this actor may see: leaders see records without people."""
    return {name: source for name, source in SOURCES.items() if not source.contacts or may_see_contacts(actor)}


def expiring(actor: Actor, place: Place, today: date, kind: str = "") -> Slice:
    """What has ended or ends within 60 days, the longest overdue first; of one kind or of all."""
    rows = everything(actor, today, kind)
    return slice_of(shown(rows), rows.c.row_id, {"day": Sort(rows.c.day), "name": Sort(rows.c.name)}, place)


@lru_cache(LASTING)
def shown(rows: sa.Subquery) -> sa.Select[Any]:
    return sa.select(rows.c.kind, rows.c.record_id, rows.c.name, rows.c.detail, rows.c.day)


def count_expiring(actor: Actor, today: date) -> tuple[int, int]:
    """How much has ended already, and how much ends within 60 days; each counted to 1,000."""

    def count() -> tuple[int, int]:
        rows = everything(actor, today, "")
        found = (sa.select(rows.c.row_id).where(when) for when in (rows.c.day < today, rows.c.day >= today))
        late, soon = db.session.execute(sa.select(*(counting(one, MOST).scalar_subquery() for one in found))).one()
        return late, soon

    return until_written(("expiring", tuple(sources_for(actor)), today), count)


def everything(actor: Actor, today: date, kind: str) -> sa.Subquery:
    """The rows of the wanted kinds up to 60 days ahead; ids of different kinds are set apart."""
    return together(tuple(sources_for(actor)), today, kind)


@lru_cache(LASTING)
def together(names: tuple[str, ...], today: date, kind: str) -> sa.Subquery:
    chosen = {name: SOURCES[name] for name in names if kind in ("", name)}
    numbers = {name: number for number, name in enumerate(SOURCES)}
    parts = []
    for name, source in chosen.items():
        rows = source.rows().subquery()
        since = [rows.c.day >= today - source.kept] if source.kept else []
        parts.append(
            sa.select(
                sa.literal(name).label("kind"),
                (rows.c.row_id * len(SOURCES) + numbers[name]).label("row_id"),
                rows.c.record_id,
                rows.c.name,
                rows.c.detail,
                rows.c.day,
            ).where(rows.c.day <= today + AHEAD, *since)
        )
    return sa.union_all(*parts).subquery()
