"""Rendering in tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from crm.reports.renderer import renderer


@pytest.fixture(scope="session", autouse=True)
def no_child_is_left() -> Iterator[None]:
    """Ends the renderer's process with the tests."""
    yield
    renderer.close()
