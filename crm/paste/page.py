"""The page of a paste: its text with what was read marked, and one form for each proposal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict

from crm.core.clock import day_of
from crm.deals.models import DealStatus
from crm.paste.models import Paste
from crm.paste.queries import deal_named, person_named
from crm.paste.reader.reading import Proposal, Reading, Told

MOST_PROPOSALS = 250


@dataclass
class Shown:
    """One proposal on the page. `told`: what each field was read from; `deal`: the one that saving would move;
    `person`: the one whose record it would complete.
    """

    number: int
    kind: str
    form: Any
    told: dict[str, Told] = field(default_factory=dict)
    deal: Any = None
    person: Any = None

    @property
    def prefix(self) -> str:
        """What the names of its fields begin with."""
        return f"p{self.number}-"

    def source(self, name: str, text: str) -> str:
        """The words that a field was read from, "" for none."""
        told = self.told.get(name)
        return " ".join(text[told.start : told.end].split()) if told is not None and told.start >= 0 else ""

    def candidates(self, name: str) -> tuple[str, ...]:
        """The records that the words of a field may mean, when several."""
        told = self.told.get(name)
        return told.candidates if told is not None else ()

    @property
    def rest(self) -> list[str]:
        """The fields that are not seen at first."""
        return [
            one.name.removeprefix(self.prefix)
            for one in self.form
            if one.name.removeprefix(self.prefix) not in ("include", *self.form.first_sight)
        ]

    @property
    def names(self) -> list[str]:
        """The fields seen at first: the usual ones, and whatever was read, is wrong or was filled in."""
        return [*self.form.first_sight, *(name for name in self.rest if self.speaks(name))]

    @property
    def columns(self) -> list[str]:
        """The fields that its row of a table needs or fills, has wrong, or was given."""
        fields = (*self.form.first_sight, *self.rest)
        return [name for name in fields if self.form[name].flags.required or self.speaks(name)]

    @property
    def folded(self) -> list[str]:
        """The fields that unfold."""
        return [name for name in self.rest if not self.speaks(name)]

    def speaks(self, name: str) -> bool:
        """Whether a field says something of its own."""
        one = self.form[name]
        typed = one._value() if hasattr(one, "_value") else one.data if one.type == "ChoiceField" else ""
        return bool(name in self.told or one.errors or (typed and one.type != "BooleanField"))


def asked(paste: Paste) -> tuple[list[tuple[str, dict[str, Told]]], Any]:
    """[(kind, what was read)] of the proposals and the data of their forms: as read, or as sent."""
    reading = Reading.from_json(paste.reading)
    if request.method != "POST":
        kinds = [(one.kind, one.fields) for one in reading.proposals]
        return kinds, as_sent(reading.proposals)
    sent = list(takewhile(bool, (request.form.get(f"p{at}-proposal", "") for at in range(MOST_PROPOSALS))))
    read = reading.proposals
    same = [at < len(read) and read[at].kind == kind for at, kind in enumerate(sent)]
    return [(kind, read[at].fields if same[at] else {}) for at, kind in enumerate(sent)], request.form


def as_sent(proposals: Sequence[Proposal]) -> MultiDict[str, str]:
    """What was read as if somebody had typed it into the forms."""
    data: MultiDict[str, str] = MultiDict()
    for number, one in enumerate(proposals):
        for name, told in one.fields.items():
            data[f"p{number}-{name}"] = told.value
        if one.sure:
            data[f"p{number}-include"] = "y"
        if one.kind == "deal":
            data[f"p{number}-also_service"] = "y"
    return data


def existing_deal(form: Any) -> Any:
    """The deal that a deal's form would move."""
    return deal_named(form.startup.data or "", form.institution.data or "", form.round_name.data or "")


def existing_person(form: Any) -> Any:
    """Who is recorded already of those whom a person's form may mean."""
    return person_named(form["name"].data or "", form.institution.data or "", form.startup.data or "")


def pieces(text: str, reading: Reading) -> list[tuple[str, bool]]:
    """The text in parts: (words, whether something was read from them)."""
    found, at = [], 0
    for start, end in reading.spans():
        found += [(text[at:start], False), (text[start:end], True)]
        at = end
    return [part for part in (*found, (text[at:], False)) if part[0]]


def blank(kind: str, number: int, at: Any) -> MultiDict[str, str]:
    """An empty proposal that somebody adds by hand."""
    data = MultiDict({f"p{number}-include": "y", f"p{number}-happened_on": day_of(at).isoformat()})
    usual = {
        "deal": {"stage": "referred", "also_service": "y", "status": DealStatus.ACTIVE},
        "service": {"state": "completed"},
    }
    for name, value in usual.get(kind, {}).items():
        data[f"p{number}-{name}"] = str(value)
    return data
