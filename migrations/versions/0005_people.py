"""The whole record of a person: at an institution or a startup, with source, purpose, basis and consent."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from crm.lib.masks import mask_email, mask_phone
from crm.lib.names import name_key

revision = "0005"
down_revision = "0004"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PURPOSE = "投融资对接联系"
MASKS = {"phone": mask_phone, "email": mask_email}
VOCABULARIES: dict[str, tuple[tuple[str, str, str], ...]] = {
    "person_source": (
        ("name_card", "名片", "Name card"),
        ("meeting", "会面", "Meeting"),
        ("wechat", "微信", "WeChat"),
        ("introduction", "引荐", "Introduction"),
        ("ledger", "台账", "Ledger"),
        ("public", "公开渠道", "Public sources"),
        ("self", "本人提供", "The person"),
    ),
    "legal_basis": (
        ("consent", "同意", "Consent"),
        ("contract", "订立或履行合同", "Contract"),
        ("public", "已公开信息", "Information made public"),
        ("duty", "法定职责或义务", "Legal duty"),
    ),
}
TEXTS = {
    "name_key": 80, "bio": 400, "wechat": 60, "source": 30, "source_note": 200, "purpose": 200, "basis": 30,
}  # fmt: skip
DAYS = ("consented_on", "consent_until", "share_consented_on", "share_consent_until")


def upgrade() -> None:
    with op.batch_alter_table("person") as batch:
        batch.alter_column("institution_id", existing_type=ID, nullable=True)
        batch.add_column(sa.Column("startup_id", ID, nullable=True))
        batch.add_column(sa.Column("is_founder", sa.Boolean(), nullable=False, server_default=sa.false()))
        for name, length in TEXTS.items():
            usual = PURPOSE if name == "purpose" else ""
            batch.add_column(sa.Column(name, sa.String(length), nullable=False, server_default=usual))
        for name in DAYS:
            batch.add_column(sa.Column(name, sa.Date(), nullable=True))
        batch.add_column(sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
        batch.create_foreign_key(op.f("fk_person_startup_id"), "startup", ["startup_id"], ["id"])
        batch.create_check_constraint(
            op.f("ck_person_one_organisation"), "(institution_id IS NULL) != (startup_id IS NULL)"
        )
    with op.batch_alter_table("person") as batch:
        for name in ("is_founder", *TEXTS):
            batch.alter_column(name, server_default=None)
        batch.create_index(op.f("ix_person_startup_id"), ["startup_id"])
        batch.create_index(op.f("ix_person_archived_at_name_key_id"), ["archived_at", "name_key", "id"])
        batch.create_index(op.f("ix_person_archived_at_consent_until_id"), ["archived_at", "consent_until", "id"])
    write_keys()
    mask_history()
    op.bulk_insert(term, list(words()))


def downgrade() -> None:
    op.execute(sa.delete(term).where(term.c.vocabulary.in_(VOCABULARIES)))
    op.execute(sa.text("DELETE FROM person WHERE institution_id IS NULL"))
    with op.batch_alter_table("person") as batch:
        batch.drop_index(op.f("ix_person_archived_at_consent_until_id"))
        batch.drop_index(op.f("ix_person_archived_at_name_key_id"))
        batch.drop_index(op.f("ix_person_startup_id"))
        batch.drop_constraint(op.f("ck_person_one_organisation"), type_="check")
        batch.drop_constraint(op.f("fk_person_startup_id"), type_="foreignkey")
        for name in ("erased_at", *DAYS, *TEXTS, "is_founder", "startup_id"):
            batch.drop_column(name)
        batch.alter_column("institution_id", existing_type=ID, nullable=False)


term = sa.table(
    "term",
    *(sa.column(name, sa.String) for name in ("vocabulary", "code", "name_zh", "name_en")),
    sa.column("position", sa.Integer),
)
person = sa.table("person", *(sa.column(name, sa.String) for name in ("name", "name_key")), sa.column("id", ID))
audit_entry = sa.table(
    "audit_entry", sa.column("id", ID), sa.column("record_type", sa.String), sa.column("changes", sa.JSON)
)


def words() -> list[dict[str, Any]]:
    return [
        {"vocabulary": vocabulary, "code": code, "name_zh": zh, "name_en": en, "position": position}
        for vocabulary, terms in VOCABULARIES.items()
        for position, (code, zh, en) in enumerate(terms, 1)
    ]


def write_keys() -> None:
    connection = op.get_bind()
    for row in connection.execute(sa.select(person.c.id, person.c.name)).all():
        connection.execute(sa.update(person).where(person.c.id == row.id).values(name_key=name_key(row.name)[:80]))


def mask_history() -> None:
    """The first release wrote whole numbers and addresses into the history; that cannot be undone on the way down."""
    connection = op.get_bind()
    about_people = sa.select(audit_entry.c.id, audit_entry.c.changes).where(audit_entry.c.record_type == "person")
    for row in connection.execute(about_people).all():
        masked = [masked_change(change) for change in row.changes or []]
        if masked != row.changes:
            connection.execute(sa.update(audit_entry).where(audit_entry.c.id == row.id).values(changes=masked))


def masked_change(change: dict[str, Any]) -> dict[str, Any]:
    mask = MASKS.get(change["field"])
    if mask is None:
        return change
    return change | {side: mask(change[side]) for side in ("before", "after") if change.get(side)}
