"""What founders propose, and what both sides confirm; invented."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from crm.accounts.models import Account
from crm.confirmations import actions as confirmation_actions
from crm.confirmations.actions import Answer, Claim, Holder
from crm.confirmations.models import Confirmation, Side
from crm.confirmations.policies import can_be_confirmed
from crm.core.db import db
from crm.deals.models import FUNDED_STAGE, Deal
from crm.deals.queries import deals_to_change, round_called
from crm.founders import actions as founder_actions
from crm.founders.actions import fingerprint
from crm.founders.models import ChangeProposal
from crm.founders.queries import find_proposal, waiting_about
from crm.lib.money import WAN_YUAN, Amount
from crm.notifications.models import Notice, NoticeKind
from crm.services.models import Service
from crm.services.queries import services_to_change
from crm.startups.models import Startup
from crm.startups.parts import MetricValues

FAMILY, GIVEN = "沈顾陆许林周程叶", ("知行", "南乔", "清和", "望舒", "予安", "晏清")
ROLES = ("brought_about", "assisted", "assisted", "assisted", "aware")
DISPUTES = ("这一轮是我们自己联系的机构", "辅导只做了一次，材料由我们自己完成", "会面没有促成后续，只能算知悉")
ASKED = 260  # services
SUMMARY = "把行业大模型压缩到端侧芯片，让工厂质检在一台机柜里完成"


@dataclass
class Founders:
    """Confirmations of a good half of the services and of every funded deal; a founder's proposals."""

    today: date
    at: datetime
    chance: random.Random

    def confirm(self, by: Account) -> int:
        """Ask both sides, and let most answer; returns how many did."""
        asked = [*self.ask_about_services(by), *self.ask_about_deals(by)]
        db.session.flush()  # the answers need the questions' ids
        answered = sum(self.answer(one) for one in asked)
        told = (NoticeKind.CONFIRMED, NoticeKind.DISPUTED)
        db.session.execute(sa.update(Notice).where(Notice.kind.in_(told)).values(read_at=self.at))
        return answered

    def ask_about_services(self, by: Account) -> list[Confirmation]:
        ids = list(db.session.scalars(sa.select(Service.id).order_by(Service.id)))
        found = services_to_change(by, self.chance.sample(ids, min(ASKED, len(ids))))
        claim = Claim(tuple(Side), "assisted")
        return confirmation_actions.ask_about_services(
            [one for one in found if can_be_confirmed(one)], claim, by=by, at=self.at - timedelta(days=20)
        )

    def ask_about_deals(self, by: Account) -> list[Confirmation]:
        funded = sa.select(Deal.id).where(Deal.stage == FUNDED_STAGE, Deal.archived_at.is_(None)).order_by(Deal.id)
        found = deals_to_change(by, list(db.session.scalars(funded)))
        claim = Claim(tuple(Side), "brought_about")
        return confirmation_actions.ask_about_deals(found, claim, by=by, at=self.at - timedelta(days=12))

    def answer(self, one: Confirmation) -> bool:
        """Three of four startups and half of the institutions answer; one in twenty says that it is not so."""
        if self.chance.random() > (0.75 if one.side == Side.STARTUP else 0.5):
            return False
        disputes = self.chance.random() < 0.05
        said = Answer(None, self.chance.choice(DISPUTES)) if disputes else Answer(self.chance.choice(ROLES))
        name = self.chance.choice(FAMILY) + self.chance.choice(GIVEN)
        day = self.at - timedelta(days=self.chance.randrange(1, 11), minutes=self.chance.randrange(400))
        confirmation_actions.answer(one, said, by=Holder(name), at=day)
        return True

    def ask_anew(self, startup: Startup, by: Account) -> None:
        """Two questions that wait for a startup."""
        mine = sa.select(Service.id).where(Service.startup_id == startup.id, Service.archived_at.is_(None))
        asked = sa.select(Confirmation.service_id).where(Confirmation.startup_id == startup.id)
        unasked = mine.where(Service.id.not_in(asked.where(Confirmation.service_id.is_not(None))))
        found = services_to_change(by, list(db.session.scalars(unasked.order_by(Service.id.desc()))))
        done = [one for one in found if can_be_confirmed(one)][:2]
        if done:
            confirmation_actions.ask_about_services(done, Claim((Side.STARTUP,), "assisted"), by=by, at=self.at)

    def propose(self, startup: Startup, founder: Account, desk: Account) -> None:
        """A figure that was accepted, a text that was returned, and changes that wait."""
        early, late = self.at - timedelta(days=6), self.at - timedelta(hours=5)
        figure = MetricValues("arr", 1860 * WAN_YUAN, self.today.replace(day=1), "", "管理层报表", for_investors=True)
        founder_actions.propose_new(startup, "reported_metric", figure, name="年度经常性收入", by=founder, at=early)
        name = startup.shown_name
        founder_actions.propose(
            startup, startup, {"summary": "全国领先的行业大模型企业"}, name=name, by=founder, at=early
        )
        first, second = self.waiting(startup, desk)
        founder_actions.accept(first, "已核对报表", seen=fingerprint(first), by=desk, at=early + timedelta(hours=3))
        word = "“全国领先”请给出来源，或换一种说法"
        founder_actions.return_back(second, word, by=desk, at=early + timedelta(hours=3))
        told = {"summary": SUMMARY, "team": f"{startup.team}\n叶清和，首席科学家，曾任芯片企业架构负责人".strip()}
        founder_actions.propose(startup, startup, told, name=name, by=founder, at=late)
        round = {
            "name": "b",
            "sought": Amount.exactly(8000 * WAN_YUAN),
            "closes_on": self.today + timedelta(days=150),
            "use_of_proceeds": "量产交付 60%，研发 40%",
        }
        if round_called(startup, "b") is None:
            founder_actions.propose_new(startup, "round", round, name="B", by=founder, at=late)
        self.ask_anew(startup, desk)

    def waiting(self, startup: Startup, desk: Account) -> list[ChangeProposal]:
        db.session.flush()  # they are read anew, with the records around them
        found = (find_proposal(desk, one.id) for one in waiting_about(startup))
        return [one for one in found if one is not None]
