"""Keeping what was pasted, and making records of what was confirmed: all of it, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from crm.accounts.models import Account, Actor, System
from crm.core.clock import day_of
from crm.core.db import Base, db
from crm.core.errors import Refusal
from crm.deals import actions as deal_actions
from crm.deals import queries as deal_queries
from crm.deals.actions import DealValues, Move, RoundValues
from crm.deals.models import Deal, Round
from crm.documents import actions as document_actions
from crm.documents import queries as document_queries
from crm.documents.pictures import Upload
from crm.institutions import actions as institution_actions
from crm.institutions import queries as institution_queries
from crm.institutions.actions import InstitutionValues
from crm.lib.money import Amount
from crm.lib.names import split_names
from crm.lib.text import N_
from crm.paste.models import Paste
from crm.paste.queries import reading_of, same_waiting
from crm.people import actions as people_actions
from crm.people import queries as people_queries
from crm.people.actions import PersonValues
from crm.people.models import Person
from crm.services import actions as service_actions
from crm.services import queries as service_queries
from crm.services.actions import ServiceValues
from crm.startups import actions as startup_actions
from crm.startups import queries as startup_queries
from crm.startups.actions import StartupValues

KEPT_FOR = timedelta(days=30)


@dataclass(frozen=True)
class NewPerson:
    """Somebody new, and where: the name of an institution or of a startup."""

    values: PersonValues
    institution: str = ""
    startup: str = ""


@dataclass(frozen=True)
class NewRound:
    """A round that a startup opens."""

    startup: str
    name: str
    values: RoundValues


@dataclass(frozen=True)
class NewService:
    """Something done for a startup; partners are names of institutions, 、 between them."""

    startup: str
    type_id: int
    values: ServiceValues
    partners: str = ""


@dataclass(frozen=True)
class DealStep:
    """An introduction, or the next step of one: which of the two decides the deal that is there already, if any."""

    startup: str
    round_name: str
    institution: str
    move: Move
    values: DealValues = field(default_factory=DealValues)
    sought: Amount = field(default_factory=Amount)
    valuation: int | None = None
    also_service: bool = True


Wanted = StartupValues | InstitutionValues | NewPerson | NewRound | DealStep | NewService


class Refused(Exception):
    """Some of what was confirmed is refused: {its number: why}."""

    def __init__(self, refusals: Mapping[int, Refusal]) -> None:
        super().__init__(f"{len(refusals)} refused")
        self.refusals = dict(refusals)


def keep(text: str, uploads: Sequence[Upload], *, by: Account, at: datetime) -> Paste:
    """Keep a pasted text, and what it may mean, until it is confirmed; the same text twice waits once.

    What is older than thirty days is forgotten on the way. Raises Refusal for nothing at all.
    """
    text = text.replace("\r\n", "\n")
    if not text.strip() and not uploads:
        raise Refusal({"text": N_("Paste a text or a picture first.")})
    forget_old(at=at)
    earlier = same_waiting(by, text)
    if earlier is not None and not uploads:
        return earlier
    paste = Paste(account_id=by.id, text=text, reading=reading_of(text, day_of(at)).as_json(), made_at=at)
    db.session.add(paste)
    for upload in uploads:
        document_actions.attach(paste, upload, by=by, at=at)
    db.session.flush()  # the page that shows it needs its id
    return paste


def forget_old(*, at: datetime) -> None:
    """Delete the texts and pictures of pastes that nobody confirmed for thirty days."""
    old = sa.select(Paste).where(Paste.made_at < at - KEPT_FOR, Paste.done_at.is_(None), Paste.text != "")
    for paste in db.session.scalars(old):
        forget(paste, by=System(), at=at)
        paste.archived_at = paste.archived_at or at


def forget(paste: Paste, *, by: Actor, at: datetime) -> None:
    """Delete what was pasted; which records it became stays known."""
    paste.text, paste.reading = "", {}
    document_actions.erase_all(paste, by=by, at=at)


def archive(paste: Paste, *, at: datetime) -> None:
    """Throw a paste away; it can be brought back while its text is kept."""
    paste.archived_at = at


def restore(paste: Paste) -> None:
    """Bring a paste back."""
    paste.archived_at = None


def save(
    paste: Paste, wanted: Mapping[int, Wanted], *, pictures_to: int | Base | None = None, by: Account, at: datetime
) -> list[Base]:
    """Make records of what is wanted, {its number on the page: values}, in the order in which they need one another.

    `pictures_to`: the number of what gets the pictures, or a record that is there already. Raises Refused, and then
    the caller must roll back: nothing is kept of a part.
    """
    made: dict[int, Base] = {}
    refusals: dict[int, Refusal] = {}
    for number, values in sorted(wanted.items(), key=lambda one: (MAKERS_ORDER.index(type(one[1])), one[0])):
        try:
            made[number] = MAKERS[type(values)](values, by, at)
        except Refusal as refusal:
            refusals[number] = refusal
    if refusals:
        raise Refused(refusals)
    db.session.flush()  # what was made is told by id
    record = made.get(pictures_to) if isinstance(pictures_to, int) else pictures_to
    if record is not None:
        for document in document_queries.documents_of("paste", paste.id):
            document_actions.move(document, record, by=by, at=at)
    paste.made = [[one.__tablename__, one.id, title_of(one)] for one in made.values()]
    paste.done_at = at
    forget(paste, by=by, at=at)
    return list(made.values())


def title_of(record: Any) -> str:
    """What a record is called on the page that says what was made."""
    if isinstance(record, Deal):
        return deal_actions.deal_title(record.round.startup, record.institution)
    if isinstance(record, Round):
        return deal_actions.round_title(record.startup, record.name)
    if hasattr(record, "type_id"):
        return service_actions.title(record.startup, record.type)
    return str(record.name)


def make_startup(values: StartupValues, by: Account, at: datetime) -> Base:
    startup = startup_actions.add(values, by=by, at=at)
    db.session.flush()  # deals and services of the same paste name it
    return startup


def make_institution(values: InstitutionValues, by: Account, at: datetime) -> Base:
    institution = institution_actions.add(values, by=by, at=at)
    db.session.flush()  # deals and people of the same paste name it
    return institution


def make_person(wanted: NewPerson, by: Account, at: datetime) -> Base:
    institution = institution_queries.resolve(wanted.institution, field="institution") if wanted.institution else None
    startup = startup_queries.resolve(wanted.startup, field="startup") if wanted.startup else None
    known = people_queries.person_called(wanted.values.name, institution, startup)
    if known is not None:
        return completed(known, wanted.values, by, at)
    return people_actions.add(wanted.values, institution=institution, startup=startup, by=by, at=at)


def completed(person: Person, told: PersonValues, by: Account, at: datetime) -> Person:
    """Add to somebody who is recorded what a card says; where the data are from, and why they are kept, stays."""
    kept = {name: getattr(person, name) for name in PersonValues.__dataclass_fields__}
    new = {name: getattr(told, name) for name in ("title", "bio", "phone", "email", "wechat", "is_founder")}
    notes = [note for note in (person.note, told.note) if note]
    values = PersonValues(**(kept | {name: value for name, value in new.items() if value}))
    values = replace(values, note="；".join(dict.fromkeys(notes))[:400])
    people_actions.edit(
        person, values, institution=person.institution, startup=person.startup, version=None, by=by, at=at
    )
    return person


def make_round(wanted: NewRound, by: Account, at: datetime) -> Base:
    startup = startup_queries.resolve(wanted.startup, field="startup")
    round = deal_actions.open_round(startup, wanted.name, wanted.values, by=by, at=at)
    db.session.flush()  # it is loaded again with its startup
    return deal_queries.find_round(by, round.id) or round


def make_service(wanted: NewService, by: Account, at: datetime) -> Base:
    startup = startup_queries.resolve(wanted.startup, field="startup")
    type = service_queries.type_by_id(wanted.type_id, field="type_id")
    partners = [institution_queries.resolve(name, field="partners") for name in split_names(wanted.partners)]
    service = service_actions.log_service(startup, type, wanted.values, partners, by=by, at=at)
    return service_queries.find_service(by, service.id) or service


def make_deal(wanted: DealStep, by: Account, at: datetime) -> Base:
    """Log the deal, or move the one that is there; its round's valuation too."""
    refusal: dict[str, Any] = {}
    found: dict[str, Any] = {}
    for name, resolve in (("startup", startup_queries.resolve), ("institution", institution_queries.resolve)):
        try:
            found[name] = resolve(getattr(wanted, name), field=name)
        except Refusal as wrong:
            refusal |= wrong.fields
    if refusal:
        raise Refusal(refusal)
    deal = logged_or_moved(wanted, found["startup"], found["institution"], by, at)
    db.session.flush()  # the round may be new
    db.session.expire(deal, ["round", "institution"])
    kept = deal_queries.find_deal(by, deal.id) or deal
    if wanted.valuation is not None:
        round = deal_queries.find_round(by, kept.round_id) or kept.round
        told = {name: getattr(round, name) for name in RoundValues.__dataclass_fields__}
        values = replace(RoundValues(**told), valuation=wanted.valuation)
        deal_actions.edit_round(round, values, version=None, by=by, at=at)
    return kept


