"""Records for tests: each with the least that makes it valid, made through the same actions as the product's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO
from itertools import count
from typing import Any, TypeVar

from PIL import Image

from crm.accounts import actions as account_actions
from crm.accounts.models import Account, Role, System
from crm.activities import actions as activity_actions
from crm.activities.actions import ActivityValues
from crm.activities.models import Activity, ActivityKind, Ref
from crm.appointments import actions as appointment_actions
from crm.appointments.actions import Wish
from crm.appointments.models import Appointment
from crm.confidentiality import actions as confidentiality_actions
from crm.confidentiality import queries as confidentiality_queries
from crm.confidentiality.actions import PaperValues, TermsValues
from crm.confidentiality.models import Acceptance, Terms
from crm.confirmations import actions as confirmation_actions
from crm.confirmations.actions import Answer, Claim, Holder
from crm.confirmations.models import Side
from crm.core.clock import now as clock_now
from crm.core.db import Base, db, unit_of_work
from crm.dashboard import actions as dashboard_actions
from crm.dashboard.actions import TargetValues
from crm.dashboard.models import DashboardView, Target
from crm.dataroom import actions as room_actions
from crm.dataroom import kinds as room_kinds
from crm.dataroom import queries as room_queries
from crm.dataroom.actions import GrantValues
from crm.dataroom.models import Folder, Grant, Room, RoomDocument
from crm.deals import actions as deal_actions
from crm.deals import queries as deal_queries
from crm.deals.actions import Closing, DealShare, DealValues, Move, RoundValues
from crm.deals.models import Deal, DealStatus, Round
from crm.documents import actions as document_actions
from crm.documents.models import Document
from crm.documents.pictures import accept
from crm.events import actions as event_actions
from crm.events import arrivals
from crm.events import queries as event_queries
from crm.events.actions import EventValues
from crm.events.guest_names import record_of, subject_of
from crm.events.models import Arrival, Event, EventState, Guest, GuestRole
from crm.filling import actions as filling_actions
from crm.filling.form_file import Place
from crm.filling.models import FormTemplate
from crm.founders import actions as founder_actions
from crm.founders.models import ChangeProposal
from crm.funds import actions as fund_actions
from crm.funds import flows as fund_flows
from crm.funds import queries as fund_queries
from crm.funds.actions import FundValues, RequirementValues
from crm.funds.flows import FigureValues, FlowValues
from crm.funds.models import Commitment, Fund, FundFigure, FundFlow, LocalRequirement, Measure
from crm.funds.queries import WITH_MANAGERS
from crm.institutions import actions as institution_actions
from crm.institutions.actions import AdmissionValues, InstitutionValues
from crm.institutions.models import Admission, Brand, Institution
from crm.lib.money import Amount
from crm.lib.returns import FlowKind
from crm.metrics import references
from crm.metrics.models import ReferenceFigure
from crm.metrics.references import ReferenceValues
from crm.people import actions as people_actions
from crm.people.actions import PersonValues
from crm.people.models import Person
from crm.publishing import actions as publishing
from crm.publishing.actions import AuthorisationValues
from crm.publishing.groups import GROUPS
from crm.publishing.models import Authorisation, Layer, Publication
from crm.publishing.queries import publication_in_force
from crm.questions import actions as question_actions
from crm.questions.models import Question
from crm.reports.models import Report
from crm.services import actions as service_actions
from crm.services import queries as service_queries
from crm.services.actions import ServiceValues
from crm.services.models import Service
from crm.startups import actions as startup_actions
from crm.startups import parts as startup_parts
from crm.startups.actions import StartupValues
from crm.startups.models import Filing, FilingKind, PastRound, Product, ReportedMetric, Startup, StartupLabel
from crm.startups.parts import FilingValues, LabelValues, MetricValues, PastRoundValues, ProductValues
from crm.watching import actions as watching_actions
from crm.watching.models import WatchNote
from tests.support import world

AT = datetime(2026, 6, 12, 6, 40, tzinfo=UTC)
TODAY = date(2026, 6, 12)
BY = System()
PASSWORD = "three unrelated words"
WAN = 1_000_000
YI = 10_000_000_000

T = TypeVar("T")
numbers = count(1)


@contextmanager
def writing() -> Iterator[None]:
    """A unit of work of its own."""
    with world.app.app_context(), unit_of_work(write=True):
        yield


def made(build: Callable[[], T]) -> T:
    """What an action makes, committed and detached."""
    with writing():
        return build()


def an_account(
    role: Role = Role.FINANCE,
    institution_id: int | None = None,
    language: str = "en",
    startup_id: int | None = None,
    **values: Any,
) -> Account:
    """An account; an outsider gets an institution or a startup of its own unless told which."""
    number = next(numbers)
    if role == Role.INVESTOR and institution_id is None:
        institution_id = an_institution().id
    if role == Role.FOUNDER and startup_id is None:
        startup_id = a_startup().id

    def build() -> Account:
        account = account_actions.add_account(
            username=values.get("username", f"account{number}"),
            name=values.get("name", f"Account {number}"),
            role=role,
            institution_id=institution_id,
            startup_id=startup_id,
            email=values.get("email", ""),
            password=values.get("password", PASSWORD),
            by=BY,
            at=AT,
        )
        account.language = language
        return account

    return made(build)


def an_institution(name: str = "", **values: Any) -> Institution:
    number = next(numbers)
    told = {"name": name or f"第{number}号（上海）创业投资有限公司", "joined_on": date(2025, 1, 1), **values}
    return made(lambda: institution_actions.add(InstitutionValues(**told), by=BY, at=AT))


def a_person(institution: Institution | None = None, startup: Startup | None = None, **values: Any) -> Person:
    told = {"name": "顾南乔", "phone": "13800000000", "email": "gu@example.com", **values}
    where = {"institution": institution, "startup": startup}
    return made(lambda: people_actions.add(PersonValues(**told), **where, by=BY, at=AT))


def a_brand(name: str = "", institutions: tuple[Institution, ...] = ()) -> Brand:
    """A brand over some institutions."""
    told = name or f"品牌{next(numbers)}"
    with writing():
        brand = institution_actions.new_brand(told, by=BY, at=AT)
        db.session.flush()
        for institution in institutions:
            db.session.get_one(Institution, institution.id).brand_id = brand.id
    return brand


def an_admission(institution: Institution, result: str = "admitted", **values: Any) -> Admission:
    told = {
        "checked": "amac",
        "checked_on": date(2026, 5, 1),
        "checked_by": "周牧之",
        "evidence": "公示系统截图",
        **values,
    }
    made_of = AdmissionValues(result=result, **told)
    return made(lambda: institution_actions.record_admission(institution, made_of, [], by=BY, at=AT))


def a_fund(name: str = "", managers: list[Institution] | None = None, **values: Any) -> Fund:
    number = next(numbers)
    told = {"name": name or f"第{number}号创业投资合伙企业（有限合伙）", "committed": YI, **values}
    under = managers if managers is not None else [an_institution()]

    def build() -> Fund:
        fund = fund_actions.add(FundValues(**told), under, by=BY, at=AT)
        db.session.flush()
        db.session.refresh(fund)
        return db.session.get_one(Fund, fund.id, options=[WITH_MANAGERS])

    return made(build)


def a_commitment(
    fund: Fund, investor: Fund | str, amount: int | Amount | None = YI, committed_on: date | None = None
) -> Commitment:
    name = investor if isinstance(investor, str) else investor.name
    promised = amount if isinstance(amount, Amount) else Amount() if amount is None else Amount.exactly(amount)
    return made(lambda: fund_actions.add_commitment(fund, name, promised, committed_on, by=BY, at=AT))


def a_requirement(commitment: Commitment, ratio: int = 1500, **values: Any) -> LocalRequirement:
    """By default: one and a half times the contribution, in Xuhui."""
    told = {"base": "contribution", "unit": "multiple", "region": "徐汇区", **values}

    def build() -> LocalRequirement:
        kept = fund_queries.find_commitment(BY, commitment.id)
        assert kept is not None
        return fund_actions.require(kept, RequirementValues(ratio=ratio, **told), by=BY, at=AT)

    return made(build)


def a_flow(
    fund: Fund, kind: FlowKind = FlowKind.CALL, amount: int = YI, day: date = date(2024, 3, 1), **values: Any
) -> FundFlow:
    told = FlowValues(day, kind, amount, **values)
    return made(lambda: fund_flows.add_flow(fund, told, by=BY, at=AT))


def a_fund_figure(
    fund: Fund, value: int = YI, day: date = date(2025, 12, 31), measure: Measure = Measure.NAV, **values: Any
) -> FundFigure:
    told = FigureValues(measure, value, day, **values)
    return made(lambda: fund_flows.add_figure(fund, told, by=BY, at=AT))


def a_startup(name: str = "", **values: Any) -> Startup:
    number = next(numbers)
    told = {
        "name": name or f"上海第{number}号智能科技有限公司",
        "summary": "让大模型在工厂里跑起来",
        **values,
    }
    return made(lambda: startup_actions.add(StartupValues(**told), by=BY, at=AT))


def a_past_round(startup: Startup, round_name: str = "seed", **values: Any) -> PastRound:
    told = PastRoundValues(round_name, **values)
    return made(lambda: startup_parts.add_past_round(startup, told, by=BY, at=AT))


def a_label(startup: Startup, label: str | None = "high_tech", **values: Any) -> StartupLabel:
    told = LabelValues(**{"label": label, **values})
    return made(lambda: startup_parts.add_label(startup, told, by=BY, at=AT))


def a_filing(startup: Startup, kind: FilingKind = FilingKind.MODEL_FILING, **values: Any) -> Filing:
    told = FilingValues(kind, **{"model_name": "衡汐推理大模型", **values})
    return made(lambda: startup_parts.add_filing(startup, told, by=BY, at=AT))


def a_reported_metric(
    startup: Startup, metric: str = "revenue", value: int = 4260 * WAN, **values: Any
) -> ReportedMetric:
    told = MetricValues(metric, value, **{"as_of": date(2025, 12, 31), "source": "审计报告", **values})
    return made(lambda: startup_parts.add_metric(startup, told, by=BY, at=AT))


def a_reference(name_zh: str = "大模型备案数，占全市", **values: Any) -> ReferenceFigure:
    told = {"numerator": 43, "denominator": 70, "source": "市网信办公告", "as_of": date(2026, 6, 1), **values}
    return made(lambda: references.add_reference(ReferenceValues(name_zh, **told), by=BY, at=AT))


def a_target(metric: str = "companies_served", year: int = 2026, value: int = 200) -> Target:
    return made(lambda: dashboard_actions.set_target(TargetValues(metric, year, value), by=BY, at=AT))


def a_dashboard_view(
    owner: Account, name: str = "晨会", cards: tuple[str, ...] = ("flow", "headline")
) -> DashboardView:
    """One that colleagues may open."""

    def build() -> DashboardView:
        return dashboard_actions.keep_view(name, tuple(cards), is_shared=True, by=owner, at=AT)

    return made(build)


def a_product(startup: Startup, name: str = "端侧推理引擎", **values: Any) -> Product:
    return made(lambda: startup_parts.add_product(startup, ProductValues(name, **values), by=BY, at=AT))


ALL_INVITED = dict.fromkeys(GROUPS, Layer.INVITED.value)


def kept_startup(startup: Startup) -> Startup:
    """A startup as it is now, whatever was read of it before."""
    return db.session.get_one(Startup, startup.id)


def an_authorisation(startup: Startup, layers: dict[str, str] | None = None, **values: Any) -> Authorisation:
    told = {"signed_by": "许望舒", "signed_on": date(2026, 6, 1), "layers": layers or ALL_INVITED, **values}
    return made(lambda: publishing.authorise(kept_startup(startup), AuthorisationValues(**told), by=BY, at=AT))


def authorise_documents(startup: Startup, *documents: RoomDocument) -> None:
    """The startup signs anew, for some documents alone, and is published on that."""
    signed = an_authorisation(startup, all_documents=False)
    with writing():
        room_actions.name_documents(signed, [one.id for one in documents])
    publish(startup)


def publish(startup: Startup, at: datetime = AT) -> Publication:
    """Publish what the records say now, on the latest authorisation."""
    return made(lambda: publishing.publish(kept_startup(startup), by=BY, at=at))


def withdraw(startup: Startup) -> None:
    """Take the profile from investors."""
    with writing():
        publishing.withdraw(kept_startup(startup), by=BY, at=AT)


def run_out(startup: Startup, until: date) -> None:
    """Let the authorisation of what is published end on a day."""
    with writing():
        kept = kept_startup(startup)
        publication = publication_in_force(kept)
        publication.until = kept.authorised_until = until
        db.session.get_one(Authorisation, publication.authorisation_id).until = until


def a_published_startup(name: str = "", layers: dict[str, str] | None = None, **values: Any) -> Startup:
    """A startup that investors read; what is added to it later waits until `publish`."""
    startup = a_startup(name, **values)
    an_authorisation(startup, layers)
    publish(startup)
    return made(lambda: kept_startup(startup))


def some_terms(text: str = "", months: int = 24) -> Terms:
    """A new version of the terms of confidentiality, in force."""
    told = text or f"保密条款 {next(numbers)}"
    return made(lambda: confidentiality_actions.write_terms(TermsValues(told, f"Terms {told}", months), by=BY, at=AT))


def a_paper(institution: Institution, account: Account | None = None, **values: Any) -> Acceptance:
    """An agreement on paper, of an institution or one of its people, with terms where there are none."""
    with writing():
        missing = confidentiality_queries.terms_in_force() is None
    if missing:
        some_terms()
    told = {"signed_by": "沈知行", "accepted_on": date(2026, 5, 1), "until": date(2099, 1, 1), **values}
    paper = PaperValues(account, **told)
    return made(lambda: confidentiality_actions.record_paper(institution, paper, (), by=BY, at=AT))


def accept_for(account: Account) -> None:
    """An investor and its institution are bound by the terms of confidentiality."""
    with writing():
        institution = db.session.get_one(Institution, account.institution_id)
    a_paper(institution)
    a_paper(institution, account)


def a_room(startup: Startup, deal: Deal | None = None) -> Room:
    """The data room of a startup, or of one of its deals."""
    with writing():
        loaded = deal_queries.find_deal(BY, deal.id) if deal else None
        return room_actions.open_room(db.session.get_one(Startup, startup.id), loaded, by=BY, at=AT)


def a_room_folder(room: Room, name: str = "财务", parent: Folder | None = None) -> Folder:
    with writing():
        return room_actions.add_folder(the_room(room.id), name, parent, by=BY, at=AT)


def a_room_document(
    room_id: int, folder_id: int | None = None, name: str = "说明.txt", content: bytes = "未公开的说明".encode()
) -> RoomDocument:
    """A document as somebody sent it; its pages are not drawn yet."""
    with writing():
        upload = room_kinds.accept(name, content)
        return room_actions.add_file(the_room(room_id), folder_id, upload, by=BY, at=AT)


def a_grant(room_id: int, reader: Institution | Account, **values: Any) -> Grant:
    """Leave to read all of a room, or what `values` say."""
    account = reader if isinstance(reader, Account) else None
    with writing():
        whose = db.session.get_one(Institution, account.institution_id) if account else reader
        return room_actions.grant(the_room(room_id), GrantValues(whose, account, **values), by=BY, at=AT)


def the_room(room_id: int) -> Room:
    room = room_queries.find_room(BY, room_id)
    assert room is not None
    return room


def a_round(startup: Startup | None = None, name: str = "a", **values: Any) -> Round:
    told = {"sought": Amount.exactly(3000 * WAN), "opened_on": date(2026, 3, 18), **values}
    whose = startup or a_startup()
    return made(lambda: deal_actions.open_round(whose, name, RoundValues(**told), by=BY, at=AT))


def a_deal(
    startup: Startup | None = None,
    institution: Institution | None = None,
    round_name: str = "a",
    stage: str = "referred",
    happened_on: date = date(2026, 5, 1),
    **values: Any,
) -> Deal:
    who, whom = startup or a_startup(), institution or an_institution()
    told = {name: values.pop(name) for name in ("signed", "received", "reason") if name in values}
    move = Move(stage, values.pop("status", DealStatus.ACTIVE), happened_on, **told)
    sought = values.pop("sought", Amount())
    return made(
        lambda: deal_actions.log_deal(who, round_name, whom, move, DealValues(**values), sought=sought, by=BY, at=AT)
    )


def a_closed_round(startup: Startup, institution: Institution, name: str = "b") -> Round:
    """A round with one participation."""
    money = {"signed": 1000 * WAN, "received": 400 * WAN}
    deal = a_deal(startup, institution, name, "funded", status=DealStatus.COMPLETED, **money)

    def build() -> Round:
        round = deal_queries.find_round(BY, deal.round_id)
        assert round is not None
        shares = [DealShare(deal.id, signed=1000 * WAN)]
        deal_actions.close_round(round, Closing(TODAY, shares), version=None, by=BY, at=AT)
        return round

    return made(build)


def a_service(
    startup: Startup | None = None,
    type_zh: str = "BP辅导",
    happened_on: date = date(2026, 5, 1),
    partners: tuple[Institution, ...] = (),
    **values: Any,
) -> Service:
    who = startup or a_startup()

    def build() -> Service:
        kind = next(one for one in service_queries.types() if one.name_zh == type_zh)
        return service_actions.log_service(who, kind, ServiceValues(happened_on, **values), partners, by=BY, at=AT)

    return made(build)


def ref(record: Base) -> Ref:
    """The record as activities name it."""
    return Ref(record.__tablename__, record.id)


def confirm(record: Service | Deal, *sides: str, role: str | None = "brought_about", at: datetime = AT) -> None:
    """Ask sides what the platform's role was, and take their answer: a role, or None for "not so"."""
    with writing():
        deals = isinstance(record, Deal)
        found = (deal_queries.deals_to_change if deals else service_queries.services_to_change)(BY, [record.id])
        ask = confirmation_actions.ask_about_deals if deals else confirmation_actions.ask_about_services
        asked = ask(found, Claim(sides or tuple(Side), "assisted"), by=BY, at=at)
        db.session.flush()
        for one in asked:
            confirmation_actions.answer(one, Answer(role, "" if role else "不属实"), by=Holder("许望舒"), at=at)


