"""What a page costs: processor time, SQL statements, and statements that read a large table from end to end."""

from __future__ import annotations

import cProfile
import pstats
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from secrets import token_hex
from statistics import median
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from flask import Flask
from pypinyin import Style, lazy_pinyin
from sqlalchemy import event
from werkzeug.test import create_environ, run_wsgi_app

from crm import create_app
from crm.accounts.queries import account_by_username
from crm.accounts.sessions import open_session
from crm.config import Settings
from crm.core.clock import now
from crm.core.db import Base, db, unit_of_work
from crm.core.listing import write_cursor
from crm.web.sessions import TOKEN
from tests.bench.data import SECRET, Data
from tests.bench.ratios import Ratio, in_turn, ratio
from tests.bench.servers import Server

LARGE = 10_000  # rows; reading fewer from end to end is no fault
PLAN = {"sqlite": "EXPLAIN QUERY PLAN ", "postgresql": "EXPLAIN "}
SCAN = {
    "sqlite": re.compile(r"SCAN (\w++)(?: AS \w++)?+(?! USING (?:COVERING )?INDEX)"),
    "postgresql": re.compile(r"Seq Scan on (\w+)"),
}


@dataclass(frozen=True)
class Page:
    """One page to measure. `budget`: times hello-world."""

    name: str
    path: str
    who: str = "finance"
    budget: float = 8


PAGES = (
    Page("home, finance", "/"),
    Page("home, leader", "/", "leader"),
    Page("startups", "/startups/"),
    Page("startups, page 2 by joined", "/startups/?sort=joined&after={cursor}"),
    Page("startups of a sector", "/startups/?sector=models&growth_stage=growth"),
    Page("startups by last activity, page 2", "/startups/?sort=last_activity&after={cursor}"),
    Page("startups of a furthest stage", "/startups/?stage=due_diligence"),
    Page("startups that were never served", "/startups/?unserved=1"),
    Page("startups, quiet with an open round", "/startups/?quiet=1&open_round=1"),
    Page("startups, search 2 characters", "/startups/?q={two}"),
    Page("startup record", "/startups/{startup}"),
    Page("startup's deals", "/startups/{startup}/deals"),
    Page("startup's services", "/startups/{startup}/services"),
    Page("startup's history", "/startups/{startup}/history"),
    Page("institutions", "/institutions/"),
    Page("institution record, the largest", "/institutions/1"),
    Page("institution's deals", "/institutions/1/deals"),
    Page("institution's services", "/institutions/1/services"),
    Page("funds", "/funds/"),
    Page("fund record", "/funds/11"),
    Page("people", "/people/"),
    Page("deals", "/deals/"),
    Page("deals of a stage", "/deals/?stage=signed"),
    Page("deals of mine, active", "/deals/?owner=me&status=active"),
    Page("deals, search 2 characters", "/deals/?q={two}"),
    Page("board", "/deals/board", budget=12),
    Page("board, mine", "/deals/board?owner=me", budget=12),
    Page("board of a sector", "/deals/board?sector=models", budget=12),
    Page("board, asking for changes", "/deals/board/lanes?seen={lanes}", budget=12),
    Page("deals by round", "/deals/by-round"),
    Page("deal record", "/deals/{deal}"),
    Page("rounds", "/rounds/"),
    Page("round record", "/rounds/1"),
    Page("round's matches", "/rounds/1/matches"),
    Page("institution's matches", "/institutions/1/matches"),
    Page("services", "/services/"),
    Page("services planned", "/services/?state=planned"),
    Page("services of a category", "/services/?category={category}"),
    Page("service record", "/services/{service}"),
    Page("catalogue", "/services/catalogue"),
    Page("figure: companies served", "/metrics/companies_served"),
    Page("figure: introductions", "/metrics/introductions_to_date"),
    Page("figures", "/metrics/"),
    Page("figure: the matrix, gross", "/metrics/fund_matrix_gross"),
    Page("figure: the matrix, net", "/metrics/fund_matrix_net"),
    Page("figure, looked through", "/metrics/look-through"),
    Page("figure asked for", "/ask/"),
    Page("figure of the matrix", "/matrix/"),
    Page("figure of the matrix, by rounds", "/matrix/?rows=round"),
    Page("figure of the matrix, a cell", "/matrix/?row=early&sector=models"),
    Page("figure of a fund: who is behind it", "/funds/11/ownership"),
    Page("figure of a fund: over time", "/funds/11/over-time"),
    Page("figure of a fund: as known", "/funds/11/over-time?known_on=2026-06-01"),
    Page("dashboard, manager", "/dashboard/", "manager"),
    Page("dashboard, targets", "/dashboard/targets", "manager"),
    Page("Monday meeting", "/monday/"),
    Page("Monday meeting, an earlier week", "/monday/?week=2026-06-01"),
    Page("analytics: funnel", "/analytics/?period=all"),
    Page("analytics: cohorts", "/analytics/cohorts?period=all"),
    Page("analytics: pass reasons", "/analytics/reasons?period=all"),
    Page("analytics: institutions", "/analytics/institutions?period=all"),
    Page("analytics: forecast", "/analytics/forecast"),
    Page("analytics: deals behind a figure", "/analytics/moved-on/deals?at=met"),
    Page("search, 2 characters", "/search?q={two}"),
    Page("suggest startups", "/startups/suggest?q={two}"),
    Page("suggest startups, pinyin initials", "/startups/suggest?q={initials}"),
    Page("suggest startups, one character", "/startups/suggest?q={one}"),
    Page("Ctrl K, 2 characters", "/search/suggest?q={two}"),
    Page("Ctrl K, pinyin initials", "/search/suggest?q={initials}"),
    Page("Ctrl K, one character", "/search/suggest?q={one}"),
    Page("log a deal", "/deals/new"),
    Page("edit a startup", "/startups/{startup}/edit"),
    Page("portal: home", "/portal/", "investor"),
    Page("portal: startups", "/portal/startups/", "investor"),
    Page("portal: startup", "/portal/startups/{published}", "investor"),
    Page("portal: my deals", "/portal/deals/", "investor"),
    Page("portal: for you", "/portal/for-you", "investor"),
    Page("reports", "/reports/", "manager"),
    Page("accounts", "/accounts", "admin"),
)


