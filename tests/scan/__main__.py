"""`./dev scan`: wapiti and sqlmap against a site with planted holes, which they must find, and against the running
program with one of each record, as whoever has pages, where they must find nothing."""

from __future__ import annotations

import argparse
import csv
import json
import re
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

import click

from tests.bench.servers import free_port
from tests.scan.contents import Contents, contents, served
from tests.scan.site import ROLES, STRANGER, Site, program, visitor
from tests.support.nodes import Client

HERE = Path(__file__).parent
TOOLS = Path(sys.prefix) / "scan"
EVERYWHERE = ("sql", "redirect", "crlf", "upload")  # some 20 requests for each name
ONCE = ("xss", "permanentxss", "exec", "file")  # some 180
PLANTED = {
    "SQL Injection: GET /items q",
    "Reflected Cross Site Scripting: GET /hello name",
    "Reflected Cross Site Scripting: POST /say text",
    "Open Redirect: GET /go to",
    "Path Traversal: GET /file page",
    "SQL: http",  # by sqlmap
}
AT_ONCE = 2  # scanners
EVERYBODY = (*ROLES, STRANGER)  # the last two may lock others out


class Found(NamedTuple):
    """What a scanner says: the holes, and what it had no time for or could not read."""

    places: list[str]
    cut_short: list[str]


def tool(name: str) -> str:
    """The path of a scanner, installed on first use into an environment of its own."""
    if not (TOOLS / "bin" / name).exists():
        venv.create(TOOLS, with_pip=True)
        subprocess.run([TOOLS / "bin/pip", "install", "--quiet", "-r", HERE / "tools.txt"], check=True)
    return str(TOOLS / "bin" / name)


def wapiti(page: str, modules: tuple[str, ...], cookie: str, folder: Path, minutes: float) -> Found:
    """What some modules of wapiti find in what a page links to; each has so many minutes at most."""
    folder.mkdir(parents=True)
    report, log = folder / "wapiti.json", folder / "wapiti.log"
    options = {
        "--scope": "domain",  # whose port may be another
        "--depth": "1",  # what the page of contents links to, and nothing beyond
        "--module": ",".join(modules),
        "--max-attack-time": str(60 * minutes),
        "--skip": "csrf_token",
        "--store-session": str(folder),
        "--format": "json",
        "--output": str(report),
        "--log": str(log),
    }
    words = [word for option in options.items() for word in option]
    headers = ["--header", f"Cookie: {cookie}", "--header", "Connection: close"]  # a kept one may just be hung up on
    with served(page) as address:
        run([tool("wapiti"), "--url", address, *words, *headers, "--flush-session", "--no-bugreport"], folder / "said")
    told = json.loads(report.read_text())
    found = [
        f"{name}: {one['method']} {one['path']} {one['parameter']}"
        for kind in ("vulnerabilities", "anomalies")
        for name, ones in told[kind].items()
        for one in ones
    ]
    cut = [
        line.rpartition("module ")[2].partition(",")[0] for line in log.read_text().splitlines() if "Max attack" in line
    ]
    unread = re.findall(r"^\[!\] \w+ with URL (.+)", (folder / "said").read_text(), re.MULTILINE)
    return Found(found, cut + unread)


def sqlmap(addresses: list[str], cookie: str, folder: Path, minutes: float) -> Found:
    """The addresses, with a star behind one value each, into which sqlmap gets SQL."""
    if not addresses:
        return Found([], [])
    folder.mkdir(parents=True)
    listed, results = folder / "addresses.txt", folder / "results.csv"
    listed.write_text("\n".join(addresses))
    options = ["--batch", "--level=1", "--risk=1", "--technique=BEU", "--dbms=SQLite", "--flush-session"]
    files = [f"--results-file={results}", f"--output-dir={folder}"]
    said = folder / "sqlmap.log"
    ended = run([tool("sqlmap"), "-m", str(listed), *options, f"--cookie={cookie}", *files], said, minutes)
    with results.open() as file:
        injected = [f"SQL: {row['Target URL']}" for row in csv.DictReader(file)]
    begun = len(re.findall(r"^\[\d+/\d+\] URL", said.read_text(), re.MULTILINE))
    cut = [] if ended else [f"sqlmap after {begun - 1} of {len(addresses)} names"]
    return Found(injected, cut)


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


def scan(
    known: Contents, client: Client, folder: Path, minutes: float, names: set[str]
) -> Iterator[Callable[[], Found]]:
    """What is to be done to scan what somebody may open. `names`: those that others had; they grow."""
    cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    yield partial(wapiti, known.everything(), EVERYWHERE, cookie, folder / "everywhere", minutes)
    yield partial(wapiti, known.each_name_once(names), ONCE, cookie, folder / "once", minutes)
    yield partial(sqlmap, known.marked(), cookie or "a=b", folder / "sqlmap", minutes)


def done(scans: Iterator[Callable[[], Found]]) -> Found:
    """What scans find that run beside one another."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        ended = list(pool.map(lambda begin: begin(), scans))
    places = {place for found in ended for place in found.places}
    cut = [what for found in ended for what in found.cut_short]
    return Found(sorted(places), cut)


def scan_holes(folder: Path, minutes: float) -> list[str]:
    """What is wrong with the scanners: a planted hole that they do not find."""
    with planted(folder) as port:
        client = Client([port])
        known = contents(client, f"http://127.0.0.1:{port}", lambda method, path: path)
        found = done(scan(known, client, folder / "holes", minutes, set()))
    click.echo(f"planted: found {'; '.join(found.places)}")
    missed = [hole for hole in PLANTED if not any(place.startswith(hole) for place in found.places)]
    return [f"planted and not found: {hole}" for hole in sorted(missed)]


def scan_as(username: str, site: Site, folder: Path, minutes: float, names: set[str]) -> list[str]:
    """What is found where somebody may go. Ends the scan where the visit ended before it."""
    began = time.monotonic()
    client = visitor(site.port, username)
    known = contents(client, f"http://127.0.0.1:{site.port}", site.view, site.addresses)
    found = done(scan(known, client, folder / username, minutes, names))
    if username != STRANGER and site.view("GET", client.get("/").headers["Location"] or "/") == "accounts.sign_in":
        raise SystemExit(f"{username} was signed out by the scan")
    click.echo(
        f"{username}: {len(known.views)} views, {len(known.asking)} names that they take,"
        f" {len(known.forms)} forms with {len(known.fields)} fields, {(time.monotonic() - began) / 60:.0f} minutes;"
        f" cut short: {', '.join(found.cut_short) or 'nothing'}; found: {'; '.join(found.places) or 'nothing'}"
    )
    return found.places


def main() -> None:
    parser = argparse.ArgumentParser(prog="./dev scan", description=__doc__)
    parser.add_argument(
        "--minutes", type=float, default=20, help="how long each attack on a role's pages takes at most"
    )
    parser.add_argument("roles", nargs="*", metavar="ROLE", help=f"whose pages: {', '.join(EVERYBODY)}; all of them")
    told = parser.parse_args()
    minutes = told.minutes
    tool("wapiti")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        wrong, names = scan_holes(folder, minutes), set[str]()
        with program(folder) as site:
            for username in [one for one in EVERYBODY if one in (told.roles or EVERYBODY)]:
                wrong += scan_as(username, site, folder, minutes, names)
    if wrong:
        raise SystemExit("; ".join(wrong))


if __name__ == "__main__":
    main()
