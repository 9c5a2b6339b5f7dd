"""`./dev scan`: wapiti and sqlmap against a site with planted holes, which they must find, and against the running
program with demonstration data, signed in, where they must find nothing."""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import click
from werkzeug.exceptions import HTTPException

from crm import create_app
from crm.config import Settings
from tests.bench.servers import CRM, free_port, running
from tests.scan.contents import Contents, View, contents, served
from tests.support.nodes import Client

HERE = Path(__file__).parent
TOOLS = Path(sys.prefix) / "scan"
PASSWORD = "walnut harbour ferry"
MODULES = ("sql", "xss", "permanentxss", "redirect", "exec", "file", "crlf", "upload")
PLANTED = {"SQL Injection", "Reflected Cross Site Scripting", "Open Redirect", "Path Traversal"}
SHARES = {
    "finance": 0.55,
    "investor": 0.15,
    "founder": 0.15,
    "admin": 0.15,
}  # of the time; the last may lock others out
OF_SQLMAP = 0.2  # of a role's time


class Found(NamedTuple):
    """What a scanner says: the names of holes, where each is, and what it had no time for."""

    names: set[str]
    places: list[str]
    cut_short: list[str]


def tool(name: str) -> str:
    """The path of a scanner, installed on first use into an environment of its own."""
    if not (TOOLS / "bin" / name).exists():
        venv.create(TOOLS, with_pip=True)
        subprocess.run([TOOLS / "bin/pip", "install", "--quiet", "-r", HERE / "tools.txt"], check=True)
    return str(TOOLS / "bin" / name)


def wapiti(known: Contents, cookie: str, folder: Path, minutes: float) -> Found:
    """What wapiti finds in the contents of a site; each of its modules has its share of the minutes."""
    report, log = folder / "wapiti.json", folder / "wapiti.log"
    log.unlink(missing_ok=True)
    options = {
        "--scope": "domain",  # whose port may be another
        "--depth": "1",  # what the page of contents links to, and nothing beyond
        "--module": ",".join(MODULES),
        "--max-attack-time": str(60 * minutes / len(MODULES)),
        "--skip": "csrf_token",
        "--store-session": str(folder),
        "--format": "json",
        "--output": str(report),
        "--log": str(log),
    }
    words = [word for option in options.items() for word in option]
    headers = ["--header", f"Cookie: {cookie}"]
    with served(known.page()) as address:
        run([tool("wapiti"), "--url", address, *words, *headers, "--flush-session", "--no-bugreport"], folder / "said")
    told = json.loads(report.read_text())
    found = [
        (name, f"{name}: {one['method']} {one['path']} {one['parameter']}")
        for kind in ("vulnerabilities", "anomalies")
        for name, ones in told[kind].items()
        for one in ones
    ]
    cut = [
        line.rpartition("module ")[2].partition(",")[0] for line in log.read_text().splitlines() if "Max attack" in line
    ]
    return Found({name for name, _ in found}, [place for _, place in found], cut)


def sqlmap(addresses: list[str], cookie: str, folder: Path, minutes: float) -> Found:
    """The addresses, with a star behind one value each, into which sqlmap gets SQL; another order each time."""
    if not addresses:
        return Found(set(), [], [])
    random.shuffle(addresses)
    listed, results = folder / "addresses.txt", folder / "results.csv"
    listed.write_text("\n".join(addresses))
    results.unlink(missing_ok=True)
    options = ["--batch", "--level=1", "--risk=1", "--technique=BEU", "--dbms=SQLite", "--flush-session"]
    files = [f"--results-file={results}", f"--output-dir={folder}"]
    said = folder / "sqlmap.log"
    ended = run([tool("sqlmap"), "-m", str(listed), *options, f"--cookie={cookie}", *files], said, minutes)
    with results.open() as file:
        injected = [f"SQL: {row['Target URL']}" for row in csv.DictReader(file)]
    begun = len(re.findall(r"^\[\d+/\d+\] URL", said.read_text(), re.MULTILINE))
    cut = [] if ended else [f"sqlmap after {begun - 1} of {len(addresses)} names"]
    return Found({"SQL"} if injected else set(), injected, cut)


def run(command: list[str], said: Path, minutes: float | None = None) -> bool:
    """Run a scanner, whose words go into a file; False when its time was over. Raises CalledProcessError."""
    with said.open("w") as output:
        try:
            limit = 60 * minutes if minutes else None
            subprocess.run(command, stdout=output, stderr=output, check=True, timeout=limit)
        except subprocess.TimeoutExpired:
            return False
    return True


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


def views(folder: Path) -> View:
    """The program's views by their addresses."""
    addresses = create_app(Settings(env="development", data_dir=folder / "data")).url_map.bind("127.0.0.1")

    def view(method: str, path: str) -> str:
        try:
            return str(addresses.match(path, method)[0])
        except HTTPException:
            return path

    return view


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


def scan_holes(folder: Path, minutes: float) -> list[str]:
    """What is wrong with the scanners: a planted hole that they do not find."""
    with planted(folder) as port:
        known = contents(Client([port]), f"http://127.0.0.1:{port}", lambda method, path: path)
        found = wapiti(known, "", folder, minutes)
        injected = sqlmap(known.marked(), "a=b", folder, minutes)
    click.echo(f"planted: wapiti found {', '.join(sorted(found.names))}; sqlmap found {len(injected.places)} of 1")
    missed = (PLANTED - found.names) | ({"SQL"} - injected.names)
    return [f"planted and not found: {name}" for name in sorted(missed)]


def scan_as(role: str, port: int, view: View, folder: Path, minutes: float) -> list[str]:
    """What is found where somebody may go. Ends the scan where the visit ended before it."""
    began = time.monotonic()
    client = signed_in(port, role)
    cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    known = contents(client, f"http://127.0.0.1:{port}", view)
    found = wapiti(known, cookie, folder, minutes * (1 - OF_SQLMAP))
    injected = sqlmap(known.marked(), cookie, folder, minutes * OF_SQLMAP)
    if view("GET", client.get("/").headers["Location"] or "/") == "accounts.sign_in":
        raise SystemExit(f"{role} was signed out by the scan")
    places = sorted({*found.places, *injected.places})
    cut, took = (*found.cut_short, *injected.cut_short), round((time.monotonic() - began) / 60)
    click.echo(
        f"{role}: {len(known.views)} views, {len(known.asking)} names that they take, {len(known.forms)} forms with"
        f" {len(known.fields)} fields, {took} minutes; cut short: {', '.join(cut) or 'nothing'};"
        f" found: {'; '.join(places) or 'nothing'}"
    )
    return places


def main() -> None:
    parser = argparse.ArgumentParser(prog="./dev scan", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30, help="how long the program is attacked at most")
    minutes = parser.parse_args().minutes
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        wrong = scan_holes(folder, minutes)
        with program(folder) as port:
            for role, share in SHARES.items():
                wrong += scan_as(role, port, views(folder), folder, minutes * share)
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
