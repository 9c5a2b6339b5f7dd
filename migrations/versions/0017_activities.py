"""Notes, meetings, calls, mails and tasks, and the records that they are linked with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
TERM = sa.table("term", *(sa.column(name) for name in ("vocabulary", "code", "position", "name_zh", "name_en")))
VOCABULARIES = {
    "activity_kind": [
        ("note", "记事", "Note"),
        ("meeting", "会议", "Meeting"),
        ("call", "电话", "Call"),
        ("mail", "邮件", "Mail"),
        ("task", "任务", "Task"),
    ],
    "task_repeat": [
        ("daily", "每天", "Daily"),
        ("weekly", "每周", "Weekly"),
        ("fortnightly", "每两周", "Every two weeks"),
        ("monthly", "每月", "Monthly"),
        ("quarterly", "每季度", "Quarterly"),
        ("yearly", "每年", "Yearly"),
    ],
}
DUE = sa.text("coalesce(due_on, '9999-12-31')")


def upgrade() -> None:
    op.bulk_insert(
        TERM,
        [
            {"vocabulary": name, "code": code, "position": position, "name_zh": zh, "name_en": en}
            for name, words in VOCABULARIES.items()
            for position, (code, zh, en) in enumerate(words, 1)
        ],
    )
    op.create_table(
        "activity",
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.Time(), nullable=True),
        sa.Column("place", sa.String(120), nullable=False),
        sa.Column("by_id", ID, nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("assignee_id", ID, nullable=True),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("done_by_id", ID, nullable=True),
        sa.Column("repeats", sa.String(20), nullable=True),
        sa.Column("repeats_from", sa.Date(), nullable=True),
        sa.Column("follows_id", ID, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("archived_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["assignee_id"], ["account.id"], name=op.f("fk_activity_assignee_id")),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_activity_by_id")),
        sa.ForeignKeyConstraint(["done_by_id"], ["account.id"], name=op.f("fk_activity_done_by_id")),
        sa.ForeignKeyConstraint(["follows_id"], ["activity.id"], name=op.f("fk_activity_follows_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity")),
        sa.UniqueConstraint("follows_id", name=op.f("uq_activity_follows_id")),
    )
    op.create_index(op.f("ix_activity_by_due"), "activity", ["kind", "archived_at", "done_at", DUE, "id"])
    op.create_index(op.f("ix_activity_mine_by_due"), "activity", ["assignee_id", "archived_at", "done_at", DUE, "id"])
    op.create_table(
        "activity_link",
        sa.Column("activity_id", ID, nullable=False),
        sa.Column("record_type", sa.String(30), nullable=False),
        sa.Column("record_id", sa.BigInteger(), nullable=False),
        sa.Column("part", sa.String(20), nullable=False),
        sa.Column("label", sa.String(200), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_activity_link_activity_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_link")),
        sa.UniqueConstraint(
            "activity_id", "record_type", "record_id", name=op.f("uq_activity_link_activity_id_record_type_record_id")
        ),
    )
    op.create_index(
        op.f("ix_activity_link_record_type_record_id_happened_on_activity_id"),
        "activity_link",
        ["record_type", "record_id", "happened_on", "activity_id"],
    )


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM document WHERE record_type = 'activity'"))
    op.drop_table("activity_link")
    op.drop_table("activity")
    op.execute(TERM.delete().where(TERM.c.vocabulary.in_(VOCABULARIES)))
