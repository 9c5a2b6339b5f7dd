"""The files themselves."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, abort, flash, request, url_for
from flask_babel import gettext as _

from crm.documents import actions, policies, queries
from crm.documents.models import Document
from crm.web.answers import go, now, safe_path
from crm.web.guards import actor, requires

bp = Blueprint("documents", __name__, url_prefix="/documents")


@bp.get("/<int:document_id>")
@requires(policies.may_see, document=queries.find_document)
def show_document(document: Document) -> Any:
    return file_answer(document)


@bp.post("/<int:document_id>/archive")
@requires(policies.may_write, document=queries.find_document)
def archive_document(document: Document) -> Any:
    actions.archive(document, by=actor(), at=now())
    flash(_("%(name)s was taken away.", name=document.name), "done")
    return go(safe_path(request.form.get("back"), url_for("home.show_home")))


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
