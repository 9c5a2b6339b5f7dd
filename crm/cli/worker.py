"""`crm worker`: does the background jobs."""

from __future__ import annotations

import threading
import time
from importlib import import_module

import click
import structlog
from flask import Flask, current_app

from crm.cli.context import application
from crm.config import Settings
from crm.core.clock import now
from crm.core.contents import sweep_daily
from crm.core.jobs import queue, run_job, sweep
from crm.core.outbox import send_due
from crm.digest.jobs import morning
from crm.events import jobs as event_jobs
from crm.matching import jobs as matching_jobs
from crm.metrics import jobs as metric_jobs
from crm.publishing import jobs as publishing_jobs
from crm.reports import jobs as report_jobs

FEATURES_WITH_JOBS = ("crm.imports.jobs", "crm.dataroom.jobs")
SWEEP_SECONDS = 15
log = structlog.get_logger()


@click.command()
@click.option("--once", is_flag=True, help="Do the jobs that wait, then stop.")
def worker(once: bool) -> None:
    """Do the background jobs until stopped."""
    for feature in FEATURES_WITH_JOBS:
        import_module(feature)
    app = application()
    huey = queue.connected()
    if once:
        with app.app_context():
            while (task := huey.dequeue()) is not None:
                run_job(*task.args)
            look_around()
        return
    wrap_in_context(app)
    threading.Thread(target=sweep_forever, args=(app,), daemon=True).start()
    consumer = huey.create_consumer(workers=1, worker_type="thread", periodic=False, initial_delay=0.05, max_delay=0.5)
    click.echo("Worker ready.")
    consumer.run()


def wrap_in_context(app: Flask) -> None:
    """Every job runs inside an application context of its own."""
    huey = queue.connected()
    plain = huey.execute

    def execute(task: object, timestamp: object = None) -> object:
        with app.app_context():
            return plain(task, timestamp)

    huey.execute = execute


def sweep_forever(app: Flask) -> None:
    while True:
        with app.app_context():
            look_around()
        time.sleep(SWEEP_SECONDS)


def look_around() -> None:
    """Jobs that were lost, the day's work, mail that waits; what fails keeps nothing else from being done."""
    for look in (
        sweep,
        begin_the_day,
        forget_visitors,
        withdraw_expired,
        look_at_figures,
        look_at_matches,
        look_at_reports,
        tidy_contents,
        send_due,
    ):
        try:
            look()
        except Exception:  # the database may be away for a while
            log.exception("looking around", what=look.__name__)


def begin_the_day() -> None:
    settings: Settings = current_app.extensions["crm_settings"]
    morning(settings.digest_at, now())


def forget_visitors() -> None:
    event_jobs.forget_visitors(now())


def withdraw_expired() -> None:
    publishing_jobs.withdraw_expired_daily(now())


def look_at_figures() -> None:
    metric_jobs.look_at_figures(now())


def look_at_matches() -> None:
    matching_jobs.refresh_matches(now())


def look_at_reports() -> None:
    settings: Settings = current_app.extensions["crm_settings"]
    report_jobs.make_due_reports(now())
    report_jobs.tidy_archive(settings.reports_kept_days, now())


def tidy_contents() -> None:
    sweep_daily(now())
