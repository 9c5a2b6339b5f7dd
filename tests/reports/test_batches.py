"""Many reports at once: each made once, what fails told and tried again alone, all of it in one file."""

from __future__ import annotations

import subprocess
import sys
import time
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any
from zipfile import ZipFile

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from pypdf import PdfReader

from crm.config import Settings
from crm.core.errors import Refusal
from crm.core.jobs import Job, JobState, queue, run_job
from crm.core.storage import storage
from crm.lib.text import N_
from crm.reports import batches, renderer
from crm.reports.models import Batch, Edition, Report
from crm.reports.pdf import Pdf
from tests.conftest import Work
from tests.factories import AT, a_service, a_startup, an_account
from tests.reports.examples import PERIOD
from tests.reports.test_jobs import worked
from tests.support.visitor import Visitor

ROOT = Path(__file__).parents[2]
NAMES = ("上海衡汐智能科技有限公司", "上海墨衍计算技术有限公司", "上海苍术医疗科技有限公司", "上海澜心教育科技有限公司")


@pytest.fixture(autouse=True)
def printed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was rendered; a page of paper takes the place of the real thing, which other tests look at."""
    seen: list[str] = []
    blank = renderer.renderer.render("<p>页</p>").content

    def render(html: str, *_: object) -> Pdf:
        seen.append(html)
        return Pdf(blank, 1)

    monkeypatch.setattr(renderer.renderer, "render", render)
    return seen


def served(*names: str) -> None:
    for name in names:
        a_service(a_startup(name))


def asked(work: Work, about: str = "served_to_date") -> int:
    account = an_account()
    with work():
        return batches.request_batch(about, PERIOD, "zh", by=account, at=AT).id


def states(work: Work, batch_id: int) -> dict[str, int]:
    """How many reports of a batch are made, have failed, wait for a worker, or have not begun."""
    with work() as session:
        found = session.execute(
            sa.select(Report.edition_id, Job.state)
            .outerjoin(Job, Job.id == Report.job_id)
            .where(Report.batch_id == batch_id)
        ).all()
    told = {"made": 0, "failed": 0, "waiting": 0, "left": 0}
    for edition, state in found:
        name = "made" if edition else "left" if state is None else "failed" if state == JobState.FAILED else "waiting"
        told[name] += 1
    return told


def test_a_batch_is_about_those_behind_the_figure(work: Work) -> None:
    served(*NAMES)
    a_startup("上海从未服务科技有限公司")
    batch_id = asked(work)
    with work() as session:
        titles = session.scalars(sa.select(Report.title).where(Report.batch_id == batch_id)).all()
    assert sorted(titles) == sorted(NAMES)


def test_a_batch_about_nobody_is_refused(work: Work) -> None:
    with pytest.raises(Refusal, match="none in this period"):
        asked(work)


def test_a_few_are_in_work_at_once_and_all_are_made_and_packed(app: Flask, work: Work) -> None:
    served(*NAMES)
    batch_id = asked(work)
    assert states(work, batch_id) == {"made": 0, "failed": 0, "waiting": 2, "left": 2}
    worked(app)
    assert states(work, batch_id) == {"made": 4, "failed": 0, "waiting": 0, "left": 0}
    with work() as session:
        batch = session.get_one(Batch, batch_id)
        assert batch.zip_key is not None
        assert batch.merged_key is not None
        archive, whole = storage.get(batch.zip_key), storage.get(batch.merged_key)
    with ZipFile(BytesIO(archive)) as files:
        assert sorted(files.namelist()) == sorted(f"{name} 2026-05-31.pdf" for name in NAMES)
        assert files.testzip() is None
    assert len(PdfReader(BytesIO(whole)).pages) == 4


def test_a_batch_that_lost_a_file_is_packed_not_at_all(app: Flask, work: Work) -> None:
    served(*NAMES[:2])
    batch_id = asked(work)
    worked(app)
    with work() as session:
        storage.delete(session.scalars(sa.select(Edition.file_key)).all()[1])
        batches.retry(session.get_one(Batch, batch_id), at=AT)
    worked(app)
    with work() as session:
        batch = session.get_one(Batch, batch_id)
        packing = session.get_one(Job, batch.job_id)
        assert (packing.state, batch.zip_key, batch.merged_key) == (JobState.FAILED, None, None)
        assert "FileNotFoundError" in str(packing.error)


def test_what_has_not_changed_is_used_again(app: Flask, work: Work, printed: list[str]) -> None:
    served(*NAMES)
    asked(work)
    worked(app)
    a_service(a_startup("上海新来智能科技有限公司"))
    batch_id = asked(work)
    worked(app)
    assert len(printed) == 5
    with work() as session:
        reused = sa.select(sa.func.count()).where(Report.batch_id == batch_id, Report.is_reused)
        assert session.scalar(reused) == 4


def test_one_that_fails_holds_nobody_up_and_is_tried_again_alone(
    app: Flask, work: Work, printed: list[str], monkeypatch: pytest.MonkeyPatch, manager: Visitor
) -> None:
    served(*NAMES)
    render = renderer.renderer.render

    def broken(html: str, *_: object) -> Pdf:
        if NAMES[1] in html:
            raise Refusal({"": N_("The report was stopped: it is too large. Choose a shorter period, or try again.")})
        return render(html)

    with monkeypatch.context() as patched:
        patched.setattr(renderer.renderer, "render", broken)
        batch_id = asked(work)
        worked(app)
    assert states(work, batch_id) == {"made": 3, "failed": 1, "waiting": 0, "left": 0}
    page = manager.visit("reports.show_batch", batch_id=batch_id).now
    assert [row[0] for row in page.rows[1:]] == [NAMES[1]]
    assert "it is too large" in page.text
    manager.submit("Try those again")
    worked(app)
    assert states(work, batch_id) == {"made": 4, "failed": 0, "waiting": 0, "left": 0}
    assert len(printed) == 4, "those that were made are not made again"


def test_a_cancelled_batch_keeps_what_was_made_and_can_go_on(app: Flask, work: Work, manager: Visitor) -> None:
    served(*NAMES)
    batch_id = asked(work)
    with app.app_context():
        run_job(*queue.connected().dequeue().args)
    manager.visit("reports.show_batch", batch_id=batch_id).submit("Cancel")
    worked(app)
    assert states(work, batch_id) == {"made": 3, "failed": 0, "waiting": 0, "left": 1}
    assert "Cancelled" in manager.visit("reports.show_batch", batch_id=batch_id).text
    manager.submit("Go on with the rest")
    worked(app)
    assert states(work, batch_id) == {"made": 4, "failed": 0, "waiting": 0, "left": 0}


MOMENTS = {
    "before rendering": "crm.reports.jobs.editions.write",
    "after rendering": "crm.reports.jobs.editions.keep",
    "after keeping": "crm.reports.jobs.renderer.draw",
}


class Killed(BaseException):
    """Not an Exception: nothing but the end of the process stops at it."""


def killed(app: Flask, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    """A worker that dies in its first job, where it would do that."""

    def die(*_: Any, **__: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched, app.app_context():
        patched.setattr(place, die)
        with pytest.raises(Killed):
            run_job(*queue.connected().dequeue().args)


def taken_over(app: Flask) -> None:
    """Other workers do what there is, and later what the dead one held."""
    worked(app)
    with app.app_context(), time_machine.travel(AT.replace(year=2099)):
        from crm.core.jobs import sweep

        sweep()
        worked(app)


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_worker_killed_at_any_moment_loses_and_doubles_nothing(
    app: Flask, work: Work, printed: list[str], monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    served(*NAMES)
    batch_id = asked(work)
    killed(app, monkeypatch, MOMENTS[moment])
    taken_over(app)
    assert states(work, batch_id) == {"made": 4, "failed": 0, "waiting": 0, "left": 0}
    with work() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Edition)) == 4
        assert session.get_one(Batch, batch_id).zip_key is not None
        assert all(session.scalars(sa.select(Edition.page_keys))), "every page is drawn"


def test_what_was_kept_before_a_worker_died_is_not_made_of_newer_records(
    app: Flask, work: Work, printed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    startup = a_startup(NAMES[0])
    a_service(startup)
    batch_id = asked(work)
    killed(app, monkeypatch, MOMENTS["after keeping"])
    a_service(startup)
    taken_over(app)
    assert states(work, batch_id) == {"made": 1, "failed": 0, "waiting": 0, "left": 0}
    assert len(printed) == 1
    with work() as session:
        assert all(session.scalars(sa.select(Edition.page_keys)).one()), "its pages are drawn"


AS_A_PROCESS = """
from datetime import timedelta
from crm.core import jobs
from crm.cli import main, worker
jobs.TAKEN_OVER_AFTER, jobs.LOST_AFTER = timedelta(seconds=1.5), timedelta(seconds=1)
jobs.TRIES, jobs.BEAT, worker.SWEEP_SECONDS = 1000, 0.3, 0.3
main(["worker"])
"""


@pytest.mark.once
def test_worker_processes_killed_at_random_moments_lose_and_double_nothing(
    app: Flask, work: Work, settings: Settings
) -> None:
    served(*(f"上海第{number}号智能科技有限公司" for number in range(1, 5)))
    batch_id, chance = asked(work), Random(148)  # noqa: S311 - no secret
    for life in (*(chance.uniform(0.3, 3) for _ in range(2)), 120):
        with subprocess.Popen([sys.executable, "-c", AS_A_PROCESS], cwd=ROOT, stdout=subprocess.PIPE) as process:
            assert process.stdout
            process.stdout.readline()  # "Worker ready."
            end = time.monotonic() + life
            while time.monotonic() < end and packed_key(work, batch_id) is None:
                time.sleep(0.1)
            process.kill()
    assert states(work, batch_id) == {"made": 4, "failed": 0, "waiting": 0, "left": 0}
    with work() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Edition)) == 4
        assert all(session.scalars(sa.select(Edition.page_keys))), "every page is drawn"
        for key in session.scalars(sa.select(Edition.file_key)):
            assert PdfReader(BytesIO(storage.get(key))).pages, "no half file"
    with app.app_context():
        assert len(ZipFile(BytesIO(storage.get(str(packed_key(work, batch_id))))).namelist()) == 4


def packed_key(work: Work, batch_id: int) -> str | None:
    with work() as session:
        return session.get_one(Batch, batch_id).zip_key


def test_a_manager_asks_for_a_batch_and_takes_it_along(app: Flask, manager: Visitor) -> None:
    served(*NAMES)
    manager.visit("reports.list_batches").click("Make a batch")
    manager.submit("Make the batch", about="served_to_date", language="en")
    assert "0 / 4" in manager.text
    worked(app)
    page = manager.visit(manager.now.url).now
    assert "4 / 4" in page.text
    answer = manager.open(page.links()["All as ZIP"])
    assert answer.mimetype == "application/zip"
    assert "The batch of reports is over" in manager.visit("notifications.list_notices").text
    assert any("Every company served to date" in row[0] for row in manager.visit("reports.list_batches").now.rows)
    assert "No report yet" in manager.visit("reports.list_reports").text, "a batch does not flood the archive"
    manager.visit("reports.list_batches").click("Every company served to date").click("Its reports one by one")
    assert len(manager.now.rows) == 5
