"""What an institution or a fund invests in (投资偏好), and what it never does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.db import AmountOf, money
from crm.core.errors import Refusal
from crm.lib.money import Amount
from crm.lib.text import N_

EXCLUDED = {"excluded_sectors": "sectors", "excluded_verticals": "verticals"}


class Investing:
    """Stages, sectors and terms that fit. Nothing said is no limit; `ticket` is in minor units of its currency.

    `regions` are names as written; `structures`: domestic, red chip, VIE; `exclusions` holds, whoever asks.
    """

    growth_stages: Mapped[tuple[str, ...]] = mapped_column(default=())
    sectors: Mapped[tuple[str, ...]] = mapped_column(default=())
    verticals: Mapped[tuple[str, ...]] = mapped_column(default=())
    ticket_low: Mapped[int | None] = money()
    ticket_high: Mapped[int | None] = money()
    ticket_text: Mapped[str | None] = mapped_column(sa.String(60), default=None)
    currencies: Mapped[tuple[str, ...]] = mapped_column(default=())
    structures: Mapped[tuple[str, ...]] = mapped_column(default=())
    regions: Mapped[tuple[str, ...]] = mapped_column(default=())
    invest_role: Mapped[str | None] = mapped_column(sa.String(30), default=None)
    excluded_sectors: Mapped[tuple[str, ...]] = mapped_column(default=())
    excluded_verticals: Mapped[tuple[str, ...]] = mapped_column(default=())
    exclusions: Mapped[str] = mapped_column(sa.Text, default="")
    thesis: Mapped[str] = mapped_column(sa.Text, default="")

    ticket = AmountOf("ticket")


@dataclass(frozen=True)
class Thesis:
    """What a form says about what somebody invests in."""

    growth_stages: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    verticals: tuple[str, ...] = ()
    ticket: Amount = field(default_factory=Amount)
    currencies: tuple[str, ...] = ()
    structures: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    invest_role: str | None = None
    excluded_sectors: tuple[str, ...] = ()
    excluded_verticals: tuple[str, ...] = ()
    exclusions: str = ""
    thesis: str = ""


def take_thesis(record: Investing, thesis: Thesis) -> None:
    """Let a record invest in what is said. Raises Refusal at the field for what is both wanted and excluded."""
    wrong = {
        excluded: N_("It cannot be wanted and excluded at once.")
        for excluded, wanted in EXCLUDED.items()
        if set(getattr(thesis, excluded)) & set(getattr(thesis, wanted))
    }
    if wrong:
        raise Refusal(wrong)
    for name, value in vars(thesis).items():
        setattr(record, name, value)


def says_something(record: Any, names: Iterable[str] = Thesis.__dataclass_fields__) -> bool:
    """True once anything is known of what a record invests in."""
    return any(getattr(record, name) not in (None, "", (), Amount()) for name in names)
