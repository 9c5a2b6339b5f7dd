"""What pages of reports share: the file as a download, and why a report failed."""

from __future__ import annotations

import re
from io import BytesIO

from flask import abort, send_file
from werkzeug.wrappers import Response

from crm.core.storage import storage
from crm.lib.text import Message
from crm.reports.html import platform_name
from crm.reports.models import Report, ReportKind
from crm.web.language import gettext as _
from crm.web.language import translate

UNFIT = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')


def file_answer(report: Report) -> Response:
    """The PDF as a download with a readable name; 404 while there is none."""
    if report.file_key is None:
        abort(404)
    try:
        content = storage.get(report.file_key)
    except FileNotFoundError:
        abort(404)
    return send_file(
        BytesIO(content), mimetype="application/pdf", as_attachment=True, download_name=file_name(report), max_age=0
    )


def picture_answer(report: Report, number: int) -> Response:
    """One page of a report as a picture, counted from 1; 404 for a page that it has not."""
    if not 1 <= number <= len(report.page_keys):
        abort(404)
    try:
        content = storage.get(report.page_keys[number - 1])
    except FileNotFoundError:
        abort(404)
    return send_file(BytesIO(content), mimetype="image/png", max_age=0)


def file_name(report: Report) -> str:
    """What the file is called on the reader's disk."""
    kinds = {
        ReportKind.SUMMARY: _("Summary of services"),
        ReportKind.PROFILE: _("Company profile"),
        ReportKind.MEETING: _("Monday meeting"),
    }
    days = dict.fromkeys((report.from_day.isoformat(), report.to_day.isoformat()))
    return UNFIT.sub(" ", "_".join((kinds[report.kind], report.title or platform_name(), *days))) + ".pdf"


def why_failed(report: Report) -> str:
    """The reason of a failure in the reader's language; "" while there is none."""
    job = report.job
    if job is None or not (job.refusal or job.error):
        return ""
    refusals = [Message(text, tuple(sorted(values.items()))) for text, values in job.refusal]
    if refusals:
        return " ".join(map(translate, refusals))
    return str(
        _(
            "The report could not be made. Try again; if it fails again, tell an administrator its number, %(number)s.",
            number=report.number,
        )
    )
