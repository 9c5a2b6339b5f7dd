"""Matches over HTTP: the desk's pages, what an investor sees, and that nothing else gets there."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from crm.accounts.models import Role
from crm.audit.models import AuditEntry
from crm.core.db import unit_of_work
from crm.deals.models import DealStatus
from crm.institutions.models import Institution
from crm.matching import queries
from crm.matching.models import MatchResult, MatchRun
from crm.matching.queries.sides import every_backer, records, seekers
from crm.matching.ranking import pairs
from crm.startups.models import Startup
from tests.conftest import Work
from tests.factories import (
    TODAY,
    WAN,
    a_deal,
    a_published_startup,
    a_round,
    an_account,
    an_admission,
    an_institution,
    kept_startup,
    publish,
    withdraw,
    writing,
)
from tests.matching.records import CHIP_MAKER, a_chip_maker, a_crowd, an_investing, invests
from tests.support.page import text_of
from tests.support.queries import counted_statements
from tests.support.visitor import Visitor

SignIn = Callable[..., Visitor]


def test_a_round_shows_who_suits_it_why_and_leads_to_the_introduction(finance: Visitor) -> None:
    round = a_round(a_chip_maker())
    near = an_investing("临渚（上海）创业投资有限公司")
    an_investing("澜沧（合肥）创业投资有限公司", growth_stages=("mature",))
    page = finance.visit("matching.show_round", round_id=round.id)
    assert near.name in page.text
    assert "澜沧（合肥）" not in page.text
    assert "Thesis and profile both speak of 推理芯片" in page.text
    assert "Computed just now" in page.text
    assert "× 6" in page.text, "the weights are shown"
    preview = page.submit("Introduce to the ticked ones")
    assert preview.now.h1 == "Preview of the introductions"
    assert [box.get("value") for box in preview.now.all("input", name="include")] == [str(near.id)]
    preview.submit("Introduce")
    assert near.name not in finance.visit("matching.show_round", round_id=round.id).text, "introduced already"


def test_ten_are_shown_first_and_the_others_once_they_are_asked_for(finance: Visitor) -> None:
    round = a_round(a_chip_maker())
    for _ in range(12):
        an_investing()

    def boxes() -> list[tuple[str | None, bool]]:
        return [(box.get("value"), box.get("checked") is not None) for box in finance.now.all("input", name="pick")]

    finance.visit("matching.show_round", round_id=round.id)
    first = boxes()
    assert len(first) == 10
    finance.click("Show the other 2")
    assert boxes()[:10] == first, "nothing moved"
    assert len(dict(boxes())) == 12
    assert [ticked for _, ticked in boxes()] == [True] * 5 + [False] * 7


def test_others_are_told_with_what_keeps_them_away(finance: Visitor) -> None:
    startup = a_chip_maker()
    round = a_round(startup)
    an_investing("澜沧（合肥）创业投资有限公司", growth_stages=("mature",))
    holder = an_investing("汀兰（苏州）投资有限公司")
    competitor = a_chip_maker("上海青藜光算科技有限公司")
    a_deal(competitor, holder, stage="funded", status=DealStatus.COMPLETED, signed=500 * WAN, received=500 * WAN)
    assert "May compete, needs check" in finance.visit("matching.show_round", round_id=round.id).text
    finance.visit("startups.list_competitors", startup_id=startup.id)
    finance.submit("Mark as a competitor", startup=competitor.name)
    assert holder.name not in finance.visit("matching.show_round", round_id=round.id).text
    text = finance.visit("matching.show_round_others", round_id=round.id).text
    assert "holds a competitor (青藜光算)" in text
    assert "stage (it takes Mature)" in text
    text = finance.visit("matching.show_institution_others", institution_id=holder.id).text
    assert "holds a competitor" in text
    assert "衡汐智能" in finance.visit("startups.list_competitors", startup_id=competitor.id).text
    finance.submit("Take out")
    assert holder.name in finance.visit("matching.show_round", round_id=round.id).text


def test_past_passes_and_answers_count_and_are_shown(finance: Visitor) -> None:
    startup = a_chip_maker()
    a_round(startup, "a")
    institution = an_investing("临渚（上海）创业投资有限公司")
    a_deal(startup, institution, "angel", status=DealStatus.PASSED, reason="valuation")
    round_b = a_round(startup, "b")
    page = finance.visit("matching.show_round", round_id=round_b.id)
    assert "but it passed on this startup on 2026-05-01 (Valuation)" in page.text


def test_a_startup_leads_to_its_one_open_round(finance: Visitor) -> None:
    startup = a_chip_maker()
    assert "No round is open" in finance.visit("matching.choose_round", startup_id=startup.id).text
    round = a_round(startup)
    assert finance.visit("matching.choose_round", startup_id=startup.id).now.url == f"/rounds/{round.id}/matches"


def test_both_sides_agree_and_narrowing_in_sql_loses_nobody(work: Work) -> None:
    round_ids = a_crowd()
    with work():
        scale = queries.found.scale_on(TODAY)
        expected = {
            (one.match.round_id, one.match.institution_id): one.match.score
            for one in pairs(every_backer(), seekers(), records(TODAY), scale)
        }
        by_round = {
            (one.round_id, one.institution_id): one.score
            for round_id in round_ids
            for one in queries.found_for_round(round_id, TODAY).matches
        }
        institutions = {backer.institution_id for backer in every_backer()}
        by_institution = {
            (one.round_id, one.institution_id): one.score
            for institution_id in institutions
            for one in queries.found_for_institution(institution_id, TODAY).matches
        }
    assert len(expected) > 10
    assert by_round == by_institution == expected


def test_a_round_of_which_more_is_known_is_computed_anew(app: Flask, finance: Visitor) -> None:
    startup = a_chip_maker()
    round = a_round(startup)
    institution = an_investing("临渚（上海）创业投资有限公司")
    finance.visit("matching.show_round", round_id=round.id).submit("Compute again")
    assert "As of" in finance.text
    with writing():
        kept_startup(startup).growth_stage = "mature"
    page = finance.visit("matching.show_round", round_id=round.id)
    assert "Computed just now" in page.text
    assert institution.name not in page.text


def test_other_weights_put_what_is_kept_in_another_order_at_once(finance: Visitor, manager: Visitor) -> None:
    round = a_round(a_chip_maker())
    alike = an_investing("临渚（上海）创业投资有限公司", growth_stages=("early", "growth", "seed"))
    narrow = an_investing("澜沧（合肥）创业投资有限公司", growth_stages=("early",), thesis="")

    def names() -> list[str]:
        text = finance.visit("matching.show_round", round_id=round.id).text
        return sorted((alike.name, narrow.name), key=text.index)

    finance.visit("matching.show_round", round_id=round.id).submit("Compute again")
    assert names() == [alike.name, narrow.name]
    manager.visit("matching.set_weights").submit("Let them hold", text="0", stage="10")
    assert names() == [narrow.name, alike.name]
    assert "Computed just now" not in finance.text
    assert "the best by version 1 of the weights" in finance.text
    assert "All are being computed anew" in finance.text


def test_a_first_look_scores_the_best_in_full_and_says_so(
    app: Flask, finance: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries.found, "FEW", 2)
    round = a_round(a_chip_maker())
    best = [an_investing(f"临渚{number}（上海）创业投资有限公司") for number in (1, 2)]
    other = an_investing("澜沧（合肥）创业投资有限公司", thesis="")
    a_deal(a_chip_maker("上海青藜光算科技有限公司"), best[0], status=DealStatus.PASSED, reason="sector")
    page = finance.visit("matching.show_round", round_id=round.id)
    assert "A first look: of 3 that pass the gates the 2 that seem best were scored in full" in page.text
    assert other.name not in page.text
    assert "it passed on 1 startup of the sector" in page.text, "what is known of deals counts at a first look, too"
    finance.submit("Compute again")
    assert other.name in finance.text
    assert "A first look" not in finance.text


def test_computing_one_side_anew_keeps_what_the_other_side_knows(app: Flask, finance: Visitor) -> None:
    round = a_round(a_chip_maker())
    institution = an_investing()
    finance.visit("matching.show_institution", institution_id=institution.id).submit("Compute again")
    for _ in range(2):
        finance.visit("matching.show_round", round_id=round.id).submit("Compute again")
    with app.app_context(), unit_of_work(write=False) as session:
        (row,) = session.scalars(sa.select(MatchResult))
        assert (row.of_round, row.of_institution) == (True, True)
        assert session.scalar(sa.select(sa.func.count(MatchRun.id))) == 2


def test_more_matches_cost_no_more_statements(app: Flask, finance: Visitor) -> None:
    round = a_round(a_chip_maker())
    counts = []
    for many in (1, 9):
        for _ in range(many):
            an_investing()
        finance.visit("matching.show_round", round_id=round.id).submit("Compute again")
        finance.visit("matching.show_round", round_id=round.id)
        with counted_statements(app) as statements:
            finance.visit("matching.show_round", round_id=round.id)
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 12


# --- the investor


def an_investor(app: Flask, **thesis: object) -> tuple[Visitor, Institution]:
    institution = an_investing("临渚（上海）创业投资有限公司", **thesis)
    account = an_account(Role.INVESTOR, institution.id)
    return Visitor(app).signed_in_as(account), institution


def a_published_chip_maker(name: str = "上海衡汐智能科技有限公司", **values: object) -> Startup:
    """A published startup with a round that was open when it was published."""
    startup = a_published_startup(name, **{"short_name": name[2:6], **CHIP_MAKER, **values})
    a_round(startup)
    publish(startup)
    return startup


def test_for_you_shows_published_startups_by_the_own_thesis(app: Flask) -> None:
    investor, _ = an_investor(app)
    a_published_chip_maker(profile="面向医院的推理芯片")
    a_published_chip_maker("上海砚秋语境科技有限公司", sector_layer="models")
    a_round(a_chip_maker("上海云岫智算科技有限公司"))
    page = investor.visit("matching.show_for_you")
    assert "衡汐智能" in page.text
    assert "Thesis and profile both speak of 推理芯片" in page.text
    assert "砚秋语境" not in page.text, "another sector"
    assert "云岫智算" not in page.text, "not published"


def test_for_you_never_tells_what_only_the_platform_knows(app: Flask) -> None:
    investor, _ = an_investor(app)
    startup, canary = a_published_chip_maker(), "云汀密语"
    with writing():
        kept = kept_startup(startup)
        kept.note = kept.profile = f"{canary}推理芯片端侧模型"
    other = an_institution(f"{canary}（上海）创业投资有限公司")
    a_deal(startup, other, stage="signed", signed=1234 * WAN)
    page = investor.visit("matching.show_for_you")
    assert "衡汐智能" in page.text
    assert canary not in page.now.html
    assert "推理芯片" not in page.text, "a draft that nobody published says nothing"
    assert "1,766" not in page.text
    assert "1766" not in page.text, "what is still sought tells what others signed"
    assert "17.66M" not in page.text
    for word in ("Answers introductions", "Lead or follow", "Earlier passes", "Depth in the sector", "×"):
        assert word not in page.text


def test_a_profile_opened_from_for_you_leads_on_within_it(app: Flask) -> None:
    investor, _ = an_investor(app)
    other = a_published_startup("上海澄观智能科技有限公司", short_name="澄观智能")
    for name in ("上海衡汐智能科技有限公司", "上海玄圃智能科技有限公司"):
        a_published_chip_maker(name)
    names = ["".join(one.itertext()) for one in investor.visit("matching.show_for_you").now.all("h2")]
    profile = investor.click(names[0])
    assert "1 of 2" in profile.text
    assert profile.click(f"Next: {names[1]}").now.h1 == names[1]
    assert "2 of 2" in profile.text
    assert "Next:" not in profile.text, "the third is in no list of ours"
    assert profile.click("For you").now.h1 == "For you"
    elsewhere = investor.visit(f"/portal/startups/{other.id}?from=for-you")
    assert " of 2" not in elsewhere.text


def test_for_you_leaves_out_what_was_passed_withdrawn_or_introduced(app: Flask) -> None:
    investor, institution = an_investor(app)
    startups = [
        a_published_chip_maker(f"上海{name}科技有限公司") for name in ("衡汐智能", "青藜光算", "云岫智算", "澜沧智算")
    ]
    text = investor.visit("matching.show_for_you").text
    assert all(name in text for name in ("衡汐智能", "青藜光算", "云岫智算", "澜沧智算"))
    investor.visit("portal.pass_startup", startup_id=startups[0].id).submit("Not now")
    withdraw(startups[1])
    a_deal(startups[2], institution)
    text = investor.visit("matching.show_for_you").text
    assert "澜沧智算" in text
    for name in ("衡汐智能", "青藜光算", "云岫智算"):
        assert name not in text


def test_an_institution_that_is_not_admitted_reads_nothing(app: Flask) -> None:
    investor, institution = an_investor(app)
    a_published_chip_maker()
    an_admission(institution, "suspended")
    assert "衡汐智能" not in investor.visit("matching.show_for_you").text


def test_a_thesis_that_the_institution_edits_takes_effect_at_once_and_is_told(app: Flask, finance: Visitor) -> None:
    investor, institution = an_investor(app, growth_stages=("mature",))
    a_published_chip_maker()
    round = a_round(a_chip_maker("上海云岫智算科技有限公司"))
    finance.visit("matching.show_round", round_id=round.id).submit("Compute again")
    assert "Nothing fits yet" in investor.visit("matching.show_for_you").text
    investor.visit("matching.edit_own_thesis").submit("Save", growth_stages=["early", "growth"])
    assert "衡汐智能" in investor.text
    assert "临渚（上海）" in finance.visit("matching.show_institution", institution_id=institution.id).text
    assert "云岫智算" in finance.text
    assert institution.name in finance.visit("matching.show_round", round_id=round.id).text, "the stored list, too"
    history = finance.visit("institutions.show_history", institution_id=institution.id).text
    assert f"{investor.account.name} changed" in history  # type: ignore[union-attr]
    with app.app_context(), unit_of_work(write=False) as session:
        entry = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert entry is not None
        assert entry.changes[0]["field"] == "growth_stages"


def test_two_institutions_see_each_their_own(app: Flask) -> None:
    first, _ = an_investor(app)
    other = invests(an_institution("汀兰（苏州）投资有限公司"), sectors=("models",))
    second = Visitor(app).signed_in_as(an_account(Role.INVESTOR, other.id))
    a_published_chip_maker()
    assert "衡汐智能" in first.visit("matching.show_for_you").text
    assert "衡汐智能" not in second.visit("matching.show_for_you").text
    assert "临渚" not in second.visit("matching.edit_own_thesis").text


def test_nobody_else_reaches_the_portal_or_the_weights(finance: Visitor, as_role: SignIn) -> None:
    assert finance.open("/portal/for-you").status_code == 403
    assert finance.open("/matching/weights").status_code == 403
    assert as_role("investor").open("/matching/quality").status_code == 403


def test_the_tabs_of_an_institution_count_on_its_matches_what_they_count_elsewhere(finance: Visitor) -> None:
    institution = an_investing("临渚（上海）创业投资有限公司")
    a_deal(institution=institution)

    def tabs() -> list[str]:
        bar = next(nav for nav in finance.now.all("nav") if nav.get("aria-label") == "Parts of this institution")
        return [text_of(tab) for tab in bar.iter("a")]

    finance.visit("institutions.show_institution", institution_id=institution.id)
    elsewhere = tabs()
    finance.visit("matching.show_institution", institution_id=institution.id)
    assert tabs() == elsewhere
    assert "Deals 1" in elsewhere
