"""What pages of reports share: the file as a download, and why a report failed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from io import BytesIO

from flask import abort, after_this_request, send_file
from werkzeug.wrappers import Response

from crm.core.db import unit_of_work
from crm.core.storage import storage
from crm.lib.text import Message
from crm.reports.actions import record_downloads
from crm.reports.batches import MANY
from crm.reports.data import from_json
from crm.reports.kinds import KINDS
from crm.reports.models import Batch, Edition, Report
from crm.reports.queries import reports_in
from crm.reports.word_file import as_docx
from crm.reports.words import platform_name
from crm.reports.workbook import as_csv_files, as_xlsx
from crm.web.answers import now
from crm.web.guards import actor
from crm.web.language import gettext as _
from crm.web.language import translate

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FILES = {
    "xlsx": (as_xlsx, XLSX, "xlsx"),
    "csv": (as_csv_files, "application/zip", "csv.zip"),
    "docx": (as_docx, DOCX, "docx"),
}
UNFIT = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')


def file_answer(report: Report) -> Response:
    """The PDF as a download with a readable name; 404 while there is none."""
    content = kept(edition_of(report).best_key)
    note_download(report, "pdf")
    return download(content, "application/pdf", file_name(report, "pdf"))


def data_answer(report: Report, name: str) -> Response:
    """The figures, tables and definitions as XLSX, CSV files in a ZIP, or DOCX; 404 for what a report does not have."""
    edition = edition_of(report)
    if edition.data_key is None or name not in FILES or (name == "docx" and not KINDS[report.kind].has_docx):
        abort(404)
    write, media_type, suffix = FILES[name]
    note_download(report, name)
    return download(write(from_json(kept(edition.data_key))), media_type, file_name(report, suffix))


def picture_answer(report: Report, number: int) -> Response:
    """One page of a report as a picture, counted from 1; 404 for a page that it has not."""
    if not 1 <= number <= len(report.page_keys):
        abort(404)
    return send_file(BytesIO(kept(report.page_keys[number - 1])), mimetype="image/png", max_age=0)


def pack_answer(batch: Batch, name: str) -> Response:
    """All reports of a batch as one archive or one PDF; 404 while they are not packed."""
    keys = {"zip": (batch.zip_key, "application/zip"), "pdf": (batch.merged_key, "application/pdf")}
    key, media_type = keys.get(name, (None, ""))
    if key is None:
        abort(404)
    note_downloads(reports_in(batch), name)
    title = UNFIT.sub(" ", f"{translate(MANY[batch.about].label)}_{batch.from_day}_{batch.to_day}")
    return download(kept(key), media_type, f"{title}.{name}")


def note_download(report: Report, what: str) -> None:
    """Write down, once the answer is on its way, that the account at hand took a report along."""
    note_downloads([report.id], what)


def note_downloads(report_ids: Sequence[int], what: str) -> None:
    by = actor()

    @after_this_request
    def record(answer: Response) -> Response:
        with unit_of_work(write=True):
            record_downloads(report_ids, what, by=by, at=now())
        return answer


def edition_of(report: Report) -> Edition:
    """The document of a report; 404 while there is none."""
    return report.edition or abort(404)


def kept(key: str) -> bytes:
    """What was kept under a key; 404 where it is lost."""
    try:
        return storage.get(key)
    except FileNotFoundError:
        abort(404)


def download(content: bytes, media_type: str, name: str) -> Response:
    return send_file(BytesIO(content), mimetype=media_type, as_attachment=True, download_name=name, max_age=0)


def file_name(report: Report, suffix: str) -> str:
    """What the file is called on the reader's disk."""
    kind = translate(KINDS[report.kind].title)
    days = dict.fromkeys((report.from_day.isoformat(), report.to_day.isoformat()))
    return UNFIT.sub(" ", "_".join((kind, report.title or platform_name(), *days))) + f".{suffix}"


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
