"""Rendering in tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from crm.reports import pdf
from crm.reports.renderer import renderer


@pytest.fixture(scope="session", autouse=True)
def no_child_is_left() -> Iterator[None]:
    """Ends the renderer's process with the tests, and removes the copies of the fonts: xdist's workers exit at once."""
    yield
    renderer.close()
    pdf.forget_press()
