"""One service for many startups: every name is told apart, each startup gets a service of its own."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from crm.services.models import Service, ServicePartner
from crm.startups.models import Startup
from tests.conftest import Work
from tests.factories import a_service, a_startup, an_institution
from tests.support.visitor import Visitor

DAY = date(2026, 5, 1)


def type_id(service: Service) -> str:
    return str(service.type_id)


def count(work: Work) -> int:
    with work() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Service)) or 0


def log(visitor: Visitor, names: str, **fields: str) -> Visitor:
    visitor.visit("services.log_for_many")
    return visitor.submit("Log for all", startups=names, happened_on="2026-05-01", **fields)


def test_each_startup_of_a_roadshow_gets_its_service_with_the_partners(finance: Visitor, work: Work) -> None:
    kind = type_id(a_service(type_zh="专场路演", happened_on=date(2026, 4, 1)))
    partner = an_institution("临渚（上海）创业投资有限公司")
    names = [a_startup(f"上海第{number}家智能科技有限公司").name for number in range(20)]
    log(finance, "\n".join(names), type_id=kind, partners=partner.name, content="年度路演")
    assert "Roadshow was logged for 20 startups." in finance.now.html
    assert len([row for row in finance.now.rows if "Roadshow" in row[0]]) == 20
    with work() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(ServicePartner)) == 20
    assert count(work) == 21


def test_two_names_of_one_startup_make_one_service(finance: Visitor, work: Work) -> None:
    kind = type_id(a_service(happened_on=date(2026, 4, 1)))
    a_startup("上海衡汐智能科技有限公司", short_name="衡汐智能")
    log(finance, "衡汐智能、上海衡汐智能科技有限公司\t衡汐智能", type_id=kind)
    assert "2 names stood there twice." in finance.now.html
    assert count(work) == 2


def test_unclear_names_keep_everything_until_they_are_chosen(finance: Visitor, work: Work) -> None:
    kind = type_id(a_service(happened_on=date(2026, 4, 1)))
    for city in ("上海", "杭州"):
        a_startup(f"{city}衡汐智能科技有限公司", short_name="衡汐智能")
    known = a_startup().name
    log(finance, f"{known}\n衡汐智能", type_id=kind)
    assert finance.status == 422
    assert "Several are called so" in finance.text
    assert finance.now.value_of("Startups") == f"{known} 衡汐智能"
    finance.submit("Log for all", **{"means:衡汐智能": "杭州衡汐智能科技有限公司"})
    assert "logged for 2 startups" in finance.now.html
    assert count(work) == 3


def test_namesakes_are_told_apart_by_their_place(finance: Visitor, work: Work) -> None:
    kind = type_id(a_service(happened_on=date(2026, 4, 1)))
    for city in ("上海", "杭州"):
        a_startup(f"衡汐（{city}）科技有限公司", short_name="衡汐")
    log(finance, "衡汐(杭州)", type_id=kind)
    with work() as session:
        startup_id = session.scalars(sa.select(Service.startup_id).order_by(Service.id)).all()[-1]
        assert session.get_one(Startup, startup_id).name == "衡汐（杭州）科技有限公司"


def test_an_unknown_name_leads_to_adding_it(finance: Visitor, work: Work) -> None:
    kind = type_id(a_service())
    log(finance, "查无此名", type_id=kind)
    assert "No startup is called “查无此名”" in finance.text
    assert "name=%E6%9F%A5" in finance.now.links()["Add it in a new tab"]
    assert count(work) == 1


def test_who_has_it_on_that_day_already_is_asked_about(finance: Visitor, work: Work) -> None:
    served = a_startup("上海衡汐智能科技有限公司", short_name="衡汐智能")
    kind = type_id(a_service(served, happened_on=DAY))
    other = a_startup().name
    log(finance, f"衡汐智能\n{other}", type_id=kind)
    assert "1 have it already: 衡汐智能" in finance.text
    finance.submit("Log for all", twins="skip")
    assert "1 has it already." in finance.now.html
    assert count(work) == 2
