"""Saving rows of a grid: every cell is read as in the forms, rows are saved by the features' own actions, once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask

from crm.audit.models import AuditEntry
from crm.core.db import db
from crm.deals.models import Deal, DealEvent, DealStatus, Receipt
from crm.services.models import Service, ServiceState
from tests.conftest import Work
from tests.factories import WAN, a_deal, a_service, a_startup, an_account, an_institution
from tests.grid.conftest import Grid
from tests.support.visitor import Visitor

NEW = {"startup": "衡汐智能", "happened_on": "2026-05-03", "type_id": "BP辅导", "state": "完成"}


@pytest.fixture
def startup(app: Flask) -> None:
    a_startup("上海衡汐智能科技有限公司", short_name="衡汐智能")


def found(work: Work, service_id: int) -> Service:
    with work() as session:
        return session.get_one(Service, service_id)


def count(work: Work, kind: type = Service) -> int:
    with work() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(kind)) or 0


def of(service: Service | Deal, **cells: str) -> dict[str, object]:
    return {"key": f"row-{service.id:06}", "id": service.id, "version": service.version, **cells}


def test_a_changed_outcome_is_saved_and_told_in_the_history(services: Grid, work: Work) -> None:
    service = a_service()
    answer = services.send(of(service, outcome="已交付"))["rows"][f"row-{service.id:06}"]
    assert (answer["state"], answer["cells"]["outcome"]) == ("saved", "已交付")
    assert answer["version"] == service.version + 1
    assert found(work, service.id).outcome == "已交付"
    with work() as session:
        entry = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert entry is not None
        assert [change["field"] for change in entry.changes] == ["outcome"]


def test_what_has_no_column_or_no_new_text_stays_as_it_was(services: Grid, work: Work) -> None:
    partner = an_institution("临渚（上海）创业投资有限公司", short_name="临渚创投")
    service = a_service(partners=(partner,), partner_text="某银行", content="第一行\n第二行")
    sent = of(service, outcome="好", content="第一行\r\n第二行", partners="临渚创投", partner_text="改", owner_id="7")
    services.send({**sent, "archived_at": "2026-01-01", "startup": "别家"})
    after = found(work, service.id)
    assert (after.partner_text, after.content, after.archived_at) == ("某银行", "第一行\n第二行", None)
    assert (after.startup_id, after.owner_id) == (service.startup_id, service.owner_id)


@pytest.mark.usefixtures("startup")
def test_a_new_row_becomes_a_service_with_how_it_was_read(services: Grid, work: Work) -> None:
    an_institution("临渚（上海）创业投资有限公司", short_name="临渚创投")
    row = {
        **NEW,
        "key": "new-row-1",
        "amount": "0.3亿",
        "partners": "临渚创投",
        "happened_on": "2026.5.3",
    }
    answer = services.send(row)["rows"]["new-row-1"]
    assert answer["state"] == "saved"
    assert answer["understood"] == {
        "happened_on": "2026-05-03",
        "amount": "30M",
        "partners": "临渚（上海）创业投资有限公司",
        "state": "Completed",
        "type_id": "Business plan",
    }
    service = found(work, answer["id"])
    assert (service.happened_on, service.amount_low, service.state) == (
        date(2026, 5, 3),
        3000 * WAN,
        ServiceState.COMPLETED,
    )


def test_every_cell_has_its_own_error(services: Grid, work: Work) -> None:
    row = {
        "key": "new-row-1",
        "startup": "查无此名",
        "happened_on": "5月35日",
        "type_id": "按摩",
        "amount": "3000",
        "handler": "长" * 81,
    }
    answer = services.send(row)
    assert answer["saved"] == 0
    assert answer["rows"]["new-row-1"]["errors"] == {
        "startup": "No startup is called “查无此名”. Choose one of the list, or add it first.",
        "happened_on": "“5月35日” is not in the calendar",
        "type_id": "Choose one of the list.",
        "amount": "“3000” has no unit: write 30M or 0.3B",
        "handler": "Write at most 80 characters.",
    }
    assert count(work) == 0


@pytest.mark.usefixtures("startup")
def test_what_a_rule_refuses_stands_in_its_cell(services: Grid) -> None:
    answer = services.send({**NEW, "key": "new-row-1", "happened_on": "2199-01-01"})["rows"]["new-row-1"]
    assert answer["state"] == "wrong"
    assert "future" in answer["errors"]["happened_on"]


@pytest.mark.usefixtures("startup")
def test_an_ambiguous_name_is_refused_with_the_candidates(services: Grid) -> None:
    a_startup("杭州衡汐智能科技有限公司", short_name="衡汐智能")
    errors = services.send({**NEW, "key": "new-row-1"})["rows"]["new-row-1"]["errors"]
    assert "上海衡汐智能科技有限公司" in errors["startup"]
    assert "杭州衡汐智能科技有限公司" in errors["startup"]


def test_namesakes_are_told_apart_by_their_place(services: Grid) -> None:
    for city in ("上海", "杭州"):
        a_startup(f"衡汐（{city}）科技有限公司", short_name="衡汐")
    row = services.send({**NEW, "key": "new-row-1", "startup": "衡汐（杭州）"})["rows"]["new-row-1"]
    assert row["state"] == "saved"


@pytest.mark.usefixtures("startup")
def test_one_wrong_row_keeps_all_from_being_saved(services: Grid, work: Work) -> None:
    answer = services.send({**NEW, "key": "new-row-1"}, {**NEW, "key": "new-row-2", "type_id": "按摩"})
    assert [answer["rows"][key]["state"] for key in ("new-row-1", "new-row-2")] == ["good", "wrong"]
    assert (answer["saved"], answer["undo"], count(work), count(work, AuditEntry)) == (0, "", 0, 2)


@pytest.mark.usefixtures("startup")
def test_the_good_ones_are_saved_and_the_others_wait(services: Grid, work: Work) -> None:
    rows = [
        {**NEW, "key": "new-row-1"},
        {**NEW, "key": "new-row-2", "happened_on": "2199-01-01"},
        {**NEW, "key": "new-row-3"},
    ]
    answer = services.send(*rows, mode="good")
    assert [answer["rows"][row["key"]]["state"] for row in rows] == ["saved", "wrong", "saved"]
    assert (answer["saved"], count(work)) == (2, 2)
    assert answer["undo"]


@pytest.mark.usefixtures("startup")
def test_trying_saves_nothing(services: Grid, work: Work) -> None:
    answer = services.send({**NEW, "key": "new-row-1"}, mode="check")
    assert answer["rows"]["new-row-1"]["state"] == "good"
    assert answer["rows"]["new-row-1"]["id"] is None
    assert count(work) == 0


@pytest.mark.usefixtures("startup")
def test_a_row_sent_twice_makes_one_record(services: Grid, work: Work) -> None:
    first = services.send({**NEW, "key": "new-row-1"})["rows"]["new-row-1"]
    again = services.send({**NEW, "key": "new-row-1"})["rows"]["new-row-1"]
    assert (again["state"], again["id"]) == ("saved", first["id"])
    assert count(work) == 1


@pytest.mark.usefixtures("startup")
def test_a_row_changed_after_an_answer_got_lost_shows_both(services: Grid, work: Work) -> None:
    services.send({**NEW, "key": "new-row-1"})
    again = services.send({**NEW, "key": "new-row-1", "outcome": "后来写的"})["rows"]["new-row-1"]
    assert (again["state"], again["cells"]["outcome"]) == ("conflict", "")
    assert count(work) == 1


def test_a_change_sent_twice_is_no_conflict_with_oneself(services: Grid) -> None:
    service = a_service()
    services.send(of(service, outcome="已交付"))
    again = services.send(of(service, outcome="已交付"))["rows"][f"row-{service.id:06}"]
    assert again["state"] == "saved"


def test_somebody_elses_row_is_not_overwritten_and_holds_up_no_other(
    services: Grid, as_role: Callable[..., Visitor], work: Work
) -> None:
    contested, other = a_service(), a_service()
    Grid(as_role("manager"), "/services/grid").send(of(contested, outcome="她的"))
    rows = services.send(of(contested, outcome="我的"), of(other, outcome="也是我的"), mode="good")["rows"]
    theirs = rows[f"row-{contested.id:06}"]
    assert (theirs["state"], theirs["cells"]["outcome"], theirs["by"][:7]) == ("conflict", "她的", "Account")
    assert found(work, contested.id).outcome == "她的"
    assert found(work, other.id).outcome == "也是我的"
    mine = services.send({**of(contested, outcome="我的"), "version": theirs["version"], "key": "row-again"})
    assert mine["saved"] == 1
    assert found(work, contested.id).outcome == "我的"


def test_a_save_can_be_undone_as_a_whole(services: Grid, finance: Visitor, work: Work) -> None:
    changed = a_service(outcome="从前")
    a_startup("上海衡汐智能科技有限公司", short_name="衡汐智能")
    answer = services.send(of(changed, outcome="现在"), {**NEW, "key": "new-row-1"})
    finance.open("/undo/", "POST", {"csrf_token": services.token, "changes": answer["undo"], "back": "/services/grid"})
    assert found(work, changed.id).outcome == "从前"
    assert found(work, answer["rows"]["new-row-1"]["id"]).archived_at is not None


@pytest.mark.parametrize("role", ["leader", "admin", "investor"])
@pytest.mark.parametrize("path", ["/services/grid", "/deals/grid"])
def test_only_those_who_write_records_have_grids(as_role: Callable[..., Visitor], role: str, path: str) -> None:
    assert as_role(role).open(path).status_code == 403


def test_what_no_page_of_ours_sends_is_refused(services: Grid) -> None:
    service = a_service()
    assert services.post(of(service, outcome="a\0b")).status_code == 400
    assert services.post({"key": "x", "outcome": "y"}).status_code == 400
    assert services.post({"key": "row-000001", "id": "-1"}).status_code == 400
    assert services.post({"key": "row-000001", "id": "9" * 30}).status_code == 400
    assert services.post(*({"key": f"row-{number:06}", "outcome": "x"} for number in range(401))).status_code == 413
    assert services.post(of(service, outcome="长" * 400_000)).status_code == 413


def test_a_row_that_is_not_there_says_so(services: Grid) -> None:
    answer = services.send({"key": "row-000001", "id": 10**9, "version": 1, "outcome": "x"})["rows"]["row-000001"]
    assert answer["errors"] == {"": "This row is no longer there."}


# --- deals


def deal_row(**cells: str) -> dict[str, str]:
    return {
        "key": "new-deal-1",
        "startup": "衡汐智能",
        "round_name": "A轮",
        "institution": "临渚创投",
        "happened_on": "2026-05-03",
        **cells,
    }


@pytest.fixture
def sides(startup: None) -> None:
    an_institution("临渚（上海）创业投资有限公司", short_name="临渚创投")


@pytest.mark.usefixtures("sides")
def test_a_new_deal_opens_its_round_and_records_the_introduction(deals: Grid, work: Work) -> None:
    answer = deals.send(deal_row(next_step="约会面", intended="500-1000万"), also_service="1")["rows"]["new-deal-1"]
    assert answer["state"] == "saved"
    with work() as session:
        deal = session.get_one(Deal, answer["id"])
        assert (deal.stage, deal.status, deal.next_step) == ("referred", DealStatus.ACTIVE, "约会面")
        assert session.scalars(sa.select(Service)).one().deal_id == deal.id


@pytest.mark.usefixtures("sides")
def test_without_the_tick_a_new_deal_records_no_service(deals: Grid, work: Work) -> None:
    deals.send(deal_row())
    assert (count(work, Deal), count(work)) == (1, 0)


@pytest.mark.usefixtures("sides")
def test_the_second_introduction_is_refused_in_its_cell(deals: Grid) -> None:
    deals.send(deal_row())
    errors = deals.send({**deal_row(), "key": "new-deal-2"})["rows"]["new-deal-2"]["errors"]
    assert errors == {"institution": "This institution was introduced to this round already."}


def test_a_changed_stage_is_a_move_of_today(deals: Grid, work: Work) -> None:
    deal = a_deal()
    answer = deals.send(of(deal, stage="会面", next_step="发 BP"))["rows"][f"row-{deal.id:06}"]
    assert (answer["state"], answer["cells"]["stage"], answer["cells"]["next_step"]) == ("saved", "Met", "发 BP")
    with work() as session:
        events = session.scalars(sa.select(DealEvent).where(DealEvent.deal_id == deal.id).order_by(DealEvent.id)).all()
        assert [event.to_stage for event in events] == ["referred", "met"]


def test_a_move_asks_for_what_it_needs(deals: Grid) -> None:
    deal = a_deal()
    row = f"row-{deal.id:06}"
    assert deals.send(of(deal, status="passed"))["rows"][row]["errors"] == {"reason": "Say why the institution passed."}
    assert deals.send(of(deal, stage="signed"))["rows"][row]["errors"] == {"signed": "Write the signed amount."}
    assert "happened_on" in deals.send(of(deal, stage="met", happened_on="2026-04-01"))["rows"][row]["errors"]
    assert deals.send(of(deal, status="passed", reason="估值"))["saved"] == 1


def test_money_received_is_recorded_once_however_often_it_is_sent(deals: Grid, work: Work) -> None:
    deal = a_deal(stage="signed", signed=3000 * WAN)
    row = of(deal, stage="funded", status="completed", received="1500万")
    assert [deals.send(row)["saved"], deals.send(row)["saved"]] == [1, 1]
    assert count(work, Receipt) == 1


def test_what_has_no_column_of_a_deal_stays(deals: Grid, work: Work) -> None:
    owner = an_account(name="周予安")
    deal = a_deal(note="只给自己看", owner_id=owner.id)
    deals.send(of(deal, next_step="回电话", institution="别家", signed_on="2020-01-01"))
    with work():
        after = db.session.get_one(Deal, deal.id)
        assert (after.note, after.owner_id, after.institution_id, after.signed_on) == (
            "只给自己看",
            owner.id,
            deal.institution_id,
            None,
        )


# --- without a script


@pytest.mark.usefixtures("startup")
def test_the_page_works_without_a_script(finance: Visitor, work: Work) -> None:
    service = a_service(outcome="从前")
    page = finance.visit("grid.edit_services").now
    cells = {
        name.partition(":")[0]: name
        for name in page.fields_of(page.form_of("Save all")[0])
        if name.endswith(":outcome")
    }
    kept = next(name for key, name in cells.items() if page.fields_of(page.form_of("Save all")[0]).get(f"{key}:id"))
    finance.submit("Save all", **{kept: "现在"})
    assert found(work, service.id).outcome == "现在"
    assert "1 row was saved." in finance.now.html


@pytest.mark.usefixtures("startup")
def test_without_a_script_a_wrong_row_comes_back_as_it_was_typed(finance: Visitor, work: Work) -> None:
    form, _ = finance.visit("grid.edit_services").now.form_of("Save all")
    key = next(name.partition(":")[0] for name in finance.now.fields_of(form) if name.endswith(":startup"))
    finance.submit(
        "Save all", **{f"{key}:startup": "衡汐智能", f"{key}:type_id": "BP辅导", f"{key}:happened_on": "胡说"}
    )
    assert finance.status == 422
    assert "“胡说” is not a date" in finance.text
    fields = finance.now.fields_of(finance.now.form_of("Save all")[0])
    assert fields[f"{key}:happened_on"] == "胡说"
    finance.submit("Save all", **{f"{key}:happened_on": "2026-05-03"})
    assert count(work) == 1


def test_without_a_script_two_people_choose_by_ticks(
    finance: Visitor, as_role: Callable[..., Visitor], work: Work
) -> None:
    service = a_service(outcome="从前")
    form, _ = finance.visit("grid.edit_services").now.form_of("Save all")
    fields = finance.now.fields_of(form)
    key = next(
        name.partition(":")[0] for name, value in fields.items() if name.endswith(":id") and value == str(service.id)
    )
    Grid(as_role("manager"), "/services/grid").send(of(service, outcome="她的"))
    finance.submit("Save all", **{f"{key}:outcome": "我的", f"{key}:handler": "我"})
    assert "Take theirs: 她的" in finance.text
    finance.submit("Save all", **{f"{key}:theirs": ["outcome"]})
    after = found(work, service.id)
    assert (after.outcome, after.handler) == ("她的", "我")
