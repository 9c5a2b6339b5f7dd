"""What a desk knows of its institutions, funds, startups and people, invented."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from crm.accounts.models import Account
from crm.cli.demo.drawing import screen
from crm.core.db import db
from crm.deals import actions as deal_actions
from crm.deals.actions import RoundValues
from crm.deals.queries import round_called
from crm.documents.pictures import accept
from crm.funds import actions as fund_actions
from crm.funds.actions import RequirementValues
from crm.funds.models import Commitment, Fund
from crm.institutions import actions as institution_actions
from crm.institutions.actions import AdmissionValues
from crm.institutions.models import Institution
from crm.lib.money import WAN_YUAN, Amount
from crm.people import actions as people_actions
from crm.people.actions import PersonValues
from crm.people.queries import founders_of
from crm.settings.queries import label
from crm.startups import parts
from crm.startups.models import FilingKind, Startup, StartupLabel
from crm.startups.parts import FilingValues, LabelValues, MetricValues, ProductValues

SURNAMES = "许季顾沈陆叶林周陈苏程谢宋唐韩冯邓曹彭曾萧田董袁"
GIVEN = (
    "望舒",
    "明野",
    "南乔",
    "砚秋",
    "云起",
    "知秋",
    "昭宁",
    "予安",
    "牧之",
    "晏清",
    "清和",
    "景行",
    "若谷",
    "思远",
    "嘉言",
    "子衿",
)
TITLES = ("投资总监", "投资经理", "合伙人", "董事总经理", "投资副总裁")
CHIEF_TITLES = ("创始人、CEO", "联合创始人、CTO", "CFO")
PUBLISHED = 26


# Stages and sectors that no fund takes together, so that the matrix has gaps to show.
UNCOVERED = (("mature", "embodied"), ("seed", "data"), ("early", "models"))


def leave_gaps(fund: Fund) -> None:
    """Take out of a fund's thesis what the matrix lacks; nothing said would mean no limit."""
    for stage, sector in UNCOVERED:
        if stage in fund.growth_stages and sector in fund.sectors:
            if len(fund.sectors) > 1:
                fund.sectors = tuple(code for code in fund.sectors if code != sector)
            else:
                fund.growth_stages = tuple(code for code in fund.growth_stages if code != stage) or ("growth",)


