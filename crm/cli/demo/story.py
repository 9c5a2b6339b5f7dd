"""Two years of a desk's work, invented: introductions, what became of them, services; in the order of their days."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from crm.accounts.models import Account, System
from crm.cli.demo.seasons import Seasons
from crm.cli.demo.talks import Talks
from crm.cli.demo.theses import leaning
from crm.deals import actions as deal_actions
from crm.deals import queries as deal_queries
from crm.deals.actions import DealValues, Move
from crm.deals.models import DealStatus
from crm.institutions.models import Institution
from crm.lib.money import WAN_YUAN, Amount
from crm.services import actions as service_actions
from crm.services.actions import ServiceValues
from crm.services.models import FINANCE_LINE, ServiceState, ServiceType
from crm.services.outcomes import OutcomeKind
from crm.services.queries import outcome_fields
from crm.startups.models import Startup

SERVED = 148
RAISING = 82
INTRODUCTIONS = 320
SERVICES = 420
ROADSHOWS = 9
GIVEN_UP_AFTER = timedelta(days=45)
NOTED = 110
FORGOTTEN = 200  # days; until then one in eight stands there all the same
LADDER = (
    "interested", "met", "pitched", "approved", "due_diligence", "term_sheet", "committee", "signed", "funded",
)  # fmt: skip
OPTIONAL = ("pitched", "approved")
BOUND = ("signed",)  # what is signed is paid sooner or later
PACE = {"interested": (1, 12), "met": (4, 24), "funded": (10, 50)}  # days to a stage
OTHERS = (10, 45)
LEANING = (1, 3, 8)  # how likely the desk asks an institution, by how much its thesis speaks of the startup
ENDS_EARLY = (0.36, 0.27, 0.2)  # the same of how likely a deal ends at each step
ENDS = (DealStatus.PASSED, DealStatus.DECLINED, DealStatus.ON_HOLD)
ROUND_NAMES = {"seed": "angel", "early": "pre-a", "growth": "a", "mature": "b"}
SIZES = {"seed": (500, 800, 1000), "early": (1000, 2000, 3000), "growth": (3000, 5000, 8000), "mature": (8000, 15000)}
NEXT_STEPS = ("约技术负责人", "补财务底稿", "发 BP 第二版", "回条款意见", "安排实地走访", "催投决排期")
REASONS = ("valuation", "stage", "sector", "team", "ticket", "local_investment", "timing")
CONTENTS = ("现场，两小时", "线上会议", "电话沟通，会后补材料", "到访企业，与财务负责人核对底稿")
DONE = ("签署意向", "已出具方案", "材料已定稿", "已交付并签收", "")
CATEGORY_WEIGHTS = {"coaching": 30, "policy": 22, "credit": 16, "listing": 4, "compute": 8, "talent": 6, "corpus": 4}

Step = Callable[[datetime], None]


@dataclass
class Story:
    """What happened, day by day. 148 of the startups are served, 82 of them raise money."""

    today: date
    startups: Sequence[Startup]
    institutions: Sequence[Institution]
    types: Sequence[ServiceType]
    owners: Sequence[Account]
    chance: random.Random
    steps: list[tuple[date, Step]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.first = self.today - timedelta(days=730)
        self.seasons = Seasons(self.first, self.today, self.chance)
        self.served = sorted(self.chance.sample(list(self.startups), SERVED), key=lambda one: one.id)
        self.raising = self.served[:RAISING]
        self.talks = Talks(self.today, self.owners)

    def tell(self) -> int:
        """Everything in the order of its days, each recorded on its day; returns how many steps there were."""
        for plan in (
            self.plan_introductions,
            self.plan_roadshows,
            self.plan_services,
            self.plan_the_next_weeks,
            self.plan_notes,
        ):
            plan()
        self.steps.sort(key=lambda step: step[0])
        for day, step in self.steps:
            step(datetime.combine(min(day, self.today), time(6, 30), UTC))
        return len(self.steps)

    def at(self, day: date, step: Step) -> None:
        self.steps.append((day, step))

    # --- introductions

    def plan_introductions(self) -> None:
        pairs: set[tuple[int, int]] = set()
        while len(pairs) < INTRODUCTIONS:
            startup = self.chance.choice(self.raising)
            pairs.add((startup.id, self.suitable(startup).id))
        startups = {one.id: one for one in self.startups}
        institutions = {one.id: one for one in self.institutions}
        for startup_id, institution_id in sorted(pairs):
            self.plan_introduction(startups[startup_id], institutions[institution_id])

    def suitable(self, startup: Startup) -> Institution:
        """Some institution whose thesis covers the startup, as far as there is one; rather one that speaks of it."""
        fitting = [
            one
            for one in self.institutions
            if startup.sector_layer in one.sectors and startup.growth_stage in (one.growth_stages or (None,))
        ]
        among = fitting or list(self.institutions)
        return self.chance.choices(among, [LEANING[leaning(one, startup)] for one in among])[0]

    def plan_introduction(self, startup: Startup, institution: Institution) -> None:
        day, owner = self.seasons.day(), self.chance.choice(self.owners)
        name = ROUND_NAMES.get(startup.growth_stage or "", "angel")
        sizes = SIZES.get(startup.growth_stage or "", SIZES["early"])
        sought = sizes[startup.id % len(sizes)]
        ticket = self.chance.choice((sought // 4, sought // 3, sought // 2))
        intended = Amount() if self.chance.random() < 0.1 else Amount.exactly(ticket * WAN_YUAN)
        ids: list[int] = []

        def introduce(at: datetime) -> None:
            values = DealValues(owner_id=owner.id, intended=intended)
            move = Move("referred", DealStatus.ACTIVE, day)
            size = Amount.exactly(sought * WAN_YUAN) if deal_queries.round_called(startup, name) is None else Amount()
            deal = deal_actions.log_deal(startup, name, institution, move, values, sought=size, by=owner, at=at)
            service_actions.record_introduction(deal, startup, institution, by=owner, at=at)
            ids.append(deal.id)

        self.at(day, introduce)
        for moved_on, move in self.moves(day, ticket * WAN_YUAN, ENDS_EARLY[leaning(institution, startup)]):
            talk = self.talks.of_move(ids, move, owner)
            if talk is not None:
                self.at(moved_on, talk)
            self.at(moved_on, self.mover(ids, move, owner))
            if self.talks.wants_task():
                self.at(moved_on, self.talks.task(ids, moved_on))
        self.at(self.today, self.follow_up(ids, owner))

    def moves(self, day: date, ticket: int, ends: float) -> Iterator[tuple[date, Move]]:
        """As far up the ladder as this one gets: one in three ends before the meeting, one in twelve brings money.

        `ends`: how likely it ends at each step.
        """
        stage = "referred"
        for step in LADDER:
            if step in OPTIONAL and self.chance.random() < 0.5:
                continue
            day += timedelta(days=self.chance.randint(*PACE.get(step, OTHERS)))
            if day > self.today:
                return
            if stage not in BOUND and self.chance.random() < ends:
                yield from self.end(stage, day)
                return
            stage = step
            yield day, self.move_to(step, day, ticket)

    def end(self, stage: str, day: date) -> Iterator[tuple[date, Move]]:
        """Where it ends: half are passed with a reason, few are declined or held for a while, the others rest."""
        status = self.chance.choices((*ENDS, None), (13, 2, 2, 11))[0]
        held_for_ever = status == DealStatus.ON_HOLD and (self.today - day).days > 90
        if status is not None and not held_for_ever:
            reason = self.chance.choice(REASONS) if status == DealStatus.PASSED else None
            yield day, Move(stage, status, day, reason=reason, tell_startup=reason not in (None, "team"))

    def move_to(self, stage: str, day: date, ticket: int) -> Move:
        signed = ticket if stage == "signed" else None
        received = ticket // 2 if stage == "funded" else None
        status = DealStatus.COMPLETED if stage == "funded" else DealStatus.ACTIVE
        return Move(stage, status, day, signed=signed, received=received)

    def mover(self, ids: list[int], move: Move, owner: Account) -> Step:
        def step(at: datetime) -> None:
            deal = deal_queries.find_deal(System(), ids[0])
            if deal is not None:
                deal_actions.move_deal(deal, move, version=None, by=owner, at=at)

        return step

    def follow_up(self, ids: list[int], owner: Account) -> Step:
        """What comes next, where something does; most of what moves no more is given up."""
        note = self.chance.choice(NEXT_STEPS)
        due = self.today + timedelta(days=self.chance.randint(-6, 20))
        wanted = self.chance.random() < 0.7

        def step(at: datetime) -> None:
            deal = deal_queries.find_deal(System(), ids[0])
            if deal is None or deal.status != DealStatus.ACTIVE:
                return
            given_up = deal.moved_on + GIVEN_UP_AFTER
            forgotten = (self.today - deal.moved_on).days < FORGOTTEN and deal.id % 8 == 0
            if given_up < self.today and not forgotten:
                deal_actions.move_deal(
                    deal, Move(deal.stage, DealStatus.LAPSED, given_up), version=None, by=owner, at=at
                )
            elif wanted:
                values = DealValues(owner_id=deal.owner_id, intended=deal.intended, next_step=note, next_step_on=due)
                deal_actions.edit_deal(deal, values, version=None, by=owner, at=at)

        return step

    # --- services

    def plan_roadshows(self) -> None:
        """Nine of them, each one day with several startups and institutions."""
        type = next(one for one in self.types if one.category.code == "roadshow")
        for _ in range(ROADSHOWS):
            day, owner = self.seasons.day(), self.chance.choice(self.owners)
            partners = self.chance.sample(list(self.institutions), 6)
            for startup in self.chance.sample(self.served[: RAISING + 20], self.chance.randint(7, 12)):
                self.at(day, self.service(startup, type, day, owner, partners))

    def plan_services(self) -> None:
        """Everybody served gets one at least, the others fall where they may."""
        finance = [one for one in self.types if one.category.line == FINANCE_LINE]
        for startup in self.served:
            self.plan_service(startup, self.some_type(finance))
        for startup in self.chance.choices(self.served, k=SERVICES - SERVED):
            self.plan_service(startup, self.some_type(self.types))

    def plan_service(self, startup: Startup, type: ServiceType) -> None:
        day = self.seasons.day()
        self.at(day, self.service(startup, type, day, self.chance.choice(self.owners)))

    def some_type(self, among: Sequence[ServiceType]) -> ServiceType:
        weights = [CATEGORY_WEIGHTS.get(one.category.code or "", 0) for one in among]
        return self.chance.choices(among, weights)[0]

    def plan_the_next_weeks(self) -> None:
        """A dozen services that are planned, two of them for startups that were never served yet."""
        newcomers = [one for one in self.startups if one not in self.served][:2]
        for startup in [*newcomers, *self.chance.sample(self.served, 10)]:
            day = self.today + timedelta(days=self.chance.randint(2, 30))
            owner = self.chance.choice(self.owners)
            type = self.some_type(self.types)
            self.at(self.today, self.service(startup, type, day, owner, state=ServiceState.PLANNED))

    def plan_notes(self) -> None:
        """What the desk learnt between the steps, and what it reports every month."""
        for startup in self.served[:NOTED]:
            for day in self.talks.days(self.first):
                self.at(day, self.talks.note(startup, day))
        self.at(self.today - timedelta(days=20), self.talks.report(self.today - timedelta(days=20)))

    def service(
        self,
        startup: Startup,
        type: ServiceType,
        day: date,
        owner: Account,
        partners: Sequence[Institution] = (),
        *,
        state: ServiceState = ServiceState.COMPLETED,
    ) -> Step:
        done = state == ServiceState.COMPLETED
        values = ServiceValues(
            happened_on=day,
            state=state,
            content=self.chance.choice(CONTENTS),
            outcome=self.chance.choice(DONE) if done else "",
            handler=owner.name,
            platform_role=self.chance.choice(("brought_about", "assisted", "assisted", None)) if done else None,
            outcomes=self.outcomes(type, day) if done else None,
        )

        def step(at: datetime) -> None:
            service_actions.log_service(startup, type, values, partners, by=owner, at=at)

        return step

    def outcomes(self, type: ServiceType, day: date) -> dict[str, object]:
        """Something in every outcome field of the type."""
        made: dict[OutcomeKind, Callable[[], object]] = {
            OutcomeKind.NUMBER: lambda: str(self.chance.randint(2, 9)),
            OutcomeKind.AMOUNT: lambda: amount(self.chance.choice((200, 300, 500, 1000))),
            OutcomeKind.DAY: day.isoformat,
            OutcomeKind.PERCENT: lambda: self.chance.choice(("3.2", "3.65", "3.85")),
            OutcomeKind.YES_NO: lambda: self.chance.choice(("yes", "yes", "no")),
            OutcomeKind.TEXT: lambda: "按期完成",
        }
        return {one.key: made[one.kind]() for one in outcome_fields(type) if self.chance.random() < 0.7}


def amount(wan: int) -> dict[str, int | None]:
    return {"low": wan * WAN_YUAN, "high": wan * WAN_YUAN, "text": None}
