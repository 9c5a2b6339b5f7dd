"""`crm report services`: a PDF without worker and account."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from pypdf import PdfReader

from crm.config import Settings
from tests.conftest import Work
from tests.factories import an_institution
from tests.reports.examples import a_busy_startup, text_of
from tests.support.command import crm

PERIOD = ("--from", "2026-01-01", "--to", "2026-05-31")


def made(tmp_path: Path, *arguments: str) -> tuple[Path, Result]:
    file = tmp_path / "报告.pdf"
    return file, crm("report", "services", *arguments, "-o", str(file))


@pytest.mark.parametrize("name", ["上海衡汐智能科技有限公司", "衡汐智能", "91110000600037341L"])
def test_a_startup_is_found_by_name_short_name_and_code(app: Flask, work: Work, tmp_path: Path, name: str) -> None:
    a_busy_startup()
    file, done = made(tmp_path, "--startup", name, *PERIOD, "--language", "en")
    assert (done.exit_code, done.stderr) == (0, "")
    content = file.read_bytes()
    assert done.stdout == f"{file}, pages: {len(PdfReader(BytesIO(content)).pages)}\n"
    assert "In this period the platform completed 4 services for 衡汐智能." in text_of(content)


def test_json_tells_the_file_and_its_figures(app: Flask, work: Work, tmp_path: Path) -> None:
    a_busy_startup()
    file, done = made(tmp_path, "--startup", "衡汐智能", *PERIOD, "--language", "both", "--json")
    told = json.loads(done.stdout)
    assert told["file"] == str(file)
    assert told["bytes"] == file.stat().st_size
    assert told["pages"] == len(PdfReader(file).pages)
    assert told["title"].endswith("Summary of services · 衡汐智能 · 2026-01-01 to 2026-05-31")
    assert told["figures"] == {
        "services_completed": 4,
        "services_by_category": {"融资对接": 1, "路演": 1, "信贷": 2},
        "introductions": 3,
        "institutions_introduced": 3,
        "companies_introduced": 1,
        "introductions_met": 3,
        "days_to_first_meeting": 15,
        "amount_signed": 30_000_000,
        "amount_received": 10_000_000,
    }


def test_what_was_confirmed_alone_is_told_on_request(app: Flask, work: Work, tmp_path: Path) -> None:
    a_busy_startup()
    file, done = made(tmp_path, "--startup", "衡汐智能", *PERIOD, "--language", "en", "--confirmed", "--json")
    figures = json.loads(done.stdout)["figures"]
    assert (figures["confirmed_by"], figures["services_completed"]) == ("startup", 0)
    assert "confirmed by the startup is told: 0 of 4 completed services" in " ".join(text_of(file.read_bytes()).split())


def test_an_institution_and_the_platform(app: Flask, work: Work, tmp_path: Path) -> None:
    a_busy_startup()
    _, done = made(tmp_path, "--institution", "沧屿（上海）创业投资有限公司", *PERIOD, "--json")
    assert json.loads(done.stdout)["figures"]["introductions"] == 1
    _, done = made(tmp_path, "--platform", *PERIOD, "--json")
    figures = json.loads(done.stdout)["figures"]
    assert (figures["introductions"], figures["companies_served"], figures["institutions_attracted_to_date"]) == (
        3,
        1,
        4,
    )


def test_an_unknown_or_ambiguous_name_ends_with_1_and_leaves_no_file(app: Flask, work: Work, tmp_path: Path) -> None:
    an_institution("寒溪（深圳）投资管理有限公司", short_name="寒溪")
    an_institution("寒溪（杭州）私募基金管理有限公司", short_name="寒溪")
    file, done = made(tmp_path, "--startup", "没有这家", *PERIOD)
    assert (done.exit_code, file.exists()) == (1, False)
    assert done.stderr.startswith("crm: ")
    file, done = made(tmp_path, "--institution", "寒溪", *PERIOD)
    assert (done.exit_code, file.exists()) == (1, False)
    assert "寒溪（深圳）投资管理有限公司、寒溪（杭州）私募基金管理有限公司" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--platform", "--from", "2026-05-31", "--to", "2026-01-01"), 1),
        (("--platform", "--from", "2026-01-01", "--to", "2199-01-01"), 1),
        (PERIOD, 2),
        (("--platform", "--startup", "x", *PERIOD), 2),
        (("--platform", "--from", "2026-02-30", "--to", "2026-03-01"), 2),
        (("--platform", *PERIOD, "--language", "fr"), 2),
    ],
)
def test_what_makes_no_sense_is_refused(app: Flask, tmp_path: Path, arguments: tuple[str, ...], code: int) -> None:
    file, done = made(tmp_path, *arguments)
    assert (done.exit_code, file.exists()) == (code, False)
    assert done.stderr


def test_a_missing_folder_is_told_before_anything_is_rendered(app: Flask, tmp_path: Path) -> None:
    done = crm("report", "services", "--platform", *PERIOD, "-o", str(tmp_path / "none" / "x.pdf"))
    assert done.exit_code == 1
    assert "there is no folder" in done.stderr


def test_an_empty_database_gives_a_report_that_says_so(app: Flask, tmp_path: Path) -> None:
    file, done = made(tmp_path, "--platform", *PERIOD, "--language", "en")
    assert done.exit_code == 0
    assert "Nothing was recorded for this period." in text_of(file.read_bytes())


@pytest.mark.once
def test_a_database_without_tables_is_told(settings: Settings, tmp_path: Path) -> None:
    """In a process of its own, as an operator runs it."""
    arguments = ["report", "services", "--platform", *PERIOD, "-o", str(tmp_path / "x.pdf")]
    done = subprocess.run(
        [Path(sys.executable).with_name("crm"), *arguments],
        env=os.environ | {"CRM_DATABASE_URL": f"sqlite:///{tmp_path / 'new.sqlite3'}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "crm db upgrade" in done.stderr


@pytest.mark.once
def test_pages_commands_and_the_workers_start_do_not_load_weasyprint_and_rendering_does(settings: Settings) -> None:
    code = """
import sys, crm, crm.reports.jobs, crm.cli.worker
from crm.cli import main
main(["--help"], standalone_mode=False)
crm.create_app().test_client().get("/reports/")
from crm.reports import pdf
assert "weasyprint" not in sys.modules and "pydyf" not in sys.modules
pdf.render("<p>x</p>")
assert "weasyprint" in sys.modules
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
