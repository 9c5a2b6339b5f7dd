"""The directory of people: where they belong, why their data may be kept, and what changing them does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from crm.accounts.models import Role
from crm.core.db import unit_of_work
from crm.core.errors import Refusal
from crm.core.listing import COUNTED, Place, counter
from crm.people import actions, queries
from crm.people.actions import PersonValues
from crm.people.models import USUAL_PURPOSE, ConsentState, Person
from tests.conftest import Work
from tests.factories import AT, BY, TODAY, a_person, a_startup, an_account, an_institution, made
from tests.support.queries import counted_statements
from tests.support.visitor import Visitor


def kept(app: Flask, person: Person) -> Person:
    with app.app_context(), unit_of_work(write=False) as session:
        return session.get_one(Person, person.id)


def test_somebody_is_added_to_a_startup_as_its_founder(finance: Visitor) -> None:
    startup = a_startup("上海衡汐智能科技有限公司")
    finance.visit("people.add_person", startup=startup.name).submit(
        "Add the person", name="顾南乔", title="CEO", is_founder="y", source="meeting"
    )
    assert finance.now.h1 == "顾南乔"
    assert "Founder" in finance.text
    assert "上海衡汐智能科技有限公司" in finance.text
    assert "投融资对接联系" in finance.text


def test_what_every_form_begins_with_does_not_unfold_the_rest(finance: Visitor) -> None:
    page = finance.visit("people.add_person").now
    assert page.value_of("Purpose") == USUAL_PURPOSE
    assert '<details class="more mt-4">' in page.html


@pytest.mark.parametrize("both", [True, False])
def test_a_person_belongs_to_exactly_one_organisation(finance: Visitor, both: bool) -> None:
    startup, institution = a_startup(), an_institution()
    named = {"institution": institution.name, "startup": startup.name} if both else {}
    finance.visit("people.add_person").submit("Add the person", name="顾南乔", **named)
    assert finance.status == 422
    assert "exactly one of the two" in finance.now.error_of("Institution")


def test_the_database_keeps_nobody_without_an_organisation(app: Flask) -> None:
    with app.app_context(), pytest.raises(sa.exc.IntegrityError), unit_of_work(write=True) as session:
        session.add(Person(name="顾南乔", created_at=AT))


def test_a_founder_belongs_to_a_startup(finance: Visitor) -> None:
    finance.visit("people.add_person", institution=an_institution().name)
    finance.submit("Add the person", name="顾南乔", is_founder="y")
    assert finance.now.error_of("Founder of the startup") == "Founders belong to a startup: name it."


@pytest.mark.parametrize(
    ("typed", "field", "told"),
    [
        ({"consent_until": "2027-01-01"}, "Consent valid until", "Say when the consent was given, too."),
        (
            {"share_consented_on": "2026-05-01", "share_consent_until": "2026-04-01"},
            "Consent to share valid until",
            "A consent cannot end before it was given.",
        ),
    ],
)
def test_a_consent_has_a_beginning_before_its_end(
    finance: Visitor, typed: dict[str, str], field: str, told: str
) -> None:
    finance.visit("people.add_person", institution=an_institution().name)
    finance.submit("Add the person", name="顾南乔", **typed)
    assert finance.now.error_of(field) == told


def test_what_a_form_does_not_have_cannot_be_sent(app: Flask, finance: Visitor) -> None:
    """Over-posting: ids, moments and versions are no fields."""
    person = a_person(an_institution())
    page = finance.visit("people.edit_person", person_id=person.id).now
    sent = page.fields_of(page.form_of("Save")[0])
    sent |= {"erased_at": "2026-01-01", "archived_at": "2026-01-01", "startup_id": "1", "name_key": "x", "id": "7"}
    finance.open(page.url, "POST", sent)
    after = kept(app, person)
    assert (after.erased_at, after.archived_at, after.startup_id, after.name_key) == (None, None, None, "顾南乔")


def test_who_changes_jobs_takes_the_record_along(finance: Visitor) -> None:
    old, new = an_institution("上海寒溪创业投资有限公司"), an_institution("上海溪山私募基金管理有限公司")
    person = a_person(old)
    finance.visit("people.edit_person", person_id=person.id).submit("Save", institution=new.name)
    assert "Organisation 上海寒溪创业投资有限公司 → 上海溪山私募基金管理有限公司" in finance.text
    assert "138****0000" in finance.text


@pytest.mark.parametrize(
    ("basis", "given", "until", "state"),
    [
        ("", None, None, ConsentState.NONE),
        ("consent", None, None, ConsentState.NONE),
        ("consent", TODAY - timedelta(90), None, ConsentState.VALID),
        ("", TODAY - timedelta(90), TODAY + timedelta(31), ConsentState.VALID),
        ("consent", TODAY - timedelta(90), TODAY + timedelta(30), ConsentState.EXPIRING),
        ("consent", TODAY - timedelta(90), TODAY, ConsentState.EXPIRING),
        ("consent", TODAY - timedelta(90), TODAY - timedelta(1), ConsentState.EXPIRED),
        ("contract", None, None, ConsentState.NOT_NEEDED),
        ("public", TODAY - timedelta(90), TODAY - timedelta(1), ConsentState.NOT_NEEDED),
    ],
)
def test_a_consent_is_valid_expires_or_is_missing_on_a_day(
    app: Flask, basis: str, given: date | None, until: date | None, state: ConsentState
) -> None:
    person = a_person(an_institution(), basis=basis, consented_on=given, consent_until=until)
    assert person.consent_state(TODAY) == state
    manager = an_account(Role.MANAGER)
    with app.app_context(), unit_of_work(write=False):
        found = {one: queries.people(manager, Place(), TODAY, consent=one).count for one in ConsentState}
    assert found == {one: int(one == state) for one in ConsentState}


def test_sharing_with_investors_needs_a_consent_of_its_own() -> None:
    day = date(2026, 6, 12)
    assert not Person(consented_on=day).may_be_shared(day)
    assert Person(share_consented_on=day).may_be_shared(day)
    assert not Person(share_consented_on=day, share_consent_until=day).may_be_shared(day + timedelta(1))


def test_the_directory_is_searched_by_name_and_by_organisation_and_filtered(finance: Visitor) -> None:
    a_person(an_institution("上海寒溪创业投资有限公司"), name="顾南乔", source="name_card")
    a_person(startup=a_startup("上海衡汐智能科技有限公司"), name="许望舒", is_founder=True)

    def names(**asked: str) -> set[str]:
        rows = finance.visit("people.list_people", **asked).now.rows[1:]
        return {row[0].split()[0] for row in rows}

    assert names() == {"顾南乔", "许望舒"}
    assert names(q="望舒") == {"许望舒"}
    assert names(q="寒溪") == {"顾南乔"}
    assert names(where="founders") == {"许望舒"}
    assert names(where="institutions") == {"顾南乔"}
    assert names(source="name_card") == {"顾南乔"}
    assert names(consent="none") == {"顾南乔", "许望舒"}
    assert names(consent="valid") == set()


def test_who_left_goes_to_the_bin_and_comes_back(finance: Visitor) -> None:
    person = a_person(an_institution())
    finance.visit("people.show_person", person_id=person.id).submit("Move to the bin")
    assert "顾南乔" not in finance.visit("people.list_people").text
    assert "顾南乔" in finance.visit("people.list_people", archived="1").text
    finance.visit("people.show_person", person_id=person.id).submit("Restore")
    assert "顾南乔" in finance.visit("people.list_people").text


def test_founders_stand_first_among_the_people_of_a_startup(app: Flask) -> None:
    startup = a_startup()
    a_person(startup=startup, name="A")
    a_person(startup=startup, name="Z", is_founder=True)
    with app.app_context(), unit_of_work(write=False):
        assert [one.name for one in queries.people_of_startup(startup)] == ["Z", "A"]
        assert counter(people=queries.people_about(startup_id=COUNTED))(startup.id) == {"people": 2}


def test_a_list_of_ten_costs_as_many_queries_as_one(app: Flask, finance: Visitor) -> None:
    a_person(an_institution())
    with counted_statements(app) as for_one:
        finance.visit("people.list_people")
    for _ in range(9):
        a_person(startup=a_startup())
    with counted_statements(app) as for_ten:
        finance.visit("people.list_people")
    assert len(for_ten) == len(for_one)


def test_history_names_what_changed_in_words(finance: Visitor) -> None:
    person = a_person(an_institution())
    finance.visit("people.edit_person", person_id=person.id).submit("Save", source="name_card", basis="consent")
    assert "Source Name card; Legal basis Consent" in finance.text


def test_a_name_card_from_another_feature_is_added_by_the_action(app: Flask, work: Work) -> None:
    institution = an_institution()
    person = made(lambda: actions.add(PersonValues("顾南乔"), institution=institution, by=BY, at=AT))
    assert person.institution_id == institution.id
    with work(), pytest.raises(Refusal):
        actions.add(PersonValues("顾南乔"), by=BY, at=AT)


def test_a_leader_sees_people_without_any_contact_data(as_role: Callable[..., Visitor]) -> None:
    institution = an_institution()
    person = a_person(institution, wechat="gunanqiao_88", note="微信同号")
    leader = as_role("leader")
    for endpoint, values in (
        ("people.list_people", {}),
        ("people.show_person", {"person_id": person.id}),
        ("institutions.list_people", {"institution_id": institution.id}),
        ("institutions.show_institution", {"institution_id": institution.id}),
        ("institutions.show_history", {"institution_id": institution.id}),
        ("home.show_home", {}),
    ):
        html = leader.visit(endpoint, **values).now.html
        for told in ("13800000000", "138****", "0000", "gu@example.com", "g***", "微信同号"):
            assert told not in html, (endpoint, told)
    assert "顾南乔" in leader.visit("people.list_people").text
