"""The whole record of a startup."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

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
    "startup_label": [
        ("high_tech", "高新技术企业", "High-tech enterprise"),
        ("tech_innovative_sme", "科技和创新型中小企业", "Technology and innovation SME"),
        ("tech_sme", "科技型中小企业", "Technology SME"),
        ("innovative_sme", "创新型中小企业", "Innovative SME"),
        ("specialised", "专精特新", "Specialised and innovative SME"),
        ("little_giant", "小巨人", "Little giant"),
        ("gazelle", "瞪羚", "Gazelle"),
        ("unicorn", "独角兽", "Unicorn"),
    ],
    "label_level": [
        ("national", "国家级", "National"),
        ("city", "市级", "City"),
        ("district", "区级", "District"),
    ],
    "filing_kind": [
        ("model_filing", "大模型备案", "Model filing"),
        ("model_registration", "大模型登记", "Model registration"),
        ("algorithm_filing", "算法备案", "Algorithm filing"),
    ],
    "model_origin": [
        ("own", "自研", "Own model"),
        ("tuned", "微调", "Tuned model"),
    ],
    "reported_metric": [
        ("revenue", "营业收入", "Revenue"),
        ("arr", "年度经常性收入", "Annual recurring revenue"),
        ("net_profit", "净利润", "Net profit"),
        ("gross_margin", "毛利率", "Gross margin"),
        ("rd_spend", "研发投入", "R&D spending"),
        ("customers", "客户数", "Customers"),
        ("users", "用户数", "Users"),
        ("mau", "月活跃用户", "Monthly active users"),
        ("headcount", "员工数", "Headcount"),
        ("rd_headcount", "研发人员", "R&D headcount"),
    ],
}
TERM = sa.table("term", *(sa.column(name) for name in ("vocabulary", "code", "position", "name_zh", "name_en")))
MOMENT = sa.DateTime(timezone=True)
STARTUP = sa.table("startup", *map(sa.column, ("id", "labels", "model_filing")), sa.column("created_at", MOMENT))
PAST_ROUND = sa.table("past_round", *map(sa.column, ("id", "startup_id", "round_name", "archived_at", "created_at")))
LABEL_COLUMNS = ("id", "startup_id", "label", "label_text", "archived_at")
EMPTY_IN_LABEL = ("issuer", "certificate_number", "source")
EMPTY_IN_FILING = ("model_name", "based_on", "authority", "source")
LONGEST_LABELS = 390


def upgrade() -> None:
    op.bulk_insert(TERM, list(terms()))
    for name in ("institution", "startup"):
        with op.batch_alter_table(name) as table:
            table.add_column(sa.Column("other_identifier", sa.String(60), nullable=True))
            table.add_column(sa.Column("no_code_reason", sa.String(30), nullable=True))
            table.create_unique_constraint(op.f(f"uq_{name}_other_identifier"), ["other_identifier"])
    create_former_name()
    create_parts()
    extend_past_round()
    columns_to_rows()
    with op.batch_alter_table("startup") as table:
        table.drop_column("labels")
        table.drop_column("model_filing")
        table.add_column(sa.Column("institution_id", ID, nullable=True))
        table.create_unique_constraint(op.f("uq_startup_institution_id"), ["institution_id"])
        table.create_foreign_key(op.f("fk_startup_institution_id"), "institution", ["institution_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("startup") as table:
        table.drop_constraint(op.f("fk_startup_institution_id"), type_="foreignkey")
        table.drop_constraint(op.f("uq_startup_institution_id"), type_="unique")
        table.drop_column("institution_id")
        table.add_column(sa.Column("labels", sa.String(400), nullable=False, server_default=""))
        table.add_column(sa.Column("model_filing", sa.String(80), nullable=False, server_default=""))
    rows_to_columns()
    with op.batch_alter_table("startup") as table:
        table.alter_column("labels", server_default=None, existing_type=sa.String(400), existing_nullable=False)
        table.alter_column("model_filing", server_default=None, existing_type=sa.String(80), existing_nullable=False)
    reduce_past_round()
    for name in ("product", "reported_metric", "filing", "startup_label", "former_name"):
        op.drop_table(name)
    for name in ("institution", "startup"):
        with op.batch_alter_table(name) as table:
            table.drop_constraint(op.f(f"uq_{name}_other_identifier"), type_="unique")
            table.drop_column("no_code_reason")
            table.drop_column("other_identifier")
    op.execute(TERM.delete().where(TERM.c.vocabulary.in_(VOCABULARIES)))


def columns_to_rows() -> None:
    """Labels and model filings, until now words in two columns, become records."""
    connection = op.get_bind()
    codes = {zh: code for code, zh, _ in VOCABULARIES["startup_label"]}
    labels, filings = [], []
    for startup_id, words, number, created_at in connection.execute(
        sa.select(STARTUP).where(sa.or_(STARTUP.c.labels != "", STARTUP.c.model_filing != ""))
    ):
        part = {"startup_id": startup_id, "created_at": created_at, "version": 1}
        for word in dict.fromkeys(filter(None, (words or "").split("|"))):
            code = codes.get(word)
            empty = dict.fromkeys(EMPTY_IN_LABEL, "")
            labels.append({**part, **empty, "label": code, "label_text": "" if code else word[:80]})
        if number:
            empty = dict.fromkeys(EMPTY_IN_FILING, "")
            filings.append({**part, **empty, "kind": "model_filing", "filing_number": number})
    for name, rows in (("startup_label", labels), ("filing", filings)):
        if rows:
            others = (sa.column(one) for one in rows[0] if one != "created_at")
            op.bulk_insert(sa.table(name, sa.column("created_at", MOMENT), *others), rows)


def rows_to_columns() -> None:
    connection = op.get_bind()
    names = {code: zh for code, zh, _ in VOCABULARIES["startup_label"]}
    label = sa.table("startup_label", *map(sa.column, LABEL_COLUMNS))
    filing = sa.table("filing", *map(sa.column, ("id", "startup_id", "kind", "filing_number", "archived_at")))
    told: dict[int, dict[str, Any]] = {}
    for one in connection.execute(sa.select(label).where(label.c.archived_at.is_(None)).order_by(label.c.id)):
        kept = told.setdefault(one.startup_id, {"labels": "", "model_filing": ""})
        word = one.label_text or names.get(one.label, one.label)
        if len(kept["labels"]) + len(word) < LONGEST_LABELS:
            kept["labels"] = f"{kept['labels'] or '|'}{word}|"
    for one in connection.execute(
        sa.select(filing)
        .where(filing.c.kind == "model_filing", filing.c.archived_at.is_(None))
        .order_by(filing.c.id.desc())
    ):
        told.setdefault(one.startup_id, {"labels": ""})["model_filing"] = one.filing_number
    if told:
        statement = sa.update(STARTUP).where(STARTUP.c.id == sa.bindparam("wanted"))
        values = {name: sa.bindparam(f"new_{name}") for name in ("labels", "model_filing")}
        rows = [
            {"wanted": number, "new_labels": one["labels"], "new_model_filing": one["model_filing"]}
            for number, one in told.items()
        ]
        connection.execute(statement.values(**values), rows)


def part_columns() -> list[Any]:
    return [
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("startup_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("archived_at", MOMENT, nullable=True),
    ]


def create_part(name: str, *columns: Any) -> None:
    op.create_table(
        name,
        *columns,
        *part_columns(),
        sa.ForeignKeyConstraint(["startup_id"], ["startup.id"], name=op.f(f"fk_{name}_startup_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    op.create_index(op.f(f"ix_{name}_startup_id"), name, ["startup_id"])


def words(name: str, length: int) -> Any:
    return sa.Column(name, sa.String(length), nullable=False)


def create_parts() -> None:
    create_part(
        "startup_label",
        sa.Column("label", sa.String(30), nullable=True),
        words("label_text", 80),
        sa.Column("level", sa.String(30), nullable=True),
        words("issuer", 120),
        words("certificate_number", 80),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        words("source", 120),
    )
    op.create_index(op.f("ix_startup_label_expires_on"), "startup_label", ["expires_on"])
    create_part(
        "filing",
        words("kind", 20),
        words("model_name", 120),
        sa.Column("origin", sa.String(30), nullable=True),
        words("based_on", 120),
        words("filing_number", 80),
        words("authority", 120),
        sa.Column("filed_on", sa.Date(), nullable=True),
        words("source", 120),
    )
    create_part(
        "reported_metric",
        words("metric", 30),
        sa.Column("value", sa.BigInteger(), nullable=False),
        words("period", 40),
        sa.Column("as_of", sa.Date(), nullable=False),
        words("source", 120),
        words("confirmed_by", 80),
        sa.Column("for_investors", sa.Boolean(), nullable=False),
    )
    create_part(
        "product",
        words("name", 120),
        words("summary", 400),
        words("url", 300),
        sa.Column("position", sa.Integer(), nullable=False),
    )


def extend_past_round() -> None:
    """A past round is taken away and brought back now, so that one of the same name may follow it."""
    with op.batch_alter_table("past_round") as table:
        table.drop_constraint(op.f("uq_past_round_startup_id_round_name"), type_="unique")
        table.create_index(op.f("ix_past_round_startup_id"), ["startup_id"])
        table.add_column(sa.Column("valuation", sa.BigInteger(), nullable=True))
        table.add_column(sa.Column("investors", sa.String(400), nullable=False, server_default=""))
        table.add_column(sa.Column("source", sa.String(120), nullable=False, server_default=""))
        table.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        table.add_column(sa.Column("archived_at", MOMENT, nullable=True))
        table.add_column(sa.Column("created_at", MOMENT, nullable=True))
    made = sa.select(STARTUP.c.created_at).where(STARTUP.c.id == PAST_ROUND.c.startup_id).scalar_subquery()
    op.execute(PAST_ROUND.update().values(created_at=made))
    with op.batch_alter_table("past_round") as table:
        table.alter_column("created_at", nullable=False, existing_type=MOMENT)
        for name, kind in (("investors", sa.String(400)), ("source", sa.String(120)), ("version", sa.Integer())):
            table.alter_column(name, server_default=None, existing_type=kind, existing_nullable=False)


def reduce_past_round() -> None:
    past = PAST_ROUND.c
    op.execute(PAST_ROUND.delete().where(past.archived_at.is_not(None)))
    kept = sa.select(sa.func.min(past.id)).group_by(past.startup_id, past.round_name)
    op.execute(PAST_ROUND.delete().where(past.id.not_in(kept)))
    with op.batch_alter_table("past_round") as table:
        table.drop_index(op.f("ix_past_round_startup_id"))
        for name in ("created_at", "archived_at", "version", "source", "investors", "valuation"):
            table.drop_column(name)
        table.create_unique_constraint(op.f("uq_past_round_startup_id_round_name"), ["startup_id", "round_name"])


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
