"""The built wheel is the whole product: it serves pages where nothing of this checkout is in reach."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import venv
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest

PROJECT = Path(__file__).parents[2]
PACKAGES = Path(pytest.__file__).parents[1]
COMMAND = ("-c", "from crm.cli import main; main()")


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment with the wheel and the packages it depends on, but without this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=PROJECT, check=True, capture_output=True)
    venv.create(folder / "venv")
    site = next((folder / "venv" / "lib").glob("python*")) / "site-packages"
    with ZipFile(next(folder.glob("*.whl"))) as wheel:
        wheel.extractall(site)
    (site / "packages.pth").write_text(str(PACKAGES))  # its own .pth files, and so the checkout, are not followed
    return folder / "venv" / "bin" / "python"


@pytest.fixture
def base(clean: Path, tmp_path: Path) -> Iterator[str]:
    """The address of the served wheel, on a database of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CRM_")}
    environment |= {"CRM_DATA_DIR": str(tmp_path / "data"), "CRM_PORT": str(port), "CRM_WEB_WORKERS": "1"}
    run = {"cwd": tmp_path, "env": environment}
    subprocess.run([clean, *COMMAND, "db", "upgrade"], **run, check=True, capture_output=True)
    with subprocess.Popen(
        [clean, *COMMAND, "serve"], **run, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        yield f"http://127.0.0.1:{port}"
        server.terminate()


def fetched(address: str) -> bytes:
    """What an address answers, once the server is up."""
    for _ in range(150):
        try:
            with urllib.request.urlopen(address) as answer:  # noqa: S310 - our own server
                return bytes(answer.read())
        except urllib.error.HTTPError:
            raise
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"nobody answers at {address}")


def test_it_serves_a_page_with_its_styles_scripts_and_translations(base: str) -> None:
    page = fetched(f"{base}/sign-in").decode()
    assert "登录" in page
    for path in ("vendor/bootstrap.min.css", "vendor/htmx.min.js", "css/theme.css", "js/form.js", "img/icons.svg"):
        assert fetched(f"{base}/static/{path}")


def test_it_brings_the_fonts_and_templates_of_reports(clean: Path, tmp_path: Path) -> None:
    script = (
        "import crm, pathlib, sys; here = pathlib.Path(crm.__file__).parent;"
        "print(here, *sorted(str(one.relative_to(here)) for pattern in sys.argv[1:] for one in here.rglob(pattern)))"
    )
    told = subprocess.run(
        [clean, "-c", script, "*.ttf", "briefing.html", "env.py", "ledger.xlsx"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert str(clean.parents[1]) in told
    for needed in ("NotoSerifSC-700.ttf", "templates/pdf/briefing.html", "migrations/env.py", "cli/demo/ledger.xlsx"):
        assert needed in told
