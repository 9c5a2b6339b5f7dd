"""Reading in data rooms: what investors were given leave to see, once they accepted the terms of confidentiality."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import abort, flash, request
from werkzeug.wrappers import Response

from crm.confidentiality import queries as confidentiality_queries
from crm.core.clock import day_of
from crm.core.errors import Refusal
from crm.dataroom import policies, queries
from crm.dataroom.models import Reading
from crm.dataroom.queries import Readable
from crm.dataroom.queries.folders import folder_names
from crm.dataroom.views.answers import marked_answer, note, page_answer
from crm.dataroom.views.blueprint import bp
from crm.portal import queries as portal_queries
from crm.publishing.queries import publication_in_force
from crm.settings.filters import asked_filters
from crm.startups.models import Startup
from crm.web.answers import now, page, see_other
from crm.web.guards import actor, requires
from crm.web.language import gettext as _
from crm.web.language import translate
from crm.web.lists import listing, place_from_request


def once_accepted(view: Callable[..., Any]) -> Callable[..., Any]:
    """Who has not accepted the terms in force reads them first, and comes back."""

    @wraps(view)
    def accepted(**arguments: Any) -> Any:
        if not confidentiality_queries.has_accepted(actor(), now()):
            return see_other("confidentiality.accept_terms", next=request.full_path.rstrip("?"))
        return view(**arguments)

    return accepted


@bp.get("/portal/startups/<int:startup_id>/room")
@requires(policies.may_read, startup=portal_queries.find_startup)
@once_accepted
def show_room(startup: Startup) -> Any:
    documents = queries.readable_about(actor(), startup.id)
    name = publication_in_force(startup).shown_name
    folders = folder_names(actor(), startup.id, day_of(now()))
    values = {"startup_id": startup.id, "startup_name": name, "documents": documents, "folders": folders}
    return page("dataroom/show_room.html", **values)


@bp.get("/portal/documents/")
@requires(policies.may_read)
@once_accepted
def list_documents() -> Any:
    wanted, chips = asked_filters(q=(_("Search"), ""))
    found = queries.readable_documents(actor(), place_from_request(), text=wanted["q"])
    return page("dataroom/list_documents.html", listing=listing(found, chips), wanted=wanted)


@bp.get("/portal/documents/<int:room_document_id>")
@requires(policies.may_read, room_document=queries.find_readable)
@once_accepted
def read_document(room_document: Readable) -> Any:
    note(room_document.document.id, room_document.version.number, Reading.OPENED)
    return page("dataroom/read_document.html", **vars(room_document))


@bp.get("/portal/documents/<int:room_document_id>/pages/<int:number>")
@requires(policies.may_read, room_document=queries.find_readable)
@once_accepted
def show_page(room_document: Readable, number: int) -> Response:
    note(room_document.document.id, room_document.version.number, Reading.OPENED)
    return page_answer(room_document.version, number)


@bp.get("/portal/documents/<int:room_document_id>/file")
@requires(policies.may_read, room_document=queries.find_readable)
@once_accepted
def download_document(room_document: Readable) -> Response:
    if not room_document.may_download:
        abort(403)
    document, version = room_document.document, room_document.version
    try:
        answer = marked_answer(document, version)
    except Refusal as refusal:
        flash(" ".join(map(translate, refusal.fields.values())), "wrong")
        return see_other("dataroom.read_document", room_document_id=document.id)
    note(document.id, version.number, Reading.DOWNLOADED)
    return answer
