"""Groups of rounds: which group the name of a round belongs to, and at which growth stage a group usually falls."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"

GROUPS = [
    ("seed_angel", "种子/天使", "Seed and angel", "seed"),
    ("series_a", "Pre-A–A", "Pre-A to A", "early"),
    ("series_b", "Pre-B–B", "Pre-B to B", "growth"),
    ("series_c", "C", "C", "growth"),
    ("series_d", "D 及以后", "D and later", "mature"),
    ("strategic", "战略/并购等", "Strategic, M&A and other", None),
]
ROUNDS = {
    "seed_angel": ("seed", "angel", "angel+"),
    "series_a": ("pre-a", "pre-a+", "a", "a+", "a++"),
    "series_b": ("pre-b", "b", "b+"),
    "series_c": ("c", "c+"),
    "series_d": ("d", "d+", "e", "f", "g", "pre-ipo"),
    "strategic": ("strategic", "merger", "placement", "convertible", "secondary"),
}
TERM = sa.table("term", *map(sa.column, ("vocabulary", "code", "position", "name_zh", "name_en", "parent")))


def upgrade() -> None:
    op.add_column("term", sa.Column("parent", sa.String(30), nullable=True))
    words = ("code", "name_zh", "name_en", "parent")
    op.bulk_insert(
        TERM,
        [
            {"vocabulary": "round_group", "position": position, **dict(zip(words, group, strict=True))}
            for position, group in enumerate(GROUPS, 1)
        ],
    )
    for group, rounds in ROUNDS.items():
        its_rounds = TERM.update().where(TERM.c.vocabulary == "round_name", TERM.c.code.in_(rounds))
        op.execute(its_rounds.values(parent=group))


def downgrade() -> None:
    op.execute(TERM.delete().where(TERM.c.vocabulary == "round_group"))
    op.drop_column("term", "parent")
