"""`crm seed`: invented records in bulk, to measure pages and to try who may see what."""

from __future__ import annotations

import json
import time
from typing import Any

import click
import sqlalchemy as sa

from crm.cli.context import application, stop
from crm.cli.seed_names import LARGEST
from crm.core.clock import now
from crm.core.db import Base, unit_of_work

DEFAULT_STARTUPS = 100_000
PROFILES = ("bench", "matrix")


@click.command()
@click.option(
    "--profile", type=click.Choice(PROFILES), required=True, help="bench: many records. matrix: each role twice."
)
@click.option(
    "--startups",
    type=click.IntRange(10, LARGEST),
    default=DEFAULT_STARTUPS,
    show_default=True,
    help="bench: how many; the rest grows with them.",
)
@click.option("--json", "as_json", is_flag=True, help="Print what was made as JSON.")
def seed(profile: str, startups: int, as_json: bool) -> None:
    """Fill an empty database with invented records; refused in production."""
    app = application()
    if app.config["ENV_NAME"] == "production":
        stop("invented records are refused in production")
    began = time.perf_counter()
    with app.app_context(), unit_of_work(write=True) as session:
        refuse_records(session)
        made = fill_bench(session, startups) if profile == "bench" else fill_matrix()
    if as_json:
        click.echo(json.dumps(made, ensure_ascii=False, indent=2))
    elif profile == "bench":
        print_counts(made, time.perf_counter() - began)
    else:
        print_matrix(made)


def refuse_records(session: Any) -> None:
    """End the command when somebody has begun to use this database."""
    for name in ("account", "institution", "startup"):
        table = Base.metadata.tables[name]
        if session.scalar(sa.select(table.c.id).limit(1)) is not None:
            stop(f"the database is not empty: table {name} has rows. Give a new one: CRM_DATA_DIR=… crm db upgrade")


def fill_bench(session: Any, startups: int) -> dict[str, int]:
    from crm.cli.seed_bench import Bench

    return Bench(session, startups, at=now()).fill()


def fill_matrix() -> dict[str, Any]:
    from crm.cli.seed_matrix import fill

    return fill(at=now())


def print_counts(made: dict[str, int], seconds: float) -> None:
    for name, count in made.items():
        click.echo(f"{count:>12,}  {name}")
    click.echo(f"Made in {seconds:.0f} s.")


def print_matrix(made: dict[str, Any]) -> None:
    click.echo(f"Accounts, password “{made['password']}”:")
    for one in made["accounts"]:
        whose = "".join(f"  {of} {one[f'{of}_id']}" for of in ("institution", "startup") if one[f"{of}_id"])
        click.echo(f"  {one['username']:<12} {one['role']:<9} id {one['id']}{whose}")
    for world in made["worlds"]:
        click.echo(f"{world['institution']['name']} (institution {world['institution']['id']}):")
        click.echo(f"  fund {world['fund']}")
        for startup in world["startups"]:
            state = "published" if startup["published"] else "unpublished"
            told = ", ".join(f"{kind} {startup[kind]}" for kind in ("round", "deal", "service"))
            click.echo(f"  {startup['name']} (startup {startup['id']}, {state}): {told}")
