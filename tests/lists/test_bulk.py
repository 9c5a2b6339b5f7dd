"""Many rows at once: those that are ticked, or all that match the filters; nobody else's, and never half seen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa

from crm.deals.models import Deal, Round
from crm.lists import bulk
from crm.startups.models import Startup, StartupLabel
from tests.conftest import Work
from tests.factories import a_deal, a_person, a_round, a_service, a_startup, an_account, an_institution
from tests.support.visitor import Visitor


def press(visitor: Visitor, path: str, **fields: object) -> Visitor:
    token = visitor.visit("startups.list_startups").now.all("meta", name="csrf-token")[0].get("content")
    return visitor.read(visitor.open(path, "POST", {"csrf_token": token, **fields}), path)


def binned(work: Work) -> list[str]:
    with work() as session:
        away = sa.select(Startup.name).where(Startup.archived_at.is_not(None)).order_by(Startup.id)
        return list(session.scalars(away))


def test_ticked_rows_go_to_the_bin_together_and_come_back_together(finance: Visitor, work: Work) -> None:
    one, two = a_startup("甲科技"), a_startup("乙科技")
    a_startup("丙科技")
    press(finance, "/startups/many", do="archive", pick=[one.id, two.id])
    assert "2 rows are in the bin now." in finance.text
    assert binned(work) == ["甲科技", "乙科技"]
    finance.submit("Undo")
    assert binned(work) == []


def test_all_that_match_is_what_the_filter_finds_and_no_more(finance: Visitor, work: Work) -> None:
    for name, stage in (("甲科技", "seed"), ("乙科技", "seed"), ("丙科技", "mature")):
        a_startup(name, growth_stage=stage)
    press(finance, "/startups/many?growth_stage=seed", do="archive", all="1")
    assert binned(work) == ["甲科技", "乙科技"]


def test_ticks_count_only_inside_what_the_list_shows(finance: Visitor, work: Work) -> None:
    hidden = a_startup("丙科技", growth_stage="mature")
    press(finance, "/startups/many?growth_stage=seed", do="archive", pick=[hidden.id, 10**9])
    assert "Tick the rows first." in finance.text
    assert binned(work) == []


def test_more_than_may_be_changed_at_once_are_left_alone(
    finance: Visitor, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "MOST_AT_ONCE", 2)
    for _ in range(3):
        a_startup()
    press(finance, "/startups/many", do="archive", all="1")
    assert "More than 2 match" in finance.text
    assert binned(work) == []


def test_what_refuses_is_left_out_and_says_why(finance: Visitor, work: Work) -> None:
    empty, busy = a_round(a_startup("甲科技"), "a"), a_deal(a_startup("乙科技")).round_id
    press(finance, "/rounds/many", do="archive", pick=[empty.id, busy])
    assert "1 row is in the bin now." in finance.text
    assert "1 row was left out. This round has deals: archive those first." in finance.text
    with work() as session:
        assert session.scalars(sa.select(Round.id).where(Round.archived_at.is_not(None))).all() == [empty.id]


def test_a_deal_and_a_service_get_another_owner(finance: Visitor, work: Work) -> None:
    heir = an_account(name="许望舒")
    deals = [a_deal(), a_deal()]
    press(finance, "/deals/many", do="owner", owner_id=heir.id, pick=[one.id for one in deals])
    assert "2 rows have another owner now." in finance.text
    finance.submit("Undo")
    with work() as session:
        assert set(session.scalars(sa.select(Deal.owner_id))) == {None}
    press(finance, "/services/many", do="owner", owner_id=heir.id, pick=[a_service().id])
    assert "1 row has another owner now." in finance.text


def test_a_label_is_added_once(finance: Visitor, work: Work) -> None:
    one, two = a_startup(), a_startup()
    press(finance, "/startups/many", do="label", label="unicorn", pick=[one.id])
    press(finance, "/startups/many", do="label", label="unicorn", pick=[one.id, two.id])
    assert "1 row was left out. It holds this label already." in finance.text
    with work() as session:
        labels = session.scalars(sa.select(StartupLabel.startup_id).order_by(StartupLabel.id)).all()
        assert labels == [one.id, two.id]


def test_one_service_is_logged_for_those_that_are_ticked(finance: Visitor) -> None:
    names = ["上海衡汐智能科技有限公司", "上海砚川智能科技有限公司"]
    press(finance, "/startups/many", do="service", pick=[a_startup(name).id for name in names])
    assert finance.now.url.startswith("/services/new-for-many")
    assert set(finance.now.value_of("Startups").split()) == set(names)


def test_a_round_is_introduced_to_the_institutions_that_are_ticked(finance: Visitor) -> None:
    startup, house = a_startup("衡汐智能"), an_institution("临渚创投")
    press(finance, "/institutions/many", do="introduce", startup="衡汐智能", pick=[house.id])
    assert "衡汐智能 has no open round." in finance.text
    a_round(startup, "a+")
    press(finance, "/institutions/many", do="introduce", startup="衡汐智能", pick=[house.id])
    assert "临渚创投" in finance.now.value_of("Institutions")


def test_a_file_holds_what_is_ticked(finance: Visitor) -> None:
    one = a_round(a_startup("衡汐智能"), "a+", opened_on=date(2026, 1, 2))
    a_round(a_startup("砚川智能"), "a")
    token = finance.visit("deals.list_rounds").now.all("meta", name="csrf-token")[0].get("content")
    asked = {"csrf_token": token, "format": "csv", "pick": [one.id]}
    told = finance.open("/rounds/export", "POST", asked).data.decode()
    assert "衡汐智能" in told
    assert "砚川智能" not in told


def test_people_go_to_the_bin_and_leaders_tick_nothing(finance: Visitor, as_role: Callable[..., Visitor]) -> None:
    person = a_person(an_institution(), name="顾南乔")
    press(finance, "/people/many", do="archive", pick=[person.id])
    assert "1 row is in the bin now." in finance.text
    a_startup()
    leader = as_role("leader")
    assert leader.visit("startups.list_startups").now.all("input", name="pick") == []