def logged_or_moved(wanted: DealStep, startup: Any, institution: Any, by: Account, at: datetime) -> Deal:
    round = deal_queries.round_called(startup, wanted.round_name)
    earlier = deal_queries.deal_between(round.id, institution.id) if round else None
    deal = deal_queries.find_deal(by, earlier.id) if earlier and earlier.archived_at is None else None
    if deal is not None:
        return moved(deal, wanted, by, at)
    deal = deal_actions.log_deal(
        startup, wanted.round_name, institution, wanted.move, wanted.values, sought=wanted.sought, by=by, at=at
    )
    if wanted.also_service:
        service_actions.record_introduction(deal, startup, institution, by=by, at=at)
    return deal


def moved(deal: Deal, wanted: DealStep, by: Account, at: datetime) -> Deal:
    """Move a deal on, and change of its other values only what is told."""
    deal_actions.move_deal(
        deal, replace(wanted.move, note=wanted.move.note or wanted.values.note[:400]), version=None, by=by, at=at
    )
    kept = {name: getattr(deal, name) for name in DealValues.__dataclass_fields__}
    told = {name: value for name, value in vars(wanted.values).items() if value not in (None, "", Amount())}
    told.pop("note", None)
    values = DealValues(**(kept | told | {"owner_id": deal.owner_id or by.id}))
    if values != DealValues(**kept):
        deal_actions.edit_deal(deal, values, version=None, by=by, at=at)
    if wanted.sought != Amount() and deal.round.sought != wanted.sought:
        deal_actions.edit_round_sought(deal.round, deal.round.startup, wanted.sought, by=by, at=at)
    return deal


MAKERS: dict[type, Callable[[Any, Account, datetime], Base]] = {
    StartupValues: make_startup,
    InstitutionValues: make_institution,
    NewPerson: make_person,
    NewRound: make_round,
    DealStep: make_deal,
    NewService: make_service,
}
MAKERS_ORDER = tuple(MAKERS)