@dataclass
class Records:
    """Adds to what the ledger's sheets say. `by` types it in, `at` this moment."""

    today: date
    at: datetime
    chance: random.Random
    by: Account

    def some_name(self) -> str:
        return self.chance.choice(SURNAMES) + self.chance.choice(GIVEN)

    def soon(self, low: int, high: int) -> date:
        """A day that many days from today."""
        return self.today + timedelta(days=self.chance.randint(low, high))

    # --- institutions

    def institutions(self, institutions: Sequence[Institution]) -> None:
        """Brands of several managers, admissions of most, and somebody to call at each."""
        shared = {name for name, count in Counter(one.short_name for one in institutions).items() if count > 1}
        for number, one in enumerate(institutions):
            if one.short_name in shared:
                institution_actions.belong(one, one.short_name, by=self.by, at=self.at)
            if one.amac_number:
                one.amac_status, one.amac_checked_on = "registered", self.soon(-300, -20)
            self.thesis(one)
            if number % 5:
                self.admit(one, number)
            for _ in range(1 + number % 2):
                self.contact(one)

    def thesis(self, one: Institution) -> None:
        one.invest_role = self.chance.choice(("lead", "follow", "either", "either"))
        one.currencies = ("CNY", "USD") if self.chance.random() < 0.2 else ("CNY",)
        one.regions = self.chance.choice((("上海",), ("长三角",), ("全国",)))
        if self.chance.random() < 0.3:
            one.excluded_verticals = ("entertainment",)
            one.exclusions = "不投消费类硬件代工，不投已与被投企业直接竞争的项目"

    def admit(self, one: Institution, number: int) -> None:
        checked = self.soon(-400, -30)
        values = AdmissionValues(
            checked="amac" if one.amac_number else "licence",
            result="suspended" if number == 77 else "admitted",
            checked_on=checked,
            checked_by=self.by.name,
            evidence="查中基协公示系统，登记在册，无异常公示" if one.amac_number else "核对营业执照与出资证明",
            recheck_on=max(checked + timedelta(days=30), self.soon(-12, 330)),
        )
        institution_actions.record_admission(one, values, [], by=self.by, at=self.at)

    def contact(self, one: Institution) -> None:
        consented = self.soon(-500, -40)
        values = PersonValues(
            name=self.some_name(),
            title=self.chance.choice(TITLES),
            phone=f"1380000{self.chance.randint(0, 9999):04d}",
            email=f"contact{one.id}@example.com",
            source=self.chance.choice(("name_card", "meeting", "wechat", "introduction")),
            basis="consent",
            consented_on=consented,
            consent_until=self.soon(-20, 500),
        )
        people_actions.add(values, institution=one, by=self.by, at=self.at)

    # --- funds

    def funds(self) -> None:
        """Terms that matter in a match, and the local investment that public money asks for."""
        for fund in db.session.scalars(sa.select(Fund).order_by(Fund.id)):
            fund.invest_role = self.chance.choice(("lead", "follow", "either"))
            fund.investment_begins_on = date(fund.vintage, 3, 1) if fund.vintage else None
            leave_gaps(fund)
            if fund.committed and fund.invested:
                fund.reserved = max(0, fund.committed - fund.invested) // 5
            fund.reported_on, fund.reported_source = date(self.today.year, 6, 30), "基金半年报"
        edges = sa.select(Commitment).options(joinedload(Commitment.fund), joinedload(Commitment.from_fund))
        for edge in db.session.scalars(
            edges.where(Commitment.from_fund_id.is_not(None)).order_by(Commitment.id).limit(9)
        ):
            values = RequirementValues(
                base="contribution",
                ratio=1500,
                unit="multiple",
                region="徐汇区",
                rule="投向区内注册企业，或被投企业迁入",
                due_on=self.soon(-10, 700),
                fulfilled=(edge.amount.exact or 0) // 2,
                fulfilled_as_of=date(self.today.year, 6, 30),
                source="出资协议第 8 条",
            )
            fund_actions.require(edge, values, by=self.by, at=self.at)

    # --- startups

    def startups(self, startups: Sequence[Startup]) -> None:
        """Founders of each; of most a label, a filing, what they report, and a product."""
        self.date_labels()
        for startup in startups:
            for title in CHIEF_TITLES[: 1 + startup.id % 2]:
                self.founder(startup, title)
            if startup.id % 4 == 0:
                self.file(startup)
            if startup.id % 3 == 0:
                self.report(startup)
            if startup.id % 5 == 0:
                self.product(startup)

    def date_labels(self) -> None:
        """Who gave the ledger's labels, and until when: three years, some of them nearly over."""
        for kept in db.session.scalars(
            sa.select(StartupLabel).options(joinedload(StartupLabel.startup)).order_by(StartupLabel.id)
        ):
            ends = self.soon(-25, 900)
            values = LabelValues(
                label=kept.label,
                label_text=kept.label_text,
                level="city",
                issuer="上海市经济和信息化委员会",
                issued_on=ends.replace(year=ends.year - 3, day=1),
                expires_on=ends,
                source="证书复印件",
            )
            parts.edit_label(kept, values, version=None, by=self.by, at=self.at)

    def file(self, startup: Startup) -> None:
        tuned = self.chance.random() < 0.5
        kind = self.chance.choice((FilingKind.MODEL_FILING, FilingKind.MODEL_FILING, FilingKind.ALGORITHM_FILING))
        values = FilingValues(
            kind=kind,
            model_name=f"{startup.short_name}大模型",
            origin=("tuned" if tuned else "own") if kind == FilingKind.MODEL_FILING else None,
            filing_number=f"Shanghai-{startup.short_name}-2025{startup.id:04d}",
            authority="上海市网信办",
            filed_on=self.soon(-500, -40),
            source="网信办公告",
        )
        parts.add_filing(startup, values, by=self.by, at=self.at)

    def report(self, startup: Startup) -> None:
        revenue = self.chance.randint(400, 9000)
        for years, grown in ((2, 0.6), (1, 1.0)):
            year = self.today.year - years
            values = MetricValues(
                metric="revenue",
                value=int(revenue * grown) * WAN_YUAN,
                period=f"{year} 全年",
                as_of=date(year, 12, 31),
                source="企业年报",
                for_investors=True,
            )
            parts.add_metric(startup, values, by=self.by, at=self.at)
        customers = MetricValues(
            metric="customers",
            value=self.chance.randint(6, 80),
            as_of=date(self.today.year, 6, 30),
            source="企业填报",
            for_investors=True,
        )
        parts.add_metric(startup, customers, by=self.by, at=self.at)

    def product(self, startup: Startup) -> None:
        layer = label("sector_layer", startup.sector_layer, "zh_CN")
        values = ProductValues(
            name=f"{startup.short_name}平台",
            summary=f"面向企业的{layer}平台，私有化部署，两周上线。",
            url="https://www.example.com/",
        )
        made = parts.add_product(startup, values, by=self.by, at=self.at)
        picture = accept("产品界面.png", screen(self.chance), field="files", pictures_only=True)
        parts.add_pictures(made, [picture], by=self.by, at=self.at)

    def founder(self, startup: Startup, title: str) -> None:
        agreed = self.chance.random() < 0.6
        values = PersonValues(
            name=self.some_name(),
            title=title,
            is_founder=True,
            bio="十二年行业研发经验，曾主持两项重点研发计划课题。",
            phone=f"1390000{self.chance.randint(0, 9999):04d}",
            source="meeting",
            basis="consent",
            consented_on=self.soon(-400, -60),
            consent_until=self.soon(-15, 600),
            share_consented_on=self.soon(-59, -1) if agreed else None,
            share_consent_until=self.soon(30, 400) if agreed else None,
        )
        people_actions.add(values, startup=startup, by=self.by, at=self.at)

    def present(self, startups: Sequence[Startup]) -> list[Startup]:
        """Those that are going to be published, each with a text and an open round."""
        chosen = self.chance.sample(list(startups), PUBLISHED)
        for startup in chosen:
            self.describe(startup)
            if round_called(startup, "a+") is None:
                self.open_round(startup)
        return chosen

    def open_round(self, startup: Startup) -> None:
        values = RoundValues(
            sought=Amount.exactly(self.chance.choice((2000, 3000, 5000, 8000)) * WAN_YUAN),
            valuation=self.chance.choice((3, 5, 8, 12)) * 10_000 * WAN_YUAN,
            use_of_proceeds="研发投入 50%，交付团队 30%，市场与认证 20%",
            opened_on=self.soon(-120, -5),
            closes_on=self.soon(40, 200),
        )
        deal_actions.open_round(startup, "a+", values, by=self.by, at=self.at)

    def describe(self, startup: Startup) -> None:
        layer = label("sector_layer", startup.sector_layer, "zh_CN")
        vertical = label("sector_vertical", startup.sector_vertical, "zh_CN")
        startup.profile = (
            f"{startup.profile}\n\n{startup.short_name}面向{vertical}行业提供{layer}产品，"
            f"已在 {self.chance.randint(4, 40)} 家客户落地。\n\n"
            f"客户不必更换现有系统即可接入，平均部署周期 {self.chance.randint(2, 9)} 周，"
            f"续约率 {self.chance.randint(80, 97)}%。"
        )
        deeds = (f"{layer}方向博士", "十二年行业研发经验")
        startup.team = "\n".join(
            f"{one.name}，{one.title}，{deed}" if one.share_consented_on else f"{one.title}，{deed}"
            for one, deed in zip(founders_of(startup), deeds, strict=False)
        )
