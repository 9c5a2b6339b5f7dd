"""What is left to do for a tagged PDF: definition lists, the language of each part, attachments named once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Element = dict[str, Any]


def finish(document: Any, pdf: Any) -> None:
    """Mend the structure before the file is written."""
    elements = [one for one in pdf.objects if isinstance(one, dict) and one.get("Type") == "/StructElem"]
    for element in elements:
        if element["S"] == "/L":
            mend_list(pdf, element)
    parts = [one for one in elements if one["S"] == "/Art"]
    for part, language in zip(parts, languages(document), strict=False):
        part["Lang"] = f"({language})"
    if "AF" in pdf.catalog:
        pdf.catalog["AF"][:] = dict.fromkeys(pdf.catalog["AF"])


def references(pdf: Any) -> tuple[bytes, ...]:
    """How the pages of a PDF are referred to. pydyf writes all of them for each tag, a twentieth of the time that a
    document of 85 pages takes, and more of a longer one."""
    numbers = pdf.pages["Kids"][::3]
    known: tuple[bytes, ...] = getattr(pdf, "known_references", ())
    if len(known) != len(numbers):
        known = pdf.known_references = tuple(f"{number} 0 R".encode() for number in numbers)
    return known


def mend_list(pdf: Any, element: Element) -> None:
    """An entry of a definition list: its term is the label, the rest the body. (WeasyPrint tags each as an entry.)"""
    for entry in kids(pdf, element, "/Div"):
        entry["S"] = "/LI"
        for place, item in enumerate(kids(pdf, entry, "/LI")):
            item["S"] = "/LBody" if place else "/Lbl"
            for body in kids(pdf, item, "/LBody"):
                body["S"] = "/NonStruct"


def kids(pdf: Any, element: Element, kind: str) -> Iterator[Element]:
    """The children of an element that are of a kind."""
    for reference in element["K"]:
        child = pdf.objects[int(reference.split()[0])] if isinstance(reference, (str, bytes)) else None
        if isinstance(child, dict) and child.get("S") == kind:
            yield child


def languages(document: Any) -> Iterator[str]:
    """The language of each part, page after page."""
    for page in document.pages:
        yield from (box.element.get("lang", "") for box in page._page_box.descendants() if is_part(box))


def is_part(box: Any) -> bool:
    return box.element is not None and box.element_tag == "article"
