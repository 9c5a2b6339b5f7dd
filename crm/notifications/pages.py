"""Notices as pages show them, and the bell in the frame."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import Flask

from crm.accounts.models import Role
from crm.accounts.policies import READERS
from crm.notifications.models import Notice, NoticeKind
from crm.notifications.queries import COUNTED_TO
from crm.notifications.sentences import remark, sentence
from crm.web.guards import current_account
from crm.web.language import current_language, ngettext, translate
from crm.web.language import gettext as _
from crm.web.sessions import beside_account

ICONS = {
    NoticeKind.DEAL_MOVED: "move",
    NoticeKind.DEAL_GIVEN: "board",
    NoticeKind.DEALS_HANDED_OVER: "board",
    NoticeKind.DEALS_INTRODUCED: "board",
    NoticeKind.DEALS_LAPSED: "move",
    NoticeKind.DEALS_REVIVED: "move",
    NoticeKind.STARTUPS_HANDED_OVER: "startup",
    NoticeKind.SERVICES_HANDED_OVER: "service",
    NoticeKind.TASKS_HANDED_OVER: "task",
    NoticeKind.INTEREST: "star",
    NoticeKind.MENTIONED: "note",
    NoticeKind.TASK_ASSIGNED: "task",
    NoticeKind.TASKS_ASSIGNED: "task",
    NoticeKind.TASK_DUE: "clock",
    NoticeKind.REPORT_READY: "report",
    NoticeKind.REPORT_FAILED: "warn",
    NoticeKind.BATCH_OVER: "report",
    NoticeKind.IMPORT_DONE: "import",
    NoticeKind.IMPORT_FAILED: "warn",
    NoticeKind.PROPOSED: "edit",
    NoticeKind.CONFIRMED: "check",
    NoticeKind.DISPUTED: "warn",
    NoticeKind.TAKEN_BACK: "undo",
    NoticeKind.QUESTION_ASKED: "question",
    NoticeKind.QUESTION_ANSWERED: "question",
    NoticeKind.QUESTION_REFUSED: "question",
    NoticeKind.APPOINTMENT_ASKED: "calendar",
    NoticeKind.APPOINTMENT_DROPPED: "calendar",
    NoticeKind.APPOINTMENT_SET: "calendar",
    NoticeKind.APPOINTMENT_OFF: "calendar",
    NoticeKind.WATCHED_PUBLISHED: "eye",
    NoticeKind.WATCHED_WITHDRAWN: "eye",
    NoticeKind.DOCUMENTS_OPENED: "file",
    NoticeKind.STEP_TOLD: "board",
    NoticeKind.CHANGE_ACCEPTED: "check",
    NoticeKind.CHANGE_RETURNED: "undo",
    NoticeKind.QUESTION_FORWARDED: "question",
    NoticeKind.PROFILE_OPENED: "eye",
    NoticeKind.ROLE_ASKED: "check",
    NoticeKind.HISTORY_BROKEN: "warn",
    NoticeKind.BACKUP_FAILED: "warn",
    NoticeKind.BACKUP_LATE: "warn",
    NoticeKind.JOB_BROKE: "warn",
    NoticeKind.MAIL_DEAD: "warn",
}
PAGE = "notifications.list_notices"
PAGES: dict[Role, str] = {
    **dict.fromkeys((*READERS, Role.ADMIN), PAGE),
    Role.INVESTOR: "portal.list_notices",
    Role.FOUNDER: "founders.list_notices",
}
LISTS: dict[NoticeKind, tuple[str, dict[str, Any]]] = {
    NoticeKind.DEALS_HANDED_OVER: ("deals.list_deals", {"owner": "me", "status": "active"}),
    NoticeKind.TASKS_HANDED_OVER: ("activities.list_tasks", {}),
    NoticeKind.TASKS_ASSIGNED: ("activities.list_tasks", {}),
    NoticeKind.STARTUPS_HANDED_OVER: ("startups.list_startups", {"owner": "me"}),
    NoticeKind.SERVICES_HANDED_OVER: ("services.list_services", {"owner": "me"}),
    NoticeKind.PROPOSED: ("founders.list_proposals", {}),
    NoticeKind.HISTORY_BROKEN: ("audit.list_entries", {}),
    NoticeKind.MAIL_DEAD: ("operating.list_mails", {"state": "dead"}),
}
RECORDS = {
    "institution": ("institutions.show_institution", "institution_id"),
    "startup": ("startups.show_startup", "startup_id"),
    "fund": ("funds.show_fund", "fund_id"),
    "person": ("people.show_person", "person_id"),
    "round": ("deals.show_round", "round_id"),
    "deal": ("deals.show_deal", "deal_id"),
    "service": ("services.show_service", "service_id"),
    "activity": ("activities.show_activity", "activity_id"),
    "job": ("operating.show_job", "job_id"),
    "report": ("reports.show_report", "report_id"),
    "batch": ("reports.show_batch", "batch_id"),
    "ledger_import": ("imports.show_import", "run_id"),
    "question": ("questions.show_question", "question_id"),
    "appointment": ("appointments.show_appointment", "appointment_id"),
}


@dataclass(frozen=True)
class ToldNotice:
    """One notice, as a list shows it."""

    notice: Notice
    icon: str
    sentence: str
    remark: str


@dataclass(frozen=True)
class Bell:
    """How many notices the reader has not read: as the badge shows it, and in words. `page`: where they stand."""

    count: int
    page: str = PAGE

    @property
    def badge(self) -> str:
        """The number, 99+ from a hundred on, "" for none."""
        if not self.count:
            return ""
        return f"{COUNTED_TO - 1}+" if self.count >= COUNTED_TO else str(self.count)

    @property
    def label(self) -> str:
        """What a screen reader says."""
        if not self.count:
            return str(_("Notices"))
        if self.count >= COUNTED_TO:
            return str(_("More than %(count)s unread notices", count=COUNTED_TO - 1))
        return str(ngettext("%(num)s unread notice", "%(num)s unread notices", self.count))


def init_app(app: Flask) -> None:
    """Show the bell on the pages of those who get notices."""
    app.context_processor(lambda: {"bell": bell()})


def bell() -> Bell | None:
    """The reader's bell; what it counts was read together with the account."""
    account = current_account()
    page = PAGES.get(account.role) if account is not None else None
    return Bell(beside_account().unread, page) if page else None


def told(notices: Iterable[Notice]) -> list[ToldNotice]:
    """Notices as sentences in the reader's language."""
    language = current_language()
    return [ToldNotice(one, ICONS[one.kind], sentence(one, translate, language), remark(one)) for one in notices]


def place_of(notice: Notice) -> tuple[str, dict[str, Any]]:
    """Where a notice leads, as an endpoint and what its address needs: its record, or the list that it is about."""
    if notice.kind in LISTS:
        return LISTS[notice.kind]
    endpoint, argument = RECORDS.get(notice.record_type, (PAGE, ""))
    return endpoint, {argument: notice.record_id} if argument else {}
