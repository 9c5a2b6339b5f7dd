"""`./dev shots`: the screenshots of the README, of a fresh demonstration installation, into docs/shots."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import Browser, Page, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
TARGET = ROOT / "docs/shots"
CRM = str(Path(sys.executable).with_name("crm"))
PASSWORD = "walnut harbour ferry"
PORT = "5099"
BASE = f"http://127.0.0.1:{PORT}"

SHOTS = (
    ("home", "finance", "/?as_of=2025-12-31", 1440, "light", "zh_CN"),
    ("home-dark", "finance", "/?as_of=2025-12-31", 1440, "dark", "zh_CN"),
    ("home-375", "finance", "/?as_of=2025-12-31", 375, "light", "zh_CN"),
    ("home-en", "manager", "/?as_of=2025-12-31", 1440, "light", "en"),
    ("log-deal", "finance", "/deals/new", 1440, "light", "zh_CN"),
    ("log-service-375", "finance", "/services/new", 375, "light", "zh_CN"),
    ("deals", "finance", "/deals/", 1440, "light", "zh_CN"),
    ("deals-375", "finance", "/deals/", 375, "light", "zh_CN"),
    ("startup", "manager", "/startups/1", 1440, "light", "zh_CN"),
    ("fund", "manager", "/funds/7", 1440, "light", "zh_CN"),
    ("metric", "manager", "/metrics/companies_served?as_of=2025-12-31", 1440, "light", "zh_CN"),
    ("portal", "investor", "/portal/startups/", 1440, "light", "zh_CN"),
    ("portal-profile", "investor", "first profile", 1440, "light", "zh_CN"),
    ("portal-profile-375", "investor", "first profile", 375, "dark", "en"),
)


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


def first_profile(page: Page) -> str:
    page.goto(f"{BASE}/portal/startups/")
    return page.locator("main h2 a").first.get_attribute("href") or ""


def take(browser: Browser) -> None:
    for name, username, path, width, scheme, language in SHOTS:
        page = signed_in(browser, username, width, scheme, language)
        page.goto(BASE + (first_profile(page) if path == "first profile" else path))
        page.screenshot(path=TARGET / f"{name}.png", full_page=width > 500)
        if language == "en":
            page.locator("button[name=language][value=zh_CN]").first.click()
            page.wait_for_load_state()
        page.context.close()
    page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    page.goto(f"{BASE}/sign-in")
    page.screenshot(path=TARGET / "sign-in.png")


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
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with demonstration() as environment, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-background-networking"]
        )
        take(browser)
        print_report(environment)
        browser.close()


if __name__ == "__main__":
    main()
