"""Sending files in pieces; a script asks, and answers are JSON."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, jsonify, url_for
from werkzeug.wrappers import Response

from crm.core.errors import Refusal
from crm.dataroom import policies, queries, sending
from crm.dataroom.forms import AddPieceForm, BeginFileForm
from crm.dataroom.models import PartialFile, Room, RoomDocument
from crm.dataroom.queries.sending import find_partial_file
from crm.dataroom.views.blueprint import bp
from crm.dataroom.views.keeping import offer_folders
from crm.web.answers import now, see_other
from crm.web.guards import actor, requires
from crm.web.language import gettext as _
from crm.web.language import translate


@bp.post("/rooms/<int:room_id>/pieces")
@requires(policies.may_manage, room=queries.find_room)
def begin_file(room: Room) -> Any:
    form = offer_folders(BeginFileForm(), room)
    folder = queries.find_folder(actor(), int(form.folder_id.data)) if form.folder_id.data else None
    return begin(form, room, folder=folder)


@bp.post("/rooms/documents/<int:room_document_id>/versions/pieces")
@requires(policies.may_manage, room_document=queries.find_document)
def begin_version(room_document: RoomDocument) -> Any:
    return begin(offer_folders(BeginFileForm(), room_document.room), room_document.room, document=room_document)


@bp.post("/rooms/pieces/<int:partial_file_id>")
@requires(policies.may_manage, partial_file=find_partial_file)
def add_piece(partial_file: PartialFile) -> Any:
    """A refused file is forgotten, and that must be kept: no error answers, which would undo it."""
    form = AddPieceForm()
    if not form.validate():
        return jsonify(refused=_("This form is incomplete: open the page again.")), 422
    try:
        sending.add_piece(partial_file, *form.value(), by=actor(), at=now())
    except Refusal as refusal:
        sending.drop(partial_file)
        return jsonify(refused=told(refusal))
    return told_of(partial_file)


@bp.post("/rooms/pieces/<int:partial_file_id>/drop")
@requires(policies.may_manage, partial_file=find_partial_file)
def drop_file(partial_file: PartialFile) -> Response:
    room_id = partial_file.room_id
    sending.drop(partial_file)
    flash(_("Forgotten: nothing of it was kept."), "done")
    return see_other("dataroom.send_files", room_id=room_id)


def begin(form: BeginFileForm, room: Room, **place: Any) -> Any:
    if not form.validate():
        return jsonify(refused=" ".join(error for field in form.wrong_fields for error in field.errors)), 422
    largest = current_app.config["MAX_CONTENT_LENGTH"]
    try:
        return told_of(sending.begin(room, form.value(), **place, largest=largest, by=actor(), at=now()))
    except Refusal as refusal:
        return jsonify(refused=told(refusal)), 422


def told_of(file: PartialFile) -> Response:
    """Where a file stands, and where its pieces go."""
    places = {"to": "dataroom.add_piece", "drop": "dataroom.drop_file"}
    hrefs = {name: url_for(endpoint, partial_file_id=file.id) for name, endpoint in places.items()}
    return jsonify(received=file.received, whole=file.is_whole, **hrefs)


def told(refusal: Refusal) -> str:
    return " ".join(translate(message) for message in refusal.fields.values())
