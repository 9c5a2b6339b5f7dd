"""Asking the parties of deals and services what the platform's role was, and taking their answers."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from crm.accounts.models import Account, Actor
from crm.accounts.queries import token_hash
from crm.audit import actions as audit
from crm.confirmations.models import Confirmation, ConfirmationLink, ConfirmationState, Side
from crm.confirmations.policies import can_be_confirmed
from crm.confirmations.queries import confirmations_about
from crm.core.db import db
from crm.core.errors import Refusal
from crm.deals.actions import deal_title
from crm.deals.models import Deal
from crm.institutions.models import Institution
from crm.lib.text import N_
from crm.notifications.actions import notify, tell_founders
from crm.notifications.models import NoticeKind
from crm.services.actions import title as service_title
from crm.services.models import Service
from crm.services.queries import partners_of
from crm.startups.models import Startup

LINK_LASTS = timedelta(days=30)
Party = Startup | Institution
Record = Service | Deal


class Answered(Exception):
    """Somebody else answered while the page was open, or the link was replaced by a newer one."""


@dataclass(frozen=True)
class Claim:
    """What is asked: which sides, and the role that the platform says it had where a service does not say it."""

    sides: Collection[str]
    role: str


def ask_about_services(services: Sequence[Service], claim: Claim, *, by: Actor, at: datetime) -> list[Confirmation]:
    """Ask the startup and the partners of completed services; those who confirmed are not asked again.

    Raises Refusal where nobody is left to ask.
    """
    partners = partners_of(one.id for one in services)
    done = filter(can_be_confirmed, services)
    parties: dict[Record, list[Party]] = {one: [one.startup, *partners.get(one.id, [])] for one in done}
    return ask(parties, claim, by=by, at=at)


def ask_about_deals(deals: Sequence[Deal], claim: Claim, *, by: Actor, at: datetime) -> list[Confirmation]:
    """Ask the startup and the institution of deals that were closed or brought money. Raises Refusal as above."""
    done = filter(can_be_confirmed, deals)
    parties: dict[Record, list[Party]] = {one: [one.round.startup, one.institution] for one in done}
    return ask(parties, claim, by=by, at=at)


def ask(parties: Mapping[Record, Sequence[Party]], claim: Claim, *, by: Actor, at: datetime) -> list[Confirmation]:
    known = {(one.record.id, one.side, one.party.id): one for one in confirmations_about(list(parties))}
    asked = []
    for record, party in wanted(parties, claim.sides):
        earlier = known.get((record.id, side_of(party), party.id))
        if earlier is None or earlier.state != ConfirmationState.CONFIRMED:
            asked.append(put(record, party, earlier, role_claimed(record, claim.role), by=by, at=at))
    if not asked:
        raise Refusal({"": N_("Nobody is left to ask: choose what is completed and not yet confirmed.")})
    told = [(one, title_of(one.record), [audit.change("claimed", None, one.claimed)]) for one in asked]
    audit.record_many(told, "asked_role", by=by, at=at)
    for startup_id, times in Counter(one.startup.id for one in asked if one.startup).items():
        tell_founders(startup_id, NoticeKind.ROLE_ASKED, times=times, at=at)
    return asked


def wanted(parties: Mapping[Record, Sequence[Party]], sides: Collection[str]) -> Iterator[tuple[Record, Party]]:
    for record, found in parties.items():
        yield from ((record, party) for party in found if side_of(party) in sides)


def put(
    record: Record, party: Party, earlier: Confirmation | None, role: str, *, by: Actor, at: datetime
) -> Confirmation:
    """Ask, or ask again who has not answered or disputed."""
    if earlier is not None and earlier.state == ConfirmationState.WAITING:
        return earlier
    one = earlier or Confirmation(
        service=record if isinstance(record, Service) else None,
        deal=record if isinstance(record, Deal) else None,
        side=side_of(party),
        startup=party if isinstance(party, Startup) else None,
        institution=party if isinstance(party, Institution) else None,
    )
    one.state, one.claimed, one.role, one.word = ConfirmationState.WAITING, role, None, ""
    one.asked_at, one.asked_by_id, one.answered_at, one.answered_by_id = at, by.id, None, None
    one.answered_name = ""
    db.session.add(one)
    return one


def side_of(party: Party) -> Side:
    return Side.STARTUP if isinstance(party, Startup) else Side.INSTITUTION


def role_claimed(record: Record, role: str) -> str:
    return (record.platform_role or role) if isinstance(record, Service) else role


@dataclass(frozen=True)
class Sent:
    """A link that was just made for a party. `token` is known here and to whoever gets the link, nowhere else."""

    party: Party
    link: ConfirmationLink
    token: str
    confirmations: list[Confirmation]


def send(confirmations: Iterable[Confirmation], *, by: Actor, at: datetime) -> list[Sent]:
    """One link for each party, with all that is asked of it here; earlier links no longer ask the same."""
    by_party: dict[tuple[Side, int], list[Confirmation]] = {}
    for one in confirmations:
        if one.state == ConfirmationState.WAITING:
            by_party.setdefault((one.side, one.party.id), []).append(one)
    return [send_to(found[0].party, found, by=by, at=at) for found in by_party.values()]


def send_to(party: Party, confirmations: list[Confirmation], *, by: Actor, at: datetime) -> Sent:
    token = secrets.token_urlsafe(32)
    link = ConfirmationLink(token_hash=token_hash(token), created_at=at, expires_at=at + LINK_LASTS, by_id=by.id)
    db.session.add(link)
    db.session.flush()  # the questions need the link's id
    for one in confirmations:
        one.reminded_at = at if one.link_id else None
        one.link_id = link.id
    return Sent(party, link, token, confirmations)


@dataclass(frozen=True)
class Answer:
    """What a party says: the role that the platform had, or None for "not so" with a word."""

    role: str | None
    word: str = ""


@dataclass(frozen=True)
class Holder:
    """Whoever holds a link, by the name that was typed."""

    name: str
    id: None = None


def answer(confirmation: Confirmation, said: Answer, *, by: Account | Holder, at: datetime) -> None:
    """Take the answer of a party, once. Raises Refusal for a "not so" without a word, Answered when it is too late."""
    if said.role is None and not said.word:
        raise Refusal({"word": N_("Say in a word what is not so.")})
    state = ConfirmationState.CONFIRMED if said.role else ConfirmationState.DISPUTED
    still = sa.and_(
        Confirmation.id == confirmation.id,
        Confirmation.state == ConfirmationState.WAITING,
        Confirmation.link_id.is_not_distinct_from(confirmation.link_id),
    )
    values = {
        "state": state,
        "role": said.role,
        "word": said.word[:400],
        "answered_at": at,
        "answered_by_id": by.id,
        "answered_name": by.name[:80],
    }
    taken = db.session.execute(sa.update(Confirmation).where(still).values(values).returning(Confirmation.id))
    if taken.one_or_none() is None:
        raise Answered
    told = [audit.change("role", confirmation.claimed, said.role)] if said.role else []
    told += [audit.change("word", None, said.word)] if said.word else []
    title = title_of(confirmation.record)
    audit.record(confirmation, state.value, by=by, at=at, name=title, changes=told)
    tell_desk(confirmation, state, title, said.word, by=by, at=at)


def tell_desk(
    confirmation: Confirmation, state: ConfirmationState, title: str, word: str, *, by: Account | Holder, at: datetime
) -> None:
    """Let those know who asked, and who answers for the record."""
    record = confirmation.record
    notify(
        [confirmation.asked_by_id, record.owner_id],
        NoticeKind(state.value),
        record_type=record.__tablename__,
        record_id=record.id,
        name=f"{title} · {confirmation.party.shown_name}",
        note=word,
        by=by,
        at=at,
    )


def title_of(record: Record) -> str:
    """What the history calls what is confirmed."""
    if isinstance(record, Service):
        return service_title(record.startup, record.type)
    return deal_title(record.round.startup, record.institution)
