"""What the desk wrote down in two years, invented: meetings and calls beside the moves of deals, notes, tasks."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa

from crm.accounts.models import Account, System
from crm.activities import actions
from crm.activities.actions import ActivityValues
from crm.activities.models import ActivityKind, Ref, Repeat
from crm.core.db import db
from crm.deals import queries as deal_queries
from crm.deals.actions import Move
from crm.deals.models import DealStatus
from crm.people.models import Person
from crm.startups.models import Startup

Step = Callable[[datetime], None]
SAID = {
    "interested": (
        ActivityKind.CALL,
        ("对方看过 BP，想了解客户结构与毛利，约下周细谈。", "电话里确认了投资偏好，愿意先见团队。"),
    ),
    "met": (
        ActivityKind.MEETING,
        (
            "首次会面，团队完整介绍了产品与路线图。\n对方关注交付周期与复购，希望看到两家客户现场。",
            "会面两小时，重点谈了算力成本与定价。\n对方要求补充近三年序时账。",
        ),
    ),
    "pitched": (ActivityKind.MEETING, ("路演后追问了三点：数据来源、竞品、核心团队股权。",)),
    "due_diligence": (
        ActivityKind.MAIL,
        ("发出尽调清单，对方法务与财务各派一人对接。", "财务底稿已发，等对方确认口径。"),
    ),
    "term_sheet": (
        ActivityKind.MEETING,
        ("逐条过条款，回购与优先清算两条待回复。", "条款清单第二版，估值与董事席位已谈拢。"),
    ),
    "committee": (ActivityKind.CALL, ("对方投决会排在下周，要求补充合规说明。",)),
    "signed": (ActivityKind.MEETING, ("签约当天双方确认首笔到账安排。",)),
}
PLACES = ("线上", "模源社区 3 楼会议室", "企业现场", "机构办公室")
NOTES = (
    "创始人提到海外客户占比上升，后续关注合规与回款。",
    "企业搬到新办公区，预计下季度扩招研发。",
    "财务负责人变更，后续材料联系人待更新。",
    "正在准备大模型备案材料，需要辅导排期。",
    "对算力券政策有疑问，已转给算力平台同事。",
)
TASKS = (
    "补交财务底稿给{institution}",
    "约{startup}与{institution}技术会",
    "催{institution}投决排期",
    "给{startup}发 BP 修改意见",
    "回访{startup}资金到账情况",
    "整理{institution}会议纪要",
)


@dataclass
class Talks:
    """Its own dice, so that the rest of the story stays the same."""

    today: date
    owners: Sequence[Account]
    chance: random.Random = field(default_factory=lambda: random.Random(612))  # noqa: S311 - invented data

    def of_move(self, ids: list[int], move: Move, owner: Account) -> Step | None:
        """The talk that led to a move of a deal, more often than not."""
        if move.status == DealStatus.PASSED or move.stage not in SAID or self.chance.random() > 0.6:
            return None
        kind, texts = SAID[move.stage]
        text, place = self.chance.choice(texts), self.chance.choice(PLACES)
        starts_at = time(self.chance.choice((10, 11, 14, 15, 16)), self.chance.choice((0, 30)))

        def step(at: datetime) -> None:
            deal = deal_queries.find_deal(System(), ids[0])
            if deal is None:
                return
            values = ActivityValues(
                kind,
                text,
                about=[Ref("deal", deal.id)],
                participants=[*people_of(deal.institution_id), Ref("account", owner.id)],
                happened_on=move.happened_on,
                starts_at=starts_at if kind == ActivityKind.MEETING else None,
                place=place if kind == ActivityKind.MEETING else "",
            )
            actions.log(values, by=owner, at=at)

        return step

    def wants_task(self) -> bool:
        """A step in three leaves something to do."""
        return self.chance.random() < 0.35

    def days(self, first: date) -> list[date]:
        """When something was noted about a startup: up to four days since the beginning."""
        span = (self.today - first).days
        return [first + timedelta(days=self.chance.randrange(span)) for _ in range(self.chance.randint(1, 4))]

    def note(self, startup: Startup, day: date) -> Step:
        """Something that the desk learnt about a startup."""
        text, owner = self.chance.choice(NOTES), self.chance.choice(self.owners)
        values = ActivityValues(ActivityKind.NOTE, text, about=[Ref("startup", startup.id)], happened_on=day)
        return lambda at: void(actions.log(values, by=owner, at=at))

    def task(self, ids: list[int], day: date) -> Step:
        """Something to do about a deal: most is done in time, some of the last weeks is late."""
        owner, template = self.chance.choice(self.owners), self.chance.choice(TASKS)
        due = day + timedelta(days=self.chance.randint(2, 14))
        done = due < self.today - timedelta(days=9) or (due < self.today and self.chance.random() < 0.6)

        def step(at: datetime) -> None:
            deal = deal_queries.find_deal(System(), ids[0]) if ids else None
            if deal is None or (not done and deal.status != DealStatus.ACTIVE):
                return
            text = template.format(
                startup=deal.round.startup.shown_name, institution=deal.institution.short_name or deal.institution.name
            )
            about = [Ref("deal", deal.id)]
            task = actions.add_task(text, about=about, due_on=due, assignee_id=owner.id, by=owner, at=at)
            if done:
                actions.complete_task(task, by=owner, at=at + timedelta(days=(due - day).days, hours=2))

        return step

    def report(self, day: date) -> Step:
        """What comes again every month."""
        owner = self.owners[0]
        due = next_month_end(day)
        return lambda at: void(
            actions.add_task(
                "月度服务统计报送", about=[], due_on=due, assignee_id=owner.id, by=owner, at=at, repeats=Repeat.MONTHLY
            )
        )


def people_of(institution_id: int) -> list[Ref]:
    """Who answers at an institution."""
    first = sa.select(Person.id).where(Person.institution_id == institution_id).order_by(Person.id).limit(1)
    return [Ref("person", one) for one in db.session.scalars(first)]


def next_month_end(day: date) -> date:
    first = (day.replace(day=1) + timedelta(days=62)).replace(day=1)
    return first - timedelta(days=1)


def void(_: object) -> None:
    """A step returns nothing."""