@dataclass(frozen=True)
class Cost:
    """What was measured of a page."""

    page: Page
    milliseconds: float
    to_hello: Ratio
    growth: Ratio
    statements: int
    scans: tuple[str, ...]

    @property
    def within(self) -> bool:
        """True when the page keeps every budget."""
        return self.to_hello.median <= self.page.budget and self.growth.median <= 2 and self.statements <= 12


@dataclass
class Site:
    """One filled database: its application in this process, and what the pages' addresses name."""

    data: Data

    def __post_init__(self) -> None:
        settings = Settings(env="test", data_dir=self.data.folder, database_url=self.data.url, secret_key=SECRET)
        self.app: Flask = create_app(settings)
        self.tokens = {who: self.token_of(who) for who in {page.who for page in PAGES}}
        self.places = self.find_places()

    def token_of(self, username: str) -> str:
        with self.app.app_context(), unit_of_work(write=True):
            account = account_by_username(username)
            assert account is not None
            return open_session(account, at=now()).token

    def cookie(self, who: str) -> str:
        """The cookie of somebody who is signed in and was here before."""
        serializer = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
        return f"crm={serializer.dumps({TOKEN: self.tokens[who], 'csrf_token': token_hex(20), 'language': 'zh_CN'})}"

    def find_places(self) -> dict[str, Any]:
        """What stands for the names in braces."""
        with self.app.app_context(), unit_of_work(write=False) as session:
            short = session.scalar(sa.text("SELECT short_name FROM startup WHERE id = 7"))
            category = session.scalar(sa.text("SELECT id FROM service_category WHERE code = 'roadshow'"))
            joined = sa.text("SELECT joined_on, id FROM startup ORDER BY joined_on DESC, id DESC LIMIT 1 OFFSET 24")
            cursor = session.execute(joined).one()
            lanes = sa.text(
                "SELECT code, coalesce(sum(changes), 0) FROM term LEFT JOIN deal_total ON stage = code"
                " AND status = 'active' WHERE vocabulary = 'deal_stage' GROUP BY code"
            )
            seen = ",".join(f"{stage}.{number}.5" for stage, number in session.execute(lanes))
        row = Row(date.fromisoformat(str(cursor[0])), cursor[1])
        named = {"two": quote(str(short)), "one": quote(str(short)[0]), "initials": initials_of(str(short))}
        named |= {"category": category, "cursor": write_cursor(row), "lanes": seen}
        return named | {"startup": 1, "deal": 5, "service": 1, "published": 10}

    def path(self, page: Page) -> str:
        """The address of a page on this site."""
        return page.path.format(**self.places)

    def statements(self, page: Page) -> list[tuple[str, Any]]:
        """The statements that a page sends, with their values; the first visit, which fills caches, is not counted."""
        client = self.app.test_client(use_cookies=False)
        headers = {"Cookie": self.cookie(page.who)}
        client.get(self.path(page), headers=headers)
        with noted(self.app) as sent:
            answer = client.get(self.path(page), headers=headers)
        if answer.status_code not in (200, 204):
            raise RuntimeError(f"{self.path(page)} answers {answer.status}")
        return sent

    def calls(self, page: Page) -> int:
        """The calls of functions that a page takes when it was seen before, the same however busy the machine is."""
        headers = {"Cookie": self.cookie(page.who)}
        for _ in range(3):  # rows that a page remembers are made at the first visits
            calls_of(self.app, self.path(page), headers)
        return calls_of(self.app, self.path(page), headers)

    def scans(self, statements: list[tuple[str, Any]]) -> tuple[str, ...]:
        """The large tables that these statements read from end to end."""
        with self.app.app_context(), db.engine.connect() as connection:
            dialect = connection.dialect.name
            found = {
                table
                for statement, values in statements
                if statement.lstrip().upper().startswith("SELECT")
                for line in connection.exec_driver_sql(PLAN[dialect] + statement, values)
                for table in SCAN[dialect].findall(str(line))
            }
            tables = {re.sub(r"_\d+$", "", table) for table in found} & set(Base.metadata.tables)
            return tuple(sorted(table for table in tables if rows_of(connection, table) >= LARGE))


