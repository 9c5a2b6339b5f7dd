"""Keeping data rooms: folders, documents, versions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import abort, current_app, flash, request, url_for
from werkzeug.wrappers import Response

from crm.core.errors import Refusal
from crm.core.listing import Place
from crm.dataroom import actions, policies, queries
from crm.dataroom.forms import AddFolderForm, EditDocumentForm, EditFolderForm, SendFilesForm, SendVersionForm
from crm.dataroom.models import Folder, Reading, Room, RoomDocument, RoomVersion
from crm.dataroom.queries.folders import folders_of
from crm.dataroom.queries.sending import unfinished_in
from crm.dataroom.sending import PIECE
from crm.dataroom.views.answers import note, original_answer, page_answer
from crm.dataroom.views.blueprint import bp, path_told
from crm.deals import queries as deal_queries
from crm.deals.models import Deal
from crm.startups import queries as startup_queries
from crm.startups.models import Startup
from crm.web.answers import counted_once, edit_page, form_page, go, now, page
from crm.web.guards import actor, requires
from crm.web.language import gettext as _
from crm.web.language import ngettext, translate

LATEST = 10
LARGEST_NUMBER = 2**31 - 1


def room_href(room: Room) -> str:
    """The page of a room: a tab of its startup's or its deal's record."""
    if room.deal_id:
        return url_for("deals.show_room", deal_id=room.deal_id)
    return url_for("startups.show_room", startup_id=room.startup_id)


def told_or_refused(act: Any, done: str, then: str) -> Response:
    """Do something that needs no input, say that it was done or why it was not, and go on."""
    try:
        act(by=actor(), at=now())
        flash(done, "done")
    except Refusal as refusal:
        flash(" ".join(map(translate, refusal.fields.values())), "wrong")
    return go(then)


@bp.post("/rooms/startups/<int:startup_id>")
@requires(policies.may_manage, startup=startup_queries.find_startup)
def open_startup_room(startup: Startup) -> Response:
    return go(room_href(actions.open_room(startup, by=actor(), at=now())))


@bp.post("/rooms/deals/<int:deal_id>")
@requires(policies.may_manage, deal=deal_queries.find_deal)
def open_deal_room(deal: Deal) -> Response:
    return go(room_href(actions.open_room(deal.round.startup, deal, by=actor(), at=now())))


@bp.route("/rooms/<int:room_id>/files/new", methods=["GET", "POST"])
@requires(policies.may_manage, room=queries.find_room)
@counted_once
def send_files(room: Room) -> Any:
    """Several files at once; where the browser can, each is sent by itself, with its progress."""
    form = offer_folders(SendFilesForm(folder_id=request.args.get("folder", "")), room)

    def save() -> Response:
        uploads, folder = form.value(), form.folder_id.data
        for upload in uploads:
            actions.add_file(room, int(folder) if folder else None, upload, by=actor(), at=now())
        flash(ngettext("%(num)s file was taken.", "%(num)s files were taken.", len(uploads)), "done")
        return go(room_href(room))

    sending = sending_to("dataroom.begin_file", room_id=room.id)
    files = unfinished_in(room, actor())
    return form_page(
        "dataroom/send_files.html", form, save, room=room, back=room_href(room), sending=sending, files=files
    )


@dataclass(frozen=True)
class Sending:
    """How a script sends files: where it begins, in pieces of how many bytes, files of how many at most."""

    begin: str
    piece: int
    largest: int


def sending_to(endpoint: str, **place: Any) -> Sending:
    return Sending(url_for(endpoint, **place), PIECE, current_app.config["MAX_CONTENT_LENGTH"])


def offer_folders(form: Any, room: Room, field: str = "folder_id") -> Any:
    folders = folders_of(room)
    form[field].offer([(str(one.id), path_told(one, folders)) for one in folders], empty=_("None"))
    return form


def folder_chosen(form: AddFolderForm) -> Folder | None:
    """The folder in which another one is to lie."""
    return queries.find_folder(actor(), int(form.parent_id.data)) if form.parent_id.data else None


@bp.route("/rooms/<int:room_id>/folders/new", methods=["GET", "POST"])
@requires(policies.may_manage, room=queries.find_room)
@counted_once
def add_folder(room: Room) -> Any:
    form = offer_folders(AddFolderForm(parent_id=request.args.get("folder", "")), room, "parent_id")

    def save() -> Response:
        actions.add_folder(room, form.name.data, folder_chosen(form), by=actor(), at=now())
        return go(room_href(room))

    return form_page("dataroom/add_folder.html", form, save, room=room, back=room_href(room))


@bp.route("/rooms/folders/<int:folder_id>/edit", methods=["GET", "POST"])
@requires(policies.may_manage, folder=queries.find_folder)
def edit_folder(folder: Folder) -> Any:
    form = EditFolderForm(name=folder.name, parent_id=str(folder.parent_id or ""))
    offer_folders(form, folder.room, "parent_id")

    def save() -> Response:
        actions.edit_folder(folder, form.name.data, folder_chosen(form), by=actor(), at=now())
        flash(_("Saved."), "done")
        return go(room_href(folder.room))

    return form_page("dataroom/edit_folder.html", form, save, folder=folder, back=room_href(folder.room))


@bp.post("/rooms/folders/<int:folder_id>/remove")
@requires(policies.may_manage, folder=queries.find_folder)
def remove_folder(folder: Folder) -> Response:
    return told_or_refused(
        partial(actions.remove_folder, folder), _("The folder was taken out."), room_href(folder.room)
    )


@bp.get("/rooms/documents/<int:room_document_id>")
@requires(policies.may_manage, room_document=queries.find_document)
def show_document(room_document: RoomDocument) -> Any:
    versions = queries.versions_of(room_document)
    latest = Place(size=LATEST)
    return page(
        "dataroom/show_document.html",
        document=room_document,
        versions=versions,
        current=next((one for one in versions if one.number == room_document.in_force), None),
        readings=queries.accesses(room_document.room, latest, document_id=room_document.id).rows,
        back=room_href(room_document.room),
        may_destroy=policies.may_destroy(actor()),
    )


@bp.route("/rooms/documents/<int:room_document_id>/edit", methods=["GET", "POST"])
@requires(policies.may_manage, room_document=queries.find_document)
def edit_document(room_document: RoomDocument) -> Any:
    def build(**source: Any) -> Any:
        return offer_folders(
            EditDocumentForm(obj=room_document, folder_id=str(room_document.folder_id or ""), **source),
            room_document.room,
        )

    then = url_for("dataroom.show_document", room_document_id=room_document.id)
    edit = partial(actions.edit_document, room_document)
    return edit_page("dataroom/edit_document.html", build, edit, then, document=room_document, back=then)


@bp.route("/rooms/documents/<int:room_document_id>/versions/new", methods=["GET", "POST"])
@requires(policies.may_manage, room_document=queries.find_document)
@counted_once
def send_version(room_document: RoomDocument) -> Any:
    form = SendVersionForm()
    then = url_for("dataroom.show_document", room_document_id=room_document.id)

    def save() -> Response:
        actions.add_version(room_document, form.value(), by=actor(), at=now())
        flash(_("Readers see this version from now on."), "done")
        return go(then)

    sending = sending_to("dataroom.begin_version", room_document_id=room_document.id)
    return form_page("dataroom/send_version.html", form, save, document=room_document, back=then, sending=sending)


@bp.post("/rooms/documents/<int:room_document_id>/versions/<int:number>/in-force")
@requires(policies.may_manage, room_document=queries.find_document)
def put_in_force(room_document: RoomDocument, number: int) -> Response:
    version_or_404(room_document, number)
    then = url_for("dataroom.show_document", room_document_id=room_document.id)
    act = partial(actions.put_in_force, room_document, number)
    return told_or_refused(act, _("Readers see this version from now on."), then)


@bp.post("/rooms/documents/<int:room_document_id>/archive")
@requires(policies.may_manage, room_document=queries.find_document)
def archive_document(room_document: RoomDocument) -> Response:
    act = partial(actions.archive, room_document)
    return told_or_refused(act, _("Nobody reads it any more."), room_href(room_document.room))


@bp.post("/rooms/documents/<int:room_document_id>/restore")
@requires(policies.may_manage, room_document=queries.find_document)
def restore_document(room_document: RoomDocument) -> Response:
    act = partial(actions.restore, room_document)
    return told_or_refused(act, _("The document is back."), room_href(room_document.room))


@bp.post("/rooms/documents/<int:room_document_id>/destroy")
@requires(policies.may_destroy, room_document=queries.find_document)
def destroy_document(room_document: RoomDocument) -> Response:
    act = partial(actions.destroy, room_document)
    return told_or_refused(act, _("Its content was destroyed."), room_href(room_document.room))


@bp.get("/rooms/documents/<int:room_document_id>/pages/<int:number>")
@requires(policies.may_manage, room_document=queries.find_document)
def preview_page(room_document: RoomDocument, number: int) -> Response:
    return page_answer(version_or_404(room_document, room_document.in_force), number)


@bp.get("/rooms/documents/<int:room_document_id>/versions/<int:number>/file")
@requires(policies.may_manage, room_document=queries.find_document)
def download_version(room_document: RoomDocument, number: int) -> Response:
    """The original, for those who keep the room; written down like every other download."""
    version = version_or_404(room_document, number)
    note(room_document.id, number, Reading.DOWNLOADED)
    return original_answer(room_document, version)


def version_or_404(document: RoomDocument, number: int) -> RoomVersion:
    found = queries.version_of(document, number) if number <= LARGEST_NUMBER else None
    return found or abort(404)
