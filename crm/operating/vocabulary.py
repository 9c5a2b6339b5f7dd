"""Jobs and mails in words."""

from __future__ import annotations

from crm.core.jobs import JobState
from crm.core.outbox import MailState
from crm.lib.text import N_, Message

KINDS: dict[str, Message] = {
    "report": N_("Making a report"),
    "batch": N_("Packing a batch of reports"),
    "backup": N_("Backing up"),
    "import_ledger": N_("Importing a ledger"),
    "draw_room_version": N_("Drawing a document"),
    "match_backtest": N_("Measuring matches"),
    "matches": N_("Computing all matches"),
}
JOB_STATES: dict[JobState, Message] = {
    JobState.QUEUED: N_("Waiting"),
    JobState.RUNNING: N_("In work"),
    JobState.DONE: N_("Done"),
    JobState.FAILED: N_("Failed"),
    JobState.CANCELLED: N_("Cancelled"),
}
MAIL_STATES: dict[MailState, Message] = {
    MailState.WAITING: N_("Waiting"),
    MailState.SENT: N_("Sent"),
    MailState.DEAD: N_("Given up"),
    MailState.DROPPED: N_("Dropped"),
}
