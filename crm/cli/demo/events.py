"""The events behind the demonstration's roadshows, invented: who was invited, who came, and two that are to come."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from crm.accounts.models import Account
from crm.activities import actions as activity_actions
from crm.activities.actions import ActivityValues
from crm.activities.models import ActivityKind, Ref
from crm.core.db import db
from crm.events import actions, arrivals
from crm.events.actions import EventValues, Invited
from crm.events.models import Event, EventService, EventState, Guest, GuestRole, Reply
from crm.institutions.models import Institution
from crm.services.models import ROADSHOW, Service, ServiceCategory, ServiceType
from crm.services.queries import partners_of
from crm.startups.models import Startup

TITLES = (
    "大模型应用专场路演", "算力与芯片专场路演", "具身智能闭门路演", "数据与语料专场路演", "医疗大模型专场路演",
    "智能体与工具专场路演", "金融科技专场路演", "科学智能专场路演", "制造业大模型专场路演",
)  # fmt: skip
PLACES = ("模速空间 2 号楼报告厅", "徐汇西岸国际会展中心", "西岸智塔 3 楼路演厅", "漕河泾创新大厦多功能厅")
AGENDA = "13:30 签到\n14:00 开场与政策介绍\n14:15 企业路演，每家 8 分钟，问答 4 分钟\n16:00 一对一洽谈"
TALKS = ("会后电话，约下周到访", "到访企业，看了演示环境", "补发 BP 与财务预测", "与技术负责人线上交流一小时")
FOLLOWED = 0.14


@dataclass
class Events:
    """`by` and `at` as for the other records."""

    today: date
    at: datetime
    by: Account
    chance: random.Random

    def tell(self, startups: Sequence[Startup], institutions: Sequence[Institution]) -> int:
        """The past events of the roadshow services that there are, and two to come; returns how many."""
        past = self.roadshows()
        for number, (day, services) in enumerate(sorted(past.items())):
            self.hold(day, services, institutions, TITLES[number % len(TITLES)])
        for days, kind, title in ((9, "roadshow", "岁末大模型专场路演"), (23, "salon", "国资与 CVC 投融资沙龙")):
            event = self.plan(kind, title, self.today + timedelta(days=days))
            self.invite(event, self.chance.sample(list(startups), 6), self.chance.sample(list(institutions), 9))
        return len(past) + 2

    def roadshows(self) -> dict[date, list[Service]]:
        """{day: the roadshow services of that day}."""
        found: dict[date, list[Service]] = {}
        services = db.session.scalars(
            sa.select(Service)
            .join(Service.type)
            .join(ServiceType.category)
            .options(joinedload(Service.startup), joinedload(Service.owner))
            .where(ServiceCategory.code == ROADSHOW, Service.happened_on <= self.today)
            .order_by(Service.id)
        )
        for service in services:
            found.setdefault(service.happened_on, []).append(service)
        return found

    def plan(self, kind: str, title: str, day: date, owner: Account | None = None) -> Event:
        place = self.chance.choice(PLACES)
        values = EventValues(kind, title, day, time(14), time(17), place, AGENDA, capacity=60)
        return actions.add(values, owner=owner or self.by, by=self.by, at=self.moment(day, -14))

    def hold(self, day: date, services: Sequence[Service], others: Sequence[Institution], title: str) -> None:
        """An event whose services are there already: those startups and partners came, some others did not."""
        event = self.plan("roadshow", title, day, services[0].owner)
        startups = list({one.startup_id: one.startup for one in services}.values())
        partners = list(
            {one.id: one for some in partners_of([s.id for s in services]).values() for one in some}.values()
        )
        absent = [one for one in self.chance.sample(list(others), 4) if one not in partners]
        came = self.invite(event, startups, partners)
        for guest in self.invite(event, [], absent):
            actions.answer(guest, self.chance.choice((Reply.DECLINED, Reply.INVITED)), by=self.by, at=event.created_at)
        actions.move(event, EventState.OPEN, by=self.by, at=event.starts_at - timedelta(minutes=40))
        for number, guest in enumerate(came):
            moment = event.starts_at + timedelta(minutes=number - 25)
            arrivals.check_in(guest, key=f"demo-{guest.id}", arrived_at=moment, by=self.by, at=moment)
        actions.move(event, EventState.CLOSED, by=self.by, at=event.ends_at)
        for service in {one.startup_id: one for one in services}.values():
            db.session.add(EventService(event_id=event.id, startup_id=service.startup_id, service_id=service.id))
        self.follow_up(event, startups, partners)

    def invite(self, event: Event, startups: Sequence[Startup], others: Sequence[Institution]) -> list[Guest]:
        at = event.created_at
        presenting: list[Invited] = list(startups)
        guests = actions.invite(event, presenting, GuestRole.PRESENTING, by=self.by, at=at)
        guests += actions.invite(event, list(others), GuestRole.ATTENDING, by=self.by, at=at)
        for guest in guests:
            if self.chance.random() < 0.7:
                actions.answer(guest, Reply.ACCEPTED, by=self.by, at=at)
        return guests

    def follow_up(self, event: Event, startups: Sequence[Startup], institutions: Sequence[Institution]) -> None:
        """Talks of some pairs in the weeks after the event."""
        for one in startups:
            for two in institutions:
                day = event.day + timedelta(days=self.chance.randint(2, 40))
                if self.chance.random() < FOLLOWED and day <= self.today:
                    self.talk(one, two, day)

    def talk(self, startup: Startup, institution: Institution, day: date) -> None:
        kind = self.chance.choice((ActivityKind.CALL, ActivityKind.MEETING))
        about = (Ref("startup", startup.id), Ref("institution", institution.id))
        values = ActivityValues(kind, self.chance.choice(TALKS), about=about, happened_on=day)
        activity_actions.log(values, by=self.by, at=self.moment(day, 0))

    def moment(self, day: date, days: int) -> datetime:
        """Some time in the afternoon, never after now."""
        return min(datetime.combine(day + timedelta(days=days), time(9, 30), UTC), self.at)
