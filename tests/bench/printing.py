"""PDFs: a summary of services beside the weasyprint command, many of them as one job, and a report of 1,500 rows.

`python -m tests.bench.printing warm|plain|many HTML|FOLDER COUNT` is the process that renders.
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

STARTUPS, SUMMARIES, WARM, ROWS = 1_000, 148, 20, 1_500
LONG = "long"
SYSTEM_FONT = "Noto Sans CJK SC"


def measured(pairs: int) -> list[str]:
    """The ratio and the memory, as lines to print."""
    data = filled(STARTUPS)
    with tempfile.TemporaryDirectory(prefix="crm-pdf-") as name:
        folder = Path(name)
        told = run("documents", data.folder, folder, SUMMARIES)
        document = folder / f"{told['two_pages']}.html"
        weasyprint = [str(Path(sys.executable).with_name("weasyprint")), "--quiet", "--pdf-tags"]

        def ours(html: Path = document, how: str = "warm") -> float:
            return float(run(how, html)["seconds"])

        def cold() -> float:
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run([*weasyprint, str(document), os.devnull], check=True, capture_output=True)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

        warm, command = in_turn([ours, cold], pairs)
        many = run("many", folder, SUMMARIES)
        long = folder / f"{LONG}.html"
        fixed, automatic = in_turn([lambda: ours(long, "once"), lambda: ours(long, "plain")], min(pairs, 3))
    return [
        f"warm summary of 2 pages ÷ cold weasyprint command on the same HTML: {ratio(warm, command)}; budget 0.30",
        f"{SUMMARIES} summaries as one job: {many['peak']:.0f} MB at most (budget 200), "
        f"{many['warm']:.0f} MB after {WARM}, {many['last']:.0f} MB after all; "
        f"{many['seconds'] / SUMMARIES:.2f} s each",
        f"report of {ROWS:,} rows ÷ the same with automatic table layout and {SYSTEM_FONT}"
        f"{'' if has_font() else ' (MISSING: install fonts-noto-cjk)'}: {ratio(fixed, automatic)}; budget 0.50",
    ]


def run(*arguments: Any) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bench.printing", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def has_font() -> bool:
    """True where this machine has the font that the long report is compared with."""
    found = subprocess.run(["fc-match", SYSTEM_FONT, "family"], capture_output=True, text=True, check=False).stdout
    return SYSTEM_FONT in found


def documents(data: str, folder: str, count: str) -> dict[str, Any]:
    """Write the HTML of some summaries, and of a long report; says which of them has two pages."""
    from datetime import timedelta

    from crm import create_app
    from crm.accounts.models import System
    from crm.config import Settings
    from crm.core.clock import day_of, now
    from crm.core.db import unit_of_work
    from crm.reports import pdf
    from crm.reports.html import Stamp, content_document, in_languages
    from crm.reports.kinds import KINDS, Asked
    from crm.reports.kinds.summary import gathered
    from crm.reports.periods import Period
    from crm.startups.queries import find_startup

    app = create_app(Settings(env="test", data_dir=Path(data)))
    today = day_of(now())
    period = Period(today - timedelta(days=900), today)
    kind = KINDS["summary"]
    gathered.LISTED = ROWS

    def write(name: str, asked: Asked) -> None:
        found = kind.gather(asked)
        html = content_document(in_languages("zh", lambda: kind.tell(found)), kind.template, Stamp(now())).html
        Path(folder, f"{name}.html").write_text(html)

    with app.app_context(), unit_of_work(write=False):
        for number in range(1, int(count) + 1):
            startup = find_startup(System(), number)  # type: ignore[arg-type]
            write(str(number), Asked(period, today, startup=startup))
        write(LONG, Asked(period, today, line="finance"))
    two = next(n for n in range(1, int(count) + 1) if pdf.render(Path(folder, f"{n}.html").read_text()).pages == 2)
    return {"two_pages": two}


def warm(document: str) -> dict[str, Any]:
    """Render one document twice, and time the second."""
    from crm.lib import memory
    from crm.reports import pdf
    from crm.reports.renderer import get_ready

    html = Path(document).read_text()
    get_ready()
    pdf.render(html)
    memory.release()
    began = time.process_time()
    pdf.render(html)
    return {"seconds": time.process_time() - began}


def once(document: str) -> dict[str, Any]:
    """Render one document and time it, style and fonts being loaded."""
    from crm.reports import pdf
    from crm.reports.renderer import get_ready

    html = Path(document).read_text()
    get_ready()
    began = time.process_time()
    pdf.render(html)
    return {"seconds": time.process_time() - began}


def plain(document: str) -> dict[str, Any]:
    """The same with tables that take their widths from their text, and the system's font."""
    from crm.reports import pdf

    sheet = pdf.style_sheet().replace("table-layout: fixed", "table-layout: auto").replace("Noto Sans SC", SYSTEM_FONT)
    pdf.style_sheet = lambda: f"{sheet} col {{ width: auto !important }}"
    pdf.font_faces = lambda: ""
    return once(document)


def many(folder: str, count: str) -> dict[str, Any]:
    """Render all documents as a job does; tells the memory of the rendering process on the way, in MB."""
    from crm.reports.renderer import renderer

    at: list[tuple[float, float]] = []
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    for number in range(1, int(count) + 1):
        renderer.prepare()
        child = renderer.child
        renderer.render(Path(folder, f"{number}.html").read_text())
        if child is not None and child.poll() is None:
            at.append(memory(child.pid))
    renderer.close()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    most = max(peak for _, peak in at)
    return {"warm": max(now for now, _ in at[:WARM]), "last": at[-1][0], "peak": most, "seconds": seconds}


def memory(pid: int) -> tuple[float, float]:
    """What a process holds of the machine's memory, and the most that it held."""
    told = dict(line.split(":") for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    now, most = (int(told[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM"))
    return now, most


if __name__ == "__main__":
    which, *rest = sys.argv[1:]
    answer = {"documents": documents, "warm": warm, "once": once, "plain": plain, "many": many}[which](*rest)
    sys.stdout.write(json.dumps(answer) + "\n")
