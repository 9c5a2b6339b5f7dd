"""Parts of pages are made once as long as they say the same, and hold nothing that is somebody else's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from jinja2 import meta, nodes

from crm.accounts.models import Account
from crm.core.db import Base
from crm.deals.models import Deal
from crm.people.models import Person
from crm.settings import rows
from crm.settings.queries import pinned
from crm.settings.rows import PARTS, Parts, lasting
from crm.startups.models import Startup
from tests.conftest import Work
from tests.factories import (
    AT,
    a_deal,
    a_fund,
    a_person,
    a_service,
    a_startup,
    an_account,
    an_event,
    an_institution,
)
from tests.support.visitor import Visitor

TEMPLATES = Path(__file__).parents[2] / "templates"
LISTS = (
    "startups.list_startups",
    "institutions.list_institutions",
    "funds.list_funds",
    "deals.list_deals",
    "deals.list_by_round",
    "deals.show_board",
    "deals.list_rounds",
    "services.list_services",
    "people.list_people",
    "events.list_events",
)
# What says the same to everybody in one language, on one day and with the same words.
FOR_ALL = {"_", "filled", "ngettext", "url_for", "static_url", "term", "term_names", "term_position", "term_limit"}
FOR_ALL |= {
    "amount_of",
    "in_language",
    "list_kinds",
    "draw_icon",
    "icon",
    "remembered",
    "remembered_row",
    "range",
    "namespace",
}


def lasting_parts(app: Flask) -> Iterator[tuple[str, nodes.Template, nodes.CallBlock]]:
    for file in sorted(TEMPLATES.rglob("*.html")):
        page = app.jinja_env.parse(file.read_text())
        for block in page.find_all(nodes.CallBlock):
            if isinstance(block.call.node, nodes.Name) and block.call.node.name == "lasting":
                yield str(file.relative_to(TEMPLATES)), page, block


def imported(page: nodes.Template) -> dict[str, set[str]]:
    """{template: the names that a page imports from it}."""
    return {
        one.template.value: {name[-1] if isinstance(name, tuple) else name for name in one.names}
        for one in page.find_all(nodes.FromImport)
        if isinstance(one.template, nodes.Const)
    }


def foreign(body: list[nodes.Node], page: nodes.Template) -> set[str]:
    """The names in a part of a page that it neither sets nor imports, and that may differ from reader to reader."""
    told = meta.find_undeclared_variables(nodes.Template(body, lineno=1).set_environment(page.environment))
    own = {one.name for part in body for one in part.find_all(nodes.Name) if one.ctx != "load"}
    return told.difference(own, FOR_ALL, {"caller"}, *imported(page).values())


def test_a_part_uses_nothing_but_its_values_and_what_says_the_same_to_everybody(migrated_app: Flask) -> None:
    """Else it would show one reader what it was made with for another."""
    wrong = {}
    for name, page, block in lasting_parts(migrated_app):
        given = {one.name for value in block.call.args[1:] for one in value.find_all(nodes.Name)}
        given |= {value.name for value in block.call.args[1:] if isinstance(value, nodes.Name)}
        given |= {one.name for one in block.args}
        if left := foreign(block.body, page) - given:
            wrong[name] = left
    assert wrong == {}


def test_what_a_part_imports_uses_nothing_of_a_reader_either(migrated_app: Flask) -> None:
    waiting = {source for _name, page, _block in lasting_parts(migrated_app) for source in imported(page)}
    seen, wrong = set[str](), {}
    while waiting:
        name = waiting.pop()
        seen.add(name)
        page = migrated_app.jinja_env.parse((TEMPLATES / name).read_text())
        waiting |= imported(page).keys() - seen
        if left := foreign(page.body, page):
            wrong[name] = left
    assert wrong == {}


def test_no_two_parts_have_the_same_name(migrated_app: Flask) -> None:
    names = [block.call.args[0].value for _name, _page, block in lasting_parts(migrated_app)]
    assert len(names) == len(set(names)) > 5


@pytest.fixture
def everything(app: Flask) -> None:
    """A record of each kind, so that no list is empty."""
    startup, institution = a_startup("沪江智能"), an_institution("沪江创投")
    a_deal(startup, institution)
    a_fund("沪江创投一期", [institution])
    a_service(startup, partners=(institution,))
    a_person(startup=startup)
    an_event(name="沪江智能路演", day=date(2099, 1, 5))


@pytest.mark.parametrize("endpoint", LISTS)
def test_a_list_is_made_once_and_everybody_has_their_own_token_in_it(
    everything: None, as_role: Callable[..., Visitor], endpoint: str
) -> None:
    first, second = as_role("finance"), as_role("finance")
    tokens = []
    for visitor in (first, second, first):
        page = visitor.visit(endpoint).now
        found = {field.get("value") for field in page.all("input", name="csrf_token")}
        assert len(found) == 1
        tokens.append(str(found.pop()).partition(".")[0])  # what follows is the second that it was drawn in
        assert "沪江智能" in page.text or "沪江创投" in page.text
    assert tokens[0] == tokens[2] != tokens[1]


@pytest.mark.parametrize("endpoint", LISTS)
def test_a_list_that_is_kept_is_the_list_that_would_be_made(
    everything: None, as_role: Callable[..., Visitor], endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of readers with other rights, in both languages, in any order."""
    finance, leader, chinese = as_role("finance"), as_role("leader"), as_role("finance")
    chinese.visit("home.show_home").submit("中/EN，切换到中文")
    kept = [visitor.visit(endpoint).text for visitor in (finance, leader, chinese) * 2]
    made = []
    for visitor in (finance, leader, chinese):
        monkeypatch.setattr(rows, "PARTS", Parts(rows.LONGEST))
        made.append(visitor.visit(endpoint).text)
    assert kept == made * 2
    assert len(set(made)) == 3


