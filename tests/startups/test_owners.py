"""Who at the desk answers for a startup: chosen on its form, listed, changed for many, handed over."""

from __future__ import annotations

from crm.core.db import db
from crm.notifications.models import Notice, NoticeKind
from crm.startups.models import Startup
from tests.conftest import Work
from tests.factories import a_startup, an_account
from tests.support.visitor import Visitor


def listed(visitor: Visitor, **asked: str) -> list[tuple[str, str]]:
    """(name, owner) of the startups that the list shows for an address."""
    headings, *rows = visitor.visit("startups.list_startups", **asked).now.rows or [["Startup", "Owner"]]
    return [(row[0], row[headings.index("Owner")]) for row in rows]


def test_who_adds_a_startup_answers_for_it_until_the_form_says_otherwise(finance: Visitor, work: Work) -> None:
    colleague = an_account(name="周牧之")
    finance.visit("startups.add_startup")
    folded = {field.get("name") for fold in finance.now.all("details") for field in fold.iter()}
    assert "owner_id" in folded, "what everybody begins with is not shown at first sight"
    finance.submit("Add the startup", name="衡汐智能")
    assert finance.account is not None
    assert f"Owner {finance.account.name}" in finance.text
    finance.click("Edit").submit("Save", owner_id=str(colleague.id))
    assert "Owner 周牧之" in finance.text
    finance.submit("Undo")
    assert f"Owner {finance.account.name}" in finance.text


def test_the_list_is_narrowed_to_ones_own_and_to_a_colleagues(finance: Visitor) -> None:
    assert finance.account is not None
    colleague = an_account(name="周牧之")
    a_startup("甲", owner_id=finance.account.id)
    a_startup("乙", owner_id=colleague.id)
    a_startup("丙")
    assert listed(finance, owner="me") == [("甲", finance.account.name)]
    assert listed(finance, owner=str(colleague.id)) == [("乙", "周牧之")]
    assert len(listed(finance)) == 3
    assert listed(finance, owner="nobody we know") == listed(finance)


def test_ticked_startups_get_another_owner_and_come_back(finance: Visitor) -> None:
    colleague, startup = an_account(name="周牧之"), a_startup("甲")
    form = finance.visit("startups.list_startups").now
    sent = {"csrf_token": form.fields_of(form.form_of("Change owner")[0])["csrf_token"], "do": "owner"}
    path = "/startups/many"
    finance.read(finance.open(path, "POST", {**sent, "pick": [startup.id], "owner_id": colleague.id}), path)
    assert finance.now.rows[1][-2] == "周牧之"
    finance.submit("Undo")
    assert finance.now.rows[1][-2] == "—"


def test_disabling_an_account_counts_its_startups_and_gives_them_to_who_takes_over(admin: Visitor, work: Work) -> None:
    leaving, heir = an_account(name="周牧之"), an_account(name="林予安")
    startup = a_startup(owner_id=leaving.id)
    a_startup(owner_id=leaving.id)
    admin.visit("accounts.disable_account", account_id=leaving.id)
    assert "Startups2it answers for them" in admin.text
    admin.submit("Disable the account", to=str(heir.id))
    with work() as session:
        assert session.get_one(Startup, startup.id).owner_id == heir.id
        told = session.query(Notice).filter_by(account_id=heir.id, kind=NoticeKind.STARTUPS_HANDED_OVER).one()
        assert told.times == 2
    admin.submit("Undo")
    with work():
        assert db.session.get_one(Startup, startup.id).owner_id == leaving.id


def test_one_value_of_the_rarer_fields_shows_that_field_and_not_all_of_them(finance: Visitor) -> None:
    startup = a_startup(short_name="衡汐智能", headcount=60)
    page = finance.visit("startups.edit_startup", startup_id=startup.id).now
    folded = {field.get("name") for fold in page.all("details") for field in fold.iter() if field.get("name")}
    assert "headcount" not in folded
    assert {"structure", "joined_on", "note"} <= folded
