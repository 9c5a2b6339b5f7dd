"""`./dev scan`: wapiti and sqlmap against a site with planted holes, which they must find, and against the running
program with demonstration data, signed in, where they must find nothing."""

from __future__ import annotations

import argparse
import csv
import json
import os
import re
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import click

from tests.bench.servers import CRM, free_port, running
from tests.scan.holes import LINKS
from tests.support.nodes import Client

HERE = Path(__file__).parent
TOOLS = Path(sys.prefix) / "scan"
PASSWORD = "walnut harbour ferry"
MODULES = "sql,timesql,xss,permanentxss,redirect,exec,file,crlf,upload"
PLANTED = {"SQL Injection", "Reflected Cross Site Scripting", "Open Redirect"}
LEFT_OUT = ("/sign-out", "/language", "/undo/")  # what would end the visit
ROLES = ("finance", "investor")


def tool(name: str) -> str:
    """The path of a scanner, installed on first use into an environment of its own."""
    if not (TOOLS / "bin" / name).exists():
        venv.create(TOOLS, with_pip=True)
        subprocess.run([TOOLS / "bin/pip", "install", "--quiet", "-r", HERE / "tools.txt"], check=True)
    return str(TOOLS / "bin" / name)


def wapiti(base: str, cookie: str, folder: Path, minutes: int) -> set[str]:
    """The names of what wapiti finds below an address."""
    report = folder / "wapiti.json"
    limits = [
        "--max-scan-time",
        str(60 * minutes),
        "--max-attack-time",
        str(30 * minutes),
        "--max-links-per-page",
        "40",
    ]
    left_out = [word for path in LEFT_OUT for word in ("-x", base + path)]
    command = [
        tool("wapiti"),
        "-u",
        f"{base}/",
        "--scope",
        "domain",
        "-m",
        MODULES,
        "-H",
        f"Cookie: {cookie}",
        *limits,
        *left_out,
    ]
    run(
        [*command, "--flush-session", "--store-session", str(folder), "--no-bugreport", "-f", "json", "-o", str(report)]
    )
    told = json.loads(report.read_text())
    if told["infos"]["crawled_pages_nbr"] < len(LINKS):
        raise SystemExit(f"wapiti saw {told['infos']['crawled_pages_nbr']} pages only")
    return {name for kind in ("vulnerabilities", "anomalies") for name, found in told[kind].items() if found}


def sqlmap(addresses: list[str], cookie: str, folder: Path) -> set[str]:
    """The addresses into which sqlmap gets SQL."""
    listed, results = folder / "addresses.txt", folder / "results.csv"
    listed.write_text("\n".join(addresses))
    command = [
        tool("sqlmap"),
        "-m",
        str(listed),
        "--batch",
        "--level=1",
        "--risk=1",
        "--technique=BEU",
        "--flush-session",
    ]
    run([*command, f"--cookie={cookie}", f"--results-file={results}", f"--output-dir={folder}"])
    with results.open() as file:
        return {row["Target URL"] for row in csv.DictReader(file)}


def run(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def with_questions(client: Client, base: str) -> list[str]:
    """Addresses that ask something, as the pages of a visitor link to them: one of each path and its names."""
    seen: dict[tuple[str, str], str] = {}
    paths = ["/"]
    for path in paths:
        page = client.get(path)
        for link in re.findall(r'href="(/[^"#]*)"', page.text if page.status == 200 else ""):
            parts = urlsplit(link.replace("&amp;", "&"))
            if parts.path.startswith("/static") or parts.path in LEFT_OUT:
                continue
            if parts.query:
                names = "&".join(re.findall(r"(\w+)=", parts.query))
                seen.setdefault((re.sub(r"\d+", "1", parts.path), names), f"{base}{parts.path}?{parts.query}")
            if len(paths) < 40 and parts.path not in paths and not re.search(r"\d", parts.path):
                paths.append(parts.path)
    return list(seen.values())


@contextmanager
def program(folder: Path) -> Iterator[int]:
    """The program on demonstration data; its port."""
    environment = {"CRM_DATA_DIR": str(folder / "data"), "CRM_ENV": "development"}
    for words in (["db", "upgrade"], ["demo", "load"]):
        subprocess.run(
            [sys.executable, "-c", CRM, *words],
            env={**os.environ, **environment},
            check=True,
            stdout=subprocess.DEVNULL,
        )
    with running(["-c", CRM, "serve"], environment, folder / "log") as server:
        yield server.port


@contextmanager
def planted(folder: Path) -> Iterator[int]:
    """The site with the holes; its port."""
    port = free_port()
    with (folder / "holes.log").open("w") as log:
        process = subprocess.Popen([sys.executable, "-m", "tests.scan.holes", str(port)], stdout=log, stderr=log)
    try:
        yield port
    finally:
        process.terminate()
        process.wait()


def main() -> None:
    parser = argparse.ArgumentParser(prog="./dev scan", description=__doc__)
    parser.add_argument("--minutes", type=int, default=20, help="how long wapiti may look around for each role")
    minutes = parser.parse_args().minutes
    wrong = []
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        with planted(folder) as port:
            base = f"http://127.0.0.1:{port}"
            holes = wapiti(base, "", folder, minutes)
            injected = sqlmap([f"{base}{LINKS[0]}", f"{base}{LINKS[1]}"], "a=b", folder)
        click.echo(f"planted: wapiti found {', '.join(sorted(holes))}; sqlmap found {len(injected)} of 1")
        if not holes >= PLANTED or len(injected) != 1:
            wrong.append("the planted holes were not found")
        with program(folder) as port:
            base = f"http://127.0.0.1:{port}"
            for role in ROLES:
                client = signed_in(port, role)
                cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
                addresses = with_questions(client, base)
                found = wapiti(base, cookie, folder, minutes) | sqlmap(addresses, cookie, folder)
                click.echo(
                    f"{role}: {len(addresses)} addresses that ask, found: {', '.join(sorted(found)) or 'nothing'}"
                )
                wrong += sorted(found)
    if wrong:
        raise SystemExit("; ".join(wrong))


def signed_in(port: int, role: str) -> Client:
    client = Client([port])
    fields = client.form("/sign-in") | {"username": role, "password": PASSWORD}
    if client.post("/sign-in", fields).status != 303:
        raise SystemExit(f"{role} cannot sign in")
    return client


if __name__ == "__main__":
    main()
