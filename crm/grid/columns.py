"""What may stand in a cell: how its text is read into one typed value, as the forms read it, and written back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from crm.core.clock import day_of, now
from crm.core.errors import Refusal
from crm.lib.dates import read_typed_day
from crm.lib.money import Amount, parse_form_amount
from crm.lib.names import name_key, split_names
from crm.lib.text import N_, Message, Unreadable
from crm.settings.queries import terms
from crm.web.fields import write_fen
from crm.web.language import current_language

LONGEST_TEXT = 5000
CHOOSE_ONE = N_("Choose one of the list.")


@dataclass
class Column:
    """One column. `name` is what the actions call the field, so that their refusals find the cell.

    only_new: a record keeps it once it is there; told: never typed; once: what is typed is done and leaves the cell
    empty again; initial: what a new row begins with; suggest: the address that completes what is typed.
    """

    name: str
    label: str
    needed: bool = False
    only_new: bool = False
    told: bool = False
    once: bool = False
    initial: str = ""
    size: str = "m"
    suggest: str = ""

    kind = "text"

    def read(self, text: str, current: Any = None) -> Any:
        """The value of a text. Raises Unreadable, or Refusal at this column."""
        raise NotImplementedError

    def write(self, value: Any) -> str:
        """The text of a value."""
        return str(value or "")

    @property
    def empty(self) -> Any:
        """The value of an empty cell."""
        return None

    @property
    def words(self) -> Sequence[str]:
        """What the cell offers to choose from."""
        return ()


@dataclass
class TextColumn(Column):
    length: int = 200

    def read(self, text: str, current: Any = None) -> str:
        line = " ".join(text.split())
        if max(len(line), len(name_key(line))) > self.length:
            raise Unreadable(N_("Write at most %(length)s characters.", length=self.length))
        return line

    @property
    def empty(self) -> str:
        return ""


@dataclass
class LinesColumn(Column):
    kind = "lines"

    def read(self, text: str, current: Any = None) -> str:
        if len(text) > LONGEST_TEXT:
            raise Unreadable(N_("Write at most %(length)s characters.", length=LONGEST_TEXT))
        return text

    def write(self, value: Any) -> str:
        return str(value or "").replace("\r\n", "\n")

    @property
    def empty(self) -> str:
        return ""


@dataclass
class DayColumn(Column):
    kind = "day"

    def read(self, text: str, current: Any = None) -> date:
        return read_typed_day(text, day_of(now()))

    def write(self, value: date | None) -> str:
        return value.isoformat() if value else ""


@dataclass
class AmountColumn(Column):
    kind = "amount"

    def read(self, text: str, current: Any = None) -> Amount:
        return parse_form_amount(text)

    def write(self, value: Amount | None) -> str:
        if value is None:
            return ""
        return value.text or write_fen(value.exact)

    @property
    def empty(self) -> Amount:
        return Amount.undisclosed()


@dataclass
class MoneyColumn(Column):
    """One exact amount, in 分."""

    kind = "amount"

    def read(self, text: str, current: Any = None) -> int | None:
        amount = parse_form_amount(text)
        if amount.disclosure == "approximate":
            raise Unreadable(N_("Write one exact amount, such as 30M or 0.3B."))
        return amount.exact

    def write(self, value: int | None) -> str:
        return write_fen(value)


@dataclass(frozen=True)
class Choice:
    """One value that a cell offers: what it is called, and what else it may be called."""

    value: Any
    word: str
    aliases: tuple[str, ...] = ()
    offered: bool = True


@dataclass
class ChoiceColumn(Column):
    """One of a few. A word that means several is refused with their full names."""

    load: Callable[[], Iterable[Choice]] = field(default=tuple)
    kind = "choice"

    @cached_property
    def choices(self) -> list[Choice]:
        return list(self.load())

    @property
    def words(self) -> Sequence[str]:
        return [choice.word for choice in self.choices if choice.offered]

    def read(self, text: str, current: Any = None) -> Any:
        key = name_key(text)
        allowed = [choice for choice in self.choices if choice.offered or choice.value == current]
        for names in (lambda choice: (choice.word,), lambda choice: choice.aliases):
            found = [choice for choice in allowed if key in {name_key(name) for name in names(choice)}]
            if len(found) == 1:
                return found[0].value
            if found:
                raise Unreadable(several([choice.word for choice in found]))
        raise Unreadable(CHOOSE_ONE)

    def write(self, value: Any) -> str:
        return next((choice.word for choice in self.choices if choice.value == value), "")


@dataclass
class NameColumn(Column):
    """A record, called by name, short name or credit code."""

    resolve: Callable[..., Any] = field(default=lambda text, field: None)
    kind = "name"

    def read(self, text: str, current: Any = None) -> Any:
        return self.resolve(text, field=self.name)

    def write(self, value: Any) -> str:
        return str(value.shown_name) if value else ""


@dataclass
class NamesColumn(NameColumn):
    """Several records in one cell, set apart by 、; those that stand there already need not be unique by name."""

    kind = "names"

    def read(self, text: str, current: Any = None) -> tuple[Any, ...]:
        there = {name_key(name): one for one in current or () for name in (one.name, one.shown_name)}
        found = [there.get(name_key(name)) or self.resolve(name, field=self.name) for name in split_names(text)]
        return tuple(dict.fromkeys(found))

    def write(self, value: Iterable[Any] | None) -> str:
        return "、".join(one.shown_name for one in value or ())

    @property
    def empty(self) -> tuple[Any, ...]:
        return ()


def several(names: list[str]) -> Message:
    return N_("Several are called so: %(names)s. Choose one.", names="、".join(names[:5]))


def vocabulary(name: str, convert: Callable[[str], Any] = str) -> Callable[[], list[Choice]]:
    """The words of a vocabulary; each is understood in both languages, and a round as A轮."""

    def load() -> list[Choice]:
        language = current_language()
        return [
            Choice(
                convert(code),
                one.label(language),
                (code, one.name_zh, one.name_en, f"{one.name_zh}轮"),
                not one.is_retired,
            )
            for code, one in terms(name).items()
        ]

    return load


def refusal_of(error: Unreadable | Refusal, column: Column) -> Message:
    """What is wrong with a cell."""
    return error.message if isinstance(error, Unreadable) else error.fields.get(column.name, CHOOSE_ONE)
