"""The daily work of investors: watchlists, questions, meetings, visits, colleagues."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
ALONE = {"resolve_fks": False}
VOCABULARIES = {
    "question_state": [
        ("waiting", "待答复", "Waiting for an answer"),
        ("forwarded", "已转企业", "Passed on to the startup"),
        ("answered", "已答复", "Answered"),
        ("refused", "不予转达", "Not passed on"),
    ],
    "appointment_state": [
        ("asked", "待确认", "Asked for"),
        ("set", "已确定", "Set"),
        ("off", "已取消", "Off"),
    ],
    "appointment_way": [
        ("video", "线上会议", "Video call"),
        ("on_site", "现场会面", "On site"),
        ("phone", "电话", "Phone call"),
    ],
    "digest_rhythm": [
        ("none", "不发送", "Never"),
        ("weekly", "每周一", "Each Monday"),
        ("daily", "每个工作日", "Each weekday"),
    ],
}
TERM = sa.table("term", *map(sa.column, ("vocabulary", "code", "position", "name_zh", "name_en")))
INDEXES = (
    ("ix_watch_startup_id", "watch", ["startup_id"]),
    ("ix_watch_note_institution_id_startup_id_id", "watch_note", ["institution_id", "startup_id", "id"]),
    ("ix_pass_startup_id", "pass", ["startup_id"]),
    ("ix_question_state_moved_at_id", "question", ["state", "moved_at", "id"]),
    ("ix_question_institution_id_moved_at_id", "question", ["institution_id", "moved_at", "id"]),
    ("ix_question_startup_id_shared_at_id", "question", ["startup_id", "shared_at", "id"]),
    ("ix_question_entry_question_id_id", "question_entry", ["question_id", "id"]),
    ("ix_appointment_institution_id_state_starts_at_id", "appointment", ["institution_id", "state", "starts_at", "id"]),
    ("ix_appointment_state_starts_at_id", "appointment", ["state", "starts_at", "id"]),
    ("ix_appointment_startup_id", "appointment", ["startup_id"]),
)
TABLES = ("appointment", "question_entry", "question", "pass", "watch_note", "watch", "visit")


def upgrade() -> None:
    with op.batch_alter_table("account", reflect_kwargs=ALONE) as account:
        account.add_column(sa.Column("portal_digest", sa.String(20), nullable=False, server_default="weekly"))
        account.add_column(sa.Column("is_institution_admin", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("account", reflect_kwargs=ALONE) as account:
        account.alter_column("portal_digest", server_default=None)
        account.alter_column("is_institution_admin", server_default=None)
    op.create_table(
        "visit",
        *keys("visit", account_id="account"),
        moment("began_at"),
        moment("before_at", nullable=True),
        sa.UniqueConstraint("account_id", name=op.f("uq_visit_account_id")),
    )
    create_watching()
    create_questions()
    create_appointments()
    for name, table, columns in INDEXES:
        op.create_index(op.f(name), table, columns)
    op.bulk_insert(TERM, list(terms()))


def downgrade() -> None:
    op.execute(TERM.delete().where(TERM.c.vocabulary.in_(VOCABULARIES)))
    for table in TABLES:
        op.drop_table(table)
    with op.batch_alter_table("account", reflect_kwargs=ALONE) as account:
        account.drop_column("is_institution_admin")
        account.drop_column("portal_digest")


def create_watching() -> None:
    ends = {"institution_id": "institution", "startup_id": "startup", "account_id": "account"}
    op.create_table(
        "watch",
        *keys("watch", **ends),
        moment("at"),
        sa.UniqueConstraint("institution_id", "startup_id", name=op.f("uq_watch_institution_id_startup_id")),
    )
    op.create_table("watch_note", *keys("watch_note", **ends), words("text", 2000), moment("at"))
    op.create_table(
        "pass",
        *keys("pass", **ends),
        sa.Column("reason", sa.String(30), nullable=True),
        words("note", 400),
        sa.Column("tell_startup", sa.Boolean(), nullable=False),
        moment("at"),
        sa.UniqueConstraint("institution_id", "startup_id", name=op.f("uq_pass_institution_id_startup_id")),
    )


def create_questions() -> None:
    op.create_table(
        "question",
        *keys("question", startup_id="startup", institution_id="institution", account_id="account"),
        words("state", 20),
        words("word", 400),
        moment("asked_at"),
        moment("moved_at"),
        words("shared_question", 2000),
        words("shared_answer", 2000),
        moment("shared_at", nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    op.create_table(
        "question_entry",
        *keys("question_entry", question_id="question", account_id="account"),
        words("side", 20),
        words("text", 2000),
        moment("at"),
        moment("released_at", nullable=True),
    )


def create_appointments() -> None:
    op.create_table(
        "appointment",
        *keys("appointment", startup_id="startup", institution_id="institution", account_id="account"),
        words("state", 20),
        words("way", 20),
        sa.Column("wishes", sa.JSON(), nullable=False),
        words("with_whom", 200),
        words("note", 1000),
        moment("starts_at", nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        words("place", 300),
        words("participants", 400),
        words("word", 400),
        sa.Column("sequence", sa.Integer(), nullable=False),
        words("uid", 80),
        sa.Column("activity_id", ID, nullable=True),
        moment("asked_at"),
        moment("changed_at"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_appointment_activity_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_appointment_uid")),
    )


def keys(table: str, **to: str) -> Iterator[Any]:
    """The id of a table, and columns that point at others."""
    yield sa.Column("id", ID, nullable=False)
    yield sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))
    for column, other in to.items():
        yield sa.Column(column, ID, nullable=False)
        yield sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))


def words(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False)


def moment(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, MOMENT, nullable=nullable)


def terms() -> Iterator[dict[str, object]]:
    for vocabulary, told in VOCABULARIES.items():
        for position, (code, zh, en) in enumerate(told, 1):
            yield {"vocabulary": vocabulary, "code": code, "position": position, "name_zh": zh, "name_en": en}