def initials_of(name: str) -> str:
    """What somebody types who knows the name by its sounds."""
    return "".join(lazy_pinyin(name, style=Style.FIRST_LETTER))


@dataclass(frozen=True)
class Row:
    """A row as a cursor is made of it."""

    sort_key: Any
    row_id: int


def rows_of(connection: sa.Connection, table: str) -> int:
    return int(connection.scalar(sa.select(sa.func.count()).select_from(Base.metadata.tables[table])) or 0)


def calls_of(app: Flask, path: str, headers: dict[str, str]) -> int:
    environ = create_environ(path, headers=headers)
    with cProfile.Profile() as profile:
        run_wsgi_app(app.wsgi_app, environ)
    return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]


@contextmanager
def noted(app: Flask) -> Iterator[list[tuple[str, Any]]]:
    """The statements that are sent inside the block, with their values."""
    sent: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        sent.append((statement, values))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def measured(page: Page, large: tuple[Site, Server], small: tuple[Site, Server], hello: Server, pairs: int) -> Cost:
    """The cost of a page, compared in turn with hello-world and with the same page on few records."""
    (site, server), (few, little) = ((one, replace(two, cookie=one.cookie(page.who))) for one, two in (large, small))
    targets = ((server, site.path(page)), (little, few.path(page)), (hello, "/"))
    times = [one.enough(path) for one, path in targets]
    turns = [partial(one.cost, path, count) for (one, path), count in zip(targets, times, strict=True)]
    here, there, least = in_turn(turns, pairs)
    statements = site.statements(page)
    return Cost(
        page, median(here) * 1000, ratio(here, least), ratio(here, there), len(statements), site.scans(statements)
    )
