"""What lasts holds while others write to other tables, and not a moment longer than its own stay as they are."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from threading import Thread

import pytest
import sqlalchemy as sa
from flask import Flask

from crm.core.bulk import insert_rows
from crm.core.db import Base, db, unit_of_work
from crm.core.keeping import until_written
from crm.core.written import MARKS, noted_reads, parts_read, parts_written, whole
from crm.institutions.models import Institution
from crm.settings.actions import draw_stamp
from crm.settings.models import Term
from crm.startups.models import Startup
from tests.factories import AT, a_startup, an_institution


class Question:
    """How many startups there are, and how often somebody had to count them."""

    def __init__(self, app: Flask) -> None:
        self.app, self.counted = app, 0

    def count(self) -> int:
        self.counted += 1
        return db.session.scalar(sa.select(sa.func.count()).where(Startup.archived_at.is_(None))) or 0

    def ask(self, *, write: bool = False) -> int:
        with self.app.app_context(), unit_of_work(write=write):
            return until_written("how many startups", self.count)


@pytest.fixture
def question(app: Flask) -> Question:
    return Question(app)


def test_an_answer_lasts_while_only_other_tables_are_written(question: Question) -> None:
    a_startup()
    assert question.ask() == 1
    an_institution()
    with question.app.app_context(), unit_of_work(write=True) as session:
        session.execute(sa.update(Institution).values(city="上海"))
    assert (question.ask(), question.counted) == (1, 1)


def test_an_answer_lasts_while_only_other_columns_are_written(question: Question) -> None:
    startup = a_startup()
    assert question.ask() == 1
    with question.app.app_context(), unit_of_work(write=True) as session:
        session.merge(startup).note = "x"
    assert (question.ask(), question.counted) == (1, 1)


def changed(app: Flask) -> None:
    with app.app_context(), unit_of_work(write=True) as session:
        session.execute(sa.text("UPDATE startup SET archived_at = NULL"))


def deleted(app: Flask) -> None:
    with app.app_context(), unit_of_work(write=True) as session:
        session.execute(sa.delete(Startup))


@pytest.mark.parametrize("write", [lambda _app: a_startup(), changed, deleted], ids=["the ORM", "SQL", "a delete"])
def test_any_write_to_its_table_makes_it_be_computed_again(question: Question, write: Callable[[Flask], None]) -> None:
    question.ask()
    write(question.app)
    question.ask()
    assert question.counted == 2
    writer = Thread(target=write, args=(question.app,))
    writer.start()
    writer.join()
    question.ask()
    assert question.counted == 3, "written by another process, as far as this one can tell"


def test_rows_that_the_driver_copies_are_noticed(question: Question) -> None:
    assert question.ask() == 0
    with question.app.app_context(), unit_of_work(write=True) as session:
        row = dict(session.execute(sa.select(Term.__table__).limit(1)).mappings().one())
        row |= {"id": 100_000, "code": "copied"}
        insert_rows(session.connection(), Term.__table__, list(row), [tuple(row.values())])
    with question.app.app_context(), unit_of_work(write=False) as session:
        terms = session.scalar(sa.text("SELECT mark FROM written WHERE name = 'term'"))
    assert terms
    assert (question.ask(), question.counted) == (0, 1)


def test_a_write_that_asking_sends_off_is_noticed(question: Question) -> None:
    assert question.ask() == 0
    with question.app.app_context(), unit_of_work(write=True) as session:
        session.add(Startup(name="甲", name_key="甲", created_at=AT))
        assert until_written("how many startups", question.count) == 1, "counting flushes what was added"
    assert question.ask() == 1


def test_what_is_rolled_back_marks_nothing(question: Question) -> None:
    question.ask()
    with suppress(LookupError), question.app.app_context(), unit_of_work(write=True) as session:
        session.execute(sa.text("UPDATE startup SET note = 'x'"))
        raise LookupError
    with question.app.app_context(), unit_of_work(write=True) as session:
        session.execute(sa.update(Institution).values(city="上海"))
    question.ask()
    assert question.counted == 1


def test_a_writing_unit_computes_for_itself(question: Question) -> None:
    a_startup()
    assert question.ask() == 1
    assert question.ask(write=True) == 1
    assert question.counted == 2


def test_an_answer_made_of_another_one_lasts_no_longer_than_it(question: Question) -> None:
    def twice() -> int:
        return 2 * until_written("how many startups", question.count)

    def ask() -> int:
        with question.app.app_context(), unit_of_work(write=False):
            return until_written("twice as many", twice)

    assert question.ask() == 0
    assert ask() == 0, "the inner answer was at hand: nothing was read"
    a_startup()
    assert ask() == 2


def test_other_words_make_everything_be_computed_again(question: Question) -> None:
    question.ask()
    with question.app.app_context(), unit_of_work(write=True):
        draw_stamp()
    question.ask()
    assert question.counted == 2


def test_a_write_that_another_unit_finishes_meanwhile_is_not_missed(question: Question) -> None:
    """It reads its marks first: an answer from younger rows is kept under the older mark, and computed again."""

    def count() -> int:
        found = question.count()
        writer = Thread(target=a_startup)
        writer.start()
        writer.join()
        return found

    with question.app.app_context(), unit_of_work(write=False):
        assert until_written("how many startups", count) == 0
    assert question.ask() == 1


@pytest.mark.parametrize(
    ("statement", "written"),
    [
        ("INSERT INTO deal (id) VALUES (?)", ["deal"]),
        ("INSERT OR IGNORE INTO deal (id) VALUES (?)", ["deal"]),
        ('UPDATE "round" SET note=?', ["round.note"]),
        ("UPDATE deal SET note=%(note)s, version=%(version)s WHERE deal.id = %(id_1)s", ["deal.note", "deal.version"]),
        ("UPDATE deal SET note=(SELECT name FROM round WHERE id = 1), stage=?", ["deal"]),
        ("INSERT INTO written (name, mark) VALUES (?, ?) ON CONFLICT DO UPDATE SET mark = excluded.mark", ["written"]),
        ("DELETE FROM deal WHERE id IN (SELECT id FROM round)", ["deal"]),
        ("WITH old AS (SELECT 1) UPDATE deal SET note = ''", ["deal"]),
        ("SELECT id FROM deal FOR UPDATE OF deal", []),
    ],
)
def test_it_is_told_from_a_statement_what_it_writes_to(statement: str, written: list[str]) -> None:
    assert parts_written(statement) == written


def test_it_is_told_from_a_statement_what_it_may_read(app: Flask) -> None:
    joined = "SELECT deal_1.stage FROM deal AS deal_1, round WHERE deal_1.round_id = round.id"
    assert parts_read(joined) == {"deal", "round", "deal.stage", "deal.round_id", "deal.id", "round.id"}
    with app.app_context(), unit_of_work(write=False) as session, noted_reads() as outer:
        with noted_reads() as inner:
            session.scalar(sa.select(sa.func.count(Startup.id)))
        session.scalar(sa.select(sa.func.count(Institution.id)))
    startups, institutions = {"startup", "startup.id"}, {"institution", "institution.id"}
    assert (inner, outer) == (startups, startups | institutions)


def test_names_of_parts_fit_their_column() -> None:
    parts = {part for table in Base.metadata.tables for part in whole(table)}
    assert max(map(len, parts)) <= MARKS.c.name.type.length
