"""Publications: dated versions of what investors read, each on a recorded authorisation, and who read them.

What is published keeps its authorisation here. The versions themselves are copied by `crm db upgrade` when this is
done, by the code that publishes; until then investors read nothing.
"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
ALONE = {"resolve_fks": False}  # the tables that it points to stay as they are
IN_FORCE = sa.text("ended_at IS NULL")
# Every group that investors read before there were layers.
READ_BEFORE = (
    "basics",
    "company",
    "profile",
    "products",
    "team",
    "labels",
    "filings",
    "rounds",
    "terms",
    "metrics",
    "past_rounds",
)
COLUMNS = (
    "startup_id",
    "signed_by",
    "signer_position",
    "signed_on",
    "layers",
    "for_all",
    "documents",
    "until",
    "recorded_at",
)


def upgrade() -> None:
    op.create_table(
        "authorisation",
        sa.Column("startup_id", ID, nullable=False),
        sa.Column("signed_by", sa.String(80), nullable=False),
        sa.Column("signer_position", sa.String(80), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("layers", sa.JSON(), nullable=False),
        sa.Column("for_all", sa.Boolean(), nullable=False),
        sa.Column("documents", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("by_id", ID, nullable=True),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.Column("revoked_by_id", ID, nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.ForeignKeyConstraint(["startup_id"], ["startup.id"], name=op.f("fk_authorisation_startup_id")),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_authorisation_by_id")),
        sa.ForeignKeyConstraint(["revoked_by_id"], ["account.id"], name=op.f("fk_authorisation_revoked_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authorisation")),
    )
    op.create_index(op.f("ix_authorisation_startup_id_id"), "authorisation", ["startup_id", "id"])
    op.create_index(op.f("ix_authorisation_until"), "authorisation", ["until"])
    op.create_table(
        "audience_member",
        sa.Column("authorisation_id", ID, nullable=False),
        sa.Column("institution_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["authorisation_id"], ["authorisation.id"], name=op.f("fk_audience_member_authorisation_id")
        ),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_audience_member_institution_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audience_member")),
        sa.UniqueConstraint(
            "authorisation_id", "institution_id", name=op.f("uq_audience_member_authorisation_id_institution_id")
        ),
    )
    op.create_index(
        op.f("ix_audience_member_institution_id_authorisation_id"),
        "audience_member",
        ["institution_id", "authorisation_id"],
    )
    create_publication()
    create_profile_view()
    with op.batch_alter_table("report", reflect_kwargs=ALONE) as batch:
        batch.add_column(sa.Column("publication_id", ID, nullable=True))
        batch.create_foreign_key(op.f("fk_report_publication_id"), "publication", ["publication_id"], ["id"])
    carry_authorisations_over()


def create_publication() -> None:
    op.create_table(
        "publication",
        sa.Column("startup_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("authorisation_id", ID, nullable=False),
        sa.Column("layers", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("name_key", sa.String(200), nullable=False),
        sa.Column("short_name", sa.String(80), nullable=False),
        sa.Column("summary", sa.String(200), nullable=False),
        sa.Column("sector_layer", sa.String(30), nullable=True),
        sa.Column("sector_vertical", sa.String(30), nullable=True),
        sa.Column("growth_stage", sa.String(30), nullable=True),
        sa.Column("for_all", sa.Boolean(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("published_at", MOMENT, nullable=False),
        sa.Column("by_id", ID, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_by_id", ID, nullable=True),
        sa.Column("ending", sa.String(20), nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.ForeignKeyConstraint(["startup_id"], ["startup.id"], name=op.f("fk_publication_startup_id")),
        sa.ForeignKeyConstraint(
            ["authorisation_id"], ["authorisation.id"], name=op.f("fk_publication_authorisation_id")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_publication_by_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["account.id"], name=op.f("fk_publication_ended_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
        sa.UniqueConstraint("startup_id", "number", name=op.f("uq_publication_startup_id_number")),
    )
    only = {"sqlite_where": IN_FORCE, "postgresql_where": IN_FORCE}
    op.create_index("uq_publication_in_force", "publication", ["startup_id"], unique=True, **only)
    op.create_index("ix_publication_by_day", "publication", ["published_at", "id"], **only)
    op.create_index("ix_publication_by_name", "publication", ["name_key", "id"], **only)
    op.create_index(op.f("ix_publication_authorisation_id"), "publication", ["authorisation_id"])
    op.create_index(op.f("ix_publication_until"), "publication", ["until"])


def create_profile_view() -> None:
    op.create_table(
        "profile_view",
        sa.Column("startup_id", ID, nullable=False),
        sa.Column("publication_id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("institution_id", ID, nullable=False),
        sa.Column("what", sa.String(20), nullable=False),
        sa.Column("is_confidential", sa.Boolean(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.ForeignKeyConstraint(["startup_id"], ["startup.id"], name=op.f("fk_profile_view_startup_id")),
        sa.ForeignKeyConstraint(["publication_id"], ["publication.id"], name=op.f("fk_profile_view_publication_id")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_profile_view_account_id")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_profile_view_institution_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile_view")),
    )
    op.create_index(op.f("ix_profile_view_startup_id_at_id"), "profile_view", ["startup_id", "at", "id"])
    op.create_index(op.f("ix_profile_view_account_id_at"), "profile_view", ["account_id", "at"])
    op.create_index(op.f("ix_profile_view_institution_id_at"), "profile_view", ["institution_id", "at"])


def carry_authorisations_over() -> None:
    """What is published stays authorised by whom it was, for everybody who reads the portal."""
    startup = sa.table("startup", *map(sa.column, ("id", "authorised_by", "authorised_until", "published_at")))
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    day = (
        "CAST(published_at AT TIME ZONE 'Asia/Shanghai' AS DATE)" if on_postgresql else "date(published_at, '+8 hours')"
    )
    authorisation = sa.table("authorisation", *map(sa.column, COLUMNS))
    rows = sa.select(
        startup.c.id,
        startup.c.authorised_by,
        sa.literal_column("''"),
        sa.literal_column(day),
        sa.literal_column(f"'{json.dumps(dict.fromkeys(READ_BEFORE, 'invited'))}'"),
        sa.true() if on_postgresql else sa.literal_column("1"),
        sa.literal_column("''"),
        startup.c.authorised_until,
        startup.c.published_at,
    ).where(startup.c.published_at.is_not(None))
    op.get_bind().execute(sa.insert(authorisation).from_select(list(COLUMNS), rows))


def downgrade() -> None:
    with op.batch_alter_table("report", reflect_kwargs=ALONE) as batch:
        batch.drop_constraint(op.f("fk_report_publication_id"), type_="foreignkey")
        batch.drop_column("publication_id")
    for table in ("profile_view", "publication", "audience_member", "authorisation"):
        op.drop_table(table)
