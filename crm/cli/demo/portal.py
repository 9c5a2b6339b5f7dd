"""What investors do in the demonstration's portal: watch, note, pass, ask, and ask for meetings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from crm.accounts import actions as account_actions
from crm.accounts import sessions as account_sessions
from crm.accounts.models import Account, Role, System
from crm.appointments import actions as appointment_actions
from crm.appointments.actions import Setting, Wish
from crm.appointments.models import Way
from crm.core.clock import SHANGHAI, day_of
from crm.core.db import db
from crm.deals import actions as deal_actions
from crm.deals import queries as deal_queries
from crm.deals.actions import DealValues, Move
from crm.deals.models import FIRST_STAGE, DealStatus
from crm.institutions.models import Institution
from crm.lib.money import Amount
from crm.questions import actions as question_actions
from crm.startups.models import Startup
from crm.watching import actions as watching_actions

PASSWORD = "walnut harbour ferry"  # noqa: S105 - demonstration only, refused in production
LAST_VISIT = timedelta(days=3)
NOTES = (
    "适配芯片的数量是亮点，先看续约率和毛利。",
    "与已投的工业视觉项目有协同，下次投决前补一次客户访谈。",
    "等备案结果出来再推进。",
)
COLLEAGUE_NOTE = "上周和 CTO 聊过，交付周期约六周。"


@dataclass
class Portal:
    """One institution's people at work in the portal, and a question of another one."""

    desk: Account
    investor: Account
    at: datetime

    def tell(self, published: Sequence[Startup], institutions: Sequence[Institution]) -> None:
        """Everything about the first profiles; the colleague and the other institution get accounts."""
        own, other = institutions[0], institutions[1]
        colleague, stranger = self.account("gu", "顾南乔", own), self.account("xu", "许望舒", other)
        account_sessions.begin_visit(self.investor, at=self.at - LAST_VISIT)
        for startup, note in zip(published[1:4], NOTES, strict=True):
            watching_actions.add_note(startup, note, by=self.investor, at=self.at)
        watching_actions.add_note(published[1], COLLEAGUE_NOTE, by=colleague, at=self.at)
        passed = {"reason": "stage", "note": "", "tell_startup": False}
        watching_actions.pass_over(published[5], **passed, by=self.investor, at=self.at)  # type: ignore[arg-type]
        self.introduce(published, own)
        self.ask(published, own, other, stranger)
        self.meet(published, own)

    def account(self, username: str, name: str, institution: Institution) -> Account:
        return account_actions.add_account(
            username=username,
            name=name,
            role=Role.INVESTOR,
            institution_id=institution.id,
            password=PASSWORD,
            by=System(),
            at=self.at,
        )

    def introduce(self, published: Sequence[Startup], own: Institution) -> None:
        """The institution is interested in one open round, and has said nothing yet to two introductions."""
        wanted, *introduced = [one for one in published[6:] if deal_queries.open_rounds_of(one)][:3]
        first = deal_queries.open_rounds_of(wanted)[0]
        deal_actions.express_interest(wanted, own, first, "想约创始人聊一次。", by=self.investor, at=self.at)
        for startup in introduced:
            round = deal_queries.open_rounds_of(startup)[0]
            move = Move(FIRST_STAGE, DealStatus.ACTIVE, day_of(self.at))
            values = DealValues(owner_id=self.desk.id)
            deal_actions.log_deal(startup, round.name, own, move, values, sought=Amount(), by=self.desk, at=self.at)

    def ask(self, published: Sequence[Startup], own: Institution, other: Institution, stranger: Account) -> None:
        """One question that was answered, and shared, one that waits, one that was passed on."""
        text = "2025 年收入里，前三大客户占比大约多少？"
        answered = question_actions.ask(published[1], own, text, by=self.investor, at=self.at)
        told = "前三大客户合计约 42%，最大一家 18%，均为三年框架协议。"
        answered.account = self.investor
        question_actions.answer(answered, told, version=None, by=self.desk, at=self.at)
        question_actions.share(answered, text, told, version=None, by=self.desk, at=self.at)
        text = "端侧部署后，模型更新由谁负责，频率如何？"
        question_actions.ask(published[2], own, text, by=self.investor, at=self.at)
        forwarded = question_actions.ask(published[0], other, "海外收入是否已有合同？", by=stranger, at=self.at)
        question_actions.forward(forwarded, by=self.desk, at=self.at)
        db.session.flush()  # what follows reads them

    def meet(self, published: Sequence[Startup], own: Institution) -> None:
        """One meeting that is set, one that is asked for."""
        set_for, asked_for = self.on(5, time(14, 30)), [self.on(7, time(10)), self.on(8, time(15))]
        wish = Wish([set_for], Way.ON_SITE, "创始人与 CTO", "看一条产线的部署现场。")
        meeting = appointment_actions.ask(published[1], own, wish, by=self.investor, at=self.at)
        setting = Setting(set_for, 90, Way.ON_SITE, "徐汇区云锦路 500 号 B 座 3 层", "沈知行、顾南乔；创始人、CTO")
        appointment_actions.settle(meeting, setting, version=None, by=self.desk, at=self.at)
        wish = Wish(asked_for, Way.VIDEO, "创始人", "了解本轮条款与老股东意向。")
        appointment_actions.ask(published[2], own, wish, by=self.investor, at=self.at)

    def on(self, days: int, clock: time) -> datetime:
        """A moment some days from now, on the clock of Shanghai."""
        return datetime.combine(day_of(self.at) + timedelta(days=days), clock, SHANGHAI)
