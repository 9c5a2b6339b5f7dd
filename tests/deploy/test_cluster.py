"""Two web nodes and two workers, each a machine of its own, on one PostgreSQL and one S3.

Journeys go on while one of each is killed and started again and again, and no work is lost or done twice.
"""

from __future__ import annotations

import threading
import time
import urllib.request
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy as sa
from moto.server import ThreadedMotoServer

from crm.accounts.models import Role
from crm.config import Settings
from crm.core.jobs import Job, JobState
from crm.dataroom.models import RoomDocument
from crm.reports.actions import JOB
from crm.reports.models import Report
from crm.startups.models import Startup
from tests.conftest import Work
from tests.factories import PASSWORD, a_published_startup, a_room, a_service, an_account
from tests.support.nodes import Client, Node, WebNode

WEB = "from crm.cli import main; main(['serve'])"
WORKER = """
from datetime import timedelta
from crm.core import jobs
from crm.cli import main, worker
jobs.TAKEN_OVER_AFTER, jobs.LOST_AFTER = timedelta(seconds=4), timedelta(seconds=3)
jobs.TRIES, jobs.BEAT, worker.SWEEP_SECONDS = 1000, 0.5, 0.5
main(["worker"])
"""
pytestmark = pytest.mark.postgresql
LIVES = 3  # of each node: it is killed twice
SECONDS = 60  # for a report, on a busy machine


@pytest.fixture
def bucket() -> Iterator[dict[str, str]]:
    """An S3 with one bucket, as settings of a node."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    address = "http://{}:{}".format(*server.get_host_and_port())
    urllib.request.urlopen(urllib.request.Request(f"{address}/crm", method="PUT")).close()  # noqa: S310 - our own
    yield {
        "CRM_STORAGE_URL": "s3://crm/files",
        "AWS_ENDPOINT_URL": address,
        "AWS_ALLOW_HTTP": "true",
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    server.stop()


@pytest.fixture
def nodes(settings: Settings, bucket: dict[str, str], tmp_path: Path) -> Iterator[list[Node]]:
    """Web, worker, web, worker: nothing is shared but the database, the queue in it, the bucket and the key."""
    shared = bucket | {
        "CRM_ENV": "development",
        "CRM_DATABASE_URL": settings.database_url,
        "CRM_QUEUE_URL": settings.database_url,
        "CRM_SECRET_KEY": "the same on every machine of this test",
        "CRM_WEB_WORKERS": "1",
    }
    made = [
        (WebNode if script == WEB else Node)(
            script, shared | {"CRM_DATA_DIR": str(tmp_path / name)}, tmp_path / f"{name}.log"
        )
        for name, script in (("web-a", WEB), ("worker-a", WORKER), ("web-b", WEB), ("worker-b", WORKER))
    ]
    try:
        start(made)
        yield made
    finally:
        for node in made:
            node.kill()


def start(nodes: Sequence[Node]) -> None:
    """Start nodes beside one another."""
    with ThreadPoolExecutor(len(nodes)) as pool:
        list(pool.map(lambda node: node.start(), nodes))


def disturb(nodes: list[Node], is_over: threading.Event) -> None:
    """Kill a web node and a worker and start them again, then the other two, and so on."""
    while not is_over.is_set():
        for pair in (nodes[:2], nodes[2:]):
            for node in pair:
                node.kill()
            start(pair)


def signed_in(client: Client, username: str) -> None:
    client.cookies.clear()
    fields = client.form("/sign-in") | {"username": username, "password": PASSWORD}
    assert client.post("/sign-in", fields).status == 303
    assert client.get("/startups/").status == 200


def add_a_startup(client: Client, name: str) -> None:
    answer = client.post("/startups/new", client.form("/startups/new") | {"name": name})
    assert answer.status == 303, answer.text
    assert name in client.get(answer.headers["Location"]).text


def send_a_document(client: Client, work: Work, room_id: int, name: str) -> None:
    path = f"/rooms/{room_id}/files/new"
    content = f"{name}，未公开".encode()
    answer = client.post(path, client.form(path) | {"folder_id": ""}, files=(f"{name}.txt", content))
    assert answer.status == 303, answer.text
    with work() as session:
        document_id = session.scalars(sa.select(RoomDocument.id).where(RoomDocument.name == f"{name}.txt")).one()
    for _ in client.ports:
        read = client.get(f"/rooms/documents/{document_id}/versions/1/file")
        assert (read.status, read.content) == (200, content)


def ask_for_a_report(client: Client, startup: str, last_day: str) -> str:
    path = f"/reports/new/summary?startup={urllib.request.quote(startup)}"
    fields = {"startup": startup, "from_day": "2025-01-01", "to_day": last_day, "language": "zh"}
    answer = client.post(path, client.form(path) | fields)
    assert answer.status == 303, answer.text
    return str(answer.headers["Location"])


def take_the_report(client: Client, path: str) -> None:
    end = time.monotonic() + SECONDS
    while (answer := client.get(f"{path}/file")).status != 200:
        assert time.monotonic() < end, f"{path} was never made"
        time.sleep(0.3)
    again = client.get(f"{path}/file")
    assert answer.content.startswith(b"%PDF-")
    assert answer.content == again.content, "the other node gives the same bytes"


def wait_for_jobs(work: Work, count: int) -> None:
    """Until the reports' jobs are done: one whose worker was killed when all but that was written is taken over."""
    counted = sa.select(Job.state, sa.func.count()).where(Job.kind == JOB).group_by(Job.state)
    end = time.monotonic() + SECONDS
    ends = None
    while ends != [(JobState.DONE, count)]:
        assert time.monotonic() < end, f"jobs end as {ends}"
        time.sleep(0.3)
        with work() as session:
            ends = session.execute(counted).all()


def test_nodes_that_are_killed_again_and_again_lose_and_double_nothing(nodes: list[Node], work: Work) -> None:
    startup = a_published_startup("上海衡汐智能科技有限公司")
    a_service(startup)
    room, manager = a_room(startup), an_account(Role.MANAGER)
    client = Client([node.port for node in nodes if isinstance(node, WebNode)])
    is_over, killing = threading.Event(), None
    names, reports = [], []
    try:
        for number in count(1):
            signed_in(client, manager.username)
            names.append(f"上海第{number}号智能科技有限公司")
            add_a_startup(client, names[-1])
            send_a_document(client, work, room.id, f"文件{number}")
            if number <= 3:
                reports.append(ask_for_a_report(client, startup.name, f"2026-05-{number:02}"))
            if killing is None:
                killing = threading.Thread(target=disturb, args=(nodes, is_over))
                killing.start()
            if min(node.lives for node in nodes) >= LIVES or not killing.is_alive():
                break
    finally:
        is_over.set()
        if killing is not None:
            killing.join()
    for report in reports:
        take_the_report(client, report)
    assert min(node.lives for node in nodes) >= LIVES
    assert client.passed_over > 0, "the killing was felt"
    assert client.errors == [], "and no page told of it"
    with work() as session:
        kept = session.scalars(sa.select(Startup.name).where(Startup.name.in_(names))).all()
        assert sorted(kept) == sorted(names), "each startup once"
        assert session.scalar(sa.select(sa.func.count(RoomDocument.id))) == len(names)
        assert session.scalar(sa.select(sa.func.count(Report.id))) == len(reports)
    wait_for_jobs(work, len(reports))
