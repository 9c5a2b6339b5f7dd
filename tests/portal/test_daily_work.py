"""The investor's daily work over HTTP: watch, note, pass, ask, meet, and what the desk does with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from crm.accounts.models import Account, Role
from crm.core.clock import SHANGHAI
from crm.startups.models import Startup
from tests.factories import (
    a_deal,
    a_published_startup,
    a_question,
    a_round,
    a_startup,
    a_watch_note,
    an_account,
    an_appointment,
    an_institution,
    withdraw,
)
from tests.support.visitor import Visitor

SignIn = Callable[..., Visitor]


def hengxi(**values: object) -> Startup:
    return a_published_startup("上海衡汐智能科技有限公司", **{"short_name": "衡汐智能", **values})


def in_days(days: int) -> str:
    return f"{(datetime.now(UTC) + timedelta(days=days)).astimezone(SHANGHAI):%Y-%m-%dT14:30}"


def an_investor(app_visitor: Visitor, **values: object) -> tuple[Visitor, Account]:
    account = an_account(Role.INVESTOR, an_institution("临渚创投").id, **values)
    return Visitor(app_visitor.app).signed_in_as(account), account


def test_home_shows_what_is_new_what_waits_and_what_is_watched(as_role: SignIn) -> None:
    startup, institution = hengxi(), an_institution("临渚创投")
    a_deal(startup, institution, stage="referred")
    investor = as_role("investor", institution.id)
    investor.visit("portal.show_startup", startup_id=startup.id).submit("Watch")
    text = investor.visit("portal.show_home").text
    for told in ("Latest profiles", "To answer", "interested, or not now?", "Talking", "衡汐智能"):
        assert told in text


def test_new_since_the_last_visit_stays_new_for_the_whole_visit(visitor: Visitor) -> None:
    from unittest.mock import patch

    from crm.core.clock import now

    investor, account = an_investor(visitor)
    hengxi()
    assert "Latest profiles" in investor.visit("portal.show_home").text
    later = now() + timedelta(hours=6)
    with patch("tests.support.visitor.now", lambda: later):
        investor.signed_in_as(account)
    for _ in range(2):
        assert "No profile was published since then" in investor.visit("portal.show_home").text
    with patch("tests.support.visitor.now", lambda: later + timedelta(minutes=20)):
        investor.signed_in_as(account)  # the phone, within the same visit
    assert "No profile was published since then" in investor.visit("portal.show_home").text


def test_a_note_is_shared_with_colleagues_and_puts_the_startup_on_the_list(as_role: SignIn) -> None:
    startup, institution = hengxi(), an_institution("临渚创投")
    investor, colleague = as_role("investor", institution.id), as_role("investor", institution.id)
    investor.visit("portal.add_note", startup_id=startup.id).submit("Add the note", text="先看毛利率")
    assert "先看毛利率" in colleague.visit("portal.list_watched").text
    colleague.visit("portal.add_note", startup_id=startup.id)
    assert "Delete" not in colleague.now.html, "only the writer or whoever is in charge deletes it"
    investor.visit("portal.add_note", startup_id=startup.id).submit("Delete")
    assert "先看毛利率" not in investor.text


def test_passing_needs_no_reason_and_the_deal_says_the_same(as_role: SignIn, finance: Visitor) -> None:
    startup, institution = hengxi(), an_institution("临渚创投")
    deal = a_deal(startup, institution, stage="met")
    investor = as_role("investor", institution.id)
    investor.visit("portal.pass_startup", startup_id=startup.id).submit("Not now")
    assert "Take back" in investor.text
    assert "Passed" in finance.visit("deals.show_deal", deal_id=deal.id).text
    investor.submit("Take back")
    assert "I am interested" in investor.text
    assert "Active" in finance.visit("deals.show_deal", deal_id=deal.id).text
    assert "Met" in finance.text, "it goes on where it stood"


def test_a_reason_is_told_to_the_startup_only_where_it_was_ticked(as_role: SignIn, finance: Visitor) -> None:
    startup, institution = hengxi(), an_institution("临渚创投")
    deal = a_deal(startup, institution, stage="met")
    investor = as_role("investor", institution.id)
    investor.visit("portal.pass_startup", startup_id=startup.id)
    form = investor.now.fields_of(investor.now.form_of("Not now")[0])
    assert "tell_startup" not in form, "the box is not ticked"
    investor.submit("Not now", reason="valuation")
    assert "Valuation" in finance.visit("deals.show_deal", deal_id=deal.id).text


def test_another_reason_needs_words(investor: Visitor) -> None:
    startup = hengxi()
    investor.visit("portal.pass_startup", startup_id=startup.id).submit("Not now", reason="other")
    assert investor.status == 422
    assert investor.now.error_of("In words") == "Say the reason in words."


def test_interest_after_not_now_takes_the_pass_back(as_role: SignIn, finance: Visitor) -> None:
    startup, institution = hengxi(), an_institution("临渚创投")
    round = a_round(startup, "a+")
    deal = a_deal(startup, institution, round_name="a+", stage="referred")
    assert deal.round_id == round.id
    investor = as_role("investor", institution.id)
    investor.visit("portal.pass_startup", startup_id=startup.id).submit("Not now")
    investor.visit("portal.express_interest", startup_id=startup.id).submit("I am interested", note="再看看")
    text = finance.visit("deals.show_deal", deal_id=deal.id).text
    assert "Interested" in text
    assert "Active" in text


def test_a_question_goes_to_the_desk_and_its_answer_comes_back(as_role: SignIn, finance: Visitor) -> None:
    startup, institution = hengxi(), an_institution("临渚创投")
    investor = as_role("investor", institution.id)
    investor.visit("portal.ask_question", startup_id=startup.id).submit("Send the question", text="毛利率是多少？")
    finance.visit("notifications.list_notices")
    assert "A question from the portal" in finance.text
    finance.visit("questions.list_questions").click("毛利率是多少？")
    finance.submit("Answer the institution", text="2025 年为 61%。")
    assert investor.visit("portal.show_home").now.html.count("Your question about 衡汐智能 was answered") == 1
    text = investor.visit("portal.list_questions").click("毛利率是多少？").text
    assert "2025 年为 61%。" in text
    assert finance.account is not None
    assert finance.account.name not in text, "the desk answers as the platform"


def test_what_the_startup_wrote_waits_for_the_desk(visitor: Visitor, finance: Visitor) -> None:
    startup = hengxi()
    investor, account = an_investor(visitor)
    question = a_question(startup, account)
    founder = Visitor(visitor.app).signed_in_as(an_account(Role.FOUNDER, startup_id=startup.id))
    assert "No question waits" in founder.visit("founders.list_questions").text
    assert founder.visit("founders.answer_question", question_id=question.id).status == 404, "nobody passed it on"
    finance.visit("questions.show_question", question_id=question.id).submit("Pass on to the startup")
    html = founder.visit("founders.list_questions").click("Write the answer").now.html
    assert "毛利率是多少？" in html
    assert "临渚" not in html
    assert account.name not in html
    founder.submit("Send the answer", text="毛利率 61%，附审计报告。")
    assert "毛利率 61%" not in investor.visit("portal.show_question", question_id=question.id).text
    finance.visit("questions.show_question", question_id=question.id).submit("Send to the institution")
    assert "毛利率 61%" in investor.visit("portal.show_question", question_id=question.id).text
    other = Visitor(visitor.app).signed_in_as(an_account(Role.FOUNDER, startup_id=a_published_startup().id))
    assert other.visit("founders.answer_question", question_id=question.id).status == 404


def test_a_shared_answer_names_nobody(visitor: Visitor, finance: Visitor, as_role: SignIn) -> None:
    startup = hengxi()
    _investor, account = an_investor(visitor)
    question = a_question(startup, account)
    finance.visit("questions.show_question", question_id=question.id).submit("Answer the institution", text="61%。")
    finance.click("Share with every reader").submit("Share it", asked="临渚创投问：毛利率？", told="61%。")
    assert finance.status == 422
    assert finance.now.error_of("Question") == "This names who asked: every reader would see it."
    finance.submit("Share it", asked="毛利率是多少？", told="2025 年为 61%。")
    other = as_role("investor")
    html = other.visit("portal.ask_question", startup_id=startup.id).now.html
    assert "2025 年为 61%。" in html
    assert "临渚" not in html
    finance.submit("Take back from readers")
    assert "2025 年为 61%。" not in other.visit("portal.ask_question", startup_id=startup.id).now.html


def test_a_refused_question_says_why(visitor: Visitor, finance: Visitor) -> None:
    startup = hengxi()
    investor, account = an_investor(visitor)
    question = a_question(startup, account)
    finance.visit("questions.refuse_question", question_id=question.id).submit("Do not pass on", word="涉及个人信息")
    assert "涉及个人信息" in investor.visit("portal.show_question", question_id=question.id).text


def test_a_meeting_is_asked_for_set_moved_and_called_off(as_role: SignIn, finance: Visitor) -> None:
    startup, institution = hengxi(), an_institution("临渚创投")
    deal = a_deal(startup, institution, stage="interested")
    investor = as_role("investor", institution.id)
    investor.visit("portal.ask_appointment", startup_id=startup.id)
    investor.submit("Ask for the meeting", first=in_days(7), with_whom="CTO", note="看产线部署")
    assert "proposed times" in investor.text
    path = f"{investor.now.url}/calendar.ics"
    assert investor.open(path).status_code == 404, "no time is set yet"
    finance.visit("appointments.list_appointments").click("衡汐智能").submit("Set the meeting", place="云锦路 500 号")
    assert "云锦路 500 号" in investor.visit("portal.list_appointments").click("衡汐智能").text
    first = investor.open(path).get_data(as_text=True)
    assert "SEQUENCE:0" in first
    assert "云锦路 500 号" in first
    assert "Interested" in finance.visit("deals.show_deal", deal_id=deal.id).text, "no deal moves by it"
    assert "看产线部署" in finance.text, "the meeting stands among what happened to the deal"
    finance.visit("appointments.list_appointments").click("衡汐智能").submit("Set another time", starts=in_days(9))
    moved = investor.open(path).get_data(as_text=True)
    assert "SEQUENCE:1" in moved
    assert [line for line in moved.splitlines() if line.startswith("UID")] == [
        line for line in first.splitlines() if line.startswith("UID")
    ]
    investor.visit("portal.list_appointments").click("衡汐智能").click("Call it off").submit("Call it off", word="出差")
    assert "STATUS:CANCELLED" in investor.open(path).get_data(as_text=True)
    assert "called a meeting off" in finance.visit("notifications.list_notices").text


def test_a_time_that_has_passed_is_refused_beside_the_field(investor: Visitor) -> None:
    startup = hengxi()
    investor.visit("portal.ask_appointment", startup_id=startup.id).submit("Ask for the meeting", first=in_days(-2))
    assert investor.status == 422
    assert investor.now.error_of("A time that suits you") == "A time that you propose has passed already."


def test_my_deal_tells_its_stages_without_notes_of_the_desk(as_role: SignIn) -> None:
    startup, institution = hengxi(), an_institution("临渚创投")
    deal = a_deal(startup, institution, stage="met", note="对方压价", next_step="内部先对齐")
    html = as_role("investor", institution.id).visit("portal.show_deal", deal_id=deal.id).now.html
    assert "Met" in html
    assert "对方压价" not in html
    assert "内部先对齐" not in html


def test_the_institution_is_told_its_next_step_and_never_the_desks(visitor: Visitor, finance: Visitor) -> None:
    startup, (investor, account) = hengxi(), an_investor(visitor)
    deal = a_deal(startup, an_institution_of(account), stage="met", next_step="内部先对齐")
    finance.visit("deals.edit_deal", deal_id=deal.id).submit("Save", institution_step="请补签保密协议")
    finance.visit("deals.edit_deal", deal_id=deal.id).submit("Save", note="对方压价")
    text = investor.visit("portal.list_notices").text
    assert "The next step with 衡汐智能" in text
    assert text.count("请补签保密协议") == 1, "told once, when it changed"
    for page in ("portal.list_deals", "portal.show_deal"):
        told = investor.visit(page, **({"deal_id": deal.id} if page.endswith("deal") else {})).text
        assert "请补签保密协议" in told
        assert "内部先对齐" not in told
    withdraw(startup)
    assert "请补签保密协议" not in investor.visit("portal.list_notices").text


def test_of_an_unpublished_startup_no_step_is_told(visitor: Visitor, finance: Visitor) -> None:
    investor, account = an_investor(visitor)
    deal = a_deal(a_startup(), an_institution_of(account), stage="met")
    finance.visit("deals.edit_deal", deal_id=deal.id).submit("Save", institution_step="请补签保密协议")
    assert "No notices yet" in investor.visit("portal.list_notices").text


def test_whoever_is_in_charge_invites_and_removes_colleagues(visitor: Visitor) -> None:
    institution = an_institution("临渚创投")
    head, junior = (an_account(Role.INVESTOR, institution.id) for _ in range(2))
    in_charge, other = (Visitor(visitor.app).signed_in_as(one) for one in (head, junior))
    assert "Invite a colleague" not in other.visit("portal.list_colleagues").text
    assert other.visit("portal.invite_colleague").status == 403
    in_charge.visit("portal.invite_colleague").submit("Make the invitation", name="顾南乔", username="gu.nanqiao")
    address = in_charge.now.html.split('id="link-address" value="')[1].split('"')[0]
    assert "/links/" in address
    assert "顾南乔" in other.visit("portal.list_colleagues").text
    in_charge.visit("portal.remove_colleague", account_id=junior.id).submit("Remove the colleague")
    assert other.visit("portal.list_colleagues").now.h1 == "Sign in"


def test_staff_say_who_is_in_charge(visitor: Visitor, finance: Visitor) -> None:
    institution = an_institution("临渚创投")
    an_account(Role.INVESTOR, institution.id)
    junior = an_account(Role.INVESTOR, institution.id)
    other = Visitor(visitor.app).signed_in_as(junior)
    finance.visit("institutions.list_people", institution_id=institution.id).submit("Put in charge")
    assert other.visit("portal.invite_colleague").status == 200


def test_a_form_sent_twice_asks_once(visitor: Visitor, finance: Visitor) -> None:
    startup = hengxi()
    investor, _account = an_investor(visitor)
    page = investor.visit("portal.ask_question", startup_id=startup.id).now
    form = page.fields_of(page.form_of("Send the question")[0]) | {"text": "毛利率？"}
    places = [investor.open(page.url, "POST", form).location for _ in range(2)]
    assert places[0] == places[1]
    assert len(finance.visit("questions.list_questions").now.rows) == 2, "the head of the table and one question"


def test_lists_cost_as_many_statements_for_ten_rows_as_for_one(visitor: Visitor) -> None:
    from tests.support.queries import counted_statements

    investor, account = an_investor(visitor)
    pages = ("portal.show_home", "portal.list_watched", "portal.list_questions", "portal.list_appointments")

    def fill(many: int) -> None:
        for _ in range(many):
            startup = a_published_startup()
            a_watch_note(startup, account)
            a_question(startup, account)
            an_appointment(startup, account)
            a_deal(startup, an_institution_of(account), stage="referred")

    def cost(page: str) -> int:
        investor.visit(page)
        with counted_statements(investor.app) as counted:
            investor.visit(page)
        return len(counted)

    fill(1)
    before = {page: cost(page) for page in pages}
    fill(9)
    assert {page: cost(page) for page in pages} == before
    assert max(before.values()) <= 12


def an_institution_of(account: Account) -> object:
    from crm.core.db import db
    from crm.institutions.models import Institution
    from tests.factories import writing

    with writing():
        return db.session.get_one(Institution, account.institution_id)


def test_what_we_passed_on_is_hidden_until_asked_for(as_role: SignIn) -> None:
    startup = hengxi()
    investor, other = as_role("investor"), as_role("investor")
    investor.visit("portal.pass_startup", startup_id=startup.id).submit("Not now")
    assert "衡汐" not in investor.visit("portal.list_startups").now.html
    assert "衡汐" in investor.visit("portal.list_startups", passed="1").text
    assert "衡汐" in other.visit("portal.list_startups").text, "another institution has not passed on it"


def test_who_watches_is_told_of_a_new_version_and_of_withdrawal_without_a_name(
    as_role: SignIn, manager: Visitor
) -> None:
    from crm.publishing import actions
    from crm.startups.queries import find_startup
    from tests.factories import AT, BY, made

    startup = hengxi()
    investor, other = as_role("investor"), as_role("investor")
    investor.visit("portal.show_startup", startup_id=startup.id).submit("Watch")

    def published_anew() -> None:
        found = find_startup(BY, startup.id)
        assert found is not None
        found.summary = "把模型压到端侧"
        actions.publish(found, by=BY, at=AT)

    def withdrawn() -> None:
        found = find_startup(BY, startup.id)
        assert found is not None
        actions.withdraw(found, by=BY, at=AT)

    made(published_anew)
    assert "衡汐智能, which you watch, published its profile anew" in investor.visit("portal.list_notices").text
    assert "No notices yet" in other.visit("portal.list_notices").text
    made(withdrawn)
    text = investor.visit("portal.list_notices").text
    assert "A profile that you watch was withdrawn" in text
    assert "衡汐" not in text
    assert "a startup that is no longer published, which you watch" in text


def test_the_desk_sees_how_much_waits(visitor: Visitor, finance: Visitor) -> None:
    _investor, account = an_investor(visitor)
    startup = hengxi()
    a_question(startup, account)
    an_appointment(startup, account)
    assert "2 requests from investors" in finance.visit("home.show_home").text
