"""`crm worker`: does the background jobs."""

from __future__ import annotations

import threading
import time
from importlib import import_module

import click
from flask import Flask

from crm.cli.context import application
from crm.core.jobs import queue, run_job, sweep

FEATURES_WITH_JOBS = ("crm.reports.jobs", "crm.imports.jobs")
SWEEP_SECONDS = 15


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
            sweep()
        time.sleep(SWEEP_SECONDS)
