"""`./dev shots`: the screenshots of the README, of a fresh demonstration installation, into docs/shots."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.support import chromium

ROOT = Path(__file__).parents[2]
TARGET = ROOT / "docs/shots"
CRM = str(Path(sys.executable).with_name("crm"))
PASSWORD = "walnut harbour ferry"
PORT = "5099"
BASE = f"http://127.0.0.1:{PORT}"

Where = str | Callable[[Page], object]


def first_profile(page: Page) -> None:
    page.goto(f"{BASE}/portal/startups/")
    page.locator("main h2 a").first.click()


def palette(page: Page) -> None:
    page.goto(f"{BASE}/startups/")
    page.keyboard.press("Control+k")
    page.locator("#palette-q").fill("yunxiu")
    page.locator("#palette [role=option]").nth(3).wait_for()


def proposals(page: Page) -> None:
    """What the paste box makes of a message about a startup and an institution of the demonstration."""
    page.goto(f"{BASE}/deals/?status=active")
    startup, institution = page.locator("tbody th").first.inner_text().split(" × ")[:2]
    page.goto(f"{BASE}/paste/")
    page.locator("main textarea").fill(
        f"今天下午{institution.split()[0]}见了{startup}，聊得不错，下周三约技术负责人再聊，意向投1000万"
    )
    page.locator("main .btn-primary").click()


def active_deal(page: Page) -> None:
    """A deal that goes on: how it got there stands beside it."""
    page.goto(f"{BASE}/deals/?status=active&owner=me&sort=entered&down=0")
    page.locator("tbody th a").first.click()


def held_event(page: Page, tab: str = "") -> None:
    """The last event that was held, or one of its tabs."""
    page.goto(f"{BASE}/events/?when=past")
    page.locator("tbody th a").nth(1).click()
    if tab:
        page.locator(f".tabs a[href$='/{tab}']").click()


SHOTS: tuple[tuple[str, str, Where, int, str, str], ...] = (
    ("home", "finance", "/", 1440, "light", "zh_CN"),
    ("home-dark", "manager", "/", 1440, "dark", "zh_CN"),
    ("home-375", "finance", "/", 375, "light", "zh_CN"),
    ("home-en", "manager", "/?as_of=2025-12-31", 1440, "light", "en"),
    ("board", "finance", "/deals/board", 1440, "light", "zh_CN"),
    ("board-375", "finance", "/deals/board", 375, "dark", "zh_CN"),
    ("timeline", "finance", active_deal, 1440, "light", "zh_CN"),
    ("timeline-375", "finance", active_deal, 375, "light", "en"),
    ("event", "finance", held_event, 1440, "light", "zh_CN"),
    ("event-results", "finance", partial(held_event, tab="results"), 1440, "dark", "zh_CN"),
    ("analytics", "manager", "/analytics/", 1440, "light", "zh_CN"),
    ("analytics-375", "manager", "/analytics/institutions", 375, "dark", "zh_CN"),
    ("monday", "manager", "/monday/", 1440, "light", "zh_CN"),
    ("deals", "finance", "/deals/", 1440, "light", "zh_CN"),
    ("deals-375", "finance", "/deals/?status=active", 375, "dark", "zh_CN"),
    ("deals-grid", "finance", "/deals/grid", 1440, "light", "zh_CN"),
    ("log-deal", "finance", "/deals/new", 1440, "light", "zh_CN"),
    ("log-service-375", "finance", "/services/new", 375, "light", "zh_CN"),
    ("paste", "finance", proposals, 1440, "light", "zh_CN"),
    ("search", "finance", palette, 1440, "light", "zh_CN"),
    ("startup", "manager", "/startups/1", 1440, "light", "zh_CN"),
    ("institution-en", "finance", "/institutions/1", 1440, "dark", "en"),
    ("copy-text", "finance", "/copy-text/startups/1?length=long", 1440, "light", "zh_CN"),
    ("fund", "manager", "/funds/7", 1440, "light", "zh_CN"),
    ("expiring", "manager", "/expiring/", 1440, "light", "zh_CN"),
    ("metric", "manager", "/metrics/companies_served?as_of=2025-12-31", 1440, "light", "zh_CN"),
    ("settings", "admin", "/settings", 1440, "light", "zh_CN"),
    ("vocabulary-375", "admin", "/settings/vocabularies/deal_stage", 375, "light", "zh_CN"),
    ("portal", "investor", "/portal/startups/", 1440, "light", "zh_CN"),
    ("portal-profile", "investor", first_profile, 1440, "light", "zh_CN"),
    ("portal-profile-375", "investor", first_profile, 375, "dark", "en"),
)
# Chinese on machines without Chinese fonts: the one that PDFs are set in.
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
<include ignore_missing="yes">/etc/fonts/fonts.conf</include><dir>{folder}</dir><cachedir>{cache}</cachedir>
</fontconfig>"""


