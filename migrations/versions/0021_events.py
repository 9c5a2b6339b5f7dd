"""Events: who was invited, who came, the services that they became."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
TERM = sa.table("term", *map(sa.column, ("vocabulary", "code", "position", "name_zh", "name_en")))
TYPE = sa.table("service_type", *map(sa.column, ("code", "name_zh")))
CODES = {"roadshow": "专场路演", "salon": "投融资沙龙"}
WORDS = {
    "event_kind": [
        ("roadshow", "路演", "Roadshow"),
        ("salon", "沙龙", "Salon"),
        ("training", "培训", "Training"),
        ("visit", "走访", "Visit"),
        ("other", "其他", "Other"),
    ],
    "event_state": [
        ("planned", "筹备中", "In preparation"),
        ("open", "签到中", "Check-in open"),
        ("closed", "已结束", "Closed"),
        ("cancelled", "已取消", "Cancelled"),
    ],
    "guest_role": [("presenting", "上台路演", "Presenting"), ("attending", "参会", "Attending")],
    "guest_reply": [
        ("invited", "已邀请", "Invited"),
        ("accepted", "确认参加", "Accepted"),
        ("declined", "谢绝", "Declined"),
    ],
    "person_source": [("event", "活动", "Event")],
}


def upgrade() -> None:
    create_event()
    create_guest()
    create_arrival()
    create_what_follows()
    words = [
        {"vocabulary": vocabulary, "code": code, "position": place, "name_zh": zh, "name_en": en}
        for vocabulary, told in WORDS.items()
        for place, (code, zh, en) in enumerate(told, 8 if vocabulary == "person_source" else 1)
    ]
    op.bulk_insert(TERM, words)
    for code, name in CODES.items():
        unnamed = sa.and_(TYPE.c.name_zh == name, TYPE.c.code.is_(None))
        op.execute(sa.update(TYPE).where(unnamed).values(code=code))


def create_event() -> None:
    op.create_table(
        "event",
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("place", sa.String(200), nullable=False),
        sa.Column("agenda", sa.Text(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("owner_id", ID, nullable=True),
        sa.Column("token", sa.String(40), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("archived_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["account.id"], name=op.f("fk_event_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("token", name=op.f("uq_event_token")),
    )
    op.create_index(op.f("ix_event_archived_at_starts_at_id"), "event", ["archived_at", "starts_at", "id"])
    op.create_index(op.f("ix_event_archived_at_kind_starts_at_id"), "event", ["archived_at", "kind", "starts_at", "id"])


def create_guest() -> None:
    op.create_table(
        "event_guest",
        sa.Column("event_id", ID, nullable=False),
        sa.Column("subject", sa.String(40), nullable=False),
        sa.Column("startup_id", ID, nullable=True),
        sa.Column("institution_id", ID, nullable=True),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("round_id", ID, nullable=True),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("reply", sa.String(20), nullable=False),
        sa.Column("is_walk_in", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("archived_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "(institution_id IS NULL) != (startup_id IS NULL)", name=op.f("ck_event_guest_one_organisation")
        ),
        *foreign("event_guest", event="event", startup="startup", institution="institution", person="person"),
        *foreign("event_guest", round="round"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_guest")),
        sa.UniqueConstraint("event_id", "subject", name=op.f("uq_event_guest_event_id_subject")),
    )
    for columns in (["startup_id", "event_id"], ["institution_id", "event_id"], ["person_id"]):
        op.create_index(op.f(f"ix_event_guest_{'_'.join(columns)}"), "event_guest", columns)


def create_arrival() -> None:
    op.create_table(
        "event_arrival",
        sa.Column("event_id", ID, nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("guest_id", ID, nullable=True),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("organisation", sa.String(200), nullable=False),
        sa.Column("title", sa.String(80), nullable=False),
        sa.Column("phone", sa.String(40), nullable=False),
        sa.Column("consent", sa.String(20), nullable=False),
        sa.Column("by_visitor", sa.Boolean(), nullable=False),
        sa.Column("arrived_at", MOMENT, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.Column("archived_at", MOMENT, nullable=True),
        *foreign("event_arrival", event="event", guest="event_guest", person="person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_arrival")),
        sa.UniqueConstraint("key", name=op.f("uq_event_arrival_key")),
    )
    for columns in (["event_id", "archived_at", "settled_at"], ["guest_id"], ["person_id"]):
        op.create_index(op.f(f"ix_event_arrival_{'_'.join(columns)}"), "event_arrival", columns)


def create_what_follows() -> None:
    op.create_table(
        "event_service",
        sa.Column("event_id", ID, nullable=False),
        sa.Column("startup_id", ID, nullable=False),
        sa.Column("service_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        *foreign("event_service", event="event", startup="startup", service="service"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_service")),
        sa.UniqueConstraint("event_id", "startup_id", name=op.f("uq_event_service_event_id_startup_id")),
        sa.UniqueConstraint("service_id", name=op.f("uq_event_service_service_id")),
    )
    pair = ["event_id", "startup_id", "institution_id"]
    op.create_table(
        "event_interest",
        *(sa.Column(name, ID, nullable=False) for name in (*pair, "id")),
        *foreign("event_interest", event="event", startup="startup", institution="institution"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_interest")),
        sa.UniqueConstraint(*pair, name=op.f("uq_event_interest_event_id_startup_id_institution_id")),
    )
    op.create_table(
        "visitor_entry",
        sa.Column("address_hash", sa.String(64), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visitor_entry")),
    )
    for columns in (["address_hash", "at"], ["at"]):
        op.create_index(op.f(f"ix_visitor_entry_{'_'.join(columns)}"), "visitor_entry", columns)


def foreign(table: str, **targets: str) -> list[sa.ForeignKeyConstraint]:
    """References of a table, {column without _id: table}."""
    return [
        sa.ForeignKeyConstraint([f"{name}_id"], [f"{target}.id"], name=op.f(f"fk_{table}_{name}_id"))
        for name, target in targets.items()
    ]


def downgrade() -> None:
    op.execute(sa.update(TYPE).where(TYPE.c.code.in_(CODES)).values(code=None))
    own = [vocabulary for vocabulary in WORDS if vocabulary != "person_source"]
    op.execute(sa.delete(TERM).where(TERM.c.vocabulary.in_(own)))
    op.execute(sa.delete(TERM).where(TERM.c.vocabulary == "person_source", TERM.c.code == "event"))
    op.execute(sa.text("UPDATE person SET source = '' WHERE source = 'event'"))
    for table in ("visitor_entry", "event_interest", "event_service", "event_arrival", "event_guest", "event"):
        op.drop_table(table)
