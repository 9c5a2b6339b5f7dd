"""Connections to either database: how one is made ready, how a transaction begins, and how a reading one ends."""

from __future__ import annotations

import select
from contextlib import suppress
from contextvars import ContextVar
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event, orm
from sqlalchemy.engine import Engine

ACTIVE: ContextVar[bool] = ContextVar("active", default=False)  # a unit of work runs
WRITING: ContextVar[bool] = ContextVar("writing", default=False)  # and may write
SESSION = {  # of each connection to PostgreSQL
    "default_transaction_read_only": "on",  # for statements outside a transaction
    "jit": "off",  # compiling costs more than the statements of a page
    "enable_memoize": "off",  # its table is made for all rows that could come, and a page asks for 25
    "random_page_cost": "1.1",  # no disk has to be turned to the next page
    "gin_pending_list_limit": "64kB",  # each search reads the whole list of what is not in its index yet
}
PLANS = "plan_cache_mode"
PREPARED_AT_MOST = 400  # statements that a connection to PostgreSQL keeps: about as many as all pages ask


def engine_options(url: str) -> dict[str, object]:
    """How SQLAlchemy keeps connections; what people typed stays out of the log."""
    options: dict[str, object] = {"hide_parameters": True, "pool_use_lifo": True}  # what a connection keeps is used
    if not url.startswith("sqlite"):
        options |= {"pool_size": 5, "max_overflow": 5}
        options["connect_args"] = {"connect_timeout": 5}  # seconds, after which a page says that it is away
    return options


def plan_once() -> None:
    """Let PostgreSQL plan a prepared statement once for all parameters, on connections that are made from now on.

    For web processes: planning the statements of a page takes longer than reading its few rows.
    """
    SESSION[PLANS] = "force_generic_plan"


def read_in_transaction(session: orm.Session) -> None:
    """Let what a reading unit still asks be one transaction of PostgreSQL, as rows that come in portions want it."""
    connection = session.connection()
    driver = driver_of(connection)
    if connection.dialect.name == "postgresql" and driver.autocommit and not driver.pgconn.transaction_status:
        driver.execute("BEGIN")


def plan_by_values(session: orm.Session) -> None:
    """Let what this unit still reads be planned by its parameters: sums over years are not read like a page."""
    if PLANS in SESSION and session.get_bind().dialect.name == "postgresql":
        read_in_transaction(session)
        session.execute(sa.text(f"SET LOCAL {PLANS} = auto"))


def end_reading(session: orm.Session) -> None:
    """End a unit that only read. On PostgreSQL by a commit: a rollback makes psycopg forget what it prepared."""
    if session.in_transaction() and session.get_bind().dialect.name == "postgresql":
        connection = session.connection()
        with suppress(connection.dialect.loaded_dbapi.Error):  # where the server has left, closing deals with it
            driver_of(connection).commit()
    session.close()


@event.listens_for(Engine, "connect")
def make_ready(driver: Any, _: object) -> None:
    if is_sqlite(driver):
        driver.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=15000"):
            driver.execute(f"PRAGMA {pragma}")
    else:
        driver.prepared_max = PREPARED_AT_MOST
        driver.read_only = False  # of what begins a transaction; the rest reads only, by SESSION
        for name, value in SESSION.items():
            driver.execute("SELECT set_config(%s, %s, false)", (name, value))
        driver.commit()


@event.listens_for(Engine, "checkout")
def look_before_use(driver: Any, _: object, __: object) -> None:
    """Have the pool connect anew where PostgreSQL went away: it said so on the line, so only then is it asked."""
    if not is_sqlite(driver) and something_came(driver):
        try:
            driver.execute("SELECT 1")
            driver.commit()
        except driver.Error as error:
            raise sa.exc.DisconnectionError from error


@event.listens_for(Engine, "begin")
def begin(connection: sa.Connection) -> None:
    """Say whether the transaction writes: SQLite takes its lock then, PostgreSQL refuses what a reader would write.

    What a reading unit asks PostgreSQL goes without BEGIN and COMMIT: each statement sees its own moment either way.
    """
    driver = driver_of(connection)
    if connection.dialect.name == "sqlite":
        if WRITING.get():
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            driver.execute("BEGIN")  # every page does
    elif "isolation_level" not in connection.get_execution_options():
        reads = ACTIVE.get() and not WRITING.get()
        if driver.autocommit != reads:
            driver.autocommit = reads


def driver_of(connection: sa.Connection) -> Any:
    return connection.connection.driver_connection


def is_sqlite(driver: Any) -> bool:
    return type(driver).__module__.startswith("sqlite3")


def something_came(driver: Any) -> bool:
    """Whether bytes wait that no statement asked for, such as the end of the connection."""
    line = select.poll()
    line.register(driver.fileno(), select.POLLIN)
    return bool(line.poll(0))
