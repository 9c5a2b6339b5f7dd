"""What a founder sees: what waits, the profile, introductions, services."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from crm.confirmations import queries as confirmation_queries
from crm.core.listing import Count, Place
from crm.dataroom import queries as room_queries
from crm.deals import queries as deal_queries
from crm.founders import policies, queries
from crm.founders.views.blueprint import bp, own_startup
from crm.founders.words import told
from crm.publishing import queries as publishing
from crm.settings.platform import names_institutions
from crm.startups import queries as startup_queries
from crm.web.answers import now, page
from crm.web.guards import actor, requires
from crm.web.lists import listing, place_from_request

LATELY = timedelta(days=30)
FEW = 5


@bp.get("/founder/")
@requires(policies.may_use)
def show_home() -> Any:
    startup = own_startup()
    return page(
        "founders/show_home.html",
        startup=startup,
        confirmations=confirmation_queries.count_waiting_for(actor()),
        waiting=told(queries.waiting_about(startup)),
        decided=told(queries.decided_since(startup, now() - LATELY)),
        introductions=queries.introductions(startup, Place(size=FEW)).rows,
        readers=publishing.readers_of(startup, Place(size=FEW), count=Count.NONE).rows,
        readings=publishing.readings_of(startup, now() - LATELY),
        opened=room_queries.count_readings(startup.id),
        named=names_institutions(),
    )


@bp.get("/founder/profile")
@requires(policies.may_use)
def show_profile() -> Any:
    startup = own_startup()
    waiting = queries.waiting_about(startup)
    return page(
        "founders/show_profile.html",
        startup=startup,
        waiting=told(waiting),
        touched={(one.record_type, one.record_id) for one in waiting},
        products=startup_queries.products_of(startup),
        metrics=startup_queries.metrics_of(startup),
        rounds=deal_queries.rounds_of(startup),
        past_rounds=startup_queries.past_rounds_of(startup),
        documents=queries.documents_sent(startup),
    )


@bp.get("/founder/changes")
@requires(policies.may_use)
def list_changes() -> Any:
    found = listing(queries.proposals_of(own_startup(), place_from_request()), [])
    return page("founders/list_changes.html", listing=found, changes=told(found.rows))


@bp.get("/founder/introductions")
@requires(policies.may_use)
def list_introductions() -> Any:
    found = queries.introductions(own_startup(), place_from_request())
    return page("founders/list_introductions.html", listing=listing(found, []), named=names_institutions())


@bp.get("/founder/readers")
@requires(policies.may_use)
def list_readers() -> Any:
    startup = own_startup()
    return page(
        "founders/list_readers.html",
        listing=listing(publishing.readers_of(startup, place_from_request()), []),
        readings=publishing.readings_of(startup, now() - LATELY),
        opened=room_queries.count_readings(startup.id),
        named=names_institutions(),
    )


@bp.get("/founder/services")
@requires(policies.may_use)
def list_services() -> Any:
    found = queries.services(own_startup(), place_from_request())
    waiting = confirmation_queries.count_waiting_for(actor())
    return page("founders/list_services.html", listing=listing(found, []), waiting=waiting)
