"""Who may read in a room, and who did."""

from __future__ import annotations

from typing import Any

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from crm.accounts import queries as account_queries
from crm.accounts.models import Account
from crm.audit.exports import hand_out, whole_list
from crm.core.errors import Refusal
from crm.core.listing import Place, Slice
from crm.dataroom import actions, policies, queries
from crm.dataroom.forms import GiveAccessForm
from crm.dataroom.models import Grant, Reading, Room
from crm.dataroom.queries.folders import folders_of
from crm.dataroom.views.blueprint import bp, path_told
from crm.dataroom.views.keeping import room_href, told_or_refused
from crm.institutions import queries as institution_queries
from crm.lib.sheets import Kind
from crm.lib.text import N_
from crm.web.answers import counted_once, form_page, go, now, page
from crm.web.filters import moment
from crm.web.guards import LARGEST_ID, actor, requires
from crm.web.language import gettext as _
from crm.web.lists import listing, place_from_request


@bp.route("/rooms/<int:room_id>/grants/new", methods=["GET", "POST"])
@requires(policies.may_manage, room=queries.find_room)
@counted_once
def give_access(room: Room) -> Any:
    form = GiveAccessForm(institution=room.deal.institution.name if room.deal else None)
    folders = folders_of(room)
    scopes: dict[str, Any] = {
        **{f"folder-{one.id}": one for one in folders},
        **{f"document-{one.id}": one for one in queries.documents_of(room)},
    }
    whole = [
        (
            key,
            f"{_('Folder')}: {path_told(one, folders)}" if key.startswith("folder") else f"{_('Document')}: {one.name}",
        )
        for key, one in scopes.items()
    ]
    form.scope.offer(whole, empty=_("The whole room"))

    def save() -> Response:
        institution = institution_queries.resolve(form.institution.data, field="institution")
        person = person_called(form.person.data, institution.id) if form.person.data else None
        actions.grant(room, form.value(institution, person, scopes), by=actor(), at=now())
        flash(_("They may read it from now on."), "done")
        return go(room_href(room))

    return form_page("dataroom/give_access.html", form, save, room=room, back=room_href(room))


def person_called(text: str, institution_id: int) -> Account:
    """The one investor of an institution that a name or user name means. Raises Refusal."""
    people = account_queries.investors_of(institution_id)
    meant = [one for one in people if text in (one.username, one.name)]
    if len(meant) != 1:
        known = "、".join(one.name or one.username for one in people) or "—"
        raise Refusal({"person": N_("Nobody of this institution is called so. Its accounts: %(names)s.", names=known)})
    return meant[0]


@bp.post("/rooms/grants/<int:grant_id>/revoke")
@requires(policies.may_manage, grant=queries.find_grant)
def revoke_grant(grant: Grant) -> Response:
    done = _("Revoked: they cannot read it any more.")
    return told_or_refused(lambda **who: actions.revoke(grant, **who), done, room_href(grant.room))


@bp.get("/rooms/<int:room_id>/accesses/")
@requires(policies.may_manage, room=queries.find_room)
def list_accesses(room: Room) -> Any:
    found = asked_accesses(room, place_from_request())
    return page("dataroom/list_accesses.html", listing=listing(found, []), room=room, back=room_href(room))


@bp.post("/rooms/<int:room_id>/accesses/export")
@requires(policies.may_manage, room=queries.find_room)
def export_accesses(room: Room) -> Response:
    headings = [
        (heading, Kind.TEXT)
        for heading in (_("When"), _("Who"), _("Institution"), _("Document"), _("Version"), _("How"), _("Address"))
    ]
    found = asked_accesses(room, whole_list())
    return hand_out(_("Who read what"), headings, found, line, url_for("dataroom.list_accesses", room_id=room.id))


def line(row: Any) -> list[Any]:
    what = _("downloaded") if row.what == Reading.DOWNLOADED else _("opened")
    told = (row.reader, row.institution_name or "", row.document_name, f"v{row.number}", what, row.address)
    return [moment(row.at), *told]


def asked_accesses(room: Room, place: Place) -> Slice:
    """The readings that the address asks for: of the whole room, of one document or of one person."""
    asked = {name: request.args.get(name, 0, type=int) for name in ("document_id", "account_id")}
    return queries.accesses(room, place, **{name: one for name, one in asked.items() if 0 < one <= LARGEST_ID})
