"""The whole record of a startup."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
VOCABULARIES = {
    "no_code_reason": [
        ("overseas", "境外主体", "Registered abroad"),
        ("not_incorporated", "尚未注册", "Not incorporated yet"),
        ("other", "其他", "Other"),
    ],
}
TERM = sa.table("term", *(sa.column(name) for name in ("vocabulary", "code", "position", "name_zh", "name_en")))


def upgrade() -> None:
    op.bulk_insert(TERM, list(terms()))
    for name in ("institution", "startup"):
        with op.batch_alter_table(name) as table:
            table.add_column(sa.Column("other_identifier", sa.String(60), nullable=True))
            table.add_column(sa.Column("no_code_reason", sa.String(30), nullable=True))
            table.create_unique_constraint(op.f(f"uq_{name}_other_identifier"), ["other_identifier"])
    create_former_name()


def downgrade() -> None:
    op.drop_table("former_name")
    for name in ("institution", "startup"):
        with op.batch_alter_table(name) as table:
            table.drop_constraint(op.f(f"uq_{name}_other_identifier"), type_="unique")
            table.drop_column("no_code_reason")
            table.drop_column("other_identifier")
    op.execute(TERM.delete().where(TERM.c.vocabulary.in_(VOCABULARIES)))


def terms() -> Iterator[dict[str, object]]:
    for vocabulary, words in VOCABULARIES.items():
        for position, (code, zh, en) in enumerate(words, 1):
            yield {"vocabulary": vocabulary, "code": code, "position": position, "name_zh": zh, "name_en": en}


def create_former_name() -> None:
    op.create_table(
        "former_name",
        sa.Column("record_type", sa.String(30), nullable=False),
        sa.Column("record_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("name_key", sa.String(200), nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_name")),
        sa.UniqueConstraint(
            "record_type", "record_id", "name_key", name=op.f("uq_former_name_record_type_record_id_name_key")
        ),
    )
    op.create_index(op.f("ix_former_name_name_key"), "former_name", ["name_key"])
