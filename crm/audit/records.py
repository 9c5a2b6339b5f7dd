"""What the kinds of record are called of which the history tells."""

from __future__ import annotations

from crm.lib.text import N_, Message

# What administrators keep. Of the rest they read who took which list along, and nothing that a record says.
SYSTEM: dict[str, Message] = {
    "account": N_("Account"),
    "platform": N_("Settings"),
    "term": N_("Vocabulary"),
    "job": N_("Job"),
    "mail": N_("Mail"),
}
BUSINESS: dict[str, Message] = {
    "startup": N_("Startup"),
    "institution": N_("Institution"),
    "fund": N_("Fund"),
    "person": N_("Person"),
    "round": N_("Round"),
    "deal": N_("Deal"),
    "service": N_("Service"),
    "event": N_("Event"),
    "activity": N_("Note, talk or task"),
    "document": N_("Document"),
    "room_document": N_("Document of a data room"),
    "room_grant": N_("Leave to read in a data room"),
    "report": N_("Report"),
    "confirmation": N_("Confirmation"),
    "question": N_("Question"),
    "appointment": N_("Meeting"),
    "change_proposal": N_("Proposal of a founder"),
    "acceptance": N_("Confidentiality agreement"),
    "commitment": N_("Commitment"),
    "event_guest": N_("Guest of an event"),
    "event_arrival": N_("Check-in at an event"),
}
