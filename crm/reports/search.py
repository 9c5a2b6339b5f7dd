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
    """The subject, the number and the period of a summary or meeting; profiles belong to the investor who asked."""
    told = sa.select(Report).where(Report.id.in_(ids), Report.kind != ReportKind.PROFILE).order_by(Report.id)
    for report in db.session.scalars(told):
        title = "周会" if report.kind == ReportKind.MEETING else report.title or "平台服务情况"
        words = "周会 Monday meeting report" if report.kind == ReportKind.MEETING else "报告 report"
        yield Description(
            record_id=report.id,
            title=title,
            note=f"{report.number} · {report.from_day} – {report.to_day}",
            names=(title,),
            texts=(report.number, words if report.title or report.kind == ReportKind.MEETING else f"{words} platform"),
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
