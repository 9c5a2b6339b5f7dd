"""Where the running work comes from: the address of a request, the name of a command or of a job."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

LONGEST = 60
_origin: ContextVar[str] = ContextVar("origin", default="")


def origin() -> str:
    """Where the running work comes from, "" where nobody said so."""
    return _origin.get()


@contextmanager
def coming_from(name: str) -> Iterator[None]:
    """What is done inside comes from here."""
    token = _origin.set(name[:LONGEST])
    try:
        yield
    finally:
        _origin.reset(token)
