"""What commands share: the application, a unit of work, and refusals told on one line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, NoReturn

import click
from flask import Flask
from pydantic import ValidationError
from sqlalchemy.exc import ArgumentError, OperationalError, ProgrammingError

from crm import create_app
from crm.core.db import unit_of_work
from crm.core.errors import Refusal
from crm.core.origin import coming_from
from crm.web.language import gettext


def application() -> Flask:
    """The application with the environment's settings, or a clear refusal to start; the history names the command."""
    if context := click.get_current_context(silent=True):
        context.with_resource(coming_from(context.command_path))
    try:
        return create_app()
    except ValidationError as error:
        stop("; ".join(str(one["msg"]) for one in error.errors()))
    except (ArgumentError, OSError) as error:
        stop(f"the settings do not work: {error}")


@contextmanager
def working(*, write: bool) -> Iterator[None]:
    """An application context and a unit of work; what was refused ends the command with 1."""
    with application().app_context(), telling_refusals(), unit_of_work(write=write):
        yield


@contextmanager
def telling_refusals() -> Iterator[None]:
    """What was refused, or what the database or the disk cannot do, ends the command with 1."""
    try:
        yield
    except Refusal as refusal:
        stop("; ".join(message.format(gettext) for message in refusal.fields.values()))
    except (OperationalError, ProgrammingError) as error:
        stop(f"the database does not answer as expected: {error.orig}\nRun: crm db upgrade")
    except OSError as error:
        stop(str(error))


def write_file(path: Path, content: bytes) -> None:
    """Write a file, or end the command with 1: nothing half of it stays."""
    with telling_refusals():
        try:
            path.write_bytes(content)
        except OSError:
            if path.is_file():
                path.unlink()
            raise


def stop(reason: str, code: int = 1) -> NoReturn:
    """End the command with a reason on standard error."""
    click.echo(f"crm: {reason}", err=True)
    raise SystemExit(code)


def in_application(command: Callable[..., Any]) -> Callable[..., Any]:
    """Run a command inside an application context; what was refused ends it with 1."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        with application().app_context(), telling_refusals():
            return command(*args, **kwargs)

    return run
