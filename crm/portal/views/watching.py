"""The watchlist of the investor's institution, and the notes that only its people read."""

from __future__ import annotations

from typing import Any

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from crm.core.clock import day_of
from crm.portal import daily, policies, queries
from crm.portal.forms import NoteForm
from crm.portal.views.blueprint import bp, for_admitted
from crm.startups.models import Startup
from crm.watching import actions
from crm.watching import queries as watching_queries
from crm.watching.models import WatchNote
from crm.web.answers import counted_once, form_page, go, now, page, safe_path, see_other
from crm.web.guards import actor, requires
from crm.web.language import gettext as _
from crm.web.lists import listing, place_from_request


@bp.get("/watched/")
@requires(policies.may_read)
@for_admitted
def list_watched() -> Any:
    found = listing(daily.watched(actor(), day_of(now()), place_from_request()), [])
    notes = watching_queries.latest_notes(actor(), [one.startup_id for one in found.rows])
    return page("portal/list_watched.html", listing=found, notes=notes)


@bp.post("/startups/<int:startup_id>/watch")
@requires(policies.may_read, startup=queries.find_startup)
def watch_startup(startup: Startup) -> Response:
    actions.watch(startup, by=actor(), at=now())
    flash(_("On the watchlist of your institution."), "done")
    return back_to(startup)


@bp.post("/startups/<int:startup_id>/unwatch")
@requires(policies.may_read, startup=queries.find_startup)
def unwatch_startup(startup: Startup) -> Response:
    actions.unwatch(startup, by=actor())
    flash(_("Off the watchlist; the notes of your institution stay."), "done")
    return back_to(startup)


@bp.route("/startups/<int:startup_id>/notes", methods=["GET", "POST"])
@requires(policies.may_read, startup=queries.find_startup)
@counted_once
def add_note(startup: Startup) -> Any:
    """The notes of the institution about a startup, and the form for the next one."""
    form = NoteForm()

    def save() -> Response:
        actions.add_note(startup, form.text.data, by=actor(), at=now())
        flash(_("Noted for your colleagues."), "done")
        return see_other("portal.add_note", startup_id=startup.id)

    return form_page(
        "portal/add_note.html",
        form,
        save,
        startup=startup,
        name=daily.published_name(startup),
        notes=watching_queries.notes_about(actor(), startup.id),
        may_remove=lambda note: actor().is_institution_admin or note.account_id == actor().id,
        is_watched=watching_queries.is_watched(actor().institution_id, startup.id),
    )


@bp.post("/notes/<int:note_id>/remove")
@requires(policies.may_read, note=watching_queries.find_note)
def remove_note(note: WatchNote) -> Response:
    startup_id = note.startup_id
    actions.remove_note(note)
    flash(_("The note is deleted."), "done")
    return see_other("portal.add_note", startup_id=startup_id)


def back_to(startup: Startup) -> Response:
    return go(safe_path(request.form.get("back"), url_for("portal.show_startup", startup_id=startup.id)))
