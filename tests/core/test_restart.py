"""PostgreSQL is restarted while people work: five seconds after it is back nobody notices anything."""

from __future__ import annotations

import threading
import time

import pytest
from flask import Flask

from crm.accounts.models import Role
from crm.config import Settings
from crm.core.jobs import open_huey
from tests.factories import a_startup, an_account
from tests.support.postgres import restart_postgres
from tests.support.visitor import Visitor

READERS, WRITERS, AFTER = 2, 2, 5
pytestmark = pytest.mark.postgresql


class Load(threading.Thread):
    """Somebody who opens a record, or writes, again and again; keeps when that was answered, and with which status."""

    def __init__(self, app: Flask, startup_id: int, *, writes: bool, over: threading.Event) -> None:
        super().__init__()
        self.visitor = Visitor(app).signed_in_as(an_account(role=Role.FINANCE))
        self.path, self.writes, self.over = f"/startups/{startup_id}", writes, over
        self.answers: list[tuple[float, int]] = []

    def run(self) -> None:
        while not self.over.wait(0.1):
            answer = self.visitor.open("/notifications/read", "POST") if self.writes else self.visitor.open(self.path)
            self.answers.append((time.monotonic(), answer.status_code))


def test_nobody_notices_a_restart_five_seconds_later(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    startup, over = a_startup(), threading.Event()
    queue = open_huey(settings.database_url)
    queue.put("progress", [0])
    people = [Load(app, startup.id, writes=one < WRITERS, over=over) for one in range(READERS + WRITERS)]
    for one in people:
        one.start()
    time.sleep(1)
    restart_postgres()
    back = time.monotonic()
    time.sleep(AFTER + 2)
    over.set()
    for one in people:
        one.join()
    answers = sorted(answer for one in people for answer in one.answers)
    assert 503 in {status for _, status in answers}, "the control: somebody did notice it"
    later = [status for at, status in answers if at > back + AFTER]
    assert len(later) > len(people)
    assert set(later) <= {200, 302, 303}
    assert queue.get("progress", peek=True) == [0], "the queue's connection is a new one"
    queue.storage.close()
