"""Which Chromium drives the pages, and what axe says of them."""

from __future__ import annotations

import shutil

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def installed() -> str | None:
    """Its path: first the one without windows of its own, which opens a page in a third of the time; None for
    Playwright's."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def faults(page: Page) -> list[str]:
    """What axe finds on the page that is open; that it tells no successes saves half of its work."""
    found = Axe().run(page, options={"resultTypes": ["violations"], "preload": False}).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found]
