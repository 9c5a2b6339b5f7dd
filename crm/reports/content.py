"""What a report says, in one language, as typed values: one source for PDF, workbook, text and archive.

A report is a head and sections; a section is blocks. A block says what it is by its `kind`; `templates/pdf/blocks/`
holds how each is drawn. Money is 分 in CNY, shares are parts of one, days are dates: whoever shows them gives them
their form.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from crm.lib.money import Amount
from crm.lib.sheets import Kind

if TYPE_CHECKING:
    from crm.reports.letter import Letter

Value = str | int | float | date | Amount | None
Audience = Literal["inside", "outside"]
Look = Literal["plain", "cover", "close"]


@dataclass(frozen=True)
class Cell:
    """A value with what the paper says beside it: `under`: further lines; `pip`: the place of a stage in its ramp, from
    1; `shade`: how dark its ground is, 0 to 5; `shown`: the words in place of the value; `quiet`: of less weight."""

    value: Value
    under: tuple[str, ...] = ()
    pip: int = 0
    shade: int = 0
    shown: str = ""
    quiet: bool = False


@dataclass(frozen=True)
class Column:
    """What a column holds. `width` on paper in mm, None: what is left. `tells_unit`: its heading on paper says in what
    money is counted. `on`: where it stands, if not on both."""

    label: str
    kind: Kind = Kind.TEXT
    width: int | None = None
    strong: bool = False
    quiet: bool = False
    spaced: bool = False
    tells_unit: bool = False
    on: Literal["both", "paper", "sheet"] = "both"

    @property
    def is_number(self) -> bool:
        """True for what stands to the right."""
        return self.kind not in (Kind.TEXT, Kind.DAY)


Row = Sequence[Value | Cell]


@dataclass(frozen=True)
class Group:
    """Rows under a heading of their own; "" for none."""

    rows: Sequence[Row]
    label: str = ""
    note: str = ""


@dataclass(frozen=True)
class Table:
    """Rows of things. `name`: what it is called as a sheet. `record` and `ids`: which rows of which kind of record
    stand behind it (the frozen row set). `total`: (its label, the values of the last columns)."""

    kind: ClassVar[str] = "table"
    name: str
    columns: Sequence[Column]
    groups: Sequence[Group]
    total: tuple[str, Sequence[Value]] | None = None
    record: str = ""
    ids: Sequence[int] = ()
    dense: bool = False
    together: bool = False

    @property
    def rows(self) -> Iterator[tuple[Group, Row]]:
        """Every row with its group."""
        return ((group, row) for group in self.groups for row in group.rows)

    @property
    def on_paper(self) -> list[tuple[int, Column]]:
        """The columns of the PDF, with their place in a row."""
        return [(place, one) for place, one in enumerate(self.columns) if one.on != "sheet"]

    @property
    def on_sheet(self) -> list[tuple[int, Column]]:
        """The columns of the workbook, with their place in a row."""
        return [(place, one) for place, one in enumerate(self.columns) if one.on != "paper"]


@dataclass(frozen=True)
class Key:
    """One figure of the first page. `noun`: what is counted. `metric`: its name in the registry, `version` of its
    definition there. `as_of`: its last day, `since`: its first, where it does not count from the beginning. `name`:
    under which it is compared with other reports of its kind."""

    name: str
    label: str
    value: int | float | None
    unit: Kind = Kind.COUNT
    noun: str = ""
    note: str = ""
    metric: str = ""
    version: int | None = None
    as_of: date | None = None
    since: date | None = None


@dataclass(frozen=True)
class Keys:
    """The figures, three in a row."""

    kind: ClassVar[str] = "keys"
    keys: Sequence[Key]


@dataclass(frozen=True)
class Drawing:
    """A chart. `shape`: the macro of `pdf/charts.html` that draws `geometry`; the table beside it has its numbers.
    `legend`: (colour class or "", text)."""

    kind: ClassVar[str] = "drawing"
    shape: str
    geometry: Any
    title: str
    description: str
    legend: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Prose:
    """Paragraphs as somebody wrote them."""

    kind: ClassVar[str] = "prose"
    paragraphs: Sequence[str]


@dataclass(frozen=True)
class Note:
    """A small line that explains what follows (`before`) or what it stands under."""

    kind: ClassVar[str] = "note"
    text: str
    before: bool = False


@dataclass(frozen=True)
class Facts:
    """Short facts by label."""

    kind: ClassVar[str] = "facts"
    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Definition:
    """How a figure is computed. `metric`: its name in the registry; `version` of the definition."""

    term: str
    text: str
    metric: str = ""
    version: int | None = None


@dataclass(frozen=True)
class Definitions:
    """How the figures are computed."""

    kind: ClassVar[str] = "definitions"
    rows: Sequence[Definition]


@dataclass(frozen=True)
class Empty:
    """What is said where there is nothing."""

    kind: ClassVar[str] = "empty"
    title: str
    text: str


@dataclass(frozen=True)
class Signatures:
    """Who prepared, who checked, when; `stamp`: room for a stamp."""

    kind: ClassVar[str] = "signatures"
    stamp: bool = False


@dataclass(frozen=True)
class Pictures:
    """Pictures side by side: (data URL, what it shows)."""

    kind: ClassVar[str] = "pictures"
    pictures: Sequence[tuple[str, str]]


Block = Table | Keys | Drawing | Prose | Note | Facts | Definitions | Empty | Signatures | Pictures


@dataclass(frozen=True)
class Section:
    """Blocks under a heading ("" for none). `together`: kept on one page; `new_page`: begins one."""

    blocks: Sequence[Block]
    title: str = ""
    small: str = ""
    together: bool = False
    new_page: bool = False


@dataclass(frozen=True)
class Content:
    """A whole report in one language.

    `title`: what kind of document it is; `name`: whom it is about; `who`: what else is known of them. `days`: what it
    covers, for its title. `meta`: the line under its head. `foot`: what stands at the foot of every page after who made
    it; `disclaimer`: the last words. `contents`: with a table of contents. `look`: its head on a page of its own, or
    all of it set close. `reader`: for whom alone it is; such a document is never used again. `letter`: the main part of
    a briefing, before its sections.
    """

    title: str
    name: str
    days: str
    meta: Sequence[tuple[str, str]]
    sections: Sequence[Section]
    who: Sequence[str] = ()
    lead: str = ""
    foot: str = ""
    disclaimer: str = ""
    contents: bool = False
    look: Look = "plain"
    audience: Audience = "inside"
    reader: str = ""
    letter: Letter | None = None

    @property
    def whole_title(self) -> str:
        """The document's title as a reader of PDF files shows it."""
        return " · ".join(filter(None, (self.title, self.name, self.days)))

    def blocks(self, *kinds: type[Any]) -> Iterator[Any]:
        """Its blocks of some classes, in their order."""
        return (block for section in self.sections for block in section.blocks if isinstance(block, kinds))

    @property
    def keys(self) -> list[Key]:
        """Every figure."""
        told = self.letter.keys if self.letter else ()
        return [*told, *(key for block in self.blocks(Keys) for key in block.keys)]

    @property
    def tables(self) -> list[Table]:
        """Every table."""
        return list(self.blocks(Table))

    @property
    def definitions(self) -> list[Definition]:
        """Every definition."""
        return [row for block in self.blocks(Definitions) for row in block.rows]


def value_of(cell: Value | Cell) -> Value:
    """What a cell holds."""
    return cell.value if isinstance(cell, Cell) else cell
