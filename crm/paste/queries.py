"""Reading pastes, and what the reader of texts must know of the platform."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from crm.accounts.models import Account, Actor
from crm.core import naming
from crm.core.db import db
from crm.core.errors import Refusal
from crm.deals import queries as deal_queries
from crm.deals.models import Deal, Round, RoundState
from crm.institutions import queries as institution_queries
from crm.institutions.models import Institution
from crm.lib.names import name_key
from crm.paste.models import Paste
from crm.paste.policies import visible_to
from crm.paste.reader.directory import PLACES, Directory, Known, Offered
from crm.paste.reader.progress import ORDER
from crm.paste.reader.prose import read
from crm.paste.reader.reading import Proposal, Reading, Told
from crm.people import queries as people_queries
from crm.people.models import Person
from crm.services import queries as service_queries
from crm.settings.queries import terms
from crm.startups import queries as startup_queries
from crm.startups.models import Startup

AT_ONCE = 5_000  # values in one statement; both databases take more


def find_paste(actor: Actor, paste_id: int) -> Paste | None:
    """A paste of this actor's own."""
    return db.session.scalar(sa.select(Paste).where(Paste.id == paste_id, visible_to(actor)))


def waiting(actor: Actor, limit: int = 20) -> Sequence[Paste]:
    """An actor's pastes that wait to be confirmed, the latest first."""
    return _own(actor, Paste.archived_at.is_(None), limit)


def thrown_away(actor: Actor, limit: int = 5) -> Sequence[Paste]:
    """An actor's pastes that were thrown away and can be brought back, the latest first."""
    return _own(actor, sa.and_(Paste.archived_at.is_not(None), Paste.text != ""), limit)


def _own(actor: Actor, condition: sa.ColumnElement[bool], limit: int) -> Sequence[Paste]:
    return db.session.scalars(
        sa.select(Paste)
        .where(visible_to(actor), Paste.done_at.is_(None), condition)
        .order_by(Paste.id.desc())
        .limit(limit)
    ).all()


def same_waiting(account: Account, text: str) -> Paste | None:
    """The paste of an account that holds this text already and waits."""
    return next((one for one in waiting(account) if text and one.text == text), None)


def reading_of(text: str, today: date) -> Reading:
    """What a text may mean on a day, with what the platform knows."""
    reading = read(text, today, directory_for(text))
    for proposal in reading.proposals:
        if proposal.kind == "deal":
            complete_deal(proposal)
    return reading


def directory_for(text: str) -> Directory:
    """The companies that a text may name, the service types that are offered, and the rounds."""
    known = [*_named_in(Startup, "startup", text), *_named_in(Institution, "institution", text)]
    services = tuple(
        Offered(str(one.id), tuple(filter(None, (one.name_zh, one.name_en)))) for one in service_queries.types()
    )
    rounds = {code: (term.name_zh, term.name_en) for code, term in terms("round_name").items()}
    return Directory(known, services, rounds)


def _named_in(kind: type[Startup] | type[Institution], code: str, text: str) -> list[Known]:
    """Records whose name may stand in a text: some part of it begins as the name, its core or its short name does."""
    key = name_key(text)
    pairs = {key[at : at + 2] for at in range(len(key) - 1)} - set(PLACES)
    starts = [sa.func.substr(column, start, 2) for column, start in _starts(kind)]
    rows: dict[int, Any] = {}
    ordered = sorted(pairs)
    for some in (ordered[at : at + AT_ONCE] for at in range(0, len(ordered), AT_ONCE)):
        found = sa.select(kind.id, kind.name, kind.short_name).where(
            kind.archived_at.is_(None), sa.or_(*(start.in_(some) for start in starts))
        )
        rows |= {row.id: row for row in db.session.execute(found)}
        rows |= {row.id: row for row in db.session.execute(_formerly(kind, some))}
    former = naming.former_names_of_all(kind.__tablename__, list(rows)) if len(rows) <= AT_ONCE else {}
    return [Known(code, row.name, row.short_name, former.get(row.id, ())) for row in rows.values()]


