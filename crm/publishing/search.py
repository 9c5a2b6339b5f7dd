"""What investors find profiles by: what the invited layer of the publication in force says, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from crm.accounts.models import Actor
from crm.accounts.policies import is_investor
from crm.core.clock import day_of, now
from crm.core.db import db
from crm.institutions.queries import is_shut_out
from crm.lib.text import N_
from crm.publishing.models import Layer, Publication
from crm.publishing.policies import readable_by
from crm.search.registry import Description, Kind


def describe(ids: Sequence[int]) -> Iterator[Description]:
    """Names, the sentence and the names of products that every reader has."""
    found = sa.select(Publication).where(Publication.id.in_(ids), Publication.ended_at.is_(None))
    for one in db.session.scalars(found.order_by(Publication.id)):
        products = one.layers[Layer.INVITED].get("products", [])
        yield Description(
            record_id=one.id,
            page_id=one.startup_id,
            title=one.shown_name,
            note=one.summary or (one.name if one.short_name else ""),
            names=(one.short_name, one.name) if one.short_name else (one.name,),
            texts=(one.summary, *(product["name"] for product in products)),
        )


def visible_to(actor: Actor) -> sa.ColumnElement[bool]:
    """What an investor finds is what it may read: nothing while its institution is not admitted."""
    return sa.false() if is_shut_out(actor.institution_id) else readable_by(actor.institution_id, day_of(now()))


PUBLISHED = Kind(
    name="published_startup",
    model=Publication,
    label=N_("Startups"),
    icon="startup",
    endpoint="portal.show_startup",
    argument="startup_id",
    describe=describe,
    may_find=is_investor,
    visible_to=visible_to,
    list_endpoint="portal.list_startups",
)