def a_confirmation_token(record: Service | Deal, *sides: str) -> str:
    """Ask what the platform's role was; the token of the first link."""
    with writing():
        deals = isinstance(record, Deal)
        found = (deal_queries.deals_to_change if deals else service_queries.services_to_change)(BY, [record.id])
        ask = confirmation_actions.ask_about_deals if deals else confirmation_actions.ask_about_services
        asked = ask(found, Claim(sides or tuple(Side), "assisted"), by=BY, at=clock_now())
        return confirmation_actions.send(asked, by=BY, at=clock_now())[0].token


def a_proposal(startup: Startup, **values: Any) -> ChangeProposal:
    """What a founder of a startup wants it to say."""
    founder = an_account(Role.FOUNDER, startup_id=startup.id)
    told = values or {"team": "许望舒"}
    return made(lambda: founder_actions.propose(startup, startup, told, name="", by=founder, at=AT)[0])


def an_activity(
    *about: Base, kind: str = "note", text: str = "对方关注端侧芯片的毛利", by: Any = BY, **values: Any
) -> Activity:
    told = ActivityValues(ActivityKind(kind), text, about=[ref(one) for one in about], **values)
    return made(lambda: activity_actions.log(told, by=by, at=AT))


def a_task(
    assignee: Account | None = None, text: str = "补财务底稿", due_on: date | None = TODAY, **values: Any
) -> Activity:
    """By default: due today, nobody's, about nothing."""
    told = {"about": (), "assignee_id": assignee.id if assignee else None, **values}
    return made(lambda: activity_actions.add_task(text, due_on=due_on, by=BY, at=AT, **told))


