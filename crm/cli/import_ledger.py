"""`crm import ledger`: a workbook kept by hand."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from crm.accounts.models import System
from crm.cli.context import stop, working
from crm.core.clock import now
from crm.core.errors import Refusal
from crm.imports.actions import Ledger, import_ledger, read_ledger
from crm.imports.outcome import ADDED, CHANGED, KINDS, UNCHANGED, Outcome
from crm.imports.refused import refused_workbook
from crm.lib.translations import translator

LANGUAGES = {"zh": "zh_CN", "en": "en"}
UNREADABLE = 2


@click.group()
def import_group() -> None:
    """Read a ledger."""


@import_group.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would happen; write nothing.")
@click.option(
    "--refused",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the refused rows to this XLSX file.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
@click.option(
    "--language",
    type=click.Choice(list(LANGUAGES)),
    default="zh",
    help="Language of reasons; zh when not given.",
)
def ledger(file: Path, *, dry_run: bool, refused: Path | None, as_json: bool, language: str) -> None:
    """Import the workbook FILE (.xlsx). Ends with 0 when rows were refused, too; with 2 for an unreadable file."""
    told_in = LANGUAGES[language]
    if refused is not None and not refused.parent.is_dir():
        stop(f"there is no folder {refused.parent}")
    content = file.read_bytes()
    book = read(content, told_in)
    with working(write=not dry_run):
        outcome = import_ledger(book, by=System(), at=now(), dry_run=dry_run, progress=show_progress)
    rows = refused_workbook(content, outcome, told_in) if refused else None
    if refused and rows is not None:
        refused.write_bytes(rows)
    click.echo(json.dumps(outcome.as_json(told_in), ensure_ascii=False) if as_json else as_text(outcome, told_in))


def read(content: bytes, language: str) -> Ledger:
    """The ledger, or the end of the command."""
    try:
        return read_ledger(content, show_progress)
    except Refusal as refusal:
        stop("; ".join(map(translator(language), refusal.fields.values())), UNREADABLE)


def show_progress(done: int, total: int) -> None:
    """A percentage, to somebody who watches."""
    if sys.stderr.isatty():
        click.echo(f"\r{100 * done // max(total, 1):>3} %", err=True, nl=done >= total)


def as_text(outcome: Outcome, language: str) -> str:
    lines = [f"{'':<14}" + "".join(f"{effect:>11}" for effect in (ADDED, CHANGED, UNCHANGED))]
    for kind in KINDS:
        numbers = "".join(f"{outcome.counts[effect][kind]:>11,}" for effect in (ADDED, CHANGED, UNCHANGED))
        lines.append(f"{kind:<14}{numbers}")
    for name, remarks in (("refused", outcome.refused), ("warnings", outcome.warnings)):
        lines.append(f"{name}: {len(remarks):,}")
        lines += [f"  {remark.sheet} {remark.row}: {remark.reason(language)}" for remark in remarks]
    return "\n".join(lines)
