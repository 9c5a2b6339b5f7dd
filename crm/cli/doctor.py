"""`crm doctor`: looks at everything that must be well, and says how to mend what is not."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import NoReturn

import click
from flask import Flask
from pydantic import ValidationError

from crm.cli.context import application
from crm.cli.demo import PASSWORD, PEOPLE
from crm.config import Settings
from crm.operating.doctor import Finding, Installation, Level, examine

MARKS = {Level.OK: "ok  ", Level.WARN: "warn", Level.FAIL: "FAIL"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For machines: a list of findings.")
def doctor(as_json: bool) -> None:
    """Look at settings, libraries, database, files, clock, mail and the rest; ends with 1 where something fails."""
    try:
        Settings()
    except ValidationError as error:
        wrong = [str(one["msg"]) for one in error.errors()]
        tell(
            [Finding("settings", Level.FAIL, one, "see the table of settings in the README") for one in wrong], as_json
        )
    app = application()
    with app.app_context():
        tell(list(examine(installation_of(app))), as_json)


def installation_of(app: Flask) -> Installation:
    """This installation, with what only a demonstration may have."""
    demo = frozenset(username for username, _, _ in PEOPLE)
    return Installation(app.extensions["crm_settings"], app.extensions["migrate"].directory, demo, PASSWORD)


def tell(findings: list[Finding], as_json: bool) -> NoReturn:
    """Print the findings and end with 1 where one of them is a failure."""
    if as_json:
        click.echo(json.dumps([asdict(one) for one in findings], ensure_ascii=False, indent=1))
    else:
        for one in findings:
            click.echo(f"{MARKS[one.level]}  {one.name:<12}{one.text}")
            if one.mend:
                click.echo(f"{'':6}{'':<12}→ {one.mend}")
    raise SystemExit(int(any(one.level == Level.FAIL for one in findings)))