def an_event(kind: str = "roadshow", day: date = date(2026, 6, 12), **values: Any) -> Event:
    """By default: a roadshow from 14:00 to 16:00 on the day that tests call today, its check-in open."""
    state = values.pop("state", EventState.OPEN)
    told = {"name": "大模型专场路演", "begins": time(14), "place": "模速空间报告厅", **values}

    def build() -> Event:
        event = event_actions.add(EventValues(kind, day=day, **told), owner=None, by=BY, at=AT)
        if state != EventState.PLANNED:
            event.state = state
        return event

    return made(build)


def a_guest(event: Event, who: Startup | Institution | Person, role: GuestRole = GuestRole.ATTENDING) -> Guest:
    def build() -> Guest:
        kept = record_of(subject_of(who))
        assert kept is not None
        return event_actions.guest_for(event, kept, role, by=BY, at=AT)[0]

    return made(build)


def an_arrival(guest: Guest, name: str = "", arrived_at: datetime = AT) -> Arrival:
    """Somebody whom staff ticked off."""

    def build() -> Arrival:
        kept = event_queries.find_guest(BY, guest.id)
        assert kept is not None
        key = f"key{next(numbers)}"
        arrival = arrivals.check_in(kept, key=key, arrived_at=arrived_at, by=BY, at=AT)
        arrival.name = name
        return arrival

    return made(build)


