"""Reports are made in the background, once; what goes wrong is told and harms nobody else."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy.orm import joinedload

from crm.accounts.models import Account, Role
from crm.core.db import unit_of_work
from crm.core.errors import Refusal
from crm.core.jobs import Job, JobState, queue, run_job
from crm.core.storage import storage
from crm.publishing.queries import publication_in_force
from crm.reports import actions, editions, jobs, renderer
from crm.reports.actions import Wanted
from crm.reports.models import Report
from crm.reports.pdf import Pdf
from crm.startups.models import Startup
from tests.conftest import Work
from tests.factories import (
    AT,
    a_published_startup,
    a_service,
    a_startup,
    an_account,
    an_institution,
    withdraw,
)
from tests.reports.examples import PERIOD

BIG = "<table>" + "<tr><td>一行字</td><td>又一行字</td></tr>" * 20_000 + "</table>"


def asked(work: Work, startup: Startup | None, by: Account | None = None) -> int:
    """The id of a report that a manager asked for."""
    account = by or an_account(Role.MANAGER)
    with work():
        return actions.request(Wanted("summary", PERIOD, "zh", startup=startup), by=account, at=AT).id


def worked(app: Flask) -> None:
    """What the worker does: every job that waits."""
    with app.app_context():
        while (task := queue.connected().dequeue()) is not None:
            run_job(*task.args)


def report_and_job(app: Flask, report_id: int) -> tuple[Report, Job]:
    with app.app_context(), unit_of_work(write=True) as session:  # a rollback would empty what is returned
        report = session.get_one(Report, report_id, options=[joinedload(Report.edition)])
        return report, session.get_one(Job, report.job_id)


def test_a_report_is_made_and_kept(app: Flask, work: Work) -> None:
    startup = a_startup("上海衡汐智能科技有限公司")
    a_service(startup)
    report_id = asked(work, startup)
    worked(app)
    report, job = report_and_job(app, report_id)
    assert job.state == JobState.DONE
    assert report.edition is not None
    content = storage.get(report.edition.file_key)
    assert report.edition.size == len(content)
    assert report.edition.pages == len(PdfReader(BytesIO(content)).pages)


def test_a_report_that_has_its_file_is_not_rendered_again(
    app: Flask, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    report_id = asked(work, None)
    worked(app)
    monkeypatch.setattr(renderer.renderer, "render", lambda *_: pytest.fail("rendered again"))
    with app.app_context():
        jobs.make_report(report_id, lambda done, total: None)


def test_of_two_workers_the_first_file_stays(app: Flask, work: Work) -> None:
    report_id = asked(work, None)
    with app.app_context():
        manuscript = jobs.write(report_id)
    assert manuscript is not None
    for content in (b"first", b"second"):
        with work():
            editions.keep(report_id, manuscript, Pdf(content, 1))
    report, _ = report_and_job(app, report_id)
    assert report.edition is not None
    assert storage.get(report.edition.file_key) == b"first"


def test_what_has_not_changed_is_not_rendered_again(app: Flask, work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    startup = a_startup()
    a_service(startup)
    first = asked(work, startup)
    worked(app)
    with monkeypatch.context() as patched:
        patched.setattr(renderer.renderer, "render", lambda *_: pytest.fail("rendered again"))
        second = asked(work, startup)
        worked(app)
    one, other = (report_and_job(app, report_id)[0] for report_id in (first, second))
    assert (one.is_reused, other.is_reused) == (False, True)
    assert one.edition_id == other.edition_id is not None
    a_service(startup)
    third = asked(work, startup)
    worked(app)
    changed, _ = report_and_job(app, third)
    assert not changed.is_reused
    assert changed.edition_id != one.edition_id


def test_a_lost_file_is_made_again(app: Flask, work: Work) -> None:
    first = asked(work, None)
    worked(app)
    report, _ = report_and_job(app, first)
    assert report.edition is not None
    storage.delete(report.edition.file_key)
    second = asked(work, None)
    worked(app)
    again, job = report_and_job(app, second)
    assert job.state == JobState.DONE
    assert again.edition is not None
    assert storage.get(again.edition.file_key).startswith(b"%PDF")


def test_progress_is_told_while_nothing_is_locked(app: Flask, work: Work) -> None:
    told: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> None:
        with unit_of_work(write=True):  # would raise inside another unit
            told.append((done, total))

    report_id = asked(work, None)
    with app.app_context():
        jobs.make_report(report_id, progress)
    assert told == [(1, 5), (2, 5), (3, 5), (4, 5), (5, 5)]


def test_a_profile_that_was_withdrawn_meanwhile_is_not_made(app: Flask, work: Work) -> None:
    startup = a_published_startup()
    investor = an_account(Role.INVESTOR, an_institution().id)
    with work() as session:
        publication = publication_in_force(session.get_one(Startup, startup.id))
        session.refresh(publication, ["startup"])
        report_id = actions.request_profile(publication, "zh", [], by=investor, at=AT).id
    withdraw(startup)
    worked(app)
    report, job = report_and_job(app, report_id)
    assert job.state == JobState.FAILED
    assert job.refusal == [["This profile is no longer published.", {}]]
    assert report.edition is None


def test_a_killed_renderer_fails_its_document_and_serves_the_next_one(work: Work) -> None:
    mine = renderer.Renderer()
    try:
        mine.render("<p>warm</p>")
        assert mine.child is not None
        killer = threading.Timer(0.3, mine.child.kill)
        killer.start()
        with pytest.raises(Refusal, match="too large"):
            mine.render(BIG)
        killer.join()
        assert mine.render("<p>again</p>").pages == 1
    finally:
        mine.close()


@pytest.mark.parametrize(("seconds", "memory"), [(1, renderer.MEMORY), (20, 256 * 1024**2)])
def test_a_document_that_needs_too_much_is_stopped(
    seconds: int, memory: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The child's own limits end it, smaller ones here. Short of memory it may go on until its time ends."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    limits = f"renderer.SECONDS, renderer.MEMORY = {seconds}, {memory}"
    code = f"from crm.reports import renderer; {limits}; renderer.serve()"
    command = [sys.executable, "-c", code]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        assert renderer.exchange(child, "<p>small</p>")[0]["kind"] == "done"
        head, _ = renderer.exchange(child, BIG)
        assert head["kind"] == "large"
    except ValueError:
        child.wait(timeout=10)
        assert child.returncode != 0
    finally:
        child.kill()
        child.communicate()


def test_the_renderer_ends_with_its_parent_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    code = (
        "import sys; from crm.reports.renderer import Renderer; one = Renderer(); one.render('<p>x</p>');"
        "print('warm', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code]
    parent = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert parent.stdout is not None
    assert parent.stdout.readline() == b"warm\n"
    assert list(tmp_path.rglob("weasyprint-*")) != []
    parent.kill()
    parent.communicate()
    deadline = time.monotonic() + 10
    while list(tmp_path.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert list(tmp_path.iterdir()) == []  # what the child does last


def test_what_the_child_refuses_reaches_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    head = {"kind": "refused", "text": "The font %(name)s is missing. Run: ./dev setup", "values": [["name", "x.ttf"]]}
    monkeypatch.setattr(renderer, "exchange", lambda *_: (head, b""))
    with pytest.raises(Refusal, match=r"The font x\.ttf is missing"):
        renderer.renderer.render("<p>x</p>")


def test_a_broken_document_does_not_end_the_child() -> None:
    assert renderer.answer("<p>fine</p>")[0]["kind"] == "done"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("crm.reports.pdf.render", lambda *_: 1 / 0)
        head, content = renderer.answer("<p>x</p>")
    assert head["kind"] == "failed"
    assert b"ZeroDivisionError" in content


def test_a_small_summary_needs_no_new_process(work: Work) -> None:
    first = renderer.renderer.render("<p>one</p>")
    child = renderer.renderer.child
    assert renderer.renderer.render("<p>two</p>").pages == first.pages == 1
    assert renderer.renderer.child is child
    assert isinstance(first, Pdf)