def test_a_change_shows_at_once(work: Work, finance: Visitor) -> None:
    startup = a_startup(short_name="云杉智能")
    assert "云杉智能" in finance.visit("startups.list_startups").text
    with work() as session:
        session.get_one(Startup, startup.id).short_name = "青杉智能"
    told = finance.visit("startups.list_startups").text
    assert "青杉智能" in told
    assert "云杉智能" not in told


def test_each_record_has_its_own_lists(finance: Visitor) -> None:
    first, second = a_startup("沪江智能"), a_startup("浦东芯片")
    one, two = an_institution("云杉创投"), an_institution("青杉资本")
    a_deal(first, one)
    a_deal(second, two)
    a_service(first, partners=(one,))
    for _ in range(2):
        for startup, institution in ((first, one), (second, two)):
            assert institution.name in finance.visit("startups.list_deals", startup_id=startup.id).text
            assert startup.name in finance.visit("institutions.list_deals", institution_id=institution.id).text
        assert finance.visit("startups.list_services", startup_id=first.id).now.rows
        assert first.name in finance.visit("institutions.list_services", institution_id=one.id).text
        assert not finance.visit("startups.list_services", startup_id=second.id).now.rows
    a_deal(second, one)
    assert one.name in finance.visit("startups.list_deals", startup_id=second.id).text


def test_a_move_shows_on_the_board_at_once_and_what_a_colleague_finds_is_not_what_an_investor_finds(
    work: Work, as_role: Callable[..., Visitor]
) -> None:
    deal = a_deal(a_startup("沪江智能"))
    finance, investor = as_role("finance"), as_role("investor")

    def cards() -> dict[str | None, str | None]:
        lanes = finance.visit("deals.show_board").now.all("section")
        return {lane.get("data-lane"): lane.get("data-cards") for lane in lanes if lane.get("data-lane")}

    assert cards()["referred"] == "1"
    with work() as session:
        session.get_one(Deal, deal.id).stage = "met"
    assert (cards()["referred"], cards()["met"]) == ("0", "1")
    for _ in range(2):
        assert "沪江智能" in finance.visit("search.show_results", q="沪江").text
        assert "沪江智能" not in investor.visit("search.show_results", q="沪江").text


