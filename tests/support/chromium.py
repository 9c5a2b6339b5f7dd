"""Which Chromium drives the pages."""

from __future__ import annotations

import shutil

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def installed() -> str | None:
    """Its path: first the one without windows of its own, which opens a page in a third of the time; None for
    Playwright's."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)
