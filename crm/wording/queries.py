"""Gathering what an audience may be told. What it may not see is left out here, not in the text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from crm.core.listing import Slice
from crm.deals import queries as deal_queries
from crm.deals.models import Deal, Round, RoundState
from crm.institutions.models import Institution
from crm.institutions.queries import is_shut_out
from crm.lib.text import N_, Message
from crm.services import queries as service_queries
from crm.services.models import Service
from crm.startups.models import Startup
from crm.wording.told import Audience, ToldDeal, ToldRound, ToldService, ToldServices, ToldStartup

LATEST = 8
UNPUBLISHED = N_("This startup is not published: nothing about it may be told to investors.")
NOT_OPEN = N_("This round is not open: nothing about it may be told to investors.")
OTHER_DEAL = N_("A deal may be told to its own institution only.")
NOT_ADMITTED = N_("This institution is not admitted at present: nothing may be told to it.")
WHOSE = N_("Copy from the page of one startup or institution: an outsider may only read its own services.")


class NotForThem(Exception):
    """This audience may not be told; `message` says why."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


def told_startup(
    startup: Startup, audience: Audience, institution: Institution | None, day: date, language: str
) -> ToldStartup:
    """A startup for an audience. Raises NotForThem for an investor who may not read its profile."""
    check_investor(startup, audience, institution, day)
    inside = audience == Audience.INSIDE
    rounds = [
        told_round(round, audience, institution, day, deals=())
        for round in deal_queries.rounds_of(startup)
        if round.state == RoundState.OPEN or (audience != Audience.INVESTOR and round.state != RoundState.WITHDRAWN)
    ]
    services = service_queries.services_of(startup, LATEST) if audience != Audience.INVESTOR else []
    return ToldStartup(
        name=startup.shown_name,
        full_name=startup.name,
        sector_layer=startup.sector_layer,
        sector_vertical=startup.sector_vertical,
        growth_stage=startup.growth_stage,
        summary=startup.summary,
        profile=startup.profile,
        team=startup.team,
        founded_on=startup.founded_on,
        headcount=startup.headcount_text or str(startup.headcount or ""),
        rounds=rounds,
        deals=told_deals(deal_queries.deals_of_startup(startup, 100), audience, institution),
        services=[told_service(one, language, inside=inside) for one in services],
        service_count=service_queries.count_services(startup_id=startup.id) if audience != Audience.INVESTOR else 0,
    )


def told_round(
    round: Round,
    audience: Audience,
    institution: Institution | None,
    day: date,
    deals: Sequence[Deal] | None = None,
) -> ToldRound:
    """A round with its introductions. Raises NotForThem for an investor who may not read the profile, or not yet."""
    check_investor(round.startup, audience, institution, day)
    if audience == Audience.INVESTOR and round.state != RoundState.OPEN:
        raise NotForThem(NOT_OPEN)
    among = deal_queries.deals_in_round(round) if deals is None else deals
    return ToldRound(
        startup=round.startup.shown_name,
        name=round.name,
        state=round.state,
        sought=round.sought,
        valuation=round.valuation,
        closes_on=round.closes_on if round.closed_on is None else None,
        closed_on=round.closed_on,
        use_of_proceeds=round.use_of_proceeds,
        deals=told_deals(among, audience, institution),
    )


def told_deal(deal: Deal, audience: Audience, institution: Institution | None, day: date) -> ToldDeal:
    """A deal for an audience. Raises NotForThem for another institution, and for an unpublished startup."""
    check_investor(deal.round.startup, audience, deal.institution, day)
    if institution is not None and institution.id != deal.institution_id:
        raise NotForThem(OTHER_DEAL)
    return next(iter(told_deals([deal], audience, deal.institution)))


def told_deals(deals: Sequence[Deal], audience: Audience, institution: Institution | None) -> list[ToldDeal]:
    """Introductions: an investor reads its own only, a founder no reason that was not meant for it."""
    if audience == Audience.INVESTOR:
        deals = [deal for deal in deals if institution is not None and deal.institution_id == institution.id]
    inside = audience == Audience.INSIDE
    received = deal_queries.received_by_deal([deal.id for deal in deals])
    return [
        ToldDeal(
            startup=deal.round.startup.shown_name,
            institution=deal.institution.short_name or deal.institution.name,
            round_name=deal.round.name,
            stage=deal.stage,
            status=deal.status,
            moved_on=deal.moved_on,
            signed=deal.signed,
            received=received.get(deal.id, 0),
            reason=deal.pass_reason if inside or (audience == Audience.FOUNDER and deal.tell_startup) else None,
            next_step=deal.next_step if inside else "",
            next_step_on=deal.next_step_on if inside else None,
            owner=deal.owner.name if inside and deal.owner else "",
        )
        for deal in deals
    ]


def told_services(
    found: Slice,
    audience: Audience,
    startup: Startup | None,
    institution: Institution | None,
    *,
    day: date,
    language: str,
) -> ToldServices:
    """A list of services as it was filtered; for an investor without those for startups that it may not read.

    Raises NotForThem when an outsider would read others' services.
    """
    allowed = {
        Audience.INSIDE: True,
        Audience.FOUNDER: startup is not None and institution is None,
        Audience.INVESTOR: institution is not None and startup is None,
    }
    if not allowed[audience]:
        raise NotForThem(WHOSE)
    check_admitted(audience, institution)
    inside = audience == Audience.INSIDE
    rows = [one for one in found.rows if audience != Audience.INVESTOR or one.startup.is_published(day)]
    partners = service_queries.partners_of([one.id for one in rows]) if inside else {}
    return ToldServices(
        of=startup.shown_name if startup else institution.name if institution else "",
        count=found.count - (len(found.rows) - len(rows)),
        capped=found.capped,
        services=[
            told_service(one, language, inside=inside, partners=[who.name for who in partners.get(one.id, [])])
            for one in rows
        ],
    )


def told_service(service: Service, language: str, *, inside: bool, partners: Sequence[str] = ()) -> ToldService:
    return ToldService(
        startup=service.startup.shown_name,
        type=service.type.label(language),
        state=service.state,
        happened_on=service.happened_on,
        outcome=service.outcome if inside else "",
        partners=partners,
    )


def check_investor(startup: Startup, audience: Audience, institution: Institution | None, day: date) -> None:
    if audience == Audience.INVESTOR and not startup.is_published(day):
        raise NotForThem(UNPUBLISHED)
    check_admitted(audience, institution)


def check_admitted(audience: Audience, institution: Institution | None) -> None:
    if audience == Audience.INVESTOR and institution is not None and is_shut_out(institution.id):
        raise NotForThem(NOT_ADMITTED)
