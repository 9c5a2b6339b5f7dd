"""The largest pictures that are taken and the heaviest files that are refused, sent to a real server all at once."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from crm.accounts.models import Role
from crm.config import Settings
from tests.bench.servers import children_of
from tests.factories import PASSWORD, a_startup, an_account
from tests.support.hostile import PICTURES, content_of
from tests.support.nodes import Client, WebNode

pytestmark = pytest.mark.once
SERVE = "from crm.cli import main; main(['serve'])"
MOST = 400  # MB that a process may take


def a_picture(form: str, size: tuple[int, int], mode: str = "RGB", **options: bool) -> bytes:
    kept = BytesIO()
    Image.new(mode, size, "navy").save(kept, form, **options)
    return kept.getvalue()


LARGEST = {
    "photo.jpg": lambda: a_picture("JPEG", (7070, 7070)),
    "progressive.jpg": lambda: a_picture("JPEG", (7070, 7070), progressive=True),
    "clear.png": lambda: a_picture("PNG", (3460, 3460), "RGBA"),
    "clear.webp": lambda: a_picture("WEBP", (3460, 3460), "RGBA", lossless=True),
}


@pytest.fixture
def server(settings: Settings, data_dir: Path, tmp_path: Path) -> Iterator[WebNode]:
    node = WebNode(SERVE, {"CRM_ENV": "development", "CRM_WEB_WORKERS": "1"}, tmp_path / "log")
    node.start()
    yield node
    node.kill()


def peak(pid: int) -> int:
    """The most megabytes that a process has taken so far."""
    told = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return int(told[1]) // 1024 if told else 0


def test_other_requests_are_answered_and_memory_stays_small_while_heavy_files_come(
    server: WebNode, app: object
) -> None:
    startup, account = a_startup(), an_account(Role.FINANCE)
    client = Client([server.port])
    client.post("/sign-in", client.form("/sign-in") | {"username": account.username, "password": PASSWORD})
    path = f"/documents/startups/{startup.id}"
    fields, statuses = client.form(path), {}

    def send(name: str, content: bytes) -> None:
        statuses[name] = client.post(path, fields | {"form_key": name}, files=(name, content)).status

    files = {name: make() for name, make in LARGEST.items()} | {name: content_of(name) for name in PICTURES}
    senders = [threading.Thread(target=send, args=one) for one in list(files.items())[:3]]
    rest = [threading.Thread(target=lambda: [send(*one) for one in list(files.items())[3:]])]
    assert server.process
    (worker,) = children_of(server.process.pid)
    idle, waited = peak(worker), []
    for sender in senders + rest:
        sender.start()
    while any(sender.is_alive() for sender in senders + rest):
        begun = time.monotonic()
        assert Client([server.port]).get("/healthz").status == 200
        waited.append(time.monotonic() - begun)
        time.sleep(0.2)
    assert statuses == {**dict.fromkeys(LARGEST, 303), **dict.fromkeys(PICTURES, 422)}
    assert max(waited) < 10, waited
    assert idle < peak(worker) < MOST, "the pictures were felt, and little"
