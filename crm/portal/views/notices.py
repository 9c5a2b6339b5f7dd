"""The investor's notices: answers, meetings, documents, next steps, and what happened to profiles that it watches."""

from __future__ import annotations

from typing import Any

from flask import flash
from werkzeug.wrappers import Response

from crm.core.clock import day_of
from crm.notifications import actions
from crm.notifications.models import Notice, NoticeKind
from crm.portal import daily, policies
from crm.portal.told import told
from crm.portal.views.blueprint import bp, for_admitted
from crm.web.answers import now, page, see_other
from crm.web.guards import actor, requires
from crm.web.language import gettext as _
from crm.web.lists import listing, place_from_request

PLACES = {
    NoticeKind.QUESTION_ANSWERED: "portal.list_questions",
    NoticeKind.QUESTION_REFUSED: "portal.list_questions",
    NoticeKind.APPOINTMENT_SET: "portal.list_appointments",
    NoticeKind.APPOINTMENT_OFF: "portal.list_appointments",
    NoticeKind.WATCHED_WITHDRAWN: "portal.list_watched",
    NoticeKind.STEP_TOLD: "portal.list_deals",
}


@bp.get("/notices/")
@requires(policies.may_read)
@for_admitted
def list_notices() -> Any:
    found = listing(daily.my_notices(actor(), day_of(now()), place_from_request()), [])
    return page("portal/list_notices.html", listing=found, notices=told(found.rows), shown_at=now())


@bp.post("/notices/<int:notice_id>/open")
@requires(policies.may_read, notice=daily.find_notice)
def open_notice(notice: Notice) -> Response:
    actions.mark_read(notice, at=now())
    if notice.kind in PLACES:
        return see_other(PLACES[notice.kind])
    if notice.kind == NoticeKind.DOCUMENTS_OPENED:
        return see_other("dataroom.show_room", startup_id=notice.record_id)
    return see_other("portal.show_startup", startup_id=notice.record_id)


@bp.post("/notices/read")
@requires(policies.may_read)
def mark_notices_read() -> Response:
    actions.mark_all_read(actor(), up_to=now(), at=now())
    flash(_("All notices are marked as read."), "done")
    return see_other("portal.list_notices")
