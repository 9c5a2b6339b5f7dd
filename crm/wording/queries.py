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
from crm.publishing.profile import Profile, read
from crm.publishing.queries import names_for, publication_for
from crm.services import queries as service_queries
from crm.services.models import Service
from crm.startups.models import Startup
from crm.wording.told import Audience, ToldDeal, ToldRound, ToldService, ToldServices, ToldStartup

LATEST = 8
UNPUBLISHED = N_("This startup is not published: nothing about it may be told to investors.")
NOT_OPEN = N_("This round is not in the published profile: nothing about it may be told to investors.")
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
    if audience == Audience.INVESTOR:
        return published_startup(startup, institution, day)
    inside = audience == Audience.INSIDE
    rounds = [
        told_round(round, audience, institution, day, deals=())
        for round in deal_queries.rounds_of(startup)
        if round.state != RoundState.WITHDRAWN
    ]
    services = service_queries.services_of(startup, LATEST)
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
        service_count=service_queries.count_services(startup_id=startup.id),
    )


def published_startup(startup: Startup, institution: Institution | None, day: date) -> ToldStartup:
    """What every invited reader of the profile has, with the investor's own deals. Raises NotForThem."""
    profile = profile_for(startup, institution, day)
    deals = deal_queries.deals_of_startup(startup, 100)
    return ToldStartup(
        name=profile.shown_name,
        full_name=profile.basics["name"],
        sector_layer=profile.basics["sector_layer"],
        sector_vertical=profile.basics["sector_vertical"],
        growth_stage=profile.basics["growth_stage"],
        summary=profile.basics["summary"],
        profile=profile.text("profile"),
        team=profile.text("team"),
        founded_on=profile.company["founded_on"],
        headcount=profile.company["headcount"],
        rounds=[published_round(profile, one["id"]) for one in profile.rounds],
        deals=told_deals(deals, Audience.INVESTOR, institution, called=profile.shown_name),
    )


def published_round(profile: Profile, round_id: int, deals: Sequence[ToldDeal] = ()) -> ToldRound:
    """A round as the profile has it. Raises NotForThem for one that is not in it."""
    found = next((one for one in profile.rounds if one["id"] == round_id), None)
    if found is None:
        raise NotForThem(NOT_OPEN)
    return ToldRound(
        startup=profile.shown_name,
        name=found["round_name"],
        state=RoundState.OPEN,
        sought=found["sought"],
        valuation=found["valuation"],
        closes_on=found["closes_on"],
        closed_on=None,
        use_of_proceeds=found["use_of_proceeds"],
        deals=deals,
    )


def told_round(
    round: Round,
    audience: Audience,
    institution: Institution | None,
    day: date,
    deals: Sequence[Deal] | None = None,
) -> ToldRound:
    """A round with its introductions. Raises NotForThem for an investor who may not read the profile, or not yet."""
    among = deal_queries.deals_in_round(round) if deals is None else deals
    if audience == Audience.INVESTOR:
        profile = profile_for(round.startup, institution, day)
        mine = told_deals(among, audience, institution, called=profile.shown_name)
        return published_round(profile, round.id, mine)
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
    if institution is not None and institution.id != deal.institution_id:
        raise NotForThem(OTHER_DEAL)
    called = ""
    if audience == Audience.INVESTOR:
        called = profile_for(deal.round.startup, deal.institution, day).shown_name
    return next(iter(told_deals([deal], audience, deal.institution, called=called)))


def told_deals(
    deals: Sequence[Deal], audience: Audience, institution: Institution | None, *, called: str = ""
) -> list[ToldDeal]:
    """Introductions: an investor reads its own only, a founder no reason that was not meant for it.

    `called`: the name under which the startup is published, for investors.
    """
    if audience == Audience.INVESTOR:
        deals = [deal for deal in deals if institution is not None and deal.institution_id == institution.id]
    inside = audience == Audience.INSIDE
    received = deal_queries.received_by_deal([deal.id for deal in deals])
    return [
        ToldDeal(
            startup=called or deal.round.startup.shown_name,
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
    rows, names = found.rows, dict[int, str]()
    if audience == Audience.INVESTOR:
        names = names_for({one.startup_id for one in rows}, institution, day)
        rows = [one for one in rows if one.startup_id in names]
    partners = service_queries.partners_of([one.id for one in rows]) if inside else {}
    return ToldServices(
        of=startup.shown_name if startup else institution.name if institution else "",
        count=found.count - (len(found.rows) - len(rows)),
        capped=found.capped,
        services=[
            told_service(
                one,
                language,
                inside=inside,
                partners=[who.name for who in partners.get(one.id, [])],
                called=names.get(one.startup_id, ""),
            )
            for one in rows
        ],
    )


def told_service(
    service: Service, language: str, *, inside: bool, partners: Sequence[str] = (), called: str = ""
) -> ToldService:
    return ToldService(
        startup=called or service.startup.shown_name,
        type=service.type.label(language),
        state=service.state,
        happened_on=service.happened_on,
        outcome=service.outcome if inside else "",
        partners=partners,
    )


def profile_for(startup: Startup, institution: Institution | None, day: date) -> Profile:
    """The profile as every invited reader of an institution has it. Raises NotForThem."""
    check_admitted(Audience.INVESTOR, institution)
    publication = publication_for(startup.id, institution, day)
    if publication is None:
        raise NotForThem(UNPUBLISHED)
    return read(publication, accepted=False)


def check_admitted(audience: Audience, institution: Institution | None) -> None:
    if audience == Audience.INVESTOR and institution is not None and is_shut_out(institution.id):
        raise NotForThem(NOT_ADMITTED)
