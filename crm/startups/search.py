"""What staff find startups by: everything that identifies them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from crm.core.db import db
from crm.core.naming import FormerName, former_names_of_all, known_before
from crm.lib.text import N_
from crm.search.registry import Description, Follow, Kind
from crm.startups.models import Product, Startup
from crm.startups.policies import may_list, visible_to


def describe(ids: Sequence[int]) -> Iterator[Description]:
    """Names of today and before, and codes."""
    former, made = former_names_of_all(Startup.__tablename__, ids), product_names(ids)
    columns = (Startup.id, Startup.name, Startup.short_name, Startup.credit_code, Startup.other_identifier)
    for row in rows_of(ids, *columns, Startup.archived_at):
        before = former.get(row.id, ())
        names = (row.short_name, row.name) if row.short_name else (row.name,)
        yield Description(
            record_id=row.id,
            title=row.short_name or row.name,
            note=" · ".join(filter(None, (row.name if row.short_name else "", row.credit_code, known_before(before)))),
            names=(*names, *before),
            texts=made.get(row.id, ()),
            codes=tuple(filter(None, (row.credit_code, row.other_identifier))),
            archived=row.archived_at is not None,
        )


def product_names(ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """{startup id: the names of its products}."""
    found: dict[int, tuple[str, ...]] = {}
    mine = sa.select(Product.startup_id, Product.name).where(Product.startup_id.in_(ids), Product.archived_at.is_(None))
    for startup_id, name in db.session.execute(mine.order_by(Product.id)):
        found[startup_id] = (*found.get(startup_id, ()), name)
    return found


def rows_of(ids: Sequence[int], *columns: Any) -> Sequence[sa.Row[Any]]:
    return db.session.execute(sa.select(*columns).where(Startup.id.in_(ids)).order_by(Startup.id)).all()


STARTUPS = Kind(
    name="startup",
    model=Startup,
    label=N_("Startups"),
    icon="startup",
    endpoint="startups.show_startup",
    argument="startup_id",
    describe=describe,
    may_find=may_list,
    visible_to=visible_to,
    list_endpoint="startups.list_startups",
    follows=(
        Follow(FormerName, "record_id", when=lambda former: former.record_type == Startup.__tablename__),
        Follow(Product, "startup_id"),
    ),
)
