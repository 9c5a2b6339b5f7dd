"""`crm worker`: does the background jobs."""

from __future__ import annotations

import gc
import os
import socket
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from importlib import import_module

import click
import structlog
from flask import Flask, current_app

from crm.accounts import jobs as account_jobs
from crm.audit import jobs as audit_jobs
from crm.backup import jobs as backup_jobs
from crm.cli.context import application
from crm.cli.revisions import refuse_other_revisions
from crm.config import Settings
from crm.core.clock import day_of, now
from crm.core.contents import sweep_daily
from crm.core.db import unit_of_work
from crm.core.jobs import give_back, queue, run_job, sweep
from crm.core.origin import coming_from
from crm.core.outbox import send_due
from crm.core.sizes import learn_sizes_daily
from crm.dataroom import jobs as room_jobs
from crm.digest.jobs import morning
from crm.events import jobs as event_jobs
from crm.lib import memory
from crm.matching import jobs as matching_jobs
from crm.matching.nightly import refresh_changed
from crm.metrics import jobs as metric_jobs
from crm.operating import actions as operating
from crm.operating import troubles
from crm.operating.maintenance import is_maintained
from crm.people import jobs as people_jobs
from crm.publishing import jobs as publishing_jobs
from crm.reports import jobs as report_jobs
from crm.services import standing
from crm.web.log import take_library_lines

FEATURES_WITH_JOBS = ("crm.imports.jobs",)
SWEEP_SECONDS = 15
MATCH_SECONDS = 2
BEAT = 15  # seconds
GRACE = 30  # seconds that a running job has when the process is stopped; then it is given back
log = structlog.get_logger()


@click.command()
@click.option("--once", is_flag=True, help="Do the jobs that wait, then stop.")
@click.option("--wait", default=0.0, metavar="SECONDS", help="Wait so long for the database to fit.")
def worker(once: bool, wait: float) -> None:
    """Do the background jobs until stopped. SIGTERM lets the running job end, or gives it back to others."""
    for feature in FEATURES_WITH_JOBS:
        import_module(feature)
    app = application()
    take_library_lines(app)
    with app.app_context():
        refuse_other_revisions(wait=wait)
    settings: Settings = app.extensions["crm_settings"]
    backup_jobs.folder.connect(settings.backup_dir, settings.backup_passphrase, settings.backup_keep)
    huey = queue.connected()
    if once:
        with app.app_context():
            while (task := huey.dequeue()) is not None:
                run_job(*task.args)
            look_around()
            attempt(match_what_changed)
        return
    name = f"{socket.gethostname()}:{os.getpid()}"
    gc.freeze()  # what is loaded stays: no collection need look at it again
    wrap_in_context(app)
    for forever in (partial(sweep_forever, app), partial(match_forever, app), partial(beat_forever, app, name)):
        threading.Thread(target=forever, daemon=True).start()
    consumer = huey.create_consumer(
        workers=1,
        worker_type="thread",
        periodic=False,
        initial_delay=0.05,
        max_delay=0.5,
        graceful_signal="TERM",
        shutdown_timeout=GRACE,
    )
    click.echo("Worker ready.")
    consumer.run()
    stop_at_once(app, name)


def wrap_in_context(app: Flask) -> None:
    """Every job runs inside an application context of its own; during maintenance it waits for the next sweep."""
    huey = queue.connected()
    plain, queue.is_held = huey.execute, is_held

    def execute(task: object, timestamp: object = None) -> object:
        with app.app_context():
            try:
                return None if is_held() else plain(task, timestamp)
            finally:
                memory.release()

    huey.execute = execute


def is_held() -> bool:
    """True while maintenance holds up all work."""
    with unit_of_work(write=False):
        return is_maintained()


def beat_forever(app: Flask, name: str) -> None:
    """Say again and again that this process lives."""
    while True:
        with app.app_context():
            attempt(partial(beat, name))
        time.sleep(BEAT)


def beat(name: str) -> None:
    with unit_of_work(write=True):
        operating.beat(name, at=now())


def leave(name: str) -> None:
    with unit_of_work(write=True):
        operating.leave(name)


def stop_at_once(app: Flask, name: str) -> None:
    """Give back what is still in work, and end without waiting for its thread."""
    with app.app_context():
        attempt(give_back)
        attempt(partial(leave, name))
    sys.stdout.flush()
    os._exit(0)


def sweep_forever(app: Flask) -> None:
    while True:
        with app.app_context():
            attempt(look_around_unless_maintained)
        memory.release()
        time.sleep(SWEEP_SECONDS)


def match_forever(app: Flask) -> None:
    """Match what was opened or changed, before whoever wrote it looks."""
    while True:
        with app.app_context():
            attempt(match_what_changed)
        time.sleep(MATCH_SECONDS)


def match_what_changed() -> None:
    if not is_held():
        refresh_changed(day_of(now()), now())


def look_around_unless_maintained() -> None:
    if not is_held():
        look_around()


def attempt(what: Callable[[], object]) -> None:
    """Do it; what fails keeps nothing else from being done."""
    name = getattr(what, "func", what).__name__
    try:
        with coming_from(f"crm worker: {name}"):
            what()
    except Exception:  # the database may be away for a while
        log.exception("looking around", what=name)


def look_around() -> None:
    """Jobs that were lost, the day's work, mail that waits."""
    for look in (
        sweep,
        ask_for_backup,
        begin_the_day,
        keep_standing,
        forget_visitors,
        forget_what_was_replaced,
        withdraw_expired,
        look_at_figures,
        look_at_matches,
        look_at_reports,
        tidy_contents,
        learn_sizes,
        look_at_history,
        look_at_accounts,
        send_due,
        look_at_troubles,
    ):
        attempt(look)


def ask_for_backup() -> None:
    settings: Settings = current_app.extensions["crm_settings"]
    backup_jobs.ask_for_backup(settings.backup_at, now())


def begin_the_day() -> None:
    settings: Settings = current_app.extensions["crm_settings"]
    morning(settings.digest_at, now())


def keep_standing() -> None:
    standing.keep_daily(now())


def forget_visitors() -> None:
    event_jobs.forget_visitors(now())


def forget_what_was_replaced() -> None:
    people_jobs.forget_earlier_contacts(now())
    account_jobs.forget_earlier_emails(now())


def withdraw_expired() -> None:
    publishing_jobs.withdraw_expired_daily(now())


def look_at_figures() -> None:
    metric_jobs.look_at_figures(now())


def look_at_matches() -> None:
    matching_jobs.look_at_matches(now())


def look_at_reports() -> None:
    settings: Settings = current_app.extensions["crm_settings"]
    report_jobs.make_due_reports(now())
    report_jobs.tidy_archive(settings.reports_kept_days, now())


def learn_sizes() -> None:
    learn_sizes_daily(now())


def look_at_history() -> None:
    if faults := audit_jobs.verify_daily(now()):
        troubles.tell_broken_history(faults, now())


def look_at_accounts() -> None:
    settings: Settings = current_app.extensions["crm_settings"]
    account_jobs.forget_daily(settings.session_days, settings.devices_kept_days, now())


def look_at_troubles() -> None:
    troubles.tell_troubles(now())


def tidy_contents() -> None:
    room_jobs.forget_partial_files(now())
    sweep_daily(now())
