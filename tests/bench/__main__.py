"""`./dev bench`: what pages, imports and PDFs cost, as ratios of processor time that hold on any machine."""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack

from tests.bench import importing, matching, printing, writing
from tests.bench.data import databases, filled
from tests.bench.pages import PAGES, Cost, Site, measured
from tests.bench.ratios import PAIRS
from tests.bench.servers import CRM, running

LARGE, SMALL, IMPORTED, COUNTED = 100_000, 1_000, 100_000, 2_000
PARTS = ("calls", "pages", "writes", "matches", "import", "pdf")
HEADER = "| page | × hello-world | ms | SQL | {large}k ÷ 1k | large tables scanned |"


def main() -> None:
    arguments = parsed()
    pairs = 3 if arguments.quick else PAIRS
    parts = arguments.parts or PARTS
    if "calls" in parts:
        count_calls(arguments)
    if "pages" in parts:
        measure_pages(arguments, pairs)
    if "writes" in parts:
        for one in writing.measured(LARGE // 10 if arguments.quick else LARGE):
            say(one)
    if "matches" in parts:
        for one in matching.measured(LARGE // 10 if arguments.quick else LARGE, pairs):
            say(one)
    if "import" in parts:
        say(*importing.measured(IMPORTED // 10 if arguments.quick else IMPORTED, 1 if arguments.quick else 3))
    if "pdf" in parts:
        say(*printing.measured(pairs))


def say(*lines: str) -> None:
    sys.stdout.write("".join(f"{one}\n" for one in lines))
    sys.stdout.flush()


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="|".join(PARTS), help="all when not given")
    parser.add_argument("--quick", action="store_true", help="three turns instead of seven, fewer records")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite", help="of the pages")
    parser.add_argument("--page", default="", help="only pages whose name contains this")
    return parser.parse_args()


def count_calls(arguments: argparse.Namespace) -> None:
    site = Site(filled(COUNTED))
    say("| page | calls | SQL |", "|---|---|---|")
    for page in PAGES:
        if arguments.page in page.name:
            say(f"| {page.name} | {site.calls(page):,} | {len(site.statements(page))} |")


def measure_pages(arguments: argparse.Namespace, pairs: int) -> None:
    large = LARGE // 10 if arguments.quick else LARGE
    with ExitStack() as stack:
        stores = stack.enter_context(databases(arguments.database))
        sites = [Site(filled(count, url)) for count, url in zip((large, SMALL), stores.urls, strict=True)]
        log = sites[0].data.folder
        servers = [
            stack.enter_context(
                running(
                    ["-c", CRM, "serve"],
                    site.data.production,
                    log / f"{site.data.startups}.log",
                    database=stores.pid,
                )
            )
            for site in sites
        ]
        hello = stack.enter_context(running(["-m", "tests.bench.hello"], sites[0].data.production, log / "hello.log"))
        say(HEADER.format(large=large // 1000), "|---|---|---|---|---|---|")
        for page in PAGES:
            if arguments.page in page.name:
                say(line(measured(page, (sites[0], servers[0]), (sites[1], servers[1]), hello, pairs)))


def line(cost: Cost) -> str:
    name = cost.page.name if cost.within else f"**{cost.page.name}**"
    return (
        f"| {name} | {cost.to_hello.median:.1f} | {cost.milliseconds:.1f} | {cost.statements} "
        f"| {cost.growth.median:.2f} | {', '.join(cost.scans) or '-'} |"
    )


if __name__ == "__main__":
    main()
