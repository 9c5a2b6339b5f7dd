"""`./dev samples`: one report of each kind on demonstration data of a fixed day, into docs/samples."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa
import time_machine
from sqlalchemy.orm import joinedload

from crm import create_app
from crm.accounts.models import Account, Role
from crm.cli import main as command
from crm.core.clock import day_of
from crm.core.db import db, unit_of_work
from crm.deals.models import Deal, Round
from crm.funds.models import FundManager
from crm.institutions.models import Institution
from crm.meeting.week import week_of
from crm.publishing import queries as publishing
from crm.reports import pdf
from crm.reports.data import as_data, as_json
from crm.reports.html import Stamp, content_document, in_languages
from crm.reports.kinds import KINDS, Asked, ReportKind
from crm.reports.models import BRIEFING, PROFILE
from crm.reports.periods import Period
from crm.reports.word_file import as_docx
from crm.services.models import FINANCE_LINE, ServiceCategory
from crm.startups.models import Startup

TARGET = Path(__file__).parents[1] / "docs/samples"
CRM = str(Path(sys.executable).with_name("crm"))
AT = datetime(2026, 11, 26, 1, tzinfo=UTC)
STAMP = Stamp(AT, "陈晏清", "FW-2026-1126-001", "SAMPLE2345")
STARTUP = "startup"
FULL = frozenset({"full", "pictures", "services", "introductions"})


@dataclass(frozen=True)
class Sample:
    """A report to make: of which kind, in which language, with what besides the usual, about which subject."""

    kind: str
    language: str = "zh"
    options: frozenset[str] | None = None
    suffix: str = ""
    about: str = ""

    @property
    def name(self) -> str:
        """What its file is called."""
        return self.kind + self.suffix + ("" if self.language == "zh" else f"-{self.language}")


def samples() -> list[Sample]:
    """One of each kind in each language; the startup's on one page and in full, the summary about each subject, the
    round with names, the briefing in large print and as DOCX, too."""
    usual = [Sample(name) for name, kind in KINDS.items() if kind.is_chosen or name == PROFILE]
    others = [
        Sample("summary", suffix=f"-{about}", about=about) for about in KINDS["summary"].subjects if about != STARTUP
    ]
    chinese = [
        *usual,
        *others,
        Sample("startup", options=FULL, suffix="-full"),
        Sample("round", options=frozenset({"named", "next_steps"}), suffix="-named"),
        Sample(BRIEFING, options=frozenset({"large_print", "heading", "definitions"}), suffix="-large"),
    ]
    both = [Sample("startup", "both"), Sample("round", "both")]
    return [*chinese, *(replace(one, language="en") for one in chinese), *both]


def asked(kind: ReportKind, sample: Sample) -> Asked:
    """What a sample asks for: about whoever has most deals, over this year."""
    today = day_of(AT)
    first = {"week": week_of(None, today).first, "day": today}.get(kind.covers, today.replace(month=1, day=1))
    reader = Role.INVESTOR if kind.name == PROFILE else Role.MANAGER
    options = frozenset(one.name for one in kind.options if one.given)
    return Asked(
        Period(first, today),
        today,
        by=db.session.scalars(sa.select(Account).where(Account.role == reader).order_by(Account.id)).first(),  # type: ignore[arg-type]
        options=options if sample.options is None else sample.options,
        words=words(kind, today),
        **subject(kind, today, sample.about),
    )


def words(kind: ReportKind, today: date) -> dict[str, Any]:
    """A briefing tells of two startups that allow it."""
    return (
        {"cases": [one.startup_id for one in publishing.told_to_everybody(today)[:2]]} if kind.name == BRIEFING else {}
    )


def subject(kind: ReportKind, today: date, asked_about: str) -> dict[str, Any]:
    about = asked_about or (STARTUP if kind.name == "summary" else kind.subjects[0])
    deals = sa.select(Deal.id).join(Round, Round.id == Deal.round_id).join(Startup, Startup.id == Round.startup_id)
    most = sa.func.count().desc()
    if about == STARTUP:
        found = deals.with_only_columns(Startup.id).group_by(Startup.id).order_by(most, Startup.id)
        readable = [one for one in found_of(Startup, found) if kind.name != PROFILE or one.is_published(today)]
        return {"startup": readable[0]}
    if about == "institution":
        managing = deals.join(FundManager, FundManager.institution_id == Deal.institution_id)
        found = managing.with_only_columns(Deal.institution_id).group_by(Deal.institution_id)
        return {"institution": found_of(Institution, found.order_by(most, Deal.institution_id))[0]}
    if about == "round":
        varied = sa.func.count(Deal.stage.distinct()).desc()
        found = deals.with_only_columns(Round.id).group_by(Round.id).order_by(varied, most, Round.id)
        return {"round": found_of(Round, found, joinedload(Round.startup))[0]}
    if about == "line":
        return {"line": FINANCE_LINE}
    if about == "category":
        return {
            "category": found_of(ServiceCategory, sa.select(ServiceCategory.id).order_by(ServiceCategory.position))[0]
        }
    return {}


def found_of(model: Any, ids: Any, *options: Any) -> list[Any]:
    return [db.session.get_one(model, one, options=options) for one in db.session.scalars(ids.limit(40))]


def make(sample: Sample) -> Path:
    """Write one sample, and say where."""
    kind = KINDS[sample.kind]
    with unit_of_work(write=False):
        gathered = kind.gather(asked(kind, sample))
        contents = in_languages(sample.language, lambda: kind.tell(gathered))
        told = [as_data(locale, content) for locale, content in contents]
        document = content_document(contents, kind.template, STAMP)
    path = TARGET / f"{sample.name}.pdf"
    path.write_bytes(pdf.render(document.html, as_json(told)).content)
    if kind.name == BRIEFING:
        path.with_suffix(".docx").write_bytes(as_docx(told))
    return path


def main() -> None:
    """Make them all, on an installation that is thrown away."""
    TARGET.mkdir(exist_ok=True)
    for old in TARGET.glob("*.pdf"):
        old.unlink()
    with tempfile.TemporaryDirectory(prefix="crm-samples-") as folder:
        os.environ |= {"CRM_DATA_DIR": folder, "CRM_BASE_URL": "https://crm.example.cn"}
        subprocess.run([CRM, "db", "upgrade"], check=True, stdout=subprocess.DEVNULL)
        with time_machine.travel(AT, tick=False):
            command(["demo", "load"], standalone_mode=False)
            with create_app().app_context():
                for sample in samples():
                    click.echo(make(sample))


if __name__ == "__main__":
    main()
