"""What an import did: counts by kind of record, refused rows and warnings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from crm.lib.text import Message

KINDS = ("institutions", "funds", "startups", "rounds", "deals", "deal_rows", "services")
ADDED, CHANGED, UNCHANGED = "added", "changed", "unchanged"


@dataclass(frozen=True, slots=True)
class Remark:
    """What there is to say about one row of the ledger."""

    sheet: str
    row: int
    reasons: tuple[Message, ...]


@dataclass(slots=True)
class Outcome:
    """The result of one import, dry or real."""

    counts: dict[str, dict[str, int]] = field(
        default_factory=lambda: {effect: dict.fromkeys(KINDS, 0) for effect in (ADDED, CHANGED, UNCHANGED)}
    )
    refused: list[Remark] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)

    def count(self, kind: str, effect: str, number: int = 1) -> None:
        self.counts[effect][kind] += number

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

    def as_json(self, translate: Callable[[Message], str], separator: str) -> dict[str, Any]:
        """The published shape, with the reasons in the reader's language."""
        return {
            **self.counts,
            "refused": [told(remark, translate, separator) for remark in self.refused],
            "warnings": [told(remark, translate, separator) for remark in self.warnings],
        }


def told(remark: Remark, translate: Callable[[Message], str], separator: str) -> dict[str, Any]:
    reason = separator.join(translate(reason) for reason in remark.reasons)
    return {"sheet": remark.sheet, "row": remark.row, "reason": reason}
