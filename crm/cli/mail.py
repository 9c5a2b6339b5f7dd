"""`crm mail`: the letters that were written, and those that did not go out."""

from __future__ import annotations

import click

from crm.cli.context import working
from crm.core.clock import SHANGHAI, now
from crm.core.outbox import Mail, MailState, letters, retry


@click.group()
def mail() -> None:
    """List letters, and try those again that were given up."""


@mail.command("list")
@click.option("--state", type=click.Choice([state.value for state in MailState]), help="All of them when not given.")
def list_letters(state: str | None) -> None:
    """The newest hundred letters: number, state, tries, when, to whom, about what, what went wrong."""
    with working(write=False):
        for letter in letters(MailState(state) if state else None):
            click.echo(line_of(letter))


def line_of(letter: Mail) -> str:
    when = f"{letter.written_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    parts = (str(letter.id), letter.state.value, str(letter.tries), when, letter.recipient, letter.subject)
    return "  ".join((*parts, letter.error) if letter.error else parts)


@mail.command("retry")
@click.argument("numbers", nargs=-1, type=int)
def retry_letters(numbers: tuple[int, ...]) -> None:
    """Let letters that were given up be tried again: those with these numbers, or all."""
    with working(write=True):
        count = retry(numbers, at=now())
    click.echo(f"{count} letters wait again.")
