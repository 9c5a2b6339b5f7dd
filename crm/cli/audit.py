"""`crm audit`: whether the history is whole."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import IO

import click

from crm.audit import verifying
from crm.audit.verifying import Head
from crm.cli.context import stop, working


@click.group()
def audit() -> None:
    """Prove that the history is whole."""


@audit.command()
def head() -> None:
    """Print the end of the chain as JSON, to be kept outside: `crm audit head > FILE`."""
    with working(write=False):
        click.echo(json.dumps(asdict(verifying.head())))


@audit.command()
@click.option("--head", "kept", type=click.File(), help="An end that was exported before, which must still be there.")
def verify(kept: IO[str] | None) -> None:
    """Find what was changed, deleted, inserted, swapped or cut off; ends with 1 when something was."""
    exported = read_head(kept) if kept else None
    with working(write=False):
        verdict = verifying.verify(exported, tell=lambda read: click.echo(f"{read:,} read …", err=True))
    for fault in verdict.faults:
        click.echo(fault)
    erased = f", {verdict.erased:,} of them erased on request" if verdict.erased else ""
    told = "is broken" if verdict.faults else "holds"
    click.echo(f"The chain {told}: {verdict.entries:,} entries{erased}.")
    sys.exit(1 if verdict.faults else 0)


def read_head(file: IO[str]) -> Head:
    try:
        return Head(**json.load(file))
    except (ValueError, TypeError):
        stop("this file holds no head: crm audit head > FILE makes one")