@contextmanager
def demonstration() -> Iterator[dict[str, str]]:
    """A server on demonstration data of its own."""
    folder = tempfile.mkdtemp(prefix="crm-shots-")
    environment = {**os.environ, "CRM_DATA_DIR": folder, "CRM_PORT": PORT, "CRM_ENV": "development"}
    for command in (["db", "upgrade"], ["demo", "load"]):
        subprocess.run([CRM, *command], env=environment, check=True, stdout=subprocess.DEVNULL)
    server = subprocess.Popen([CRM, "serve"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for_server()
        yield environment
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(folder)


def wait_for_server() -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(f"{BASE}/sign-in", timeout=1).close()  # noqa: S310 - our own server
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server did not start")


def signed_in(browser: Browser, username: str, width: int, scheme: str, language: str) -> Page:
    locale = "en-US" if language == "en" else "zh-CN"
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
        locale=locale,
        device_scale_factor=2 if width < 500 else 1,
    )
    page = context.new_page()
    page.goto(f"{BASE}/sign-in")
    page.fill("#username", username)
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)
    if language == "en":
        page.locator("button[name=language][value=en]").first.click()
        page.wait_for_load_state()
    return page


def take(browser: Browser) -> None:
    for name, username, where, width, scheme, language in SHOTS:
        page = signed_in(browser, username, width, scheme, language)
        if isinstance(where, str):
            page.goto(BASE + where)
        else:
            where(page)
        page.wait_for_load_state("networkidle")
        # As high as a window, and on a wide screen half as high again: a long list shows how it looks, not how it ends.
        page.set_viewport_size({"width": width, "height": 1200 if width > 500 else 900})
        page.screenshot(path=TARGET / f"{name}.png")
        if language == "en":
            page.locator("button[name=language][value=zh_CN]").first.click()
            page.wait_for_load_state()
        page.context.close()
    page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    page.goto(f"{BASE}/sign-in")
    page.screenshot(path=TARGET / "sign-in.png")


def make_small() -> None:
    """256 colours are enough for screens, at a third of the bytes."""
    for path in TARGET.glob("*.png"):
        with Image.open(path) as picture:
            few = picture.convert("RGB").quantize(256, dither=Image.Dither.NONE)
        few.save(path, optimize=True)


def print_report(environment: dict[str, str]) -> None:
    """The first page of the platform's summary, as a picture."""
    pdf = TARGET / "report.pdf"
    arguments = ["--platform", "--from", "2025-01-01", "--to", "2025-12-31", "--language", "zh", "-o", str(pdf)]
    subprocess.run([CRM, "report", "services", *arguments], env=environment, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(
        ["pdftoppm", "-r", "70", "-png", "-singlefile", "-l", "1", str(pdf), str(TARGET / "report")], check=True
    )
    pdf.unlink()


def main() -> None:
    TARGET.mkdir(parents=True, exist_ok=True)
    for path in TARGET.glob("*.png"):
        path.unlink()
    with demonstration() as environment, sync_playwright() as playwright:
        fonts = Path(environment["CRM_DATA_DIR"]) / "fonts.conf"
        fonts.write_text(FONTS.format(folder=ROOT / "crm/static/vendor/fonts", cache=fonts.parent / "fonts"))
        browser = playwright.chromium.launch(
            executable_path=chromium.installed(),
            args=["--no-sandbox", "--disable-background-networking"],
            env={**os.environ, "FONTCONFIG_FILE": str(fonts)},
        )
        take(browser)
        print_report(environment)
        browser.close()
    make_small()


if __name__ == "__main__":
    main()
