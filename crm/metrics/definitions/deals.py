"""Introductions, and the money signed and received on them."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from crm.confirmations.models import Confirmation
from crm.confirmations.queries import confirmed as confirmed_ids
from crm.deals.models import FUNDED_STAGE, SIGNED_STAGE, Deal, DealEvent, Receipt, Round
from crm.deals.queries import standing
from crm.institutions.models import Institution
from crm.lib.text import N_
from crm.metrics.definitions.metric import Facts, Metric, columns
from crm.settings.queries import terms
from crm.startups.models import Startup

MET_STAGE = "met"
TERM_SHEET_STAGE = "term_sheet"
STAGES = (MET_STAGE, TERM_SHEET_STAGE, SIGNED_STAGE, FUNDED_STAGE)


def live_deals(*what: Any) -> sa.Select[Any]:
    """Deals that are not in the bin, nor their round, startup or institution."""
    return (
        sa.select(*what)
        .join(Round, Round.id == Deal.round_id)
        .join(Startup, Startup.id == Round.startup_id)
        .join(Institution, Institution.id == Deal.institution_id)
        .where(
            Deal.archived_at.is_(None),
            Round.archived_at.is_(None),
            Startup.archived_at.is_(None),
            Institution.archived_at.is_(None),
        )
    )


def binned() -> sa.CompoundSelect[Any]:
    """The deals that are in the bin, or hang on what is: few, so that leaving them out is cheaper than joining."""
    deal, startups = sa.select(Deal.id), sa.select(Startup.id).where(Startup.archived_at.is_not(None))
    rounds, institutions = sa.select(Round.id), sa.select(Institution.id).where(Institution.archived_at.is_not(None))
    return sa.union_all(
        deal.where(Deal.archived_at.is_not(None)),
        deal.where(Deal.round_id.in_(rounds.where(Round.archived_at.is_not(None)))),
        deal.where(Deal.round_id.in_(rounds.where(Round.startup_id.in_(startups)))),
        deal.where(Deal.institution_id.in_(institutions)),
    )


def facts_of_deals(row_id: Any, deal_id: Any, day: Any, amount: Any = None) -> sa.Select[Any]:
    """What happened on deals; the names are looked up for those rows only that are shown."""
    deal = aliased(Deal)
    startup = sa.select(Startup.name).join(Round, Round.startup_id == Startup.id).join(deal, deal.round_id == Round.id)
    institution = sa.select(Institution.name).join(deal, deal.institution_id == Institution.id)
    label, detail = (one.where(deal.id == deal_id).scalar_subquery() for one in (startup, institution))
    return sa.select(*columns(row_id, deal_id, label, detail, day, amount)).where(deal_id.not_in(binned()))


def introductions() -> Facts:
    return facts_of_deals(Deal.id, Deal.id, Deal.introduced_on)


def signed(confirmed: str = "") -> Facts:
    found = facts_of_deals(Deal.id, Deal.id, Deal.signed_on, Deal.signed)
    return found.where(Deal.signed_on.is_not(None), Deal.signed.is_not(None), *those_confirmed(Deal.id, confirmed))


def received(confirmed: str = "") -> Facts:
    found = facts_of_deals(Receipt.id, Receipt.deal_id, Receipt.received_on, Receipt.amount)
    return found.where(*those_confirmed(Receipt.deal_id, confirmed))


def those_confirmed(deal_id: Any, by: str) -> list[sa.ColumnElement[bool]]:
    return [deal_id.in_(confirmed_ids(Confirmation.deal_id, by))] if by else []


def from_stage(stage: str) -> tuple[str, ...]:
    """The codes of a stage and of later ones."""
    known = terms("deal_stage")
    least = known[stage].position if stage in known else None
    return tuple(code for code, word in known.items() if least is not None and word.position >= least)


@lru_cache(maxsize=8)  # so that figures of one statement share what they read
def first_moves(stages: tuple[tuple[str, tuple[str, ...]], ...]) -> sa.CTE:
    """Each deal with the days of its first moves to some stages, or to what counts as having reached them."""
    day = DealEvent.happened_on
    firsts = (sa.func.min(sa.case((DealEvent.to_stage.in_(codes), day))).label(stage) for stage, codes in stages)
    every = {code for _, codes in stages for code in codes}
    found = sa.select(DealEvent.deal_id, *firsts).where(DealEvent.to_stage.in_(sorted(every)), standing())
    return found.group_by(DealEvent.deal_id).cte("first_move")


def reached(stage: str) -> Facts:
    """Deals with the day on which they first came to a stage or to a later one: a skipped stage is not invented."""
    moves = first_moves(tuple((one, from_stage(one)) for one in STAGES)).c
    return facts_of_deals(moves.deal_id, moves.deal_id, moves[stage]).where(moves[stage].is_not(None))


INTRODUCED = N_("Deals: one round introduced to one institution, by the day of the introduction. A pair counts once.")
SIGNED = N_("Sum of the signed amounts of deals, by the day of signing. Never added to sought or received amounts.")
RECEIVED = N_("Sum of the money received on deals, by the day of receipt. Never added to sought or signed amounts.")


INTRODUCED_HEADINGS = (N_("Startup"), N_("Institution"), N_("Introduced on"))
SIGNED_HEADINGS = (N_("Startup"), N_("Institution"), N_("Signed on"))
RECEIVED_HEADINGS = (N_("Startup"), N_("Institution"), N_("Received on"))

REACHED = N_(
    "Introductions that came to this stage or a later one, by the day of the first such move. "
    "Moves that were taken back do not count."
)


def stage_metric(name: str, stage: str, title: Any, heading: Any) -> Metric:
    headings = (N_("Startup"), N_("Institution"), heading)
    return Metric(name, title, REACHED, "count", N_("introductions"), "deal", headings, partial(reached, stage))


METRICS = (
    Metric(
        "introductions_to_date",
        N_("Introductions"),
        INTRODUCED,
        "count",
        N_("introductions"),
        "deal",
        INTRODUCED_HEADINGS,
        introductions,
    ),
    Metric(
        "introductions_this_year",
        N_("Introductions this year"),
        N_("Introductions from 1 January of the day's year to the day."),
        "count",
        N_("introductions"),
        "deal",
        INTRODUCED_HEADINGS,
        introductions,
        since="year",
    ),
    Metric(
        "amount_signed_to_date",
        N_("Signed"),
        SIGNED,
        "CNY",
        N_("deals"),
        "deal",
        SIGNED_HEADINGS,
        signed,
        confirmable=True,
    ),
    Metric(
        "amount_signed_this_year",
        N_("Signed this year"),
        SIGNED,
        "CNY",
        N_("deals"),
        "deal",
        SIGNED_HEADINGS,
        signed,
        since="year",
    ),
    Metric(
        "amount_received_to_date",
        N_("Received"),
        RECEIVED,
        "CNY",
        N_("receipts"),
        "deal",
        RECEIVED_HEADINGS,
        received,
        confirmable=True,
    ),
    Metric(
        "amount_received_this_year",
        N_("Received this year"),
        RECEIVED,
        "CNY",
        N_("receipts"),
        "deal",
        RECEIVED_HEADINGS,
        received,
        since="year",
    ),
    stage_metric("introductions_met", MET_STAGE, N_("Introductions that met"), N_("Met on")),
    stage_metric(
        "introductions_term_sheet", TERM_SHEET_STAGE, N_("Introductions with a term sheet"), N_("Term sheet on")
    ),
    stage_metric("introductions_signed", SIGNED_STAGE, N_("Introductions signed"), N_("Signed on")),
    stage_metric("introductions_received", FUNDED_STAGE, N_("Introductions with money received"), N_("Received on")),
)

# How an introduction becomes money, step by step.
STEPS = (
    "introductions_to_date",
    "introductions_met",
    "introductions_term_sheet",
    "introductions_signed",
    "introductions_received",
)