def test_contact_data_are_kept_masked_only_and_a_new_number_shows_at_once(work: Work, finance: Visitor) -> None:
    person = a_person(an_institution(), phone="13812345678", email="gu@example.com")
    assert "138****5678" in finance.visit("people.list_people").text
    assert not [text for key, text in PARTS.made.items() if "13812345678" in f"{key} {text}"]
    with work() as session:
        session.get_one(Person, person.id).phone = "13912340000"
    assert "139****0000" in finance.visit("people.list_people").text
    assert "139****0000" not in finance.visit("people.list_people", q="nobody").text


def test_the_history_shows_what_just_happened_in_the_language_of_whoever_reads(as_role: Callable[..., Visitor]) -> None:
    manager, chinese = as_role("manager"), as_role("manager")
    chinese.visit("home.show_home").submit("中/EN，切换到中文")
    a_startup("沪江智能")
    for _ in range(2):
        assert "created “沪江智能”" in manager.visit("audit.list_entries").text
        assert "created" not in chinese.visit("audit.list_entries").text
    a_startup("浦东芯片")
    assert "浦东芯片" in manager.visit("audit.list_entries").text


def test_an_account_that_is_shut_says_so_at_once(work: Work, admin: Visitor) -> None:
    account = an_account(name="江一帆")
    assert "Disabled" not in admin.visit("accounts.list_accounts").text
    with work() as session:
        session.get_one(Account, account.id).disabled_at = AT
    assert "Disabled" in admin.visit("accounts.list_accounts").text


def test_columns_that_somebody_chose_are_theirs_alone(as_role: Callable[..., Visitor]) -> None:
    a_startup()
    mine, other = as_role("finance"), as_role("finance")
    assert "Growth stage" in mine.visit("startups.list_startups").now.rows[0]
    mine.submit("Show these", column=["sector"])
    assert "Growth stage" not in mine.visit("startups.list_startups").now.rows[0]
    assert "Growth stage" in other.visit("startups.list_startups").now.rows[0]


class Counted:
    """A part of a page that counts how often it was made."""

    def __init__(self) -> None:
        self.made = 0

    def __call__(self, token: str) -> str:
        self.made += 1
        return f"<{token}>"


def test_the_token_is_put_in_its_place_each_time(app: Flask) -> None:
    part = Counted()
    tokens = set()
    for _ in range(2):
        with app.test_request_context():
            token = app.jinja_env.globals["csrf_token"]()
            assert lasting("test", {"q": ["a"]}, caller=part) == f"<{token}>"
            tokens.add(token)
    assert len(tokens) == 2
    assert part.made == 1


def test_another_value_another_day_and_a_new_word_make_it_anew(app: Flask, admin: Visitor) -> None:
    part = Counted()
    with time_machine.travel(AT) as clock:
        for value in ({"q": "a"}, {"q": "b"}, {"r": "b"}):
            with app.test_request_context():
                lasting("test", value, caller=part)
        assert part.made == 3
        clock.shift(86_400)
        with app.test_request_context():
            lasting("test", {"q": "a"}, caller=part)
    assert part.made == 4


def test_what_holds_records_or_earlier_words_is_made_each_time(app: Flask) -> None:
    part, startup = Counted(), a_startup()
    assert isinstance(startup, Base)
    with app.test_request_context():
        for value in (startup, [startup], {1: startup}, {1: [startup]}, [1, [1]]):
            before = part.made
            lasting("test", value, caller=part)
            lasting("test", value, caller=part)
            assert part.made == before + 2
        with pinned(lambda _vocabulary: 1):
            before = part.made
            lasting("test", 1, caller=part)
            lasting("test", 1, caller=part)
            assert part.made == before + 2


def test_what_nobody_asks_for_is_dropped_when_all_parts_are_too_long_together() -> None:
    parts = Parts(longest=10)
    for key in "abacad":
        parts.once(key, lambda: "four")
    assert list(parts.made) == ["a", "d"]
    assert parts.length == 8
