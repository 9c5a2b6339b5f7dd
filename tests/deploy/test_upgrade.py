"""Upgrade and rollback as docs/deploy.md tells them, while people read and add without a pause.

The next release is this one with a revision more and a model that reads its column. The port of a node is kept open
while it restarts, as `crm-web.socket` does, so that the proxy in front has nothing to repeat.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
import sqlalchemy as sa
from flask import Flask

from crm.accounts.models import Role
from crm.cli.revisions import newest
from crm.config import Settings
from crm.startups.models import Startup
from tests.conftest import Work
from tests.deploy.test_cluster import add_a_startup, signed_in, start
from tests.factories import an_account
from tests.support.nodes import ROOT, Client, HeldNode, WebNode

SERVE = "from crm.cli import main; main(['serve', '--wait', '180'])"
NEXT = """
import sqlalchemy as sa
from crm.startups.models import Startup
from crm.web import setup
Startup.motto = sa.orm.mapped_column(sa.String(80), nullable=True)
here = setup.beside_or_inside
setup.beside_or_inside = lambda folder: {migrations!r} if folder == "migrations" else here(folder)
"""
REVISION = """
import sqlalchemy as sa
from alembic import op

revision, down_revision = "9999", "{before}"

def upgrade():
    {change}

def downgrade():
    {back}
