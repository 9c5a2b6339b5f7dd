"""What an import did: counts by kind of record, refused rows and warnings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from crm.lib.text import Message
from crm.lib.translations import separator, translator

KINDS = ("institutions", "funds", "startups", "rounds", "deals", "deal_rows", "services")
FLOWS = "flows"  # counted only in ledgers that have some
ADDED, CHANGED, UNCHANGED = "added", "changed", "unchanged"


@dataclass(frozen=True, slots=True)
class Remark:
    """What there is to say about one row of the ledger."""

    sheet: str
    row: int
    reasons: tuple[Message, ...]

    def reason(self, language: str) -> str:
        """All reasons in one text."""
        return separator(language).join(map(translator(language), self.reasons))

    def told(self, language: str) -> dict[str, Any]:
        """The published shape."""
        return {"sheet": self.sheet, "row": self.row, "reason": self.reason(language)}

    def as_data(self) -> dict[str, Any]:
        """The shape that is kept."""
        reasons = [message_as_data(reason) for reason in self.reasons]
        return {"sheet": self.sheet, "row": self.row, "reasons": reasons}

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Remark:
        """What as_data() kept."""
        return cls(data["sheet"], data["row"], tuple(message_from_data(reason) for reason in data["reasons"]))


@dataclass(slots=True)
class Outcome:
    """The result of one import, dry or real."""

    counts: dict[str, dict[str, int]] = field(
        default_factory=lambda: {effect: dict.fromkeys(KINDS, 0) for effect in (ADDED, CHANGED, UNCHANGED)}
    )
    refused: list[Remark] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)

    def count(self, kind: str, effect: str, number: int = 1) -> None:
        self.counts[effect][kind] = self.counts[effect].get(kind, 0) + number

    def refuse(self, sheet: str, row: int, *reasons: Message) -> None:
        self.refused.append(Remark(sheet, row, reasons))

    def warn(self, sheet: str, row: int, *reasons: Message) -> None:
        if reasons:
            self.warnings.append(Remark(sheet, row, reasons))

    def sort(self, sheets: Sequence[str]) -> None:
        """Put remarks into the order of the file."""
        place = {sheet: number for number, sheet in enumerate(sheets)}
        for remarks in (self.refused, self.warnings):
            remarks.sort(key=lambda remark: (place[remark.sheet], remark.row))

    def as_json(self, language: str) -> dict[str, Any]:
        """The published shape, with the reasons in a reader's language."""
        return {
            **self.counts,
            "refused": [remark.told(language) for remark in self.refused],
            "warnings": [remark.told(language) for remark in self.warnings],
        }

    def as_data(self) -> dict[str, Any]:
        """The shape that is kept: reasons as messages, for readers of any language."""
        return {
            **self.counts,
            "refused": [remark.as_data() for remark in self.refused],
            "warnings": [remark.as_data() for remark in self.warnings],
        }

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Outcome:
        """What as_data() kept."""
        counts = {effect: dict(data[effect]) for effect in (ADDED, CHANGED, UNCHANGED)}
        refused, warnings = ([Remark.from_data(one) for one in data[kind]] for kind in ("refused", "warnings"))
        return cls(counts, refused, warnings)


def message_as_data(message: Message) -> list[Any]:
    values = {name: message_as_data(value) if isinstance(value, Message) else value for name, value in message.values}
    return [message.text, values]


def message_from_data(data: list[Any]) -> Message:
    text, values = data
    pairs = ((name, message_from_data(one) if isinstance(one, list) else one) for name, one in values.items())
    return Message(text, tuple(sorted(pairs)))
