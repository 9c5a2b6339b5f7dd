"""The proxy's file in a real nginx, in front of a real web process."""

from __future__ import annotations

import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from http.client import HTTPResponse
from pathlib import Path

import pytest

from tests.bench.servers import free_port
from tests.deploy.test_files import DEPLOY
from tests.support.nodes import Answer, WebNode

NGINX, OPENSSL = shutil.which("nginx", path="/usr/sbin:/usr/bin"), shutil.which("openssl")
WEB = "from crm.cli import main; main(['db', 'upgrade'], standalone_mode=False); main(['serve'])"
HOST = "crm.example.cn"
Ask = Callable[..., Answer]
pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(not (NGINX and OPENSSL), reason="needs nginx and openssl (apt-get install nginx-light openssl)"),
]


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebNode]:
    folder = tmp_path_factory.mktemp("node")
    settings = {"CRM_ENV": "development", "CRM_DATA_DIR": str(folder), "CRM_WEB_WORKERS": "1", "CRM_PROXIES": "1"}
    made = WebNode(WEB, settings | {"CRM_TRUSTED_HOSTS": HOST + ",127.0.0.1"}, folder / "log")
    made.start()
    yield made
    made.kill()


@pytest.fixture
def proxy(node: WebNode, tmp_path: Path) -> Iterator[Callable[[str], Ask]]:
    """Starts nginx with the text of a file, but for ports and paths, and asks it."""
    started: list[subprocess.Popen[bytes]] = []

    def start(text: str) -> Ask:
        port = free_port()
        (tmp_path / "nginx.conf").write_text(here(text, node.port, port, tmp_path))
        started.append(subprocess.Popen([str(NGINX), "-p", tmp_path, "-c", "nginx.conf", "-e", "error.log"]))
        wait_for(port)
        return lambda path, **headers: ask(port, path, headers)

    certificate(tmp_path)
    yield start
    for process in started:
        process.terminate()
        process.wait()


def here(text: str, node: int, port: int, folder: Path) -> str:
    """The file as this machine can run it: other ports, its own certificate and logs, in the foreground."""
    text = text.replace("server 127.0.0.1:5000;", f"server 127.0.0.1:{node};")
    text = re.sub(r"\n +listen \[::\]:.*", "", text)
    text = text.replace("listen 443", f"listen 127.0.0.1:{port}").replace(
        "listen 80", f"listen 127.0.0.1:{free_port()}"
    )
    text = text.replace("/etc/crm/tls", str(folder)).replace("/var/log/nginx", str(folder))
    paths = "".join(
        f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    types = "types { text/css css; application/javascript js; }"
    return f"daemon off; pid {folder}/pid; events {{}}\nhttp {{ {types} {paths}\n{text}\n}}"


def certificate(folder: Path) -> None:
    made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", f"/CN={HOST}"]
    files = ["-keyout", folder / "key.pem", "-out", folder / "fullchain.pem"]
    subprocess.run([str(OPENSSL), *made, *files], check=True, capture_output=True)


def wait_for(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("nginx does not start")


def ask(port: int, path: str, headers: dict[str, str], host: str = HOST) -> Answer:
    """A request over TLS, as a browser sends it."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with context.wrap_socket(socket.create_connection(("127.0.0.1", port), 60), server_hostname=host) as line:
        told = {"Host": host, "Accept-Encoding": "gzip, br", "Connection": "close", **headers}
        head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
        line.sendall(f"GET {path} HTTP/1.1\r\n{head}\r\n".encode())
        answer = HTTPResponse(line)
        answer.begin()
        return Answer(answer.status, answer.headers, answer.read())


def test_no_page_is_compressed_and_every_style_is(proxy: Callable[[str], Ask]) -> None:
    """The length of a compressed page tells of the secrets in it (BREACH)."""
    asked = proxy((DEPLOY / "nginx/crm.conf").read_text())
    page, style = asked("/sign-in"), asked("/static/css/theme.css")
    assert (page.status, page.headers["Content-Encoding"]) == (200, None)
    assert b"csrf_token" in page.content
    assert (style.status, style.headers["Content-Encoding"]) == (200, "gzip")


def test_a_proxy_that_compresses_pages_is_found(proxy: Callable[[str], Ask]) -> None:
    """The positive control: a planted hole."""
    asked = proxy((DEPLOY / "nginx/crm.conf").read_text().replace("gzip off;", "gzip on; gzip_proxied any;"))
    assert asked("/sign-in").headers["Content-Encoding"] == "gzip"


def test_an_unknown_host_is_hung_up_on_and_metrics_are_shut(proxy: Callable[[str], Ask], tmp_path: Path) -> None:
    asked = proxy((DEPLOY / "nginx/crm.conf").read_text())
    assert asked("/metrics").status == 404
    port = int(re.findall(r"listen 127\.0\.0\.1:(\d+) ssl", (tmp_path / "nginx.conf").read_text())[0])
    with pytest.raises(ssl.SSLError):
        ask(port, "/sign-in", {}, host="evil.example")


def test_a_token_gets_into_no_log_of_the_proxy(proxy: Callable[[str], Ask], tmp_path: Path) -> None:
    asked = proxy((DEPLOY / "nginx/crm.conf").read_text())
    for path in ("/links/a-planted-token", "/%6Cinks/a-planted-token", "/confirm/a-planted-token", "/sign-in?q=asked"):
        asked(path)
    written = "".join(one.read_text() for one in tmp_path.glob("*.log"))
    assert "/sign-in" in written, "the control: what is no secret is logged"
    assert "planted" not in written
    assert "asked" not in written
