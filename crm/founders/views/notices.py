"""The founder's notices: what the desk decided, what is asked, who reads."""

from __future__ import annotations

from typing import Any

from flask import flash
from werkzeug.wrappers import Response

from crm.founders import policies
from crm.founders.views.blueprint import bp
from crm.notifications import actions, queries
from crm.notifications.models import Notice, NoticeKind
from crm.notifications.pages import told
from crm.web.answers import now, page, see_other
from crm.web.guards import actor, requires
from crm.web.language import gettext as _
from crm.web.lists import listing, place_from_request

PLACES = {
    NoticeKind.CHANGE_ACCEPTED: "founders.list_changes",
    NoticeKind.CHANGE_RETURNED: "founders.list_changes",
    NoticeKind.QUESTION_FORWARDED: "founders.list_questions",
    NoticeKind.PROFILE_OPENED: "founders.list_readers",
    NoticeKind.ROLE_ASKED: "confirmations.answer_as_founder",
}


@bp.get("/founder/notices/")
@requires(policies.may_use)
def list_notices() -> Any:
    found = listing(queries.notices(actor(), place_from_request(), unread_only=False), [])
    return page("founders/list_notices.html", listing=found, notices=told(found.rows))


@bp.post("/founder/notices/<int:notice_id>/open")
@requires(policies.may_use, notice=queries.find_notice)
def open_notice(notice: Notice) -> Response:
    actions.mark_read(notice, at=now())
    return see_other(PLACES[notice.kind])


@bp.post("/founder/notices/read")
@requires(policies.may_use)
def mark_notices_read() -> Response:
    actions.mark_all_read(actor(), up_to=now(), at=now())
    flash(_("All notices are marked as read."), "done")
    return see_other("founders.list_notices")
