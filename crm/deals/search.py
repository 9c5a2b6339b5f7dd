"""What rounds and deals are found by: who raises, who may invest, and which round."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from crm.core.db import db
from crm.deals.models import Deal, Round
from crm.deals.policies import may_list, rounds_visible_to, visible_to
from crm.institutions.models import Institution
from crm.lib.text import N_
from crm.search.registry import Description, Follow, Kind
from crm.settings.queries import label
from crm.startups.models import Startup


def describe_deals(ids: Sequence[int]) -> Iterator[Description]:
    """Startup, institution and round."""
    found = db.session.execute(
        sa.select(
            Deal.id,
            Deal.archived_at,
            Round.name.label("round"),
            Startup.name.label("startup"),
            Startup.short_name.label("startup_short"),
            Institution.name.label("institution"),
            Institution.short_name.label("institution_short"),
        )
        .join(Round, Round.id == Deal.round_id)
        .join(Startup, Startup.id == Round.startup_id)
        .join(Institution, Institution.id == Deal.institution_id)
        .where(Deal.id.in_(ids))
        .order_by(Deal.id)
    )
    for row in found:
        startup, institution = row.startup_short or row.startup, row.institution_short or row.institution
        yield Description(
            record_id=row.id,
            title=f"{startup} × {institution}",
            note=label("round_name", row.round, "zh_CN"),
            names=(startup, institution),
            texts=(row.startup, row.institution, round_words(row.round)),
            archived=row.archived_at is not None,
        )


def describe_rounds(ids: Sequence[int]) -> Iterator[Description]:
    """Startup and round."""
    found = db.session.execute(
        sa.select(Round.id, Round.archived_at, Round.name.label("round"), Startup.name, Startup.short_name)
        .join(Startup, Startup.id == Round.startup_id)
        .where(Round.id.in_(ids))
        .order_by(Round.id)
    )
    for row in found:
        yield Description(
            record_id=row.id,
            title=f"{row.short_name or row.name} · {label('round_name', row.round, 'zh_CN')}",
            names=(row.short_name or row.name,),
            texts=(row.name, round_words(row.round)),
            archived=row.archived_at is not None,
        )


def round_words(code: str) -> str:
    """A round as people write it, in both languages: A轮, series A, A round."""
    return f"{label('round_name', code, 'zh_CN')}轮 series {label('round_name', code, 'en')} round"


def rounds_of_startups(ids: Sequence[int]) -> Sequence[int]:
    return db.session.scalars(sa.select(Round.id).where(Round.startup_id.in_(ids))).all()


def deals_of_startups(ids: Sequence[int]) -> Sequence[int]:
    return db.session.scalars(
        sa.select(Deal.id).where(Deal.round_id.in_(sa.select(Round.id).where(Round.startup_id.in_(ids))))
    ).all()


def deals_in_rounds(ids: Sequence[int]) -> Sequence[int]:
    return db.session.scalars(sa.select(Deal.id).where(Deal.round_id.in_(ids))).all()


def deals_of_institutions(ids: Sequence[int]) -> Sequence[int]:
    return db.session.scalars(sa.select(Deal.id).where(Deal.institution_id.in_(ids))).all()


NAMES = ("name", "short_name")
DEALS = Kind(
    name="deal",
    model=Deal,
    label=N_("Deals"),
    icon="board",
    endpoint="deals.show_deal",
    argument="deal_id",
    describe=describe_deals,
    may_find=may_list,
    visible_to=visible_to,
    list_endpoint="deals.list_deals",
    follows=(
        Follow(Startup, "id", NAMES, deals_of_startups),
        Follow(Institution, "id", NAMES, deals_of_institutions),
        Follow(Round, "id", ("name",), deals_in_rounds),
    ),
)
ROUNDS = Kind(
    name="round",
    model=Round,
    label=N_("Rounds"),
    icon="money",
    endpoint="deals.show_round",
    argument="round_id",
    describe=describe_rounds,
    may_find=may_list,
    visible_to=rounds_visible_to,
    list_endpoint="deals.list_rounds",
    follows=(Follow(Startup, "id", NAMES, rounds_of_startups),),
)
