"""The vocabularies: edited on screens, used everywhere, and what was recorded keeps the words it used."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa

from crm.admin import actions
from crm.admin.queries import kept_vocabularies, terms_of
from crm.admin.vocabularies import VOCABULARIES
from crm.core.db import db
from crm.core.errors import Conflict, Refusal
from crm.deals.models import DealEvent
from crm.reports.actions import Wanted, request
from crm.reports.editions import write
from crm.reports.periods import Period
from crm.settings.models import Term, VocabularyVersion
from crm.settings.queries import all_terms, label, pinned, terms, version_of, versions, word_of, words_at
from crm.startups.models import Startup
from tests.conftest import Work
from tests.factories import AT, BY, a_deal, a_startup, an_account
from tests.support.visitor import Visitor


def id_of(work: Work, vocabulary: str, code: str) -> int:
    with work() as session:
        return session.scalars(sa.select(Term.id).where(Term.vocabulary == vocabulary, Term.code == code)).one()


def renamed(admin: Visitor, work: Work, vocabulary: str, code: str, **words: str) -> None:
    admin.visit("admin.edit_word", term_id=id_of(work, vocabulary, code)).submit("Save", **words)
    assert admin.status == 200


def test_a_changed_word_shows_on_pages_and_a_changed_limit_in_the_history(
    admin: Visitor, finance: Visitor, work: Work
) -> None:
    a_deal(stage="interested")
    assert "Interested" in finance.visit("deals.list_deals").text
    renamed(admin, work, "deal_stage", "interested", name_en="Keen", limit_days="14")
    assert "Limit in days 10 → 14" in admin.text
    assert "Version 2" in admin.text
    assert "Keen" in finance.visit("deals.list_deals").text
    assert "Interested" not in finance.text


def test_a_retired_word_is_not_offered_but_still_labelled(admin: Visitor, finance: Visitor, work: Work) -> None:
    startup = a_startup(sector_layer="embodied")
    admin.visit("admin.show_vocabulary", name="sector_layer")
    embodied = id_of(work, "sector_layer", "embodied")
    form = next(one for one in admin.now.all("form") if (one.get("action") or "").endswith(f"/{embodied}/retire"))
    admin.open(str(form.get("action")), "POST", admin.now.fields_of(form))
    assert "Embodied AI" not in finance.visit("startups.add_startup").now.html
    assert "Embodied AI" in finance.visit("startups.show_startup", startup_id=startup.id).text
    edited = finance.visit("startups.edit_startup", startup_id=startup.id).submit("Save", summary="新的简介")
    assert edited.status == 200
    with work() as session:
        assert session.get_one(Startup, startup.id).sector_layer == "embodied"


def test_the_history_of_a_deal_keeps_the_words_of_its_time(admin: Visitor, finance: Visitor, work: Work) -> None:
    deal = a_deal(stage="met")
    renamed(admin, work, "deal_stage", "met", name_en="Shook hands")
    page = finance.visit("deals.show_deal", deal_id=deal.id)
    events = next(one for one in page.now.all("section") if one.get("aria-labelledby") == "h-timeline")
    assert "Met" in "".join(events.itertext())
    assert "Shook hands" in page.text
    assert "Stage Met" in finance.visit("deals.show_deal_history", deal_id=deal.id).text
    a_deal(stage="met")
    with work() as session:
        pinned_to = session.scalars(sa.select(DealEvent.stages_version).order_by(DealEvent.id)).all()
    assert pinned_to == [1, 2]


def test_a_report_keeps_the_words_that_it_was_asked_for_in(admin: Visitor, work: Work) -> None:
    a_deal(stage="met")
    manager = an_account()
    with work():
        period = Period(date(2026, 1, 1), date(2026, 6, 1))
        report = request(Wanted("summary", period, "en"), by=manager, at=AT)
        assert report.vocabularies == versions()
        kept = dict(report.vocabularies)
        db.session.expunge(report)
    renamed(admin, work, "deal_stage", "met", name_en="Shook hands")
    with work():
        report.startup = report.institution = report.round = report.category = report.made_by = None
        with pinned(kept.get):
            assert "Shook hands" not in write(report, AT).document.html
        assert "Shook hands" in write(report, AT).document.html


def test_a_startup_knows_the_versions_of_its_sectors(admin: Visitor, work: Work) -> None:
    before = a_startup(sector_layer="models")
    renamed(admin, work, "sector_layer", "models", name_en="Models")
    after = a_startup(sector_layer="models")
    with work() as session:
        assert session.get_one(Startup, before.id).layer_version == 1
        assert session.get_one(Startup, after.id).layer_version == 2
        assert session.get_one(Startup, after.id).vertical_version is None


def test_a_startup_tells_an_earlier_version_of_its_sector(admin: Visitor, finance: Visitor, work: Work) -> None:
    startup = a_startup(sector_layer="models")
    assert "Vocabulary version" not in finance.visit("startups.show_startup", startup_id=startup.id).text
    renamed(admin, work, "sector_layer", "models", name_en="Models")
    assert "Vocabulary version 1" in finance.visit("startups.show_startup", startup_id=startup.id).text


def test_every_version_equals_its_snapshot(admin: Visitor, work: Work) -> None:
    renamed(admin, work, "pass_reason", "team", name_en="Founders")
    admin.visit("admin.add_word", name="pass_reason").submit("Save", name_zh="价格", name_en="Price!")
    with work() as session:
        assert version_of("pass_reason") == 3
        words = [word_of(term) for term in terms_of("pass_reason")]
        assert list(terms("pass_reason").values()) == words == list(words_at("pass_reason", 3).values())
        assert [label("pass_reason", "team", "en", number) for number in (1, 2, 3)] == ["Team", "Founders", "Founders"]
        assert terms("pass_reason")["price"].name_zh == "价格"
        assert session.scalar(sa.select(sa.func.count()).select_from(VocabularyVersion)) == 3


def test_words_that_a_later_release_brings_are_a_version_before_the_next_change(work: Work) -> None:
    with work():
        met = db.session.scalars(sa.select(Term).where(Term.code == "met")).one()
        actions.edit_word(met, actions.WordValues("会面", "Meeting", 10), version=1, by=BY, at=AT)
    with work():
        term = Term(vocabulary="deal_stage", code="audited", position=11, name_zh="审计", name_en="Audited")
        db.session.add(term)
    with work():
        met = db.session.scalars(sa.select(Term).where(Term.code == "met")).one()
        with pytest.raises(Conflict):
            actions.edit_word(met, actions.WordValues("见面", "Meeting", 10), version=2, by=BY, at=AT)
        actions.edit_word(met, actions.WordValues("见面", "Meeting", 10), version=3, by=BY, at=AT)
        assert version_of("deal_stage") == 4
        assert "audited" in words_at("deal_stage", 3)


def test_a_rolled_back_change_is_never_read(work: Work) -> None:
    def change_and_fail() -> None:
        met = db.session.scalars(sa.select(Term).where(Term.code == "met")).one()
        actions.edit_word(met, actions.WordValues("会面", "Nonsense", 10), version=1, by=BY, at=AT)
        assert label("deal_stage", "met", "en") == "Nonsense"
        raise RuntimeError

    with pytest.raises(RuntimeError), work():
        change_and_fail()
    with work():
        assert label("deal_stage", "met", "en") == "Met"


@pytest.mark.parametrize("code", ["referred", "interested", "met", "signed", "funded"])
def test_stages_that_rules_need_are_not_retired(work: Work, code: str) -> None:
    with work():
        term = db.session.scalars(sa.select(Term).where(Term.vocabulary == "deal_stage", Term.code == code)).one()
        with pytest.raises(Refusal):
            actions.retire_word(term, by=BY, at=AT)


def test_an_order_that_breaks_the_rules_is_refused_with_the_reason(admin: Visitor, work: Work) -> None:
    funded = id_of(work, "deal_stage", "funded")
    admin.visit("admin.show_vocabulary", name="deal_stage")
    form = next(one for one in admin.now.all("form") if (one.get("action") or "").endswith(f"/{funded}/up"))
    path = str(form.get("action"))
    admin.read(admin.open(path, "POST", admin.now.fields_of(form)), path)
    assert admin.status == 422
    assert "Rules and figures need this order: 推荐、意向、会面、签约、到账." in admin.text
    with work():
        assert list(terms("deal_stage"))[-2:] == ["signed", "funded"]
        assert version_of("deal_stage") == 1


def test_a_word_moves_by_one_place(work: Work) -> None:
    with work():
        pitched = db.session.scalars(sa.select(Term).where(Term.code == "pitched")).one()
        actions.move_word(pitched, 1, by=BY, at=AT)
        assert list(terms("deal_stage"))[3:5] == ["approved", "pitched"]
        assert [word.position for word in terms("deal_stage").values()] == list(range(1, 11))


def test_two_administrators_of_one_vocabulary(as_role: Callable[..., Visitor], work: Work) -> None:
    first, second = as_role("admin"), as_role("admin")
    term_id = id_of(work, "round_name", "seed")
    for editor in (first, second):
        editor.visit("admin.edit_word", term_id=term_id)
    first.submit("Save", name_en="Seedling")
    second.submit("Save", name_en="Grain")
    assert second.status == 409
    assert "Seedling" in second.text


def test_a_word_that_is_there_is_refused_beside_its_field(admin: Visitor) -> None:
    admin.visit("admin.add_word", name="round_name").submit("Save", name_zh="种子", name_en="First")
    assert admin.now.error_of("Word in Chinese") == "This word is there already."


def test_a_limit_is_a_number_of_days(admin: Visitor, work: Work) -> None:
    admin.visit("admin.edit_word", term_id=id_of(work, "deal_stage", "met")).submit("Save", limit_days="soon")
    assert admin.status == 422
    assert "not a number" in admin.now.error_of("Limit in days")


def test_what_the_program_knows_one_by_one_takes_no_other_word(admin: Visitor) -> None:
    admin.visit("admin.add_word", name="deal_status").submit("Save", name_zh="等待", name_en="Waiting")
    assert admin.status == 422


def test_every_vocabulary_is_described(work: Work) -> None:
    with work():
        assert set(all_terms()) - set(VOCABULARIES) == set()
        assert len(kept_vocabularies()) == len(all_terms())


def test_a_vocabulary_tells_how_many_records_use_a_word(admin: Visitor) -> None:
    a_startup(growth_stage="early")
    rows = admin.visit("admin.show_vocabulary", name="growth_stage").now.rows
    assert next(row for row in rows if "起步" in row[1])[3] == "1"


def test_the_name_of_a_round_belongs_to_a_group_and_a_group_to_a_growth_stage(admin: Visitor, work: Work) -> None:
    page = admin.visit("admin.show_vocabulary", name="round_name").now
    assert [row[3] for row in page.rows if row[1] == "Pre-A"] == ["Pre-A to A"]
    admin.visit("admin.add_word", name="round_name").submit("Save", name_zh="H", name_en="H", parent="series_d")
    with work():
        assert terms("round_name")["h"].parent == "series_d"
        assert terms("round_group")["series_d"].parent == "mature"
    renamed(admin, work, "round_name", "h", parent="")
    assert "D and later" in admin.text
    with work():
        assert terms("round_name")["h"].parent is None
        assert [one.parent for one in words_at("round_name", 2).values()][-1] == "series_d"
