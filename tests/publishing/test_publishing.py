"""Profiles are published as dated versions, on what a startup authorised, to those whom it named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from crm.accounts.models import Role
from crm.audit.models import AuditEntry
from crm.core.clock import day_of, now
from crm.publishing import actions
from crm.publishing.models import Authorisation, Ending, ProfileView, Publication, Reading
from crm.startups.models import Startup
from tests.conftest import Work
from tests.factories import (
    ALL_INVITED,
    AT,
    WAN,
    a_deal,
    a_document,
    a_paper,
    a_product,
    a_published_startup,
    a_reported_metric,
    a_round,
    a_startup,
    an_account,
    an_authorisation,
    an_institution,
    publish,
    run_out,
    withdraw,
    writing,
)
from tests.support.page import Page
from tests.support.queries import counted_statements
from tests.support.visitor import Visitor

NAME = "上海衡汐智能科技有限公司"
DEFAULT = {**ALL_INVITED, "terms": "confidential", "metrics": "confidential", "past_rounds": "confidential"}
Roles = Callable[..., Visitor]


def an_investor(app: Flask, *, accepted: bool = False) -> Visitor:
    institution = an_institution()
    account = an_account(Role.INVESTOR, institution.id)
    if accepted:
        a_paper(institution)
        a_paper(institution, account)
    return Visitor(app).signed_in_as(account)


def versions(work: Work, startup: Startup) -> list[tuple[int, Ending | None]]:
    with work() as session:
        rows = session.scalars(sa.select(Publication).where(Publication.startup_id == startup.id))
        return [(one.number, one.ending) for one in sorted(rows, key=lambda one: one.number)]


def article(page: Page) -> str:
    """What a reader reads, without the frame around it."""
    return page.html.split("<article>")[1].split("</article>")[0].split("<h1>")[1]


# --- authorising and publishing


def test_nothing_is_published_without_an_authorisation(manager: Visitor, work: Work) -> None:
    startup = a_startup()
    page = manager.visit("startups.show_publishing", startup_id=startup.id)
    assert "No valid authorisation" in page.text
    token = page.now.all("meta", name="csrf-token")[0].get("content")
    manager.read(manager.open(f"/startups/{startup.id}/publish", "POST", {"csrf_token": token}), "/")
    assert "Record first what the startup authorised" in manager.text
    assert versions(work, startup) == []


def test_a_manager_records_an_authorisation_looks_and_publishes(manager: Visitor, investor: Visitor) -> None:
    startup = a_startup(NAME, short_name="衡汐智能", profile="端侧推理引擎")
    manager.visit("startups.show_publishing", startup_id=startup.id).click("Record an authorisation")
    manager.submit("Record it", signed_by="许望舒", signed_on="2026-06-01", until="2099-01-01", documents="商业计划书")
    assert "许望舒" in manager.text
    assert "商业计划书" in manager.text
    assert investor.visit("portal.show_startup", startup_id=startup.id).status == 404
    assert "端侧推理引擎" in manager.click("Preview as investors see it").text
    manager.click("Back to publishing").submit("Publish version 1")
    assert "Investors read version 1 now" in manager.text
    assert "端侧推理引擎" in investor.visit("portal.show_startup", startup_id=startup.id).text


def test_named_institutions_must_be_named_and_known(manager: Visitor) -> None:
    startup = a_startup()
    manager.visit("publishing.authorise_startup", startup_id=startup.id)
    told = {"signed_by": "许望舒", "signed_on": "2026-06-01", "audience": "named"}
    assert manager.submit("Record it", **told).now.error_of("Institutions") == "Name at least one institution."
    manager.submit("Record it", **told, institutions="查无此名")
    assert "查无此名" in manager.now.error_of("Institutions")


def test_only_managers_publish(as_role: Roles) -> None:
    startup = a_published_startup()
    for role in ("finance", "leader"):
        visitor = as_role(role)
        page = visitor.visit("startups.show_publishing", startup_id=startup.id)
        assert page.status == 200
        assert "Withdraw from the portal" not in page.text
        assert visitor.visit("previews.preview_startup", startup_id=startup.id).status == 403


def test_the_signed_paper_is_shown_to_those_who_write(as_role: Roles) -> None:
    startup = a_startup()
    a_document(an_authorisation(startup), "授权书.png")
    for role, seen in (("finance", True), ("leader", False)):
        assert ("授权书" in as_role(role).visit("startups.show_publishing", startup_id=startup.id).now.html) == seen


def test_later_changes_wait_until_the_next_version(manager: Visitor, investor: Visitor, work: Work) -> None:
    startup = a_published_startup(NAME, short_name="衡汐智能", profile="第一版文字")
    with writing():
        actions.db.session.get_one(Startup, startup.id).profile = "第二版文字"
    a_product(startup, "后加的产品")
    for page in ("第一版文字", "后加的产品"):
        assert (page in investor.visit("portal.show_startup", startup_id=startup.id).text) == (page == "第一版文字")
    told = manager.visit("startups.show_publishing", startup_id=startup.id).now.rows
    assert ["What it does · Profile", "第一版文字", "第二版文字"] in told
    assert any("后加的产品" in row[0] for row in told)
    manager.submit("Publish version 2")
    text = investor.visit("portal.show_startup", startup_id=startup.id).text
    assert "第二版文字" in text
    assert "version 2" in text
    assert versions(work, startup) == [(1, Ending.SUPERSEDED), (2, None)]
    assert "第一版文字" in manager.visit("previews.preview_startup", startup_id=startup.id, version=1).text
    for unknown in (10**30, "9" * 5000, "x"):
        assert manager.visit("previews.preview_startup", startup_id=startup.id, version=unknown).status == 200


def test_a_version_never_changes(work: Work) -> None:
    startup = a_published_startup(NAME)
    with work() as session:
        before = session.scalars(sa.select(Publication)).one()
        kept = (before.layers, before.digest, before.name)
    with writing():
        renamed = actions.db.session.get_one(Startup, startup.id)
        renamed.call("改名后的公司", "")
    publish(startup)
    with work() as session:
        first, second = session.scalars(sa.select(Publication).order_by(Publication.number))
        assert (first.layers, first.digest, first.name) == kept
        assert (second.name, second.digest != first.digest) == ("改名后的公司", True)


def test_a_picture_is_seen_once_its_version_is_published(investor: Visitor, manager: Visitor) -> None:
    startup = a_published_startup()
    picture = a_document(a_product(startup))
    address = f"/portal/startups/{startup.id}/pictures/{picture.id}"
    assert (investor.open(address).status_code, manager.open(address).status_code) == (404, 200)
    publish(startup)
    assert investor.open(address).status_code == 200


def test_what_says_the_same_is_not_published_again(manager: Visitor) -> None:
    startup = a_published_startup()
    page = manager.visit("startups.show_publishing", startup_id=startup.id)
    assert "Nothing has changed since version 1" in page.text
    assert "Publish version" not in page.text


def test_a_renewed_authorisation_takes_effect_when_somebody_publishes(investor: Visitor, work: Work) -> None:
    startup = a_published_startup(team="许望舒，创始人")
    fewer = {name: layer for name, layer in ALL_INVITED.items() if name != "team"}
    an_authorisation(startup, fewer)
    assert "许望舒，创始人" in investor.visit("portal.show_startup", startup_id=startup.id).text
    publish(startup)
    assert "许望舒，创始人" not in investor.visit("portal.show_startup", startup_id=startup.id).text


# --- who reads it


def test_only_named_institutions_find_and_read_it(app: Flask) -> None:
    startup = a_startup(NAME, short_name="衡汐智能")
    mine, other = an_investor(app), an_investor(app)
    assert mine.account is not None
    with writing():
        institution = actions.db.session.get_one(actions.Institution, mine.account.institution_id)
    an_authorisation(startup, institutions=[institution])
    publish(startup)
    for visitor, allowed in ((mine, True), (other, False)):
        assert (visitor.visit("portal.show_startup", startup_id=startup.id).status == 200) == allowed
        assert ("衡汐" in visitor.visit("portal.list_startups").text) == allowed
        assert ("衡汐" in visitor.visit("portal.list_startups", q="衡汐").now.html.split("<main")[1]) or not allowed
        assert bool(visitor.open("/search/suggest?q=衡汐").get_json()["items"]) == allowed
        assert (visitor.open(f"/portal/compare?startup={startup.id}").status_code == 200) == allowed
        a_deal(startup, actions.Institution(id=visitor.account.institution_id))  # type: ignore[union-attr]
        assert ("衡汐" in visitor.visit("portal.list_deals").text) == allowed


def test_what_is_confidential_is_read_after_accepting(app: Flask) -> None:
    startup = a_published_startup(NAME, DEFAULT)
    a_round(startup, "a+", valuation=60_000 * WAN, use_of_proceeds="流片与量产")
    a_reported_metric(startup, "revenue", 4260 * WAN, period="2025", for_investors=True)
    publish(startup)
    before = an_investor(app).visit("portal.show_startup", startup_id=startup.id)
    after = an_investor(app, accepted=True).visit("portal.show_startup", startup_id=startup.id)
    for secret in ("流片与量产", "42.6M", "600M"):
        assert secret not in before.now.html
        assert secret in after.text
    assert "Terms of this round" in before.text
    assert before.now.links()["Read and accept the terms"].endswith(f"next=/portal/startups/{startup.id}")
    assert "Read and accept the terms" not in after.text


@pytest.mark.parametrize("accepted", [False, True])
def test_the_preview_is_what_the_reader_gets(app: Flask, manager: Visitor, work: Work, accepted: bool) -> None:
    startup = a_published_startup(NAME, DEFAULT, profile="端侧推理引擎", team="许望舒")
    a_round(startup, "a+", valuation=60_000 * WAN, use_of_proceeds="流片与量产")
    a_product(startup)
    publish(startup)
    investor = an_investor(app, accepted=accepted)
    assert investor.account is not None
    read = article(investor.visit("portal.show_startup", startup_id=startup.id).now)
    accept = read.split('<p class="mb-0"><a class="btn')
    with work() as session:
        opened = session.scalar(sa.select(sa.func.count()).select_from(ProfileView))
    shown = manager.visit("previews.preview_startup", startup_id=startup.id, version=2, reader=investor.account.id)
    assert "".join(article(shown.now).split()) == "".join(
        (accept[0] + accept[1].split("</p>", 1)[1] if len(accept) > 1 else read).split()
    )
    assert ("has accepted" in shown.text) == accepted
    with work() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(ProfileView)) == opened


def test_every_reading_is_written_down_and_the_reader_is_told(
    app: Flask, finance: Visitor, investor: Visitor, work: Work
) -> None:
    startup, hidden = a_published_startup(NAME), a_startup()
    page = investor.visit("portal.show_startup", startup_id=startup.id)
    assert "The platform keeps who opened this profile" in page.text
    investor.visit("portal.show_startup", startup_id=hidden.id)
    investor.visit("portal.compare_startups", startup=startup.id)
    page = investor.visit("portal.show_startup", startup_id=startup.id)
    page.submit("One page as PDF")
    with work() as session:
        views = session.scalars(sa.select(ProfileView).order_by(ProfileView.id)).all()
        assert [one.what for one in views] == [Reading.PAGE, Reading.COMPARISON, Reading.PDF], (
            "twice within an hour is once"
        )
        assert {(one.startup_id, one.account_id) for one in views} == {(startup.id, investor.account.id)}  # type: ignore[union-attr]
    rows = finance.visit("startups.show_publishing", startup_id=startup.id).now.rows
    assert [row[0] for row in rows if "Comparison" in row] == [investor.account.name]  # type: ignore[union-attr]


# --- ending


def test_withdrawing_acts_on_the_next_request_everywhere(app: Flask, investor: Visitor) -> None:
    startup = a_published_startup(NAME, short_name="衡汐智能")
    picture = a_document(a_product(startup))
    publish(startup)
    here = f"/portal/startups/{startup.id}"
    paths = (here, f"{here}/pictures/{picture.id}", f"/portal/compare?startup={startup.id}")
    assert [investor.open(path).status_code for path in paths] == [200] * 3
    withdraw(startup)
    assert [investor.open(path).status_code for path in paths] == [404] * 3
    assert investor.open("/search/suggest?q=衡汐").get_json()["items"] == []
    assert "衡汐" not in investor.visit("portal.list_startups").text


def test_an_archived_startup_is_read_by_nobody_until_it_is_restored(manager: Visitor, investor: Visitor) -> None:
    startup = a_published_startup(NAME, short_name="衡汐智能")
    manager.visit("startups.show_startup", startup_id=startup.id).submit("Archive")
    assert investor.visit("portal.show_startup", startup_id=startup.id).status == 404
    assert investor.open("/search/suggest?q=衡汐").get_json()["items"] == []
    manager.submit("Undo")
    assert investor.visit("portal.show_startup", startup_id=startup.id).status == 200


def test_what_ran_out_ends_in_the_books_and_stays_on_the_list_of_what_expires(
    finance: Visitor, investor: Visitor, work: Work
) -> None:
    startup = a_published_startup(NAME)
    run_out(startup, day_of(now()) - timedelta(days=1))
    assert investor.visit("portal.show_startup", startup_id=startup.id).status == 404
    with work():
        assert actions.withdraw_expired(at=now()) == 1
    with work():
        assert actions.withdraw_expired(at=now()) == 0
    assert versions(work, startup) == [(1, Ending.EXPIRED)]
    assert NAME in finance.visit("expiring.list_expiring").text


def test_revoking_withdraws_and_can_be_undone(manager: Visitor, investor: Visitor, work: Work) -> None:
    startup = a_published_startup()
    manager.visit("startups.show_publishing", startup_id=startup.id).submit("Revoke 许望舒")
    assert investor.visit("portal.show_startup", startup_id=startup.id).status == 404
    with work() as session:
        assert session.scalars(sa.select(AuditEntry.verb).order_by(AuditEntry.id)).all()[-1] == "revoked"
    manager.submit("Undo")
    assert investor.visit("portal.show_startup", startup_id=startup.id).status == 200


def test_publishing_is_undone_by_the_version_before(manager: Visitor, investor: Visitor, work: Work) -> None:
    startup = a_published_startup(profile="第一版文字")
    with writing():
        actions.db.session.get_one(Startup, startup.id).profile = "第二版文字"
    manager.visit("startups.show_publishing", startup_id=startup.id).submit("Publish version 2").submit("Undo")
    assert "第一版文字" in investor.visit("portal.show_startup", startup_id=startup.id).text
    assert versions(work, startup) == [(1, None), (2, Ending.WITHDRAWN)]


def test_an_authorisation_recorded_by_mistake_is_taken_back(manager: Visitor, work: Work) -> None:
    startup = a_startup()
    manager.visit("publishing.authorise_startup", startup_id=startup.id)
    manager.submit("Record it", signed_by="许望舒", signed_on="2026-06-01").submit("Undo")
    with work() as session:
        assert session.scalars(sa.select(Authorisation)).one().revoked_at is not None


def test_a_pdf_of_an_earlier_version_is_gone_once_a_later_one_is_published(investor: Visitor) -> None:
    startup = a_published_startup(profile="第一版文字")
    investor.visit("portal.show_startup", startup_id=startup.id).submit("Full PDF")
    path = investor.now.url
    assert investor.open(path).status_code == 200
    with writing():
        actions.db.session.get_one(Startup, startup.id).profile = "第二版文字"
    publish(startup)
    assert investor.open(path).status_code == 404


# --- reading on


def test_the_next_profile_of_the_list_that_the_reader_came_from(investor: Visitor) -> None:
    for name, sector in (("甲科技", "compute"), ("乙科技", "data"), ("丙科技", "compute")):
        a_published_startup(f"上海{name}有限公司", short_name=name, sector_layer=sector)
    investor.visit("portal.list_startups", sector="compute", sort="name").click("丙科技")
    assert "1 of 2" in investor.text
    investor.click("Next: 甲科技")
    assert "2 of 2" in investor.text
    assert "乙科技" not in investor.text
    assert "丙科技" in investor.click("Previous: 丙科技").now.h1


def test_the_next_profile_of_the_watchlist(investor: Visitor) -> None:
    made = [a_published_startup(f"上海{name}有限公司", short_name=name) for name in ("甲科技", "乙科技", "丙科技")]
    for startup in (made[2], made[0]):
        investor.visit("portal.show_startup", startup_id=startup.id).submit("Watch")
    investor.visit("portal.list_watched").click("甲科技")
    assert "1 of 2" in investor.text
    assert investor.click("Next: 丙科技").now.h1 == "丙科技"
    assert "Next:" not in investor.text
    assert investor.click("Watching").now.h1 == "Watching"


def test_up_to_four_profiles_stand_side_by_side(investor: Visitor) -> None:
    made = [a_published_startup(f"上海第{number}号科技有限公司", short_name=f"第{number}号") for number in range(5)]
    query = "&".join(f"startup={one.id}" for one in made)
    page = investor.visit(f"/portal/compare?{query}")
    assert [f"第{number}号" in page.text for number in range(5)] == [True, True, True, True, False]
    assert "Nothing to compare yet" in investor.visit("portal.compare_startups").text
    hidden = a_startup()
    for ids in ([hidden], [made[0], hidden]):
        query = "&".join(f"startup={one.id}" for one in ids)
        assert investor.open(f"/portal/compare?{query}").status_code == 404


def test_a_profile_costs_no_more_statements_with_more_in_it(app: Flask, investor: Visitor) -> None:
    startup = a_published_startup()
    investor.visit("portal.show_startup", startup_id=startup.id)
    with counted_statements(app) as bare:
        investor.visit("portal.show_startup", startup_id=startup.id)
    for number in range(6):
        a_product(startup, f"产品{number}")
        a_reported_metric(startup, "revenue", WAN, period=f"20{10 + number}", for_investors=True)
    publish(startup)
    investor.visit("portal.show_startup", startup_id=startup.id)
    with counted_statements(app) as full:
        investor.visit("portal.show_startup", startup_id=startup.id)
    assert len(full) == len(bare)
    assert len([one for one in full if one.startswith("SELECT")]) <= 12  # and the note that it was read


# --- before there were versions


def test_what_was_published_before_becomes_version_1_as_it_stood(investor: Visitor, work: Work) -> None:
    startup = a_startup(NAME, profile="旧资料")
    an_authorisation(startup)
    with writing():
        actions.db.session.get_one(Startup, startup.id).published_at = AT
    assert investor.visit("portal.show_startup", startup_id=startup.id).status == 404
    with work():
        assert actions.carry_over(at=AT + timedelta(days=9)) == 1
    with work():
        assert actions.carry_over(at=AT) == 0
    assert "旧资料" in investor.visit("portal.show_startup", startup_id=startup.id).text
    assert versions(work, startup) == [(1, None)]
