"""A form as an XLSX file: what is refused, where figures are asked for, and the same file with figures in it."""

from __future__ import annotations

import io
import marshal
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crm.core.errors import Refusal
from crm.imports.container import broken, check_container
from crm.lib.archives import same_bytes
from crm.lib.text import N_
from crm.reports.naming import read_name, similar
from crm.reports.places import PLACE, UNITS

MOST_BYTES = 2 * 1024 * 1024
MOST_UNPACKED = 40 * 1024 * 1024
MOST_PLACES = 500
SECONDS = 30
REMOTE = re.compile(rb'TargetMode\s*=\s*"External"')
HYPERLINK = re.compile(rb"<Relationship\b[^>]*relationships/hyperlink[^>]*>")
REFUSED = (
    (
        re.compile(r"vba|macro|activex|ctrlprops|embeddings", re.IGNORECASE),
        N_("The form holds macros: save it as .xlsx without them."),
    ),
    (
        re.compile(r"externallinks|connections\.xml|querytables", re.IGNORECASE),
        N_("The form is linked with other files: take the links out."),
    ),
    (
        re.compile(r"charts?/|drawings/drawing|pivot|slicer|media/", re.IGNORECASE),
        N_("The form holds charts, pictures or pivot tables, which would be lost: take them out."),
    ),
)


@dataclass(frozen=True)
class Place:
    """A cell that asks for figures. `text`: what stands in it, or the cell's name in braces."""

    sheet: str
    cell: str
    text: str


@dataclass(frozen=True)
class Problem:
    """What a cell asks for and nobody knows. `near`: what may have been meant."""

    place: Place
    name: str
    near: tuple[str, ...] = ()


def read_form(content: bytes) -> tuple[list[Place], list[Problem]]:
    """Where the form asks for figures, and what it asks for in vain. Raises Refusal for what is no such form."""
    check_file(content)
    answer = answer_of({"content": content})
    places = [Place(sheet, cell, text) for sheet, cell, text, _is_formula in answer["cells"]]
    places += [Place(sheet, cell, f"{{{{{name}}}}}") for name, sheet, cell in answer["named"] if read_name(name)]
    if len(places) > MOST_PLACES:
        raise too_large()
    if not places:
        raise Refusal(
            {"file": N_("No cell asks for a figure: write a name in two braces, such as {{companies_served}}.")}
        )
    formulas = {(sheet, cell) for sheet, cell, _text, is_formula in answer["cells"] if is_formula}
    return places, [
        one for place in places for one in problems(place, is_formula=(place.sheet, place.cell) in formulas)
    ]


def problems(place: Place, *, is_formula: bool) -> Iterator[Problem]:
    if is_formula:
        yield Problem(place, place.text[:80])
        return
    found = PLACE.findall(place.text)
    for name, unit in found:
        if not fits(name, unit):
            yield Problem(place, f"{name}|{unit}" if unit else name, () if read_name(name) else tuple(similar(name)))
    if len(found) != place.text.count("{{"):
        yield Problem(place, place.text[:80])


def fits(name: str, unit: str) -> bool:
    """True for a known name in a unit that it can have."""
    known = read_name(name)
    if known is None or not unit:
        return known is not None
    return unit in UNITS and (known.unit.name == "SHARE" if unit == "%" else known.unit.name == "MONEY")


def filled(content: bytes, values: Sequence[Any]) -> bytes:
    """The form with its cells filled: [(sheet, cell, value, number format)]. Raises Refusal."""
    written: bytes = answer_of({"content": content, "values": list(values)})["content"]
    return same_bytes(written)


def check_file(content: bytes) -> None:
    """Raise Refusal for what is too large, damaged, or holds what may run, reach out or be lost."""
    if len(content) > MOST_BYTES:
        raise too_large()
    check_container(content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(member.file_size for member in archive.infolist()) > MOST_UNPACKED:
            raise too_large()
        names = " ".join(archive.namelist())
        for pattern, message in REFUSED:
            if pattern.search(names):
                raise Refusal({"file": message})
        for name in archive.namelist():
            if name.endswith(".rels") and REMOTE.search(HYPERLINK.sub(b"", archive.read(name))):
                raise Refusal({"file": REFUSED[1][1]})


def answer_of(asked: dict[str, Any]) -> dict[str, Any]:
    """What the child says of a workbook. Raises Refusal where it died of it."""
    command = [sys.executable, "-I", str(Path(__file__).with_name("workbook.py"))]
    try:
        child = subprocess.run(command, input=marshal.dumps(asked), capture_output=True, timeout=SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise too_large() from None
    if child.returncode != 0:
        raise too_large()
    answer: dict[str, Any] = marshal.loads(child.stdout)  # noqa: S302  written by our own process a moment ago
    if "error" in answer:
        raise too_large() if answer["error"] == "large" else broken()
    return answer


def too_large() -> Refusal:
    return Refusal({"file": N_("The form is too large: at most 2 MB, 50,000 cells and 500 figures.")})
