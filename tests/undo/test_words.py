"""What is taken back in the vocabularies and the catalogue is a version of its own, as every change of them."""

from __future__ import annotations

import sqlalchemy as sa

from crm.services.models import ServiceType, ServiceTypeVersion
from crm.settings.models import Term, VocabularyVersion
from tests.conftest import Work
from tests.factories import a_service
from tests.support.visitor import Visitor


def word_id(work: Work, code: str) -> int:
    with work() as session:
        return session.scalars(sa.select(Term.id).where(Term.vocabulary == "deal_stage", Term.code == code)).one()


def test_a_changed_word_and_its_place_come_back_as_a_version(admin: Visitor, work: Work) -> None:
    met = word_id(work, "met")
    admin.visit("admin.edit_word", term_id=met).submit("Save", limit_days="45").submit("Undo")
    assert "Undone." in admin.text
    admin.visit("admin.show_vocabulary", name="sector_vertical").submit("Down").submit("Undo")
    with work() as session:
        assert session.get_one(Term, met).limit_days == 10
        assert [one.number for one in session.scalars(sa.select(VocabularyVersion).order_by(VocabularyVersion.id))] == [
            1, 2, 3, 1, 2, 3,
        ]  # fmt: skip
    admin.visit("admin.add_word", name="startup_label").submit("Save", name_zh="隐形冠军", name_en="Champion")
    admin.submit("Undo")
    with work() as session:
        assert session.scalars(sa.select(Term).where(Term.name_zh == "隐形冠军")).one().retired_at is not None


def kept_type(work: Work, type_id: int) -> ServiceType:
    with work() as session:
        return session.get_one(ServiceType, type_id)


def test_what_the_platform_says_of_itself_comes_back(admin: Visitor) -> None:
    admin.visit("admin.edit_platform").submit("Save", name_en="Other Name", name_zh="别名")
    assert "Other Name" in admin.text
    admin.submit("Undo")
    assert "Other Name" not in admin.visit("admin.edit_platform").now.value_of("Name in English")


def test_what_a_service_type_measures_comes_back_as_a_version(manager: Visitor, work: Work) -> None:
    type = kept_type(work, a_service().type_id)
    manager.visit("services.edit_type", type_id=type.id).submit("Save", name_zh="别的辅导").submit("Undo")
    assert "Undone." in manager.text
    with work() as session:
        kept = session.get_one(ServiceType, type.id)
        versions = session.scalars(sa.select(ServiceTypeVersion).order_by(ServiceTypeVersion.number)).all()
        assert (kept.name_zh, kept.number) == (type.name_zh, 3)
        assert [one.name_zh for one in versions] == [type.name_zh, "别的辅导", type.name_zh]
    manager.visit("services.edit_category", category_id=type.category_id).submit("Save", name_zh="别类").submit("Undo")
    assert "别类" not in manager.visit("services.show_catalogue").text
