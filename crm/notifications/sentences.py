"""A notice as a sentence in the reader's language. Who did it and when stand beside it, not in it."""

from __future__ import annotations

from collections.abc import Callable

from crm.lib.text import N_, Message
from crm.notifications.models import Notice, NoticeKind
from crm.settings.queries import label

Translate = Callable[[Message], str]

ONCE: dict[NoticeKind, Message] = {
    NoticeKind.DEAL_MOVED: N_("Your deal %(name)s moved: %(note)s"),
    NoticeKind.DEAL_GIVEN: N_("The deal %(name)s is yours now"),
    NoticeKind.DEALS_HANDED_OVER: N_("A deal of %(name)s is yours now"),
    NoticeKind.DEALS_INTRODUCED: N_("An introduction of the round %(name)s is yours"),
    NoticeKind.DEALS_LAPSED: N_("A deal of yours lapsed with its round %(name)s"),
    NoticeKind.DEALS_REVIVED: N_("A deal of yours goes on with its round %(name)s"),
    NoticeKind.STARTUPS_HANDED_OVER: N_("A startup of %(name)s is yours now"),
    NoticeKind.SERVICES_HANDED_OVER: N_("A service of %(name)s is yours now"),
    NoticeKind.TASKS_HANDED_OVER: N_("A task of %(name)s is yours now"),
    NoticeKind.INTEREST: N_("Interest from the portal: %(name)s"),
    NoticeKind.MENTIONED: N_("You were mentioned: %(name)s"),
    NoticeKind.TASK_ASSIGNED: N_("A task for you: %(name)s"),
    NoticeKind.TASKS_ASSIGNED: N_("A task for you after “%(name)s”"),
    NoticeKind.TASK_DUE: N_("Due today: %(name)s"),
    NoticeKind.REPORT_READY: N_("The report is ready: %(name)s"),
    NoticeKind.REPORT_FAILED: N_("The report could not be made: %(name)s"),
    NoticeKind.BATCH_OVER: N_("The batch of reports is over: %(name)s"),
    NoticeKind.IMPORT_DONE: N_("The ledger was read: %(name)s"),
    NoticeKind.IMPORT_FAILED: N_("The ledger could not be read: %(name)s"),
    NoticeKind.PROPOSED: N_("A founder of %(name)s proposes a change"),
    NoticeKind.CONFIRMED: N_("The platform's role was confirmed: %(name)s"),
    NoticeKind.DISPUTED: N_("The platform's role was disputed: %(name)s"),
    NoticeKind.TAKEN_BACK: N_("What you were told was taken back: %(name)s"),
    NoticeKind.QUESTION_ASKED: N_("A question from the portal: %(name)s"),
    NoticeKind.QUESTION_ANSWERED: N_("Your question about %(name)s was answered"),
    NoticeKind.QUESTION_REFUSED: N_("Your question about %(name)s was not passed on"),
    NoticeKind.APPOINTMENT_ASKED: N_("A meeting is asked for: %(name)s"),
    NoticeKind.APPOINTMENT_DROPPED: N_("The institution called a meeting off: %(name)s"),
    NoticeKind.APPOINTMENT_SET: N_("The meeting with %(name)s is set"),
    NoticeKind.APPOINTMENT_OFF: N_("The meeting with %(name)s is off"),
    NoticeKind.WATCHED_PUBLISHED: N_("%(name)s, which you watch, published its profile anew"),
    NoticeKind.WATCHED_WITHDRAWN: N_("A profile that you watch was withdrawn"),
    NoticeKind.DOCUMENTS_OPENED: N_("Documents of %(name)s are open to you"),
    NoticeKind.STEP_TOLD: N_("The next step with %(name)s"),
    NoticeKind.CHANGE_ACCEPTED: N_("The desk accepted your change: %(name)s"),
    NoticeKind.CHANGE_RETURNED: N_("The desk returned your change: %(name)s"),
    NoticeKind.QUESTION_FORWARDED: N_("A question of an investor waits for your answer"),
    NoticeKind.PROFILE_OPENED: N_("Your profile was opened"),
    NoticeKind.ROLE_ASKED: N_("The platform asks you to confirm its role"),
    NoticeKind.HISTORY_BROKEN: N_("The history does not hold: something was changed in it, or is missing"),
    NoticeKind.BACKUP_FAILED: N_("The backup of %(name)s failed"),
    NoticeKind.BACKUP_LATE: N_("The backup of %(name)s is hours late"),
    NoticeKind.JOB_BROKE: N_("A job broke for good: %(name)s"),
    NoticeKind.MAIL_DEAD: N_("A letter could not be sent: %(name)s"),
}
REPEATED: dict[NoticeKind, Message] = {
    NoticeKind.DEAL_MOVED: N_("Your deal %(name)s moved %(times)s times, at last: %(note)s"),
    NoticeKind.DEALS_HANDED_OVER: N_("%(times)s deals of %(name)s are yours now"),
    NoticeKind.DEALS_INTRODUCED: N_("%(times)s introductions of the round %(name)s are yours"),
    NoticeKind.DEALS_LAPSED: N_("%(times)s deals of yours lapsed with their round %(name)s"),
    NoticeKind.DEALS_REVIVED: N_("%(times)s deals of yours go on with their round %(name)s"),
    NoticeKind.STARTUPS_HANDED_OVER: N_("%(times)s startups of %(name)s are yours now"),
    NoticeKind.SERVICES_HANDED_OVER: N_("%(times)s services of %(name)s are yours now"),
    NoticeKind.TASKS_HANDED_OVER: N_("%(times)s tasks of %(name)s are yours now"),
    NoticeKind.TASKS_ASSIGNED: N_("%(times)s tasks for you after “%(name)s”"),
    NoticeKind.PROPOSED: N_("Founders of %(name)s propose %(times)s changes"),
    NoticeKind.MENTIONED: N_("You were mentioned %(times)s times: %(name)s"),
    NoticeKind.QUESTION_FORWARDED: N_("%(times)s questions of investors wait for your answer"),
    NoticeKind.PROFILE_OPENED: N_("Your profile was opened %(times)s times"),
    NoticeKind.ROLE_ASKED: N_("The platform asks you to confirm its role %(times)s times"),
}
NAMED_BY_US = frozenset({NoticeKind.JOB_BROKE})  # whose name is a text of ours
CODED = frozenset({NoticeKind.DEAL_MOVED})  # whose note is `vocabulary:code`


def sentence(notice: Notice, translate: Translate, language: str, *, name: str = "") -> str:
    """What happened, and how often where it happened more than once. `name`: of the record, if not as it was then."""
    texts = REPEATED if notice.times > 1 and notice.kind in REPEATED else ONCE
    called = translate(Message(notice.name)) if notice.kind in NAMED_BY_US else notice.name
    values = (("name", name or called), ("times", notice.times), ("note", word_of_note(notice, language)))
    return translate(Message(texts[notice.kind].text, values))


def word_of_note(notice: Notice, language: str) -> str:
    """The note of a kind that keeps a code, as the vocabulary's word."""
    vocabulary, _, code = notice.note.partition(":")
    return label(vocabulary, code, language) if notice.kind in CODED else ""


def remark(notice: Notice) -> str:
    """What somebody wrote, which stands below the sentence; "" where the sentence says all."""
    return "" if notice.kind in CODED else notice.note
