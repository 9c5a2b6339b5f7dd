"""Documents as answers: pages and files with the reader's mark, each reading written down."""

from __future__ import annotations

from urllib.parse import quote

from flask import abort, after_this_request, request
from werkzeug.wrappers import Response

from crm.dataroom import actions, queries
from crm.dataroom.drawing import marked
from crm.dataroom.kinds import JPEG, PDF, PNG
from crm.dataroom.models import Reading, RoomDocument, RoomVersion
from crm.dataroom.watermark import burnt_in
from crm.institutions import queries as institution_queries
from crm.web.answers import now
from crm.web.filters import moment
from crm.web.guards import actor
from crm.web.transaction import short_unit

SEALED = "default-src 'none'; sandbox"


def mark() -> str:
    """What stands across everything that the reader at hand sees: name, institution, time."""
    account = actor()
    institution = institution_queries.institution_of(account).shown_name if account.institution_id else ""
    return " · ".join(filter(None, (account.name or account.username, institution, moment(now()))))


def page_answer(version: RoomVersion, number: int) -> Response:
    """A page as a picture with the reader's mark in it; 404 for one that it has not."""
    try:
        picture = queries.page_of(version, number)
    except FileNotFoundError:
        abort(404)
    if picture is None:
        abort(404)
    answer = Response(burnt_in(picture, mark()), mimetype=JPEG.media_type)
    answer.headers["Content-Disposition"] = "inline"
    answer.headers["Content-Security-Policy"] = SEALED
    return answer


def marked_answer(document: RoomDocument, version: RoomVersion) -> Response:
    """The file, with the reader's mark where it can bear one. Raises Refusal for a PDF that cannot."""
    content = content_of(version)
    if version.media_type == PDF.media_type:
        return file_answer(document.name, marked(content, version.media_type, mark()), version.media_type)
    if version.media_type in (PNG.media_type, JPEG.media_type):
        drawn = marked(content, version.media_type, mark())
        return file_answer(f"{document.name.rpartition('.')[0] or document.name}.jpg", drawn, JPEG.media_type)
    return file_answer(document.name, content, version.media_type)


def original_answer(document: RoomDocument, version: RoomVersion) -> Response:
    """The file as it was sent."""
    return file_answer(document.name, content_of(version), version.media_type)


def content_of(version: RoomVersion) -> bytes:
    try:
        return queries.content_of(version)
    except FileNotFoundError:
        abort(404)


def file_answer(name: str, content: bytes, media_type: str) -> Response:
    """Bytes to be saved, never shown in place: nothing in them can run."""
    answer = Response(content, mimetype=media_type)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    answer.headers["Content-Security-Policy"] = SEALED
    return answer


def note(document_id: int, number: int, what: Reading) -> None:
    """Write down, once the answer is on its way, that the reader at hand opened or took a document; once an hour for
    what is opened page by page."""
    by, at = actor(), now()
    if what == Reading.OPENED and not queries.is_new_reading(by, document_id, number, what, at):
        return

    @after_this_request
    def record(answer: Response) -> Response:
        if answer.status_code < 400:
            with short_unit(write=True):
                address = request.remote_addr or ""
                actions.note_reading(document_id, number, what, address=address, by=by, at=at)
        return answer
