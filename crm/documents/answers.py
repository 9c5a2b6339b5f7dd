"""A document as an answer: what this program shows or saves of what somebody uploaded."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response, abort

from crm.documents import queries
from crm.documents.models import Document


def file_answer(document: Document) -> Response:
    """The bytes; pictures are shown in place, all else is saved. Nothing in them can run."""
    try:
        content = queries.content_of(document)
    except FileNotFoundError:
        abort(404)
    answer = Response(content, mimetype=document.media_type)
    placed = "inline" if document.is_picture else "attachment"
    answer.headers["Content-Disposition"] = f"{placed}; filename*=UTF-8''{quote(document.name)}"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
