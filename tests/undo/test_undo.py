"""The message that something is done takes it back, by a counter-action that the history keeps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
import time_machine

from crm.audit.models import AuditEntry
from crm.deals.models import Deal, DealEvent, Receipt, Round
from crm.deals.queries import stands
from crm.funds.models import FundManager, LocalRequirement
from crm.institutions.models import Brand, Institution
from crm.people.models import Person
from crm.services.models import Service
from crm.services.queries import partners_of
from crm.settings.models import Term
from crm.startups.models import Startup
from tests.conftest import Work
from tests.factories import (
    WAN,
    a_commitment,
    a_deal,
    a_fund,
    a_person,
    a_published_startup,
    a_service,
    a_startup,
    an_account,
    an_institution,
)
from tests.support.visitor import Visitor

Roles = Callable[..., Visitor]


def verbs(work: Work, record_type: str) -> list[str]:
    with work() as session:
        return list(
            session.scalars(
                sa.select(AuditEntry.verb).where(AuditEntry.record_type == record_type).order_by(AuditEntry.id)
            )
        )


def test_an_edit_is_undone_and_the_history_tells_both(finance: Visitor, work: Work) -> None:
    startup = a_startup("上海衡汐智能科技有限公司", short_name="衡汐", headcount=60, growth_stage="seed")
    finance.visit("startups.edit_startup", startup_id=startup.id)
    finance.submit("Save", short_name="衡汐智能", growth_stage="growth", headcount="", founded_on="2020-01-05")
    finance.submit("Undo")
    assert "Undone" in finance.text
    with work() as session:
        kept = session.get_one(Startup, startup.id)
        assert (kept.short_name, kept.short_key, kept.growth_stage) == ("衡汐", "衡汐", "seed")
        assert (kept.headcount, kept.founded_on) == (60, None)
    assert verbs(work, "startup") == ["created", "changed", "changed"]


def test_an_undo_can_be_undone(finance: Visitor, work: Work) -> None:
    startup = a_startup(short_name="旧名")
    finance.visit("startups.edit_startup", startup_id=startup.id).submit("Save", short_name="新名")
    finance.submit("Undo").submit("Undo")
    with work() as session:
        assert session.get_one(Startup, startup.id).short_name == "新名"


def test_a_logged_deal_goes_with_its_round_and_its_service(finance: Visitor, work: Work) -> None:
    startup, institution = a_startup(), an_institution()
    finance.visit("deals.log_deal").submit(
        "Save", startup=startup.name, institution=institution.name, round_name="a", stage="referred"
    )
    finance.submit("Undo")
    with work() as session:
        for kind in (Deal, Round, Service):
            assert session.query(kind).one().archived_at is not None


def test_a_move_is_taken_back_by_a_counter_event_and_counts_no_more(finance: Visitor, work: Work) -> None:
    deal = a_deal(happened_on=date(2026, 5, 1))
    finance.visit("deals.move_deal", deal_id=deal.id).submit(
        "Move", stage="funded", status="completed", signed="3000万", received="1000万", happened_on="2026-06-01"
    )
    finance.submit("Undo")
    with work() as session:
        kept = session.get_one(Deal, deal.id)
        assert (kept.stage, str(kept.status), kept.signed, kept.signed_on) == ("referred", "active", None, None)
        assert kept.moved_on == date(2026, 5, 1)
        assert session.query(Receipt).count() == 0
        assert [event.to_stage for event in session.query(DealEvent).order_by(DealEvent.id)] == [
            "referred",
            "funded",
            "referred",
        ]
        assert [event.to_stage for event in session.scalars(sa.select(DealEvent).where(stands()))] == ["referred"]
    assert "was taken back" in finance.visit("deals.show_deal", deal_id=deal.id).text


def test_money_received_is_taken_back(finance: Visitor, work: Work) -> None:
    deal = a_deal(stage="signed", signed=3000 * WAN)
    finance.visit("deals.receive_money", deal_id=deal.id).submit("Save", amount="1000万", received_on="2026-06-01")
    finance.submit("Undo")
    with work() as session:
        assert session.query(Receipt).count() == 0


def test_archiving_and_restoring_undo_each_other(finance: Visitor, work: Work) -> None:
    startup = a_startup()
    finance.visit("startups.show_startup", startup_id=startup.id).submit("Archive").submit("Undo")
    with work() as session:
        assert session.get_one(Startup, startup.id).archived_at is None


def test_the_partners_and_the_type_of_a_service_come_back(finance: Visitor, work: Work) -> None:
    first, second = an_institution("甲（上海）创业投资有限公司"), an_institution("乙（上海）创业投资有限公司")
    service = a_service(partners=(first,), type_zh="BP辅导")
    finance.visit("services.edit_service", service_id=service.id)
    form, _ = finance.now.form_of("Save")
    other = next(value for value, label in options(form, "type_id") if "路演" in label or "Roadshow" in label)
    finance.submit("Save", partners=second.name, type_id=other)
    finance.submit("Undo")
    with work() as session:
        kept = session.get_one(Service, service.id)
        assert kept.type_id == service.type_id
        assert [one.id for one in partners_of([kept.id])[kept.id]] == [first.id]
    finance.submit("Undo")
    with work():
        assert [one.id for one in partners_of([service.id])[service.id]] == [second.id]


def options(form: object, name: str) -> list[tuple[str, str]]:
    return [
        (option.get("value") or "", "".join(option.itertext()))
        for select in form.iter("select")  # type: ignore[attr-defined]
        if select.get("name") == name
        for option in select.iter("option")
    ]


def test_the_managers_of_a_fund_come_back(finance: Visitor, work: Work) -> None:
    first, second = an_institution(), an_institution()
    fund = a_fund(managers=[first])
    finance.visit("funds.edit_fund", fund_id=fund.id).submit("Save", managers=second.name)
    finance.submit("Undo")
    with work() as session:
        assert [one.institution_id for one in session.query(FundManager)] == [first.id]


def test_a_local_investment_requirement_is_taken_back_and_brought_back(finance: Visitor, work: Work) -> None:
    commitment = a_commitment(a_fund(), "引导基金")

    def kept() -> list[tuple[str, int, date | None]]:
        with work() as session:
            return [(one.base, one.ratio, one.due_on) for one in session.scalars(sa.select(LocalRequirement))]

    said = {"base": "paid_in", "ratio": "2", "due_on": "2027-06-30"}
    add = ("funds.add_requirement", {"commitment_id": commitment.id})
    finance.visit(add[0], **add[1]).submit("Record it", **said).submit("Undo")
    assert kept() == []
    finance.visit(add[0], **add[1]).submit("Record it", **said)
    with work() as session:
        requirement_id = session.scalars(sa.select(LocalRequirement.id)).one()
    finance.visit("funds.edit_requirement", requirement_id=requirement_id).submit("Remove").submit("Undo")
    assert kept() == [("paid_in", 2000, date(2027, 6, 30))]


def test_publishing_is_undone_by_managers(manager: Visitor, work: Work) -> None:
    startup = a_published_startup()
    manager.visit("startups.show_publishing", startup_id=startup.id).submit("Withdraw from the portal").submit("Undo")
    with work() as session:
        kept = session.get_one(Startup, startup.id)
        assert (kept.published_at is not None, kept.authorised_by) == (True, "许望舒")


def test_nothing_is_undone_that_somebody_else_changed_since(as_role: Roles, work: Work) -> None:
    startup = a_startup(short_name="旧名", summary="旧简介")
    first, second = as_role("finance"), as_role("finance")
    first.visit("startups.edit_startup", startup_id=startup.id).submit("Save", short_name="新名")
    second.visit("startups.edit_startup", startup_id=startup.id).submit("Save", summary="新简介")
    first.submit("Undo")
    assert "changed since" in first.text
    with work() as session:
        kept = session.get_one(Startup, startup.id)
        assert (kept.short_name, kept.summary) == ("新名", "新简介")


def changes_offered(visitor: Visitor) -> str:
    form, _ = visitor.now.form_of("Undo")
    return visitor.now.fields_of(form)["changes"]


def test_only_own_changes_are_undone(as_role: Roles, work: Work) -> None:
    startup = a_startup(short_name="旧名")
    first, second = as_role("finance"), as_role("finance")
    first.visit("startups.edit_startup", startup_id=startup.id).submit("Save", short_name="新名")
    stolen = changes_offered(first)
    second.visit("startups.edit_startup", startup_id=startup.id).submit("Save", short_name="更新的名")
    form, _ = second.now.form_of("Undo")
    second.open("/undo/", "POST", {**second.now.fields_of(form), "changes": stolen})
    with work() as session:
        assert session.get_one(Startup, startup.id).short_name == "更新的名"


@pytest.mark.parametrize("changes", ["", "x", "1-999999999999", "99999999999999999999", "1,1,1"])
def test_what_names_no_change_of_mine_changes_nothing(finance: Visitor, changes: str) -> None:
    startup = a_startup(short_name="旧名")
    finance.visit("startups.edit_startup", startup_id=startup.id).submit("Save", short_name="新名")
    form, _ = finance.now.form_of("Undo")
    answer = finance.open("/undo/", "POST", {**finance.now.fields_of(form), "changes": changes})
    assert answer.status_code == 303


def test_the_offer_ends_after_an_hour(app: object, work: Work) -> None:
    startup = a_startup(short_name="旧名")
    with time_machine.travel(datetime(2026, 6, 12, 2, 0, tzinfo=UTC), tick=False) as clock:
        visitor = Visitor(app).signed_in_as(an_account())  # type: ignore[arg-type]
        visitor.visit("startups.edit_startup", startup_id=startup.id).submit("Save", short_name="新名")
        clock.move_to(datetime(2026, 6, 12, 3, 1, tzinfo=UTC))
        visitor.submit("Undo")
    assert "cannot be undone" in visitor.text
    with work() as session:
        assert session.get_one(Startup, startup.id).short_name == "新名"


def test_a_page_that_is_opened_again_offers_nothing(finance: Visitor) -> None:
    startup = a_startup(short_name="旧名")
    finance.visit("startups.edit_startup", startup_id=startup.id).submit("Save", short_name="新名")
    finance.visit("startups.show_startup", startup_id=startup.id)
    assert "Undo" not in finance.text


def test_every_undoable_kind_knows_how_to_take_back_what_it_records() -> None:
    from crm.audit.vocabulary import VERBS
    from crm.undo.counters import COUNTERS

    assert {verb for counter in COUNTERS.values() for verb in counter.verbs} <= set(VERBS)


def test_a_person_a_brand_and_a_word_come_back(finance: Visitor, admin: Visitor, work: Work) -> None:
    institution = an_institution(brand="甲系")
    person = a_person(institution)
    finance.visit("people.show_person", person_id=person.id).submit("Move to the bin").submit("Undo")
    finance.visit("institutions.edit_institution", institution_id=institution.id).submit("Save", brand="乙系")
    finance.submit("Undo")
    with work() as session:
        assert session.get_one(Person, person.id).archived_at is None
        assert session.get_one(Brand, session.get_one(Institution, institution.id).brand_id).name == "甲系"
    admin.visit("admin.show_vocabulary", name="sector_vertical").submit("Retire").submit("Undo")
    with work() as session:
        assert session.query(Term).filter(Term.retired_at.is_not(None)).count() == 0
