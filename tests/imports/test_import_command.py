"""`crm import ledger`: what it prints, what it writes, and how it ends."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from crm.institutions.models import Institution
from tests.conftest import Work
from tests.imports.ledger import FIRST, ledger, opened
from tests.support.command import crm

DATA = Path(__file__).parent.parent / "data"
SAMPLE = str(DATA / "ledger-2025.xlsx")
EXPECTED = json.loads((DATA / "ledger-2025.expected.json").read_text())


@pytest.fixture
def run(app: Flask) -> Any:
    """Run the command in the test's application."""
    return partial(crm, "import", "ledger")


def institutions(work: Work) -> int:
    with work() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Institution)) or 0


def written(tmp_path: Path, content: bytes, name: str = "ledger.xlsx") -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path


def told(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.output
    return dict(json.loads(result.stdout))


def test_the_sample_twice_as_json(run: Any, work: Work):
    first, second = told(run(SAMPLE, "--json")), told(run(SAMPLE, "--json"))
    assert first["added"] == second["unchanged"] == EXPECTED["import"]
    assert [(one["sheet"], one["row"]) for one in first["refused"]] == [
        (one["sheet"], one["row"]) for one in EXPECTED["refused"]
    ]
    assert institutions(work) == 100


def test_a_dry_run_writes_nothing(run: Any, work: Work):
    assert told(run(SAMPLE, "--dry-run", "--json"))["added"] == EXPECTED["import"]
    assert institutions(work) == 0


def test_refused_rows_are_written_to_a_workbook(run: Any, tmp_path: Path):
    target = tmp_path / "refused.xlsx"
    assert told(run(SAMPLE, "--json", "--refused", target))["refused"]
    assert opened(target.read_bytes()).sheetnames == ["机构名录", "基金", "企业", "对接台账", "服务台账"]


def test_without_refusals_no_workbook_is_written(run: Any, tmp_path: Path):
    target = tmp_path / "refused.xlsx"
    told(run(written(tmp_path, ledger()), "--json", "--refused", target))
    assert not target.exists()


def test_for_people_it_prints_the_counts_and_each_reason(run: Any, tmp_path: Path):
    path = written(tmp_path, ledger(企业=[{"企业名称": None}]))
    result = run(path, "--language", "en")
    assert result.exit_code == 0
    assert "institutions            1          0          0" in result.stdout
    assert f"企业 {FIRST}: 企业名称: missing" in result.stdout


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"a,b,c", "not an Excel workbook"),
        (Path(SAMPLE).read_bytes()[:20_000], "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
    ],
)
def test_a_file_that_cannot_be_read_ends_with_2_and_writes_nothing(
    run: Any, work: Work, tmp_path: Path, content, reason
):
    result = run(written(tmp_path, content), "--json", "--language", "en")
    assert result.exit_code == 2
    assert reason in result.stderr
    assert result.stdout == ""
    assert institutions(work) == 0


def test_a_file_that_is_not_there_ends_with_2(run: Any):
    assert run("nowhere.xlsx").exit_code == 2