def _starts(kind: type[Startup] | type[Institution]) -> list[tuple[Any, int]]:
    """Where in a name its own part may begin: at once, behind 上海, behind 上海市."""
    return [(kind.short_key, 1), (kind.name_key, 1), (kind.name_key, 3), (kind.name_key, 4)]


def _formerly(kind: type[Startup] | type[Institution], pairs: Iterable[str]) -> Any:
    former = naming.FormerName
    begins = sa.or_(*(sa.func.substr(former.name_key, start, 2).in_(pairs) for start in (1, 3, 4)))
    ids = sa.select(former.record_id).where(former.record_type == kind.__tablename__, begins)
    return sa.select(kind.id, kind.name, kind.short_name).where(kind.archived_at.is_(None), kind.id.in_(ids))


def complete_deal(proposal: Proposal) -> None:
    """Add what the platform knows: the likely round, and how far the deal is where the text does not say."""
    startup, institution = named_startup(proposal), named_institution(proposal)
    if startup is None:
        return
    rounds = deal_queries.rounds_of(startup)
    if "round_name" not in proposal.fields:
        proposal.tell("round_name", Told(likely_round(rounds, institution)))
    deal = deal_of(rounds, institution, proposal.fields.get("round_name", Told("")).value)
    if deal is not None and _goes_back(proposal.fields["stage"], deal):
        proposal.fields["stage"] = Told(deal.stage)


def _goes_back(stage: Told, deal: Deal) -> bool:
    """Whether a stage that no word of the text names lies before that of the deal."""
    return stage.start < 0 or (
        stage.value in ORDER and deal.stage in ORDER and ORDER.index(stage.value) < ORDER.index(deal.stage)
    )


def likely_round(rounds: Sequence[Round], institution: Institution | None) -> str:
    """The round in which the institution has its only deal, else the only open one; "" leaves the choice open."""
    own = [one.name for one in rounds if institution and deal_queries.deal_between(one.id, institution.id)]
    open_ones = [one.name for one in rounds if one.state == RoundState.OPEN]
    return own[0] if len(own) == 1 else open_ones[0] if len(open_ones) == 1 else ""


def deal_of(rounds: Sequence[Round], institution: Institution | None, round_name: str) -> Deal | None:
    """The deal of an institution in the round of that name."""
    round = next((one for one in rounds if one.name == round_name), None)
    if round is None or institution is None:
        return None
    deal = deal_queries.deal_between(round.id, institution.id)
    return deal if deal is not None and deal.archived_at is None else None


def deal_named(startup: str, institution: str, round_name: str) -> Deal | None:
    """The deal that three fields name, if there is one."""
    who, whom = startup_named(startup), institution_named(institution)
    return deal_of(deal_queries.rounds_of(who), whom, round_name) if who and whom else None


def person_named(name: str, institution: str, startup: str) -> Person | None:
    """Who bears a name at the organisation that two fields name, if somebody does."""
    who, whom = startup_named(startup), institution_named(institution)
    return people_queries.person_called(name, whom, who) if who or whom else None


def named_startup(proposal: Proposal) -> Startup | None:
    """The startup that a proposal names, if the platform knows it."""
    return startup_named(proposal.fields["startup"].value) if "startup" in proposal.fields else None


def named_institution(proposal: Proposal) -> Institution | None:
    """The institution that a proposal names, if the platform knows it."""
    return institution_named(proposal.fields["institution"].value) if "institution" in proposal.fields else None


def startup_named(name: str) -> Startup | None:
    """The one startup of that name."""
    try:
        return startup_queries.resolve(name, field="") if name else None
    except Refusal:
        return None


def institution_named(name: str) -> Institution | None:
    """The one institution of that name."""
    try:
        return institution_queries.resolve(name, field="") if name else None
    except Refusal:
        return None