"""
WIDER = (
    'op.add_column("startup", sa.Column("motto", sa.String(80), nullable=True))',
    'op.drop_column("startup", "motto")',
)
NARROWER = (
    f'{WIDER[0]}; op.execute("ALTER TABLE account RENAME COLUMN language TO tongue")',
    f'{WIDER[1]}; op.execute("ALTER TABLE account RENAME COLUMN tongue TO language")',
)
SETTINGS = {"CRM_SECRET_KEY": "the same on every machine of this test", "CRM_WEB_WORKERS": "1"}
COUNT = 2  # people
PATIENCE = 180  # seconds until each of them has added something, on a busy machine


class People:
    """Some who read and add without a pause, and what they added."""

    def __init__(self, ports: list[int], username: str) -> None:
        self.clients = [Client(ports) for _ in range(COUNT)]
        self.names: list[list[str]] = [[] for _ in self.clients]
        self.username, self.is_over = username, threading.Event()
        self.ends: list[Future[None]] = []

    def begin(self, pool: ThreadPoolExecutor) -> None:
        self.ends = [pool.submit(self.go_on, number) for number in range(COUNT)]

    def go_on(self, number: int) -> None:
        client, names = self.clients[number], self.names[number]
        signed_in(client, self.username)
        while not self.is_over.is_set():
            name = f"上海{number}组第{len(names)}号智能科技有限公司"
            add_a_startup(client, name)
            names.append(name)

    def add_more(self) -> None:
        """Wait until each of them has added two more. Raises what ended one of them."""
        end = time.monotonic() + PATIENCE
        wanted = [len(names) + 2 for names in self.names]
        while any(len(names) < count for names, count in zip(self.names, wanted, strict=True)):
            assert time.monotonic() < end, "nobody is served any more"
            for ended in self.ends:
                if ended.done():
                    ended.result()
            time.sleep(0.05)

    def troubles(self) -> list[str]:
        """What they met: requests that no node answered, pages that failed or were not what they should be."""
        lost = ["lost"] * sum(client.passed_over for client in self.clients)
        failed = [f"{status} {path}" for client in self.clients for status, path in client.errors]
        return lost + failed + [str(ended.exception()) for ended in self.ends if ended.exception()]


class Site(NamedTuple):
    """Nodes, and those who use them."""

    nodes: list[WebNode]
    people: People


Opened = Callable[..., AbstractContextManager[Site]]


@pytest.fixture
def site(app: Flask, settings: Settings, tmp_path: Path) -> Opened:
    """Opens nodes, one on SQLite and two on PostgreSQL, with people who use them until the block ends."""

    @contextmanager
    def opened(kind: type[WebNode] = HeldNode) -> Iterator[Site]:
        machines = ("a",) if settings.database_url.startswith("sqlite") else ("a", "b")
        nodes = [kind(SERVE, SETTINGS, tmp_path / f"{name}.log") for name in machines]
        people = People([node.port for node in nodes], an_account(Role.MANAGER).username)
        with ThreadPoolExecutor(COUNT) as pool:
            try:
                start(nodes)
                people.begin(pool)
                people.add_more()
                yield Site(nodes, people)
            finally:
                people.is_over.set()
                pool.shutdown()
                for node in nodes:
                    node.kill()

    return opened


@pytest.fixture
def release(app: Flask, tmp_path: Path) -> Iterator[Callable[[str, str], str]]:
    """Makes the next release, whose revision makes a change, or unmakes it; what its Python runs before all else."""
    migrations = tmp_path / "migrations"
    code = NEXT.format(migrations=str(migrations))
    with app.app_context():
        before = str(newest())

    def made(change: str, back: str) -> str:
        shutil.copytree(ROOT / "migrations", migrations)
        (migrations / "versions/9999_next.py").write_text(REVISION.format(before=before, change=change, back=back))
        return code

    yield made
    run(code, "db", "downgrade", before)


def run(code: str, *words: str) -> None:
    """Run a command of a release."""
    script = f"{code}\nfrom crm.cli import main; main({words!r})"
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)


def replace(nodes: list[WebNode], code: str, meanwhile: Callable[[], None]) -> None:
    """Restart all nodes with another release; once they wait for the database, something is done to it."""
    for node in nodes:
        node.stop()
        node.script, before = code, node.log.read_text().count("waiting for")
    with ThreadPoolExecutor(1) as pool:
        started = pool.submit(start, nodes)
        while not started.done() and any(node.log.read_text().count("waiting for") == before for node in nodes):
            time.sleep(0.1)
        meanwhile()
        started.result()


def test_an_upgrade_and_the_way_back_lose_and_double_nothing(
    site: Opened, release: Callable[[str, str], str], app: Flask, work: Work
) -> None:
    newer = release(*WIDER)
    with app.app_context():
        before = str(newest())
    with site() as (nodes, people):
        run(newer, "db", "upgrade")
        people.add_more()
        for node in nodes:
            node.stop()
            node.script = newer + SERVE
            node.start()
            people.add_more()
        replace(nodes, SERVE, lambda: run(newer, "db", "downgrade", before))
        people.add_more()
        replace(nodes, newer + SERVE, lambda: run(newer, "db", "upgrade"))
        people.add_more()
    assert people.troubles() == []
    with work() as session:
        kept = session.scalars(sa.select(Startup.name)).all()
    assert sorted(kept) == sorted(name for names in people.names for name in names), "each startup once"


@pytest.mark.parametrize(
    ("kind", "end"), [(HeldNode, WebNode.kill), (WebNode, WebNode.stop)], ids=["killed", "port not kept open"]
)
def test_a_restart_that_loses_requests_is_found(
    site: Opened, kind: type[WebNode], end: Callable[[WebNode], None]
) -> None:
    """The positive control."""
    with site(kind) as (nodes, people):
        end(nodes[0])
        nodes[0].start()
        people.add_more()
    assert "lost" in people.troubles()


def test_a_revision_that_takes_away_what_is_read_is_found(site: Opened, release: Callable[[str, str], str]) -> None:
    """The positive control of an upgrade under the code of before."""
    with site() as (_, people):
        run(release(*NARROWER), "db", "upgrade")
        with pytest.raises(AssertionError):
            people.add_more()
    assert any(one.startswith("500 /startups/") for one in people.troubles())


def test_an_upgrade_that_is_killed_half_way_changes_nothing(release: Callable[[str, str], str], work: Work) -> None:
    code = release(f"{WIDER[0]}; import os; os.kill(os.getpid(), 9)", "pass")
    with pytest.raises(subprocess.CalledProcessError):
        run(code, "db", "upgrade")
    with work() as session:
        assert "motto" not in {column["name"] for column in sa.inspect(session.connection()).get_columns("startup")}
        assert session.scalar(sa.text("SELECT version_num FROM alembic_version")) == newest()
