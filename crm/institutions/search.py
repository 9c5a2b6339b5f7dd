"""What institutions are found by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from crm.core.db import db
from crm.core.naming import FormerName, former_names_of_all, known_before
from crm.institutions.models import Brand, Institution
from crm.institutions.policies import may_list, visible_to
from crm.lib.text import N_
from crm.search.registry import Description, Follow, Kind


def describe(ids: Sequence[int]) -> Iterator[Description]:
    """Names of today and before, the brand, and codes."""
    former = former_names_of_all(Institution.__tablename__, ids)
    found = db.session.execute(
        sa.select(
            Institution.id,
            Institution.name,
            Institution.short_name,
            Institution.credit_code,
            Institution.other_identifier,
            Institution.amac_number,
            Institution.archived_at,
            Brand.name.label("brand"),
        )
        .join(Brand, Brand.id == Institution.brand_id, isouter=True)
        .where(Institution.id.in_(ids))
        .order_by(Institution.id)
    )
    for row in found:
        before = former.get(row.id, ())
        names = (row.short_name, row.name) if row.short_name else (row.name,)
        known = (row.short_name, row.brand, row.credit_code, known_before(before))
        yield Description(
            record_id=row.id,
            title=row.name,
            note=" · ".join(one for one in dict.fromkeys(known) if one),
            names=(*names, *before, *filter(None, (row.brand,))),
            codes=tuple(filter(None, (row.credit_code, row.other_identifier, row.amac_number))),
            archived=row.archived_at is not None,
        )


def institutions_of(brand_ids: Sequence[int]) -> Sequence[int]:
    return db.session.scalars(sa.select(Institution.id).where(Institution.brand_id.in_(brand_ids))).all()


INSTITUTIONS = Kind(
    name="institution",
    model=Institution,
    label=N_("Institutions"),
    icon="bank",
    endpoint="institutions.show_institution",
    argument="institution_id",
    describe=describe,
    may_find=may_list,
    visible_to=visible_to,
    list_endpoint="institutions.list_institutions",
    follows=(
        Follow(FormerName, "record_id", when=lambda former: former.record_type == Institution.__tablename__),
        Follow(Brand, "id", ids=institutions_of),
    ),
)
