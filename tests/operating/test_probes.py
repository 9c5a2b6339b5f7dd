"""Whether the process lives, whether it would answer, and what Prometheus reads."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from crm.core.jobs import enqueue, queue
from crm.core.storage import storage
from crm.operating import checks
from crm.operating.checks import readiness
from crm.web.measuring import SHARED
from tests.conftest import Work
from tests.factories import AT
from tests.support.queries import counted_statements
from tests.support.visitor import Visitor

TOKEN = "a-token-of-sixteen-or-more"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
ELSEWHERE = {"REMOTE_ADDR": "203.0.113.7"}


@pytest.fixture(autouse=True)
def fresh_look() -> Iterator[None]:
    readiness.looked_at = 0.0
    yield
    readiness.looked_at = 0.0


@pytest.fixture
def token(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.extensions["crm_settings"], "metrics_token", TOKEN)
    monkeypatch.delenv(SHARED, raising=False)  # the folder of a `crm serve` that another test began


def readiness_of(visitor: Visitor, **options: Any) -> tuple[int, Any]:
    readiness.looked_at = 0.0
    answer = visitor.open("/readyz", **options)
    return answer.status_code, answer.get_json()


def test_health_asks_nothing_of_the_database(app: Flask, visitor: Visitor) -> None:
    with counted_statements(app) as statements:
        assert visitor.open("/healthz").get_json() == {"status": "ok"}
    assert statements == []


def test_a_working_installation_is_ready(visitor: Visitor) -> None:
    status, told = readiness_of(visitor)
    assert status == 200, told
    assert told["status"] == "ready"
    assert set(told["checks"]) == {"database", "queue", "storage", "disk"}


def break_database(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(type(checks.db), "engine", property(lambda _: sa.create_engine("sqlite:////no/such/folder/x")))


def break_revision(patch: pytest.MonkeyPatch) -> None:
    head, known = checks.revisions("migrations")
    patch.setattr(checks, "revisions", lambda _: ("9999", known | {head}))


def break_queue(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(queue, "huey", None)


def break_storage(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(storage, "get", lambda key: b"something else")


def fill_disk(patch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage("/")
    patch.setattr(checks.shutil, "disk_usage", lambda _: usage._replace(free=1024))


def hang_queue(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(checks, "TIMEOUT", 0.05)
    patch.setattr(checks, "check_queue", lambda: time.sleep(0.3) or "")


@pytest.mark.parametrize(
    ("break_it", "name", "why"),
    [
        (break_database, "database", "unable to open database file"),
        (break_revision, "database", "crm db upgrade"),
        (break_queue, "queue", "not connected"),
        (break_storage, "storage", "something else"),
        (fill_disk, "disk", "0 MB free"),
        (hang_queue, "queue", "no answer"),
    ],
)
def test_what_is_broken_makes_it_not_ready(
    visitor: Visitor, break_it: Callable[[pytest.MonkeyPatch], None], name: str, why: str
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        break_it(patch)
        status, told = readiness_of(visitor)
    assert (status, told["status"]) == (503, "not ready")
    assert [one for one, found in told["checks"].items() if not found["ok"]] == [name]
    assert why in told["checks"][name]["detail"]


def test_a_database_that_is_newer_than_the_code_still_serves_it(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "revisions", lambda _: ("0001", frozenset({"0001"})))
    status, told = readiness_of(visitor)
    assert status == 200
    assert "newer than the code" in told["checks"]["database"]["detail"]


@pytest.mark.parametrize(
    "options",
    [{"environ_base": ELSEWHERE}, {"headers": {"X-Forwarded-For": "203.0.113.7"}}],
    ids=["from elsewhere", "through a proxy on this machine"],
)
def test_strangers_learn_no_details(visitor: Visitor, token: None, options: dict[str, Any]) -> None:
    assert readiness_of(visitor, **options) == (200, {"status": "ready"})
    options = options | {"headers": options.get("headers", {}) | BEARER}
    assert "checks" in readiness_of(visitor, **options)[1]


def test_asking_again_at_once_looks_at_nothing_again(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    assert visitor.open("/readyz").status_code == 200
    fill_disk(monkeypatch)
    assert visitor.open("/readyz").status_code == 200
    readiness.looked_at = 0.0
    assert visitor.open("/readyz").status_code == 503


@pytest.mark.parametrize("sent", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {TOKEN}"}])
def test_nobody_reads_metrics_without_the_token(visitor: Visitor, token: None, sent: dict[str, str]) -> None:
    assert visitor.open("/metrics", headers=sent).status_code == 404


def test_without_a_token_set_there_are_no_metrics(visitor: Visitor) -> None:
    for sent in ({}, {"Authorization": "Bearer "}, BEARER):
        assert visitor.open("/metrics", headers=sent).status_code == 404


def test_metrics_tell_of_jobs_mails_sessions_and_disk(finance: Visitor, work: Work, token: None) -> None:
    with work():
        enqueue("report", 7, by_id=None, at=AT)
    text = finance.open("/metrics", headers=BEARER).get_data(as_text=True)
    assert 'crm_jobs{kind="report",state="queued"} 1.0' in text
    for name in ("jobs_oldest_waiting_seconds", "sessions", "disk_free_bytes", "database_bytes"):
        value = next(line for line in text.splitlines() if line.startswith(f"crm_{name} ")).split()[1]
        assert float(value) > 0, name
    assert "crm_database_up 1.0" in text
    assert "crm_maintenance 0.0" in text


def test_figures_of_the_business_stay_where_they_were(finance: Visitor) -> None:
    assert finance.visit("/metrics/").status == 200
