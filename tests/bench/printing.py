"""A summary of services as PDF, compared with the weasyprint command; and many of them in one process.

`python -m tests.bench.printing one|many HTML|FOLDER COUNT` is the process that renders.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.bench.data import filled
from tests.bench.ratios import in_turn, ratio
from tests.bench.servers import ROOT

STARTUPS, SUMMARIES, WARM = 1_000, 148, 20


def measured(pairs: int) -> list[str]:
    """The ratio and the memory, as lines to print."""
    data = filled(STARTUPS)
    with tempfile.TemporaryDirectory(prefix="crm-pdf-") as name:
        folder = Path(name)
        told = run("documents", data.folder, folder, SUMMARIES)
        document = folder / f"{told['two_pages']}.html"
        weasyprint = [str(Path(sys.executable).with_name("weasyprint")), "--quiet", "--pdf-tags"]

        def ours() -> float:
            return float(run("warm", document)["seconds"])

        def cold() -> float:
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run([*weasyprint, str(document), os.devnull], check=True, capture_output=True)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

        warm, command = in_turn([ours, cold], pairs)
        many = run("many", folder, SUMMARIES)
    return [
        f"warm summary of 2 pages ÷ cold weasyprint command on the same HTML: {ratio(warm, command)}; budget 0.30",
        f"{SUMMARIES} summaries in one process: {many['peak']:.0f} MB at most (budget 200), "
        f"{many['warm']:.0f} MB after {WARM}, {many['last']:.0f} MB after all; "
        f"{many['seconds'] / SUMMARIES:.2f} s each",
    ]


def run(*arguments: Any) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bench.printing", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def documents(data: str, folder: str, count: str) -> dict[str, Any]:
    """Write the HTML of some summaries; says which has two pages."""
    from datetime import timedelta

    from crm import create_app
    from crm.accounts.models import System
    from crm.config import Settings
    from crm.core.clock import day_of, now
    from crm.core.db import unit_of_work
    from crm.reports import pdf
    from crm.reports.editions import told
    from crm.reports.html import Stamp, content_document
    from crm.reports.kinds import KINDS, Asked
    from crm.reports.periods import Period
    from crm.startups.queries import find_startup

    app = create_app(Settings(env="test", data_dir=Path(data)))
    today = day_of(now())
    period = Period(today - timedelta(days=900), today)
    with app.app_context(), unit_of_work(write=False):
        for number in range(1, int(count) + 1):
            startup = find_startup(System(), number)  # type: ignore[arg-type]
            kind = KINDS["summary"]
            contents = told(kind, Asked(period, today, startup=startup), "zh")
            html = content_document(contents, kind.template, Stamp(now())).html
            Path(folder, f"{number}.html").write_text(html)
    two = next(n for n in range(1, int(count) + 1) if pdf.render(Path(folder, f"{n}.html").read_text()).pages == 2)
    return {"two_pages": two}


def warm(document: str) -> dict[str, Any]:
    """Render one document twice, and time the second."""
    from crm.reports import pdf

    html = Path(document).read_text()
    pdf.render(html)
    began = time.process_time()
    pdf.render(html)
    return {"seconds": time.process_time() - began}


def many(folder: str, count: str) -> dict[str, Any]:
    """Render all documents; tells the memory on the way, in MB."""
    from crm.reports import pdf

    told: dict[str, Any] = {"warm": 0.0}
    began = time.process_time()
    for number in range(1, int(count) + 1):
        pdf.render(Path(folder, f"{number}.html").read_text())
        if number == WARM:
            told["warm"] = resident()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return told | {"last": resident(), "peak": peak, "seconds": time.process_time() - began}


def resident() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


if __name__ == "__main__":
    which, *rest = sys.argv[1:]
    answer = {"documents": documents, "warm": warm, "many": many}[which](*rest)
    sys.stdout.write(json.dumps(answer) + "\n")
