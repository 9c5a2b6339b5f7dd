"""What reports are found by: what they are about, and their number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from crm.core.db import db
from crm.lib.text import N_
from crm.reports.models import Report, ReportKind
from crm.reports.policies import may_read_reports, visible_to
from crm.search.registry import Description, Kind


def describe(ids: Sequence[int]) -> Iterator[Description]:
    """The subject, the number and the period of a summary; profiles belong to the investor who asked."""
    summaries = sa.select(Report).where(Report.id.in_(ids), Report.kind == ReportKind.SUMMARY).order_by(Report.id)
    for report in db.session.scalars(summaries):
        yield Description(
            record_id=report.id,
            title=report.title or "平台服务情况",
            note=f"{report.number} · {report.from_day} – {report.to_day}",
            names=(report.title or "平台服务情况",),
            texts=(report.number, "报告 report platform" if not report.title else "报告 report"),
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
