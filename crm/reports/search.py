"""What reports are found by: what they are about, and their number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from crm.core.db import db
from crm.lib.text import N_
from crm.lib.translations import translator
from crm.reports.kinds import KINDS
from crm.reports.models import PROFILE, Report
from crm.reports.policies import may_read_reports, visible_to
from crm.search.registry import Description, Kind


def describe(ids: Sequence[int]) -> Iterator[Description]:
    """The kind, the subject, the number and the period of a report; profiles belong to the investor who asked."""
    found = sa.select(Report).where(Report.id.in_(ids), Report.kind != PROFILE, ~Report.is_draft).order_by(Report.id)
    for report in db.session.scalars(found):
        kind = KINDS[report.kind].title
        told = translator("zh")(kind)
        title = " · ".join(filter(None, (told, report.title)))
        yield Description(
            record_id=report.id,
            title=title,
            note=f"{report.number} · {report.from_day} – {report.to_day}",
            names=(title, report.title or told),
            texts=(report.number, f"报告 report {kind.text}"),
        )


REPORTS = Kind(
    name="report",
    model=Report,
    label=N_("Reports"),
    icon="report",
    endpoint="reports.show_report",
    argument="report_id",
    describe=describe,
    may_find=may_read_reports,
    visible_to=visible_to,
    list_endpoint="reports.list_reports",
)
