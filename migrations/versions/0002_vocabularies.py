# ruff: noqa: E501 - a table reads better with long lines
"""The first words of every vocabulary, and the service catalogue."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

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


def downgrade() -> None:
    for name in ("service_type", "service_category", "term"):
        op.execute(sa.delete(sa.table(name)))
