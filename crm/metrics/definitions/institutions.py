"""Institutions and brands attracted."""

from __future__ import annotations

import sqlalchemy as sa

from crm.institutions.models import Brand, Institution
from crm.lib.text import N_
from crm.metrics.definitions.metric import Facts, Metric, columns

HEADINGS = (N_("Institution"), N_("City"), N_("Joined on"))


def attracted() -> sa.Select[tuple[object, ...]]:
    return sa.select(
        *columns(Institution.id, Institution.id, Institution.name, Institution.city, Institution.joined_on)
    ).where(Institution.archived_at.is_(None), Institution.joined_on.is_not(None))


def present() -> Facts:
    return sa.select(
        *columns(
            Institution.id,
            Institution.id,
            Institution.name,
            Institution.city,
            Institution.joined_on,
            until=Institution.left_on,
        )
    ).where(Institution.archived_at.is_(None), Institution.joined_on.is_not(None))


def brands() -> Facts:
    """One row a brand, and one for each institution that has none; a brand came with the first of its institutions."""
    own = sa.func.coalesce(Institution.brand_id, -Institution.id)
    first = sa.func.min(Institution.id)
    title = sa.func.coalesce(sa.func.min(Brand.name), sa.func.min(Institution.name))
    return (
        sa.select(*columns(own, first, title, sa.func.min(Institution.name), sa.func.min(Institution.joined_on)))
        .outerjoin(Brand, Brand.id == Institution.brand_id)
        .where(Institution.archived_at.is_(None), Institution.joined_on.is_not(None))
        .group_by(own)
    )


METRICS = (
    Metric(
        "institutions_attracted",
        N_("Institutions attracted"),
        N_("Institutions that joined on or before the day, including those that have left since."),
        "count",
        N_("institutions"),
        "institution",
        HEADINGS,
        attracted,
    ),
    Metric(
        "institutions_present",
        N_("Institutions at present"),
        N_("Of the institutions attracted: those that had not left by the day."),
        "count",
        N_("institutions"),
        "institution",
        HEADINGS,
        present,
    ),
    Metric(
        "brands_attracted",
        N_("Brands attracted"),
        N_(
            "Brands of the institutions attracted. Several legal persons of one brand count once; "
            "an institution without a brand stands for itself."
        ),
        "count",
        N_("brands"),
        "institution",
        (N_("Brand or institution"), N_("First legal person"), N_("Joined on")),
        brands,
    ),
)
