"""How rounds move and close: their events, and the participations of the institutions whose money came in.

What is known of the past is told again: the state of each round, its moves as the history keeps them, and a
participation, its role unknown, for each funded deal of a round that is closed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
SHANGHAI = timezone(timedelta(hours=8))
ROLES = (
    ("lead", "领投", "Lead"),
    ("follow", "跟投", "Follow"),
    ("sole", "独投", "Sole investor"),
    ("existing", "老股东", "Existing investor"),
)
TERM = sa.table("term", *map(sa.column, ("vocabulary", "code", "position", "name_zh", "name_en")))
ROUND = sa.table(
    "round",
    *map(sa.column, ("id", "state", "archived_at")),
    sa.column("opened_on", sa.Date()),
    sa.column("closed_on", sa.Date()),
    sa.column("created_at", MOMENT),
)
EVENT = sa.table(
    "round_event",
    *map(sa.column, ("id", "round_id", "from_state", "to_state", "by_id", "note")),
    sa.column("happened_on", sa.Date()),
    sa.column("recorded_at", MOMENT),
)
ENTRY = sa.table(
    "audit_entry",
    *map(sa.column, ("id", "record_type", "record_id", "verb", "actor_id")),
    sa.column("at", MOMENT),
    sa.column("changes", sa.JSON()),
)
DEAL = sa.table(
    "deal",
    *map(sa.column, ("id", "round_id", "institution_id", "fund_id", "stage", "status", "signed", "archived_at")),
    sa.column("moved_on", sa.Date()),
)
OPENED = "coalesce(opened_on, '0001-01-01')"
PARTICIPATION = sa.table(
    "participation",
    *map(sa.column, ("deal_id", "round_id", "institution_id", "fund_id", "signed")),
    sa.column("happened_on", sa.Date()),
    sa.column("created_at", MOMENT),
)


def upgrade() -> None:
    # No batch: copying the table would lose its indexes of expressions, which reflection does not see.
    op.add_column("round", sa.Column("closed_on", sa.Date(), nullable=True))
    op.add_column("round", sa.Column("final_amount", sa.BigInteger(), nullable=True))
    number = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE round ADD COLUMN past_round_id {number}"
        " CONSTRAINT fk_round_past_round_id REFERENCES past_round (id)"
    )
    op.create_index(op.f("ix_round_by_state"), "round", ["archived_at", "state", sa.text(OPENED), "id"])
    create_round_event()
    create_participation()
    roles = [
        {"vocabulary": "participation_role", "code": code, "position": position, "name_zh": zh, "name_en": en}
        for position, (code, zh, en) in enumerate(ROLES, 1)
    ]
    op.bulk_insert(TERM, roles)
    tell_what_is_known()


def downgrade() -> None:
    op.execute(TERM.delete().where(TERM.c.vocabulary == "participation_role"))
    op.drop_table("participation")
    op.drop_table("round_event")
    op.drop_index(op.f("ix_round_by_state"), "round")
    for name in ("past_round_id", "final_amount", "closed_on"):
        op.drop_column("round", name)


def create_round_event() -> None:
    op.create_table(
        "round_event",
        sa.Column("round_id", ID, nullable=False),
        sa.Column("from_state", sa.String(20), nullable=True),
        sa.Column("to_state", sa.String(20), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("by_id", ID, nullable=True),
        sa.Column("note", sa.String(400), nullable=False),
        sa.Column("reverses_id", ID, nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_round_event_round_id")),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_round_event_by_id")),
        sa.ForeignKeyConstraint(["reverses_id"], ["round_event.id"], name=op.f("fk_round_event_reverses_id")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_round_event_reverses_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_event")),
    )
    op.create_index(op.f("ix_round_event_round_id_happened_on_id"), "round_event", ["round_id", "happened_on", "id"])


def create_participation() -> None:
    op.create_table(
        "participation",
        sa.Column("deal_id", ID, nullable=False),
        sa.Column("round_id", ID, nullable=False),
        sa.Column("institution_id", ID, nullable=False),
        sa.Column("fund_id", ID, nullable=True),
        sa.Column("role", sa.String(20), nullable=True),
        sa.Column("signed", sa.BigInteger(), nullable=True),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("archived_at", MOMENT, nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_participation_deal_id")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_participation_round_id")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_participation_institution_id")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_participation_fund_id")),
        sa.UniqueConstraint("deal_id", name=op.f("uq_participation_deal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participation")),
    )
    op.create_index(op.f("ix_participation_round_id"), "participation", ["round_id"])
    for owner in ("institution_id", "fund_id"):
        columns = [owner, "archived_at", "happened_on", "id"]
        op.create_index(op.f(f"ix_participation_{'_'.join(columns)}"), "participation", columns)


def tell_what_is_known() -> None:
    moves = list(known_moves())
    first_states: dict[int, str] = {}
    for move in moves:
        first_states.setdefault(move["round_id"], move["from_state"])
    connection = op.get_bind()
    rounds = connection.execute(sa.select(ROUND.c.id, ROUND.c.state, ROUND.c.opened_on, ROUND.c.created_at))
    while some := rounds.fetchmany(5000):
        op.bulk_insert(EVENT, [first_event(row, first_states.get(row.id, row.state)) for row in some])
    op.bulk_insert(EVENT, moves)
    closings = {move["round_id"]: move["happened_on"] for move in moves if move["to_state"] == "closed"}
    for round_id, day in closings.items():
        connection.execute(
            ROUND.update().where(ROUND.c.id == round_id, ROUND.c.state == "closed").values(closed_on=day)
        )
    tell_participations()


def known_moves() -> Iterator[dict[str, Any]]:
    """The moves of rounds as the history keeps them, the earliest first."""
    moved = sa.select(ENTRY).where(ENTRY.c.record_type == "round", ENTRY.c.verb == "moved").order_by(ENTRY.c.id)
    for entry in op.get_bind().execute(moved):
        for change in entry.changes:
            if change["field"] == "state":
                yield {
                    "round_id": entry.record_id,
                    "from_state": change["before"],
                    "to_state": change["after"],
                    "happened_on": day_of(entry.at),
                    "recorded_at": entry.at,
                    "by_id": entry.actor_id,
                    "note": "",
                }


def first_event(row: Any, state: str) -> dict[str, Any]:
    return {
        "round_id": row.id,
        "from_state": None,
        "to_state": state,
        "happened_on": row.opened_on or day_of(row.created_at),
        "recorded_at": row.created_at,
        "by_id": None,
        "note": "",
    }


def tell_participations() -> None:
    funded = (
        sa.select(
            DEAL.c.id,
            DEAL.c.round_id,
            DEAL.c.institution_id,
            DEAL.c.fund_id,
            DEAL.c.signed,
            sa.func.coalesce(ROUND.c.closed_on, DEAL.c.moved_on),
            sa.literal(datetime.now(UTC), MOMENT),
        )
        .join(ROUND, ROUND.c.id == DEAL.c.round_id)
        .where(
            ROUND.c.state == "closed",
            DEAL.c.archived_at.is_(None),
            DEAL.c.stage == "funded",
            DEAL.c.status.in_(("active", "on_hold", "completed")),
        )
        .order_by(DEAL.c.id)
    )
    columns = ["deal_id", "round_id", "institution_id", "fund_id", "signed", "happened_on", "created_at"]
    op.execute(PARTICIPATION.insert().from_select(columns, funded))


def day_of(moment: datetime) -> date:
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return aware.astimezone(SHANGHAI).date()
