"""The index of words itself: in which order it is read, and that it is."""

from __future__ import annotations

import re
from itertools import product
from typing import Any

import sqlalchemy as sa
from flask import Flask

from crm.core.connections import read_in_transaction
from crm.core.db import unit_of_work
from crm.lib.grams import terms_of, tokens_of
from crm.search import actions, statements
from crm.search.models import ENTRY
from crm.search.queries import HIT
from crm.search.registry import Kind, registry
from tests.conftest import Work


def test_the_last_changed_are_found_in_order_however_far_apart(work: Work) -> None:
    startups, terms = registry.kinds["startup"], terms_of("芯穹")
    ids = [number * number * 7 for number in range(1, 130)]  # from near to far apart, over all eras of PostgreSQL
    kept = {number for number in ids if number % 5}
    with work() as session:
        rows = [
            entry_of_words(startups, number, "芯穹" if number % 3 else "别的", number not in kept) for number in ids
        ]
        session.execute(sa.insert(ENTRY), rows)
        actions.write_words(ENTRY.c.id > 0)
    expected = [number for number in reversed(ids) if number % 3 and number in kept]
    with work():
        last, asked = statements.matching(group_of(startups), terms, 2, archived=False)
        for most in (1, 8, 26, 200):
            found = statements.rows_of(last, {**asked, "most": most}, *HIT)
            assert [row.record_id for row in found] == expected[:most]
        for start, most in product(expected[::7], (2, 5, 26)):
            after = statements.entries(startups, terms, most, start, backwards=False)
            before = statements.entries(startups, terms, most, start, backwards=True)
            assert [row.row_id for row in after] == [one for one in expected if one < start][:most]
            assert [row.row_id for row in before] == [one for one in reversed(expected) if one > start][:most]
        last_page = statements.entries(startups, terms, 3, None, backwards=True)
        assert [row.row_id for row in last_page] == expected[::-1][:3], "before nothing come the oldest"
        assert statements.more_than(len([one for one in ids if one % 3]) - 1, startups, terms)
        assert not statements.more_than(len([one for one in ids if one % 3]), startups, terms)


def group_of(kind: Kind) -> statements.Group:
    (found,) = statements.groups({kind: sa.true()})
    return found


def entry_of_words(kind: Kind, number: int, words: str, archived: bool) -> dict[str, Any]:
    tokens = kind.words_of(tokens_of([words]))
    own = {"id": number, "record_id": number, "page_id": number, "record_type": kind.name}
    return {**own, "title": words, "note": "", "name_key": words, "archived": archived, "words": tokens}


def test_the_index_is_asked_and_not_every_row(app: Flask) -> None:
    with app.app_context(), unit_of_work(write=False) as session:
        startups = registry.kinds["startup"]
        asked = {"asked": statements.match_of(startups, terms_of("芯穹"), by_gin=True)}
        part, values = statements.matching(group_of(startups), terms_of("芯穹"), 2, archived=False)
        if session.get_bind().dialect.name == "postgresql":
            read_in_transaction(session)
            session.execute(sa.text("SET LOCAL enable_seqscan = off"))
            session.execute(sa.text("SET LOCAL enable_indexscan = off"))
            index = sa.text("SELECT pg_get_indexdef(oid) FROM pg_class WHERE relname = 'ix_search_text_words'")
            eras = str(session.scalar(index)).partition("words, ")[2].removesuffix(")").replace(":", r"\:")
            found = f"words @@ CAST(:asked AS tsquery) AND {eras} && ARRAY[1, 2]"
            query = f"EXPLAIN SELECT id FROM search_text WHERE {found}"  # noqa: S608 - our own
            plan = "".join(session.scalars(sa.text(query), asked))
            assert re.search("Index Cond: .*@@.*&&", plan), "the words and the eras in one"
            assert "ix_search_text_words" in plan
            assert "search_nearest" in part
        else:
            steps = [row[3] for row in session.execute(sa.text(f"EXPLAIN QUERY PLAN {part}"), {**values, "most": 9})]
            assert re.match(r"SCAN search_text VIRTUAL TABLE INDEX 64:M\d+$", steps[0]), "in its own, quick direction"
            assert steps[1:] == ["SEARCH search_entry USING INTEGER PRIMARY KEY (rowid=?)"], "and no sorting"


def test_each_kind_has_words_of_its_own() -> None:
    tags = [kind.tag for kind in registry.kinds.values()]
    assert sorted(set(tags)) == sorted(tags)
    assert {len(tag) for tag in tags} == {2}