def a_picture(width: int = 40, height: int = 30, kind: str = "PNG", colour: str = "teal") -> bytes:
    """The bytes of a picture."""
    drawn = BytesIO()
    Image.new("RGB", (width, height), colour).save(drawn, kind)
    return drawn.getvalue()


def a_document(record: Base, name: str = "名片.png", content: bytes | None = None, by: Any = BY) -> Document:
    upload = accept(name, content if content is not None else a_picture())
    return made(lambda: document_actions.attach(record, upload, by=by, at=AT))


def a_briefing() -> Report:
    """A briefing that was asked for and is not made."""
    days = {"from_day": date(2026, 1, 1), "to_day": TODAY}

    def build() -> Report:
        report = Report(kind="briefing", language="both", made_at=AT, **days)
        db.session.add(report)
        return report

    return made(build)


def a_form_template() -> FormTemplate:
    places = [Place("月报", "B2", "{{companies_served}}")]
    return made(lambda: filling_actions.keep(b"form", "月报.xlsx", "区月报", places, by=BY, at=AT))


def a_watch_note(startup: Startup, investor: Account, text: str = "先看毛利率") -> WatchNote:
    return made(lambda: watching_actions.add_note(startup, text, by=investor, at=AT))


def a_question(startup: Startup, investor: Account, text: str = "毛利率是多少？") -> Question:
    def build() -> Question:
        mine = db.session.get_one(Startup, startup.id), db.session.get_one(Institution, investor.institution_id)
        return question_actions.ask(*mine, text, by=investor, at=AT)

    return made(build)


def an_appointment(startup: Startup, investor: Account, **values: Any) -> Appointment:
    """One that the desk has to set."""
    wish = Wish(**{"times": [datetime.now(UTC) + timedelta(days=7)], "note": "看看产线部署", **values})

    def build() -> Appointment:
        mine = db.session.get_one(Startup, startup.id), db.session.get_one(Institution, investor.institution_id)
        return appointment_actions.ask(*mine, wish, by=investor, at=datetime.now(UTC))

    return made(build)
