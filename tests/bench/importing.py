"""An import of a large ledger, compared with the least that could be done: read the file, write the same rows.

Each run is a process of its own, on a new database: `python -m tests.bench.importing ours|plain LEDGER FOLDER`.
"""

from __future__ import annotations

import json
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.bench.data import Data
from tests.bench.ratios import in_turn, ratio
from tests.bench.servers import ROOT
from tests.imports.ledger import HEADINGS, bare, code

SHARES = {"机构名录": 0.01, "企业": 0.2, "对接台账": 0.3, "服务台账": 0.49}
INDEXED = "INSERT INTO search_text (rowid, words) SELECT id, words FROM search_entry ORDER BY id"


def measured(rows: int, pairs: int) -> list[str]:
    """The ratio and the memory, as lines to print."""
    with tempfile.TemporaryDirectory(prefix="crm-import-") as name:
        folder = Path(name)
        empty = Data(0, folder / "empty")
        empty.crm("db", "upgrade")
        ledger = folder / "ledger.xlsx"
        write_ledger(ledger, rows)
        first = run("ours", ledger, fresh(empty, folder / "rows"))
        peaks: list[float] = []

        def ours() -> float:
            told = run("ours", ledger, fresh(empty, folder / "ours"))
            peaks.append(told["peak"])
            return float(told["seconds"])

        def plain() -> float:
            return float(run("plain", ledger, fresh(empty, folder / "plain"), folder / "rows")["seconds"])

        imported, written = in_turn([ours, plain], pairs)
    return [
        f"import of {first['added']:,} records from {rows:,} rows ÷ calamine and executemany of the same rows, "
        f"search index and audit lines included: {ratio(imported, written)}; budget 2.5",
        f"peak memory of the import: {max(peaks):.0f} MB; budget 400",
    ]


def fresh(empty: Data, folder: Path) -> Path:
    """A new database."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(empty.folder, folder)
    return folder


def run(*arguments: Any) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bench.importing", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def write_ledger(path: Path, rows: int) -> None:
    """A ledger of so many rows, all of them good."""
    import xlsxwriter

    counts = {sheet: int(rows * share) for sheet, share in SHARES.items()}
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as workbook:
        for name, headings in HEADINGS.items():
            sheet = workbook.add_worksheet(name)
            sheet.write(0, 0, f"{name}（2025年）")
            sheet.write_row(1, 0, headings.split())
            for number in range(counts.get(name, 0)):
                cells = row_of(name, number, counts)
                sheet.write_row(number + 2, 0, [cells.get(bare(heading)) for heading in headings.split()])


def row_of(sheet: str, number: int, counts: dict[str, int]) -> dict[str, Any]:
    """The cells of one row, by heading without unit."""
    startup = f"上海第{number % counts['企业']}号智能科技有限公司"
    institution = f"第{number * 7 % counts['机构名录']}号（上海）创业投资有限公司"
    day = f"2025-{number % 12 + 1:02}-{number % 28 + 1:02}"
    if sheet == "机构名录":
        return {"机构名称": f"第{number}号（上海）创业投资有限公司", "统一社会信用代码": code(number), "入库时间": day}
    if sheet == "企业":
        told = {"企业名称": startup, "简称": f"第{number}号", "统一社会信用代码": code(500_000 + number)}
        return told | {"入驻日期": day, "赛道": "应用", "行业": "制造", "一句话简介": "让大模型在工厂里跑起来"}
    if sheet == "对接台账":
        name = ("天使", "A", "B", "C")[number // counts["企业"] % 4]
        told = {"日期": day, "企业": startup, "机构": institution, "轮次": name}
        return told | {"拟融资": 3000, "进展": "会面", "备注": f"第 {number} 条"}
    return {
        "日期": day,
        "企业": startup,
        "类别": "辅导",
        "服务事项": "BP辅导",
        "内容": f"第 {number} 次",
        "状态": "已完成",
        "经办": "服务一组",
    }


def ours(ledger: Path, folder: Path) -> dict[str, Any]:
    """What `crm import ledger` does."""
    from crm import create_app
    from crm.accounts.models import System
    from crm.config import Settings
    from crm.core.clock import now
    from crm.core.db import unit_of_work
    from crm.imports.actions import import_ledger, read_ledger

    app = create_app(Settings(env="test", data_dir=folder))
    began = time.process_time()
    with app.app_context(), unit_of_work(write=True):
        outcome = import_ledger(read_ledger(ledger.read_bytes()), by=System(), at=now())
    return {"seconds": time.process_time() - began, "added": sum(outcome.counts["added"].values())}


def plain(ledger: Path, folder: Path, source: Path) -> dict[str, Any]:
    """The least: read every cell, and write the rows that the import made, ready as they are."""
    from python_calamine import CalamineWorkbook

    known = rows_in(source / "crm.sqlite3", folder / "crm.sqlite3")
    began = time.process_time()
    workbook = CalamineWorkbook.from_path(str(ledger))
    for name in workbook.sheet_names:
        workbook.get_sheet_by_name(name).to_python()
    with sqlite3.connect(folder / "crm.sqlite3") as connection:
        connection.execute("PRAGMA synchronous=NORMAL")
        for table, rows in known.items():
            places = ", ".join("?" * len(rows[0]))
            connection.executemany(f"INSERT INTO {table} VALUES ({places})", rows)  # noqa: S608
        connection.execute(INDEXED)
    return {"seconds": time.process_time() - began}


def rows_in(source: Path, empty: Path) -> dict[str, list[tuple[Any, ...]]]:
    """{table: rows} of what is in one database and not yet in the other."""
    with sqlite3.connect(source) as full, sqlite3.connect(empty) as bare_one:
        names = [name for (name,) in full.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        told = {}
        for name in names:
            if name.startswith(("sqlite_", "search_text")):
                continue
            last = bare_one.execute(f"SELECT coalesce(max(rowid), 0) FROM {name}").fetchone()[0]  # noqa: S608
            rows = full.execute(f"SELECT * FROM {name} WHERE rowid > ?", (last,)).fetchall()  # noqa: S608
            if rows:
                told[name] = rows
        return told


if __name__ == "__main__":
    which, *paths = sys.argv[1:]
    answer = {"ours": ours, "plain": plain}[which](*map(Path, paths))
    answer["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(json.dumps(answer) + "\n")
