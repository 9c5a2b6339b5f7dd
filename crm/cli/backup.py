"""`crm backup` and `crm restore`: the whole installation in one file, and back into an empty place."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import flask_migrate
from flask import current_app

from crm.backup import actions
from crm.backup.archive import Manifest
from crm.cli.context import in_application, stop, telling_refusals
from crm.cli.database import upgrade_to
from crm.cli.revisions import refuse_other_revisions, refuse_unknown, stored_revision, upgrading_alone
from crm.config import Settings
from crm.core.clock import now
from crm.core.db import unit_of_work
from crm.search import actions as search_actions

FILE = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
PASSPHRASE = click.option(
    "--passphrase-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Its first line is the passphrase; otherwise CRM_BACKUP_PASSPHRASE is.",
)


class MakingByDefault(click.Group):
    """`crm backup FILE` is `crm backup make FILE`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        known = {*self.commands, *ctx.help_option_names}
        return super().parse_args(ctx, args if not args or args[0] in known else ["make", *args])


@click.group(cls=MakingByDefault)
def backup() -> None:
    """Back up everything into one file while people work, or verify such a file."""


@backup.command()
@FILE
@PASSPHRASE
@in_application
def make(file: Path, passphrase_file: Path | None) -> None:
    """Write database and files, as they are at one moment, into FILE."""
    refuse_other_revisions()
    with telling_refusals():
        made = actions.back_up(file, passphrase(passphrase_file), at=now(), progress=tell)
    click.echo(f"{described(made)}, {file.stat().st_size:,} bytes: {file}")
    for key in made.lost:
        click.echo(f"crm: the storage has lost or spoilt {key}", err=True)


@backup.command()
@FILE
@PASSPHRASE
@in_application
def verify(file: Path, passphrase_file: Path | None) -> None:
    """Read all of FILE; ends with 1 when it is not what was written."""
    with telling_refusals():
        found = actions.verify(file, passphrase(passphrase_file))
    click.echo(f"{described(found)}: as it was written on {found.taken_at:%Y-%m-%d %H:%M} UTC.")
    if found.lost:
        click.echo(f"{len(found.lost)} files were lost before it was made.")


@click.command()
@FILE
@PASSPHRASE
@in_application
def restore(file: Path, passphrase_file: Path | None) -> None:
    """Restore FILE into an empty database and storage; a damaged one is refused before anything is written."""
    secret = passphrase(passphrase_file)
    with telling_refusals():
        manifest = actions.verify(file, secret)
        refuse_unknown(manifest.revision)
        with upgrading_alone():
            bring_empty_database_to(manifest)
            actions.load(file, secret, manifest, at=now(), progress=tell)
            upgrade_to("head")
        with unit_of_work(write=True):
            indexed = search_actions.rebuild()
    click.echo(f"Restored {described(manifest)}; indexed {indexed:,} records.")
    click.echo("Everybody signs in again. Letters that waited wait for `crm mail retry`: they may have been sent.")


def bring_empty_database_to(manifest: Manifest) -> None:
    """Make the tables of the backup's revision. Ends the command where there are others."""
    revision = stored_revision()
    if revision is None:
        flask_migrate.upgrade(revision=manifest.revision)
    elif revision != manifest.revision:
        stop(f"the database is at revision {revision}, the backup at {manifest.revision}: restore into a new database")
    with unit_of_work(write=False):
        actions.refuse_unless_empty(manifest)


def passphrase(file: Path | None) -> str:
    settings: Settings = current_app.extensions["crm_settings"]
    if file is None:
        return settings.backup_passphrase
    return (file.read_text().splitlines() or [""])[0] or stop(f"{file} holds no passphrase")


def described(manifest: Manifest) -> str:
    return f"{manifest.rows:,} rows of {len(manifest.tables)} tables and {manifest.files:,} files"


def tell(what: str, done: int, total: int) -> None:
    """Progress on standard error: a line that is written over where somebody watches, else each tenth."""
    if sys.stderr.isatty():
        click.echo(f"\r{what} {done:,} of {total:,}", err=True, nl=done == total)
    elif done == total or done * 10 // total != (done - 1) * 10 // total:
        click.echo(f"{what} {done:,} of {total:,}", err=True)
