"""The main part of a 工作专报: what stands on its two pages, in one language; one source for PDF and DOCX."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from unicodedata import east_asian_width

from crm.reports.content import Drawing, Key

PAGES = 2


@dataclass(frozen=True)
class Grid:
    """How much fits: half-width characters a line, lines a page, and how many lines the row of charts takes."""

    width: int
    lines: int
    charts: int


GRIDS = {"zh": Grid(54, 22, 5), "en": Grid(66, 28, 7)}
LARGE = {"zh": Grid(46, 21, 5), "en": Grid(53, 25, 7)}


@dataclass(frozen=True)
class Item:
    """One paragraph: its number, a bold beginning, and what it says."""

    text: str
    lead: str = ""
    number: str = ""

    @property
    def whole(self) -> str:
        """All of it in one line."""
        return f"{self.number}{self.lead}{self.text}"


@dataclass(frozen=True)
class Passage:
    """Paragraphs under a heading."""

    title: str
    items: Sequence[Item]


@dataclass(frozen=True)
class Letter:
    """`marking`: for whom it is, never a secrecy grade. `heading`: (unit, issue, date) of a plain heading, if it has
    one. `annexes`: what is attached. `people`: (part, who) of those who filled in, checked and issued it. `drawings`:
    its charts, with `is_large` among the annexes. `keys`: every figure that it tells."""

    marking: str
    title: str
    day: str
    headline: str
    passages: Sequence[Passage]
    unit: str
    written_on: str
    contact: str = ""
    heading: tuple[str, str, str] | None = None
    annexes: Sequence[str] = ()
    people: Sequence[tuple[str, str]] = ()
    drawings: Sequence[Drawing] = ()
    keys: Sequence[Key] = ()
    is_large: bool = False

    @property
    def paragraphs(self) -> Iterator[str]:
        """Its text, paragraph by paragraph."""
        yield self.headline
        for passage in self.passages:
            yield passage.title
            yield from (item.whole for item in passage.items)


def lines_of(letter: Letter, grid: Grid) -> int:
    """How many lines the letter takes without its charts."""
    told = [*letter.paragraphs, "　".join(letter.annexes), letter.contact]
    head = 3 + (2 if letter.heading else 0) + lines_in(letter.title, grid.width * 16 // 22)
    return head + sum(lines_in(f"    {one}", grid.width) for one in told if one) + 5


def lines_in(text: str, width: int) -> int:
    return max(1, -(-sum(2 if east_asian_width(one) in "FWA" else 1 for one in text) // width))


def grid_of(letter: Letter, language: str) -> Grid:
    """The grid of its print in a language."""
    return (LARGE if letter.is_large else GRIDS)["en" if language == "en" else "zh"]


def surplus(letter: Letter, language: str) -> int:
    """How many lines are too many for two pages; 0 where it fits."""
    grid = grid_of(letter, language)
    return max(0, lines_of(letter, grid) - PAGES * grid.lines)


def has_room_for_charts(letter: Letter, language: str) -> bool:
    """True where its charts fit on the two pages as well."""
    grid = grid_of(letter, language)
    return not letter.is_large and lines_of(letter, grid) + grid.charts <= PAGES * grid.lines
