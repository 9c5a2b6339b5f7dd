"""What was read: proposals whose every field says where in the text it stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

NOWHERE = (-1, -1)
KINDS = ("startup", "institution", "person", "round", "deal", "service")


@dataclass(frozen=True)
class Told:
    """What a field should say, as somebody would type it, and the part of the text that says so.

    `start` is -1 where nothing in the text does. `candidates`: the records that the part may mean, when several.
    """

    value: str
    start: int = -1
    end: int = -1
    candidates: tuple[str, ...] = ()


@dataclass
class Proposal:
    """One record that could be made. `sure`: it is ticked from the beginning."""

    kind: str
    fields: dict[str, Told] = field(default_factory=dict)
    sure: bool = True

    def tell(self, name: str, told: Told | None) -> None:
        """Fill a field, unless there is nothing to say."""
        if told is not None and told.value:
            self.fields[name] = told


@dataclass
class Reading:
    """Everything that was read. `is_table`: rows of a spreadsheet; `rows`: how many, when they are too many to show."""

    proposals: list[Proposal] = field(default_factory=list)
    is_table: bool = False
    rows: int = 0

    def as_json(self) -> dict[str, Any]:
        """The reading as it is kept."""
        return {
            "is_table": self.is_table,
            "rows": self.rows,
            "proposals": [
                {
                    "kind": one.kind,
                    "sure": one.sure,
                    "fields": {
                        name: [told.value, told.start, told.end, list(told.candidates)]
                        for name, told in one.fields.items()
                    },
                }
                for one in self.proposals
            ],
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Reading:
        """The reading that was kept."""
        proposals = [
            Proposal(
                one["kind"],
                {name: Told(told[0], told[1], told[2], tuple(told[3])) for name, told in one["fields"].items()},
                one["sure"],
            )
            for one in kept.get("proposals", [])
        ]
        return cls(proposals, kept.get("is_table", False), kept.get("rows", 0))

    def spans(self) -> list[tuple[int, int]]:
        """The parts of the text that say something, in order, none inside another."""
        found = {(told.start, told.end) for one in self.proposals for told in one.fields.values() if told.start >= 0}
        shortest_first = sorted(found, key=lambda span: (span[1] - span[0], span[0]))
        kept: list[tuple[int, int]] = []
        for start, end in shortest_first:
            if all(end <= other_start or start >= other_end for other_start, other_end in kept):
                kept.append((start, end))
        return sorted(kept)
