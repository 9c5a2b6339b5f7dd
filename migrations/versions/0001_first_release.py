# ruff: noqa: E501, PLR0915 - a table of words reads better with long lines, and there are many tables
"""The tables of the first release, the first words of every vocabulary, and the service catalogue."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


VOCABULARIES = {
    "deal_stage": [
        ("referred", "推荐", "Referred", 7), ("interested", "意向", "Interested", 10), ("met", "会面", "Met", 10),
        ("pitched", "路演", "Pitched", 14), ("approved", "立项", "Approved", 14),
        ("due_diligence", "尽调", "Due diligence", 30), ("term_sheet", "条款", "Term sheet", 21),
        ("committee", "投决", "Investment committee", 14), ("signed", "签约", "Signed", 30),
        ("funded", "到账", "Funded", None),
    ],
    "deal_status": [
        ("active", "进行", "Active"), ("on_hold", "搁置", "On hold"), ("passed", "机构放弃", "Passed"),
        ("declined", "企业放弃", "Declined"), ("lapsed", "失效", "Lapsed"), ("completed", "完成", "Completed"),
    ],
    "pass_reason": [
        ("valuation", "估值", "Valuation"), ("stage", "阶段", "Stage"), ("sector", "赛道", "Sector"),
        ("team", "团队", "Team"), ("ticket", "额度", "Ticket"), ("local_investment", "返投", "Local investment"),
        ("conflict", "冲突", "Conflict"), ("timing", "时机", "Timing"), ("other", "其他", "Other"),
    ],
    "round_state": [
        ("registered", "登记", "Registered"), ("screened", "初筛", "Screened"), ("open", "开放", "Open"),
        ("closed", "完成", "Closed"), ("withdrawn", "撤回", "Withdrawn"),
    ],
    "round_name": [
        ("seed", "种子", "Seed"), ("angel", "天使", "Angel"), ("angel+", "天使+", "Angel+"),
        ("pre-a", "Pre-A", "Pre-A"), ("pre-a+", "Pre-A+", "Pre-A+"), ("a", "A", "A"), ("a+", "A+", "A+"),
        ("a++", "A++", "A++"), ("pre-b", "Pre-B", "Pre-B"), ("b", "B", "B"), ("b+", "B+", "B+"), ("c", "C", "C"),
        ("c+", "C+", "C+"), ("d", "D", "D"), ("d+", "D+", "D+"), ("e", "E", "E"), ("f", "F", "F"), ("g", "G", "G"),
        ("pre-ipo", "Pre-IPO", "Pre-IPO"), ("strategic", "战略", "Strategic"), ("merger", "并购", "Merger"),
        ("placement", "定增", "Private placement"), ("convertible", "可转债", "Convertible bond"),
        ("secondary", "老股转让", "Secondary sale"),
    ],
    "growth_stage": [
        ("seed", "种子", "Seed"), ("early", "起步", "Early"), ("growth", "扩张", "Growth"), ("mature", "成熟", "Mature"),
    ],
    "sector_layer": [
        ("compute", "算力与芯片", "Compute and chips"), ("data", "数据与语料", "Data and corpora"),
        ("models", "基础模型", "Foundation models"), ("tools", "工具与智能体", "Tools and agents"),
        ("applications", "应用", "Applications"), ("embodied", "具身智能", "Embodied AI"),
    ],
    "sector_vertical": [
        ("health", "医疗", "Health care"), ("finance", "金融", "Finance"), ("manufacturing", "制造", "Manufacturing"),
        ("education", "教育", "Education"), ("entertainment", "文娱", "Entertainment"), ("office", "办公", "Office"),
        ("automotive", "汽车", "Automotive"), ("consumer_hardware", "消费硬件", "Consumer hardware"),
        ("science", "科学智能", "AI for science"), ("government", "政务", "Government"), ("general", "通用", "General"),
    ],
    "institution_kind": [
        ("vc", "VC", "VC"), ("pe", "PE", "PE"), ("cvc", "CVC", "CVC"), ("angel", "天使", "Angel"),
        ("government_guidance", "政府引导基金", "Government guidance fund"),
        ("fund_of_funds", "母基金", "Fund of funds"), ("state_capital", "国有资本运营公司", "State capital operator"),
        ("bank", "银行", "Bank"), ("aic", "AIC", "AIC"), ("insurer", "保险", "Insurer"), ("securities", "券商", "Securities firm"),
        ("guarantee", "担保", "Guarantee company"), ("leasing", "租赁", "Leasing company"),
        ("family_office", "家族办公室", "Family office"), ("other", "其他", "Other"),
    ],
    "fund_kind": [
        ("direct", "直投", "Direct"), ("fund_of_funds", "母基金", "Fund of funds"),
        ("government", "政府投资基金", "Government investment fund"), ("secondary", "S 基金", "S fund"),
        ("merger", "并购基金", "M&A fund"), ("special_purpose", "专项基金", "Special purpose fund"),
        ("other", "其他", "Other"),
    ],
    "platform_line": [
        ("compute", "算力调度", "Compute"), ("corpus", "公共语料", "Corpus"), ("finance", "金融服务", "Finance"),
        ("talent", "人才服务", "Talent"), ("scenario", "场景对接", "Scenario"),
    ],
    "service_state": [
        ("planned", "计划", "Planned"), ("in_progress", "进行", "In progress"), ("completed", "完成", "Completed"),
        ("cancelled", "取消", "Cancelled"),
    ],
    "role": [
        ("finance", "金融专员", "Finance staff"), ("manager", "主管", "Manager"), ("leader", "领导（只读）", "Leader (read only)"),
        ("investor", "投资人", "Investor"), ("admin", "系统管理员", "Administrator"),
    ],
}  # fmt: skip

CATALOGUE = [
    ("finance", "introduction", "融资对接", "Introduction", [("introduction", "机构一对一对接", "One-to-one introduction")]),
    ("finance", "roadshow", "路演", "Roadshow", [(None, "专场路演", "Roadshow"), (None, "投融资沙龙", "Investment salon")]),
    ("finance", "coaching", "辅导", "Coaching", [(None, "BP辅导", "Business plan"), (None, "估值与股权架构", "Valuation and equity structure"), (None, "股权激励方案", "Equity incentive plan")]),
    ("finance", "policy", "政策申报", "Policy filing", [(None, "高新技术企业认定", "High-tech enterprise"), (None, "专精特新申报", "Specialised enterprise"), (None, "大模型备案辅导", "Model filing")]),
    ("finance", "credit", "信贷", "Credit", [(None, "银行授信", "Bank credit line"), (None, "融资担保", "Loan guarantee"), (None, "知识产权质押", "IP pledge"), (None, "融资租赁", "Leasing")]),
    ("finance", "listing", "上市", "Listing", [(None, "上市辅导", "Listing"), (None, "并购辅导", "Merger")]),
    ("compute", "compute", "算力", "Compute", [(None, "算力券", "Compute voucher")]),
    ("corpus", "corpus", "语料", "Corpus", [(None, "语料授权", "Corpus licence")]),
    ("talent", "talent", "人才", "Talent", [(None, "人才引进", "Recruiting")]),
    ("scenario", "scenario", "场景", "Scenario", [(None, "场景对接", "Scenario matching")]),
]  # fmt: skip


def upgrade() -> None:
    create_tables()
    write_words()


def write_words() -> None:
    op.bulk_insert(table("term", "vocabulary code name_zh name_en", "position limit_days"), list(terms()))
    category = table("service_category", "line code name_zh name_en", "id position")
    entry = table("service_type", "code name_zh name_en", "category_id position")
    connection = op.get_bind()
    for position, (line, code, zh, en, types) in enumerate(CATALOGUE, 1):
        row = {"line": line, "code": code, "name_zh": zh, "name_en": en, "position": position}
        op.bulk_insert(category, [row])
        category_id = connection.scalar(sa.select(category.c.id).where(category.c.code == code))
        op.bulk_insert(
            entry,
            [
                {
                    "category_id": category_id,
                    "code": type_code,
                    "name_zh": type_zh,
                    "name_en": type_en,
                    "position": place,
                }
                for place, (type_code, type_zh, type_en) in enumerate(types, 1)
            ],
        )


def table(name: str, texts: str, numbers: str) -> sa.TableClause:
    columns = [sa.column(one, sa.String) for one in texts.split()]
    return sa.table(name, *columns, *(sa.column(one, sa.Integer) for one in numbers.split()))


def terms() -> Iterator[dict[str, object]]:
    for vocabulary, words in VOCABULARIES.items():
        for position, (code, zh, en, *limit) in enumerate(words, 1):
            yield {
                "vocabulary": vocabulary,
                "code": code,
                "position": position,
                "name_zh": zh,
                "name_en": en,
                "limit_days": limit[0] if limit else None,
            }


def create_tables() -> None:
    op.create_table(
        "failed_sign_in",
        sa.Column("username", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_failed_sign_in")),
    )
    with op.batch_alter_table("failed_sign_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_failed_sign_in_username_at"), ["username", "at"], unique=False)

    op.create_table(
        "fund",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_key", sa.String(length=200), nullable=False),
        sa.Column("amac_code", sa.String(length=20), nullable=True),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("cny_rate", sa.BigInteger(), nullable=True),
        sa.Column("cny_rate_on", sa.Date(), nullable=True),
        sa.Column("cny_rate_source", sa.String(length=80), nullable=False),
        sa.Column("vintage", sa.Integer(), nullable=True),
        sa.Column("target", sa.BigInteger(), nullable=True),
        sa.Column("committed", sa.BigInteger(), nullable=True),
        sa.Column("paid_in", sa.BigInteger(), nullable=True),
        sa.Column("invested", sa.BigInteger(), nullable=True),
        sa.Column("investment_ends_on", sa.Date(), nullable=True),
        sa.Column("ticket_low", sa.BigInteger(), nullable=True),
        sa.Column("ticket_high", sa.BigInteger(), nullable=True),
        sa.Column("ticket_text", sa.String(length=60), nullable=True),
        sa.Column("growth_stages", sa.String(length=400), nullable=False),
        sa.Column("sectors", sa.String(length=400), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fund")),
        sa.UniqueConstraint("amac_code", name=op.f("uq_fund_amac_code")),
        sa.UniqueConstraint("name_key", name=op.f("uq_fund_name_key")),
    )
    with op.batch_alter_table("fund", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_fund_archived_at_name_key_id"), ["archived_at", "name_key", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_fund_archived_at_vintage_id"), ["archived_at", "vintage", "id"], unique=False
        )

    op.create_table(
        "institution",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_key", sa.String(length=200), nullable=False),
        sa.Column("short_name", sa.String(length=80), nullable=False),
        sa.Column("short_key", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("credit_code", sa.String(length=18), nullable=True),
        sa.Column("amac_number", sa.String(length=20), nullable=False),
        sa.Column("city", sa.String(length=40), nullable=False),
        sa.Column("assets", sa.BigInteger(), nullable=True),
        sa.Column("joined_on", sa.Date(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("growth_stages", sa.String(length=400), nullable=False),
        sa.Column("sectors", sa.String(length=400), nullable=False),
        sa.Column("ticket_low", sa.BigInteger(), nullable=True),
        sa.Column("ticket_high", sa.BigInteger(), nullable=True),
        sa.Column("ticket_text", sa.String(length=60), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_institution")),
        sa.UniqueConstraint("credit_code", name=op.f("uq_institution_credit_code")),
        sa.UniqueConstraint("name_key", name=op.f("uq_institution_name_key")),
    )
    with op.batch_alter_table("institution", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_institution_archived_at_joined_on_id"),
            ["archived_at", "joined_on", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_institution_archived_at_name_key_id"),
            ["archived_at", "name_key", "id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_institution_short_key"), ["short_key"], unique=False)

    op.create_table(
        "service_category",
        sa.Column("line", sa.String(length=30), nullable=False),
        sa.Column("code", sa.String(length=30), nullable=True),
        sa.Column("name_zh", sa.String(length=60), nullable=False),
        sa.Column("name_en", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_category")),
        sa.UniqueConstraint("code", name=op.f("uq_service_category_code")),
        sa.UniqueConstraint("line", "name_zh", name=op.f("uq_service_category_line_name_zh")),
    )
    op.create_table(
        "startup",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_key", sa.String(length=200), nullable=False),
        sa.Column("short_name", sa.String(length=80), nullable=False),
        sa.Column("short_key", sa.String(length=80), nullable=False),
        sa.Column("credit_code", sa.String(length=18), nullable=True),
        sa.Column("founded_on", sa.Date(), nullable=True),
        sa.Column("joined_on", sa.Date(), nullable=True),
        sa.Column("sector_layer", sa.String(length=30), nullable=True),
        sa.Column("sector_vertical", sa.String(length=30), nullable=True),
        sa.Column("growth_stage", sa.String(length=30), nullable=True),
        sa.Column("headcount", sa.Integer(), nullable=True),
        sa.Column("headcount_text", sa.String(length=40), nullable=False),
        sa.Column("seeking_low", sa.BigInteger(), nullable=True),
        sa.Column("seeking_high", sa.BigInteger(), nullable=True),
        sa.Column("seeking_text", sa.String(length=60), nullable=True),
        sa.Column("model_filing", sa.String(length=80), nullable=False),
        sa.Column("labels", sa.String(length=400), nullable=False),
        sa.Column("summary", sa.String(length=200), nullable=False),
        sa.Column("profile", sa.Text(), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("authorised_by", sa.String(length=80), nullable=False),
        sa.Column("authorised_until", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_startup")),
        sa.UniqueConstraint("credit_code", name=op.f("uq_startup_credit_code")),
        sa.UniqueConstraint("name_key", name=op.f("uq_startup_name_key")),
    )
    with op.batch_alter_table("startup", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_startup_archived_at_joined_on_id"),
            ["archived_at", "joined_on", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_startup_archived_at_name_key_id"), ["archived_at", "name_key", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_startup_published_at_id"), ["published_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_startup_short_key"), ["short_key"], unique=False)

    op.create_table(
        "term",
        sa.Column("vocabulary", sa.String(length=30), nullable=False),
        sa.Column("code", sa.String(length=30), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name_zh", sa.String(length=60), nullable=False),
        sa.Column("name_en", sa.String(length=60), nullable=False),
        sa.Column("limit_days", sa.Integer(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term")),
        sa.UniqueConstraint("vocabulary", "code", name=op.f("uq_term_vocabulary_code")),
    )
    op.create_table(
        "account",
        sa.Column("username", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("institution_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "(role = 'investor') = (institution_id IS NOT NULL)", name=op.f("ck_account_investor_institution")
        ),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_account_institution_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("username", name=op.f("uq_account_username")),
    )
    op.create_table(
        "commitment",
        sa.Column("fund_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("from_fund_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("investor_name", sa.String(length=200), nullable=False),
        sa.Column("amount_low", sa.BigInteger(), nullable=True),
        sa.Column("amount_high", sa.BigInteger(), nullable=True),
        sa.Column("amount_text", sa.String(length=60), nullable=True),
        sa.Column("committed_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("(from_fund_id IS NULL) <> (investor_name = '')", name=op.f("ck_commitment_one_investor")),
        sa.CheckConstraint("from_fund_id <> fund_id", name=op.f("ck_commitment_not_itself")),
        sa.ForeignKeyConstraint(["from_fund_id"], ["fund.id"], name=op.f("fk_commitment_from_fund_id")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_commitment_fund_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment")),
    )
    with op.batch_alter_table("commitment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_commitment_from_fund_id"), ["from_fund_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_commitment_fund_id_from_fund_id"), ["fund_id", "from_fund_id"], unique=False
        )

    op.create_table(
        "fund_manager",
        sa.Column("fund_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("institution_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_fund_manager_fund_id")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_fund_manager_institution_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fund_manager")),
        sa.UniqueConstraint("fund_id", "institution_id", name=op.f("uq_fund_manager_fund_id_institution_id")),
    )
    with op.batch_alter_table("fund_manager", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fund_manager_institution_id"), ["institution_id"], unique=False)

    op.create_table(
        "past_round",
        sa.Column("startup_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("round_name", sa.String(length=30), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["startup_id"], ["startup.id"], name=op.f("fk_past_round_startup_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_past_round")),
        sa.UniqueConstraint("startup_id", "round_name", name=op.f("uq_past_round_startup_id_round_name")),
    )
    op.create_table(
        "person",
        sa.Column("institution_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("email", sa.String(length=120), nullable=False),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_person_institution_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_institution_id"), ["institution_id"], unique=False)

    op.create_table(
        "round",
        sa.Column("startup_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("sought_low", sa.BigInteger(), nullable=True),
        sa.Column("sought_high", sa.BigInteger(), nullable=True),
        sa.Column("sought_text", sa.String(length=60), nullable=True),
        sa.Column("valuation", sa.BigInteger(), nullable=True),
        sa.Column("use_of_proceeds", sa.Text(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("closes_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["startup_id"], ["startup.id"], name=op.f("fk_round_startup_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round")),
        sa.UniqueConstraint("startup_id", "name", name=op.f("uq_round_startup_id_name")),
    )
    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_round_archived_at_opened_on_id"), ["archived_at", "opened_on", "id"], unique=False
        )

    op.create_table(
        "service_type",
        sa.Column("category_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=30), nullable=True),
        sa.Column("name_zh", sa.String(length=60), nullable=False),
        sa.Column("name_en", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["category_id"], ["service_category.id"], name=op.f("fk_service_type_category_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_type")),
        sa.UniqueConstraint("category_id", "name_zh", name=op.f("uq_service_type_category_id_name_zh")),
        sa.UniqueConstraint("code", name=op.f("uq_service_type_code")),
    )
    op.create_table(
        "audit_entry",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("actor_name", sa.String(length=80), nullable=False),
        sa.Column("verb", sa.String(length=20), nullable=False),
        sa.Column("record_type", sa.String(length=30), nullable=False),
        sa.Column("record_id", sa.BigInteger(), nullable=False),
        sa.Column("record_name", sa.String(length=200), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["account.id"], name=op.f("fk_audit_entry_actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_audit_entry_record_type_record_id_id"),
            ["record_type", "record_id", "id"],
            unique=False,
        )

    op.create_table(
        "deal",
        sa.Column("round_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("institution_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fund_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("stage", sa.String(length=30), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("introduced_on", sa.Date(), nullable=False),
        sa.Column("moved_on", sa.Date(), nullable=False),
        sa.Column("intended_low", sa.BigInteger(), nullable=True),
        sa.Column("intended_high", sa.BigInteger(), nullable=True),
        sa.Column("intended_text", sa.String(length=60), nullable=True),
        sa.Column("signed", sa.BigInteger(), nullable=True),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("pass_reason", sa.String(length=30), nullable=True),
        sa.Column("pass_note", sa.String(length=400), nullable=False),
        sa.Column("tell_startup", sa.Boolean(), nullable=False),
        sa.Column("next_step", sa.String(length=200), nullable=False),
        sa.Column("next_step_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_deal_fund_id")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_deal_institution_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["account.id"], name=op.f("fk_deal_owner_id")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_deal_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal")),
        sa.UniqueConstraint("round_id", "institution_id", name=op.f("uq_deal_round_id_institution_id")),
    )
    with op.batch_alter_table("deal", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_deal_archived_at_moved_on_id"), ["archived_at", "moved_on", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_deal_archived_at_stage_moved_on_id"),
            ["archived_at", "stage", "moved_on", "id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_deal_institution_id"), ["institution_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_deal_introduced_on"), ["introduced_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_deal_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_deal_signed_on"), ["signed_on"], unique=False)

    op.create_table(
        "job",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("refusal", sa.JSON(), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_job_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_job_state_queued_at"), ["state", "queued_at"], unique=False)

    op.create_table(
        "sign_in_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_sign_in_session_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_session_token_hash")),
    )
    with op.batch_alter_table("sign_in_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_session_account_id"), ["account_id"], unique=False)

    op.create_table(
        "submission",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("location", sa.String(length=400), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_submission_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
        sa.UniqueConstraint("key", name=op.f("uq_submission_key")),
    )
    op.create_table(
        "deal_event",
        sa.Column("deal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("from_stage", sa.String(length=30), nullable=True),
        sa.Column("to_stage", sa.String(length=30), nullable=False),
        sa.Column("from_status", sa.String(length=20), nullable=True),
        sa.Column("to_status", sa.String(length=20), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reason", sa.String(length=30), nullable=True),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_deal_event_by_id")),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_deal_event_deal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal_event")),
    )
    with op.batch_alter_table("deal_event", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_deal_event_deal_id_happened_on_id"), ["deal_id", "happened_on", "id"], unique=False
        )

    op.create_table(
        "interest",
        sa.Column("startup_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("institution_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("deal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handled_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_interest_account_id")),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_interest_deal_id")),
        sa.ForeignKeyConstraint(["handled_by_id"], ["account.id"], name=op.f("fk_interest_handled_by_id")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_interest_institution_id")),
        sa.ForeignKeyConstraint(["startup_id"], ["startup.id"], name=op.f("fk_interest_startup_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interest")),
    )
    with op.batch_alter_table("interest", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_interest_handled_at_id"), ["handled_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_interest_institution_id"), ["institution_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_interest_startup_id"), ["startup_id"], unique=False)

    op.create_table(
        "ledger_import",
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("file_key", sa.String(length=80), nullable=False),
        sa.Column("dry_run", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("outcome", sa.JSON(), nullable=True),
        sa.Column("refused_key", sa.String(length=80), nullable=True),
        sa.Column("made_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("job_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_ledger_import_job_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["account.id"], name=op.f("fk_ledger_import_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_import")),
    )
    op.create_table(
        "receipt",
        sa.Column("deal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_receipt_by_id")),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_receipt_deal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt")),
    )
    with op.batch_alter_table("receipt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_receipt_deal_id"), ["deal_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_receipt_received_on_deal_id"), ["received_on", "deal_id"], unique=False)

    op.create_table(
        "report",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("startup_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("institution_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("to_day", sa.Date(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("made_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("job_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("file_key", sa.String(length=80), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_report_institution_id")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_report_job_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["account.id"], name=op.f("fk_report_made_by_id")),
        sa.ForeignKeyConstraint(["startup_id"], ["startup.id"], name=op.f("fk_report_startup_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
    )
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_kind_id"), ["kind", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_report_made_by_id_startup_id"), ["made_by_id", "startup_id"], unique=False)

    op.create_table(
        "service",
        sa.Column("startup_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("type_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=200), nullable=False),
        sa.Column("amount_low", sa.BigInteger(), nullable=True),
        sa.Column("amount_high", sa.BigInteger(), nullable=True),
        sa.Column("amount_text", sa.String(length=60), nullable=True),
        sa.Column("partner_text", sa.String(length=200), nullable=False),
        sa.Column("handler", sa.String(length=80), nullable=False),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("deal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_service_deal_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["account.id"], name=op.f("fk_service_owner_id")),
        sa.ForeignKeyConstraint(["startup_id"], ["startup.id"], name=op.f("fk_service_startup_id")),
        sa.ForeignKeyConstraint(["type_id"], ["service_type.id"], name=op.f("fk_service_type_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service")),
        sa.UniqueConstraint("deal_id", name=op.f("uq_service_deal_id")),
    )
    with op.batch_alter_table("service", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_service_archived_at_happened_on_id"),
            ["archived_at", "happened_on", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_service_startup_id_happened_on_id"),
            ["startup_id", "happened_on", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_service_state_happened_on_startup_id"),
            ["state", "happened_on", "startup_id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_service_type_id"), ["type_id"], unique=False)

    op.create_table(
        "service_partner",
        sa.Column("service_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("institution_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_service_partner_institution_id")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_service_partner_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_partner")),
        sa.UniqueConstraint("service_id", "institution_id", name=op.f("uq_service_partner_service_id_institution_id")),
    )
    with op.batch_alter_table("service_partner", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_service_partner_institution_id"), ["institution_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("service_partner", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_service_partner_institution_id"))

    op.drop_table("service_partner")
    with op.batch_alter_table("service", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_service_type_id"))
        batch_op.drop_index(batch_op.f("ix_service_state_happened_on_startup_id"))
        batch_op.drop_index(batch_op.f("ix_service_startup_id_happened_on_id"))
        batch_op.drop_index(batch_op.f("ix_service_archived_at_happened_on_id"))

    op.drop_table("service")
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_report_made_by_id_startup_id"))
        batch_op.drop_index(batch_op.f("ix_report_kind_id"))

    op.drop_table("report")
    with op.batch_alter_table("receipt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_receipt_received_on_deal_id"))
        batch_op.drop_index(batch_op.f("ix_receipt_deal_id"))

    op.drop_table("receipt")
    op.drop_table("ledger_import")
    with op.batch_alter_table("interest", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_interest_startup_id"))
        batch_op.drop_index(batch_op.f("ix_interest_institution_id"))
        batch_op.drop_index(batch_op.f("ix_interest_handled_at_id"))

    op.drop_table("interest")
    with op.batch_alter_table("deal_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deal_event_deal_id_happened_on_id"))

    op.drop_table("deal_event")
    op.drop_table("submission")
    with op.batch_alter_table("sign_in_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_session_account_id"))

    op.drop_table("sign_in_session")
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_job_state_queued_at"))

    op.drop_table("job")
    with op.batch_alter_table("deal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deal_signed_on"))
        batch_op.drop_index(batch_op.f("ix_deal_owner_id"))
        batch_op.drop_index(batch_op.f("ix_deal_introduced_on"))
        batch_op.drop_index(batch_op.f("ix_deal_institution_id"))
        batch_op.drop_index(batch_op.f("ix_deal_archived_at_stage_moved_on_id"))
        batch_op.drop_index(batch_op.f("ix_deal_archived_at_moved_on_id"))

    op.drop_table("deal")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_entry_record_type_record_id_id"))

    op.drop_table("audit_entry")
    op.drop_table("service_type")
    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_round_archived_at_opened_on_id"))

    op.drop_table("round")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_institution_id"))

    op.drop_table("person")
    op.drop_table("past_round")
    with op.batch_alter_table("fund_manager", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_fund_manager_institution_id"))

    op.drop_table("fund_manager")
    with op.batch_alter_table("commitment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_commitment_fund_id_from_fund_id"))
        batch_op.drop_index(batch_op.f("ix_commitment_from_fund_id"))

    op.drop_table("commitment")
    op.drop_table("account")
    op.drop_table("term")
    with op.batch_alter_table("startup", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_startup_short_key"))
        batch_op.drop_index(batch_op.f("ix_startup_published_at_id"))
        batch_op.drop_index(batch_op.f("ix_startup_archived_at_name_key_id"))
        batch_op.drop_index(batch_op.f("ix_startup_archived_at_joined_on_id"))

    op.drop_table("startup")
    op.drop_table("service_category")
    with op.batch_alter_table("institution", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_institution_short_key"))
        batch_op.drop_index(batch_op.f("ix_institution_archived_at_name_key_id"))
        batch_op.drop_index(batch_op.f("ix_institution_archived_at_joined_on_id"))

    op.drop_table("institution")
    with op.batch_alter_table("fund", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_fund_archived_at_vintage_id"))
        batch_op.drop_index(batch_op.f("ix_fund_archived_at_name_key_id"))

    op.drop_table("fund")
    with op.batch_alter_table("failed_sign_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_failed_sign_in_username_at"))

    op.drop_table("failed_sign_in")
