"""A page as a strict reader sees it: what no page of ours may do fails the test that opened it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from selectolax.lexbor import LexborHTMLParser

QUOTED, TAG = re.compile(r'"[^"]*"'), re.compile(r"<([^>]*)>")
PROVED: set[tuple[str, str]] = set()  # tags that stood side by side in a page that parses
strict = True  # whether pages are asked to parse
NEEDS_LABEL = ("input", "select", "textarea")
UNLABELLED = ("hidden", "submit", "button", "image", "reset")


class Page:
    """An HTML answer: its status, its texts, its forms."""

    def __init__(self, status: int, html: str, url: str) -> None:
        self.status, self.html, self.url = status, html, url
        root = LexborHTMLParser(html).root
        assert root is not None, f"{url}: no page"
        self.tree = tree_of(root)
        self.parents = {child: parent for parent in self.tree.iter() for child in parent}
        self.check(parse_errors(html))

    def check(self, errors: list[str]) -> None:
        """Refuse what no page may do."""
        assert not errors, f"{self.url}: HTML does not parse: {errors}"
        heads = self.all("h1")
        assert len(heads) == 1, f"{self.url}: {len(heads)} h1"
        assert self.title.startswith(self.h1), f"{self.url}: title {self.title!r} does not start with {self.h1!r}"
        ids = [element.get("id") for element in self.tree.iter() if element.get("id")]
        twice = {one for one in ids if ids.count(one) > 1}
        assert not twice, f"{self.url}: ids used twice: {twice}"
        self.check_elements(set(ids))

    def check_elements(self, ids: set[str | None]) -> None:
        labelled = {element.get("for") for element in self.all("label")}
        for element in self.tree.iter():
            tag = str(element.tag)
            told = f"{self.url}: <{tag} {element.attrib}>"
            if tag in NEEDS_LABEL and element.get("type") not in UNLABELLED:
                inside = any(str(parent.tag) == "label" for parent in self.above(element))
                assert element.get("id") in labelled or inside or element.get("aria-label"), f"{told} has no label"
            if tag == "img":
                assert element.get("alt") is not None, f"{told} has no alt"
            if tag == "a" and element.get("href"):
                assert text_of(element) or element.get("aria-label"), f"{told} has no text"
            if tag == "button":
                assert text_of(element) or element.get("aria-label"), f"{told} has no text"
            if source := element.get("data-copy-from"):
                fields = {one.get("id") for one in self.tree.iter() if str(one.tag) in NEEDS_LABEL}
                assert source in fields, f"{told} copies from no field"
            if tag == "script":
                assert element.get("src"), f"{told} is inline"
            if tag == "form" and (element.get("method") or "get").lower() == "post":
                names = {field.get("name") for field in element.iter("input")}
                assert "csrf_token" in names, f"{told} has no CSRF token"
            assert element.get("style") is None, f"{told} has an inline style"
            assert not [name for name in element.attrib if name.startswith("on")], f"{told} has an inline handler"

    def above(self, element: Element) -> Iterator[Element]:
        """The element's parents, the nearest first."""
        while element in self.parents:
            element = self.parents[element]
            yield element

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """Every element of a tag, with these attributes."""
        return [
            element
            for element in self.tree.iter(tag)
            if all(element.get(name.replace("_", "-")) == value for name, value in attributes.items())
        ]

    @property
    def title(self) -> str:
        """The text of <title>."""
        return text_of(self.all("title")[0])

    @property
    def h1(self) -> str:
        """The page's heading."""
        return text_of(self.all("h1")[0])

    @property
    def text(self) -> str:
        """All that can be read in the page's main part."""
        mains = self.all("main")
        return text_of(mains[0] if mains else self.all("body")[0])

    @property
    def rows(self) -> list[list[str]]:
        """The cells of every table row in the main part, but for the box that ticks it."""
        return [
            [text_of(cell) for cell in row if cell.tag in ("td", "th") and cell.get("class") != "tick"]
            for main in self.all("main")
            for row in main.iter("tr")
        ]

    def links(self) -> dict[str, str]:
        """{text: address} of the links."""
        return {text_of(a) or a.get("aria-label") or "": a.get("href") or "" for a in self.all("a")}

    def field(self, label: str) -> Element:
        """The field with this label."""
        for element in self.all("label"):
            if text_of(element).startswith(label):
                wanted = element.get("for")
                found = [one for one in self.tree.iter() if wanted and one.get("id") == wanted]
                return found[0] if found else next(one for one in element.iter() if one.tag in NEEDS_LABEL)
        raise AssertionError(f"{self.url}: no field {label!r}")

    def value_of(self, label: str) -> str:
        """What stands in a field."""
        field = self.field(label)
        if field.tag == "select":
            return next((o.get("value") or "" for o in field.iter("option") if o.get("selected") is not None), "")
        return text_of(field) if field.tag == "textarea" else field.get("value") or ""

    def error_of(self, label: str) -> str:
        """The error beside a field, "" for none."""
        field = self.field(label)
        ids = (field.get("aria-describedby") or "").split()
        errors = [one for one in self.tree.iter() if one.get("id") in ids and (one.get("id") or "").endswith("-error")]
        return text_of(errors[0]) if errors else ""

    def form_of(self, button: str) -> tuple[Element, Element]:
        """The form that has a button with this text, and that button."""
        for form in self.all("form"):
            for element in form.iter("button"):
                if (text_of(element) or element.get("aria-label")) == button:
                    return form, element
        raise AssertionError(f"{self.url}: no button {button!r}")

    def fields_of(self, form: Element) -> dict[str, Any]:
        """What a form would send as it stands."""
        sent: dict[str, Any] = {}
        for field in form.iter():
            name = field.get("name")
            if not name or field.tag not in NEEDS_LABEL:
                continue
            if field.tag == "select":
                options = list(field.iter("option"))
                chosen = [o for o in options if o.get("selected") is not None] or options[:1]
                sent[name] = [o.get("value") or "" for o in chosen]
            elif field.tag == "textarea":
                sent[name] = "".join(field.itertext()).removeprefix("\n")
            elif field.get("type") in ("checkbox", "radio"):
                if field.get("checked") is not None:
                    sent.setdefault(name, []).append(field.get("value", "on"))
            else:
                sent[name] = field.get("value") or ""
        return sent


def parse_errors(html: str) -> list[str]:
    """What the standard's own parser, ten times as slow, finds wrong. It is asked only about a page in which two tags
    stand side by side that did not in any page before."""
    if not strict:
        return []
    pairs = set(pairwise(TAG.findall(QUOTED.sub("", html))))
    if pairs <= PROVED:
        return []
    parser = html5lib.HTMLParser()
    parser.parse(html)
    if not parser.errors:
        PROVED.update(pairs)
    return [code for _, code, _ in parser.errors]


def tree_of(node: Any) -> Element:
    """A node of the quick parser, with what is below it, as an element."""
    element, last = Element(node.tag, {name: value or "" for name, value in node.attributes.items()}), None
    for child in node.iter(include_text=True):
        if child.tag == "-text":
            if last is None:
                element.text = (element.text or "") + child.text_content
            else:
                last.tail = (last.tail or "") + child.text_content
        elif child.tag[0] not in "-_!":
            last = tree_of(child)
            element.append(last)
    return element


def text_of(element: Element) -> str:
    """The text of an element, with white space made single."""
    return " ".join("".join(element.itertext()).split())
