"""A digest as headings and lines in the reader's language, for the page and for the mail alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from crm.appointments.models import Appointment
from crm.deals.actions import deal_title
from crm.deals.queries.responsible import ANSWER_WITHIN
from crm.digest.queries import SHOWN, Digest
from crm.expiring.queries import SOURCES
from crm.notifications.pages import place_of
from crm.notifications.sentences import sentence
from crm.questions.models import Question
from crm.settings.choices import word
from crm.web.filters import in_language
from crm.web.language import current_language, ngettext, translate
from crm.web.language import gettext as _


@dataclass(frozen=True)
class Target:
    """A page of ours: its endpoint and what its address needs."""

    endpoint: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """One thing: what it is, more about it, where it leads, and whether it is late."""

    text: str
    detail: str
    target: Target
    is_late: bool = False


@dataclass(frozen=True)
class Section:
    """A heading, the lines below it, and where all of them stand."""

    title: str
    lines: list[Line]
    all_of_them: Target

    @property
    def is_full(self) -> bool:
        """True when there may be more than the digest shows."""
        return len(self.lines) >= SHOWN


def told(digest: Digest) -> list[Section]:
    """What there is to tell, section by section; those without lines are left out."""
    makers = (tasks, steps, services, asked, moved, notices, expiring)
    parts = (make(digest) for make in makers)
    return [section for section in parts if section.lines]


def tasks(digest: Digest) -> Section:
    lines = [
        Line(
            one.title,
            due(one.due_on, digest.day),
            Target("activities.show_activity", {"activity_id": one.id}),
            is_late(one.due_on, digest.day),
        )
        for one in digest.tasks
    ]
    return Section(_("Tasks"), lines, Target("activities.list_tasks"))


def steps(digest: Digest) -> Section:
    lines = [
        Line(
            named(f"{one.startup_name} × {one.institution_name}", one.next_step or _("next step")),
            due(one.next_step_on, digest.day),
            Target("deals.show_deal", {"deal_id": one.id}),
            is_late(one.next_step_on, digest.day),
        )
        for one in digest.steps
    ]
    return Section(_("Next steps"), lines, Target("deals.list_deals", {"owner": "me", "status": "active"}))


def services(digest: Digest) -> Section:
    lines = [
        Line(
            named(one.startup_name, in_language(one.type_zh, one.type_en)),
            due(one.happened_on, digest.day),
            Target("services.show_service", {"service_id": one.id}),
            is_late(one.happened_on, digest.day),
        )
        for one in digest.services
    ]
    return Section(_("Planned services"), lines, Target("services.list_services", {"state": "planned"}))


def asked(digest: Digest) -> Section:
    """Questions and meetings that wait for the reader, or for nobody."""
    kinds: dict[str, tuple[str, str, Sequence[Question | Appointment]]] = {
        "questions.show_question": ("question_id", _("Question"), digest.questions),
        "appointments.show_appointment": ("appointment_id", _("Meeting"), digest.appointments),
    }
    lines = [
        Line(
            named(deal_title(one.startup, one.institution), what),
            waited(one.days_waiting(digest.day) or 0),
            Target(endpoint, {argument: one.id}),
            (one.days_waiting(digest.day) or 0) > ANSWER_WITHIN.days,
        )
        for endpoint, (argument, what, waiting) in kinds.items()
        for one in waiting
    ]
    return Section(_("Requests from investors"), lines, Target("questions.list_questions", {"state": "open"}))


def waited(days: int) -> str:
    return ngettext("waits %(num)s day", "waits %(num)s days", days) if days else str(_("since today"))


def moved(digest: Digest) -> Section:
    lines = [
        Line(
            deal_title(one.round.startup, one.institution),
            where(one.stage, one.status, one.moved_on),
            Target("deals.show_deal", {"deal_id": one.id}),
        )
        for one in digest.moved
    ]
    return Section(_("Deals of mine that moved"), lines, Target("deals.list_deals", {"owner": "me"}))


def where(stage: str, status: str, moved_on: date) -> str:
    """A deal's stage, its status unless it goes on, and since when."""
    words = [word("deal_stage", stage)] + ([word("deal_status", status)] if status != "active" else [])
    return " · ".join((*words, moved_on.isoformat()))


def notices(digest: Digest) -> Section:
    title = ngettext("%(num)s unread notice", "%(num)s unread notices", digest.unread)
    lines = [
        Line(sentence(one, translate, current_language()), one.by_name, Target(*place_of(one)))
        for one in digest.notices
    ]
    return Section(title, lines, Target("notifications.list_notices"))


def expiring(digest: Digest) -> Section:
    lines = []
    for row in digest.expiring:
        source = SOURCES[row.kind]
        endpoint, argument = source.opens
        detail = f"{translate(source.title)} · {row.day.isoformat()}"
        lines.append(Line(row.name, detail, Target(endpoint, {argument: row.record_id}), is_late(row.day, digest.day)))
    return Section(_("Ends within 60 days"), lines, Target("expiring.list_expiring"))


def is_late(day: date | None, today: date) -> bool:
    return day is not None and day < today


def due(day: date | None, today: date) -> str:
    """A due day in words: today, or how many days ago it was."""
    if day is None or day == today:
        return str(_("today"))
    late = (today - day).days
    comma = ", " if current_language() == "en" else "，"
    return comma.join((day.isoformat(), ngettext("%(num)s day over", "%(num)s days over", late)))


def named(record: str, what: str) -> str:
    """What is to be done with a record, in the punctuation of the language."""
    return f"{record}{': ' if current_language() == 'en' else '：'}{what}"
