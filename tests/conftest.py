"""The application on an empty, migrated database; SQLite or a real PostgreSQL, as `--database` says."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from hypothesis import HealthCheck
from hypothesis import settings as examples
from sqlalchemy.orm import Session

from crm import create_app
from crm.accounts import passwords
from crm.accounts.models import Role
from crm.cli import context
from crm.config import Settings
from crm.core.db import db, unit_of_work
from crm.core.jobs import queue
from crm.web.transaction import TransactionalFlask
from tests.factories import an_account
from tests.support import page, world
from tests.support.postgres import start_postgres
from tests.support.templates import CompiledTemplates
from tests.support.visitor import Visitor

Work = Callable[[], AbstractContextManager[Session]]
# A busy machine is slow at drawing examples and at trying them: that says nothing about what is tried.
examples.register_profile(
    "busy", deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
examples.load_profile("busy")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=("sqlite", "postgresql"), default="sqlite", help="which database to test on")


def pytest_xdist_auto_num_workers() -> int:
    """Three workers for two cores: tests in a browser wait a good part of their time."""
    return max(1, (os.cpu_count() or 1) * 3 // 2)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A test that opens no database, or is about what is drawn, has nothing more to say on PostgreSQL: it runs once."""
    on_sqlite = config.getoption("--database") == "sqlite"
    again = [
        item
        for item in items
        if item.get_closest_marker("postgresql" if on_sqlite else "once") is None
        and (on_sqlite or "settings" in getattr(item, "fixturenames", ()))
    ]
    if again and len(again) < len(items):
        config.hook.pytest_deselected(items=[item for item in items if item not in again])
        items[:] = again


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="session")
def settings(pytestconfig: pytest.Config, data_dir: Path) -> Iterator[Settings]:
    """Settings of a test application, free of what the developer's shell sets."""
    for name in [name for name in os.environ if name.startswith("CRM_")]:
        del os.environ[name]
    url = ""
    stop: Callable[[], None] | None = None
    if pytestconfig.getoption("--database") == "postgresql":
        url, stop = start_postgres()
        page.strict = False  # the same pages were judged on SQLite
    passwords.hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # the real one: a tenth of all time
    keep_compiled_templates(pytestconfig)
    os.environ |= {"CRM_ENV": "test", "CRM_DATA_DIR": str(data_dir)} | ({"CRM_DATABASE_URL": url} if url else {})
    yield Settings()
    if stop is not None:
        stop()


def keep_compiled_templates(config: pytest.Config) -> None:
    if cache := getattr(config, "cache", None):
        compiled = CompiledTemplates(cache.mkdir("templates"))
        TransactionalFlask.jinja_options = {**TransactionalFlask.jinja_options, "bytecode_cache": compiled}


@pytest.fixture(scope="session")
def migrated_app(settings: Settings) -> Flask:
    import flask_migrate

    app = create_app(settings)
    with app.app_context():
        flask_migrate.upgrade()
        with unit_of_work(write=False) as session:
            world.remember_seeds(session)
    collect_rarely()
    return app


def collect_rarely() -> None:
    """What is loaded by now stays: to look through it for garbage again and again took a tenth of all time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000)


@pytest.fixture
def app(migrated_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The application, of commands too; what a test wrote is gone afterwards, from the queue too: ids begin anew."""
    world.app = migrated_app
    monkeypatch.setattr(context, "create_app", lambda: migrated_app)
    yield migrated_app
    with migrated_app.app_context(), unit_of_work(write=True) as session:
        world.wipe(session)
    with migrated_app.app_context():
        db.session.remove()
    queue.connected().flush()


@pytest.fixture
def work(app: Flask) -> Work:
    """Opens a writing unit of work: `with work() as session:`."""

    @contextmanager
    def opened() -> Iterator[Session]:
        with app.app_context(), unit_of_work(write=True) as session:
            yield session

    return opened


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    """Somebody who has not signed in, reading English."""
    return Visitor(app)


@pytest.fixture
def as_role(app: Flask) -> Callable[..., Visitor]:
    """Somebody signed in with a role: `as_role("manager")`; outsiders get an institution or a startup of their own."""

    def signed_in(role: str, institution_id: int | None = None) -> Visitor:
        return Visitor(app).signed_in_as(an_account(role=Role(role), institution_id=institution_id))

    return signed_in


@pytest.fixture
def finance(as_role: Callable[..., Visitor]) -> Visitor:
    return as_role("finance")


@pytest.fixture
def manager(as_role: Callable[..., Visitor]) -> Visitor:
    return as_role("manager")


@pytest.fixture
def admin(as_role: Callable[..., Visitor]) -> Visitor:
    return as_role("admin")


@pytest.fixture
def investor(as_role: Callable[..., Visitor]) -> Visitor:
    return as_role("investor")
