"""What startups authorised, what was published of them, what waits, and who read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from crm.accounts.models import Account
from crm.core.db import db
from crm.institutions.models import Institution
from crm.lib.money import WAN_YUAN
from crm.publishing import actions
from crm.publishing.actions import AuthorisationValues
from crm.publishing.models import Reading
from crm.startups import parts
from crm.startups.models import Startup
from crm.startups.parts import MetricValues, PastRoundValues
from crm.startups.queries import metrics_of, past_rounds_of

INVESTORS = ("临渚资本、松间创投", "寒溪投资（领投）", "砚秋资本、云杉创投", "澄观资本（独投）")


@dataclass
class Publications:
    """Every fifth is for named institutions, every fourth in its second version, every sixth has changes that wait."""

    today: date
    at: datetime
    chance: Random
    by: Account
    manager: Account

    def tell(
        self, startups: Sequence[Startup], signers: Sequence[str], institutions: Sequence[Institution], reader: Account
    ) -> None:
        """Publish each on an authorisation of its own; some end soon."""
        for number, (startup, signer) in enumerate(zip(startups, signers, strict=True)):
            self.report(startup)
            signed = AuthorisationValues(
                signed_by=signer,
                signer_position="创始人、CEO",
                signed_on=self.today - timedelta(days=self.chance.randint(5, 60)),
                institutions=institutions[:3] if number % 5 == 4 else (),
                documents="商业计划书（2026 年版）、产品白皮书",
                until=self.today + timedelta(days=self.chance.randint(10, 300)),
            )
            actions.authorise(startup, signed, by=self.manager, at=self.at)
            made = actions.publish(startup, by=self.manager, at=self.at)
            if number % 4 == 1:
                startup.headcount, startup.headcount_text = 40 + number * 7, ""
                made = actions.publish(startup, by=self.manager, at=self.at + timedelta(seconds=1))
            if number % 6 == 0:
                startup.summary = f"{startup.summary}，交付周期缩短到两周"
                self.customers(startup, self.chance.randint(60, 120))
            if number % 3 == 0 and made.for_all:
                db.session.flush()  # a reading points at what was read
                for what in (Reading.PAGE, Reading.PDF)[: 1 + number % 2]:
                    actions.record_view(made, what, is_confidential=False, by=reader, at=self.at)

    def report(self, startup: Startup) -> None:
        """Four years of revenue, three of margin, and what earlier rounds raised."""
        known = {one.period for one in metrics_of(startup).get("revenue", [])}
        revenue, margin = self.chance.randint(900, 9000), self.chance.randint(4000, 6200)
        for years, share in ((4, 0.12), (3, 0.28), (2, 0.6), (1, 1.0)):
            year = self.today.year - years
            if f"{year} 全年" not in known:
                self.metric(startup, "revenue", int(revenue * share) * WAN_YUAN, year)
            if years < 4:
                self.metric(startup, "gross_margin", margin + 350 * (3 - years), year)
        for place, past in enumerate(past_rounds_of(startup)):
            values = PastRoundValues(
                round_name=past.round_name,
                happened_on=past.happened_on or date(self.today.year - 1 - place, 4, 18),
                amount=past.amount or self.chance.choice((800, 1200, 3000, 5000)) * WAN_YUAN,
                investors=past.investors or self.chance.choice(INVESTORS),
                source="企业填报",
            )
            parts.edit_past_round(past, values, version=None, by=self.by, at=self.at)

    def metric(self, startup: Startup, metric: str, value: int, year: int) -> None:
        values = MetricValues(metric, value, date(year, 12, 31), f"{year} 全年", "审计报告", for_investors=True)
        parts.add_metric(startup, values, by=self.by, at=self.at)

    def customers(self, startup: Startup, value: int) -> None:
        values = MetricValues("customers", value, self.today, source="企业填报", for_investors=True)
        parts.add_metric(startup, values, by=self.by, at=self.at)
