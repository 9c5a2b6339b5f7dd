"""Where else a person occurs: texts of other records that hold their name, number or address."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from crm.activities.models import Ref
from crm.activities.queries import activities_with
from crm.core.db import Base, db
from crm.lib.text import N_, Message
from crm.people.models import Person

NO_RECORDS = frozenset(
    {"person", "account", "activity_link", "audit_entry", "document", "search_entry", "submission", "failed_sign_in"}
)
WORDS: dict[str, Message] = {
    "institution": N_("Institution"),
    "startup": N_("Startup"),
    "fund": N_("Fund"),
    "round": N_("Round"),
    "deal": N_("Deal"),
    "deal_event": N_("Move of a deal"),
    "interest": N_("Interest from the portal"),
    "service": N_("Service"),
    "event": N_("Event"),
    "event_arrival": N_("Check-in at an event"),
    "activity": N_("Note, talk or task"),
    "brand": N_("Brand"),
    "past_round": N_("Past round"),
    "product": N_("Product"),
    "startup_label": N_("Label"),
    "authorisation": N_("Authorisation"),
    "admission": N_("Admission"),
    "question": N_("Question"),
    "question_entry": N_("Answer"),
    "confirmation": N_("Confirmation"),
    "commitment": N_("Commitment"),
    "local_requirement": N_("Local investment requirement"),
    "report": N_("Report"),
    "room_document": N_("Document of a data room"),
    "room_folder": N_("Folder"),
    "event_guest": N_("Guest"),
    "target": N_("Target"),
    "mail": N_("Mail"),
    "watch_note": N_("Note"),
    "service_type": N_("Service type"),
    "service_category": N_("Category"),
}
OTHER = N_("Other record")
SHORTEST_TEXT = 40
SHORTEST_NEEDLE = 2
SHOWN = 20


@dataclass(frozen=True)
class Mention:
    """A record whose own texts hold a person's data; only people can say whether the person is meant."""

    record_type: str
    record_id: int

    @property
    def word(self) -> Message:
        """What kind of record it is."""
        return WORDS.get(self.record_type, OTHER)

    @property
    def number(self) -> str:
        """What a record without a name is called: its number, after its table where no word says what it is."""
        return str(self.record_id) if self.record_type in WORDS else f"{self.record_type} {self.record_id}"


def mentions_of(person: Person) -> list[Mention]:
    """The first few records of every kind that mention a person. It reads every text there is: nothing for lists."""
    found = searches(needles_of(person))
    told = [Mention(name, row_id) for name, query in found for row_id in db.session.scalars(query)]
    linked = [Mention("activity", one.id) for one in activities_with(Ref("person", person.id))]
    return list(dict.fromkeys([*told, *linked]))


def needles_of(person: Person) -> list[str]:
    told = (person.name, person.phone, person.email, person.wechat)
    return [one for one in told if len(one) >= SHORTEST_NEEDLE]


def searches(needles: list[str]) -> Iterator[tuple[str, sa.Select[int]]]:
    for table in Base.metadata.sorted_tables:
        columns = [] if table.name in NO_RECORDS else [column for column in table.columns if holds_text(column)]
        conditions = [column.contains(needle, autoescape=True) for column in columns for needle in needles]
        if conditions:
            yield table.name, sa.select(table.c.id).where(sa.or_(*conditions)).order_by(table.c.id).limit(SHOWN)


def holds_text(column: sa.Column[object]) -> bool:
    """True for what somebody writes in sentences, false for codes and keys."""
    kind = column.type
    is_text = isinstance(kind, sa.String) and not isinstance(kind, sa.Enum)
    return is_text and (getattr(kind, "length", None) or SHORTEST_TEXT) >= SHORTEST_TEXT
