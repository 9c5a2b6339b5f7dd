"""Which startup met which institution, and which part of the text is about the two."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from crm.lib.names import name_key
from crm.paste.reader.directory import Mention
from crm.paste.reader.text import Span, clause_at, clauses, inside, lines, sentences

_LISTED = re.compile(r"[\s,，、。；;]|还有|以及|另外|和|与|跟")
_ALL = re.compile(r"都|均|[两三四五六七八九几]家")
Cut = Callable[[str, Span], Iterator[Span]]
CUTS: tuple[Cut, ...] = (lines, sentences, clauses)


@dataclass
class Event:
    """One startup, one institution, or both; `own` is about them alone, `common` about others too.

    `carried`: one of the two was named before and not here. `rank`: which of `among` names of its part it is, from 0.
    """

    startup: Mention | None = None
    institution: Mention | None = None
    own: list[Span] = field(default_factory=list)
    common: list[Span] = field(default_factory=list)
    whole: Span = (0, 0)
    carried: bool = False
    rank: int = 0
    among: int = 1


def same(one: Mention | None, other: Mention | None) -> bool:
    """Whether two mentions mean the same company."""
    return one is not None and other is not None and name_key(one.value) == name_key(other.value)


def distinct(mentions: list[Mention]) -> list[Mention]:
    """Each company once, in the order of the text."""
    return list({(one.kind, name_key(one.value)): one for one in reversed(mentions)}.values())[::-1]


class Events:
    """Cuts a text into events: by what it names often if the other side is named once, else by lines and sentences."""

    def __init__(self, text: str, mentions: list[Mention]) -> None:
        self.text = text
        self.mentions = mentions
        self.last: dict[str, Mention | None] = {"startup": None, "institution": None}

    def all(self) -> list[Event]:
        """Every event of the text."""
        return self._within((0, len(self.text)), 0)

    def _named(self, kind: str, span: Span) -> list[Mention]:
        return [one for one in self.mentions if one.kind == kind and span[0] <= one.start < span[1]]

    def _within(self, span: Span, level: int) -> list[Event]:
        startups, institutions = (self._named(kind, span) for kind in ("startup", "institution"))
        several = [len(distinct(startups)) > 1, len(distinct(institutions)) > 1]
        if several == [True, True] and level < len(CUTS):
            return self._cut(span, level)
        if several == [False, True]:
            found = self._anchored(institutions, span)
        elif several[0]:
            found = self._anchored(startups, span)
        else:
            found = [Event(next(iter(startups), None), next(iter(institutions), None), [span], [], span)]
        return [self._completed(event, startups, institutions) for event in found]

    def _cut(self, span: Span, level: int) -> list[Event]:
        found: list[Event] = []
        for piece in CUTS[level](self.text, span):
            if found and not any(piece[0] <= one.start < piece[1] for one in self.mentions):
                found[-1].own.append(piece)
            else:
                found.extend(self._within(piece, level + 1))
        return found

    def _anchored(self, mentions: list[Mention], span: Span) -> list[Event]:
        """One event for each company of a kind: its part runs from its clause to that of the next one."""
        starts = sorted({clause_at(self.text, span, one.start)[0] for one in mentions})
        events: dict[str, Event] = {}
        for start, end in zip(starts, self._ends(starts, span[1], mentions), strict=True):
            here = [one for one in mentions if start <= one.start < end]
            for rank, one in enumerate(here):
                fresh = Event(whole=span, common=[(span[0], starts[0])], rank=rank, among=len(here))
                event = events.setdefault(name_key(one.value), fresh)
                setattr(event, one.kind, getattr(event, one.kind) or one)
                if (start, end) not in event.own:
                    event.own.append((start, end))
        self._share(list(events.values()), mentions, span)
        return list(events.values())

    def _ends(self, starts: list[int], last: int, mentions: list[Mention]) -> list[int]:
        """Where each part ends. A clause that is a name and no more shares the part behind it."""
        ends = [*starts[1:], last]
        for place in range(len(starts) - 2, -1, -1):
            names = [one for one in mentions if starts[place] <= one.start < ends[place]]
            said = self.text[starts[place] : ends[place]]
            for one in names:
                said = said.replace(self.text[one.start : one.end], "")
            if not _LISTED.sub("", said):
                ends[place] = ends[place + 1]
        return ends

    def _share(self, events: list[Event], mentions: list[Mention], span: Span) -> None:
        """What is said of all of them behind the last name (三家都想见) is about each."""
        after = (max(one.end for one in mentions), span[1])
        first = next((one[0] for one in clauses(self.text, after) if _ALL.search(self.text, *one)), None)
        for event in events:
            if first is not None and not inside(first, event.own):
                event.own.append((first, span[1]))

    def _completed(self, event: Event, startups: list[Mention], institutions: list[Mention]) -> Event:
        """The other side of an event: the one named in its part, else the nearest before, else the only one."""
        for kind, named in (("startup", startups), ("institution", institutions)):
            if getattr(event, kind) is None:
                before = [one for one in named if one.start < event.own[-1][1]] or named
                one = before[-1] if before else self.last[kind]
                event.carried = event.carried or not before
                setattr(event, kind, one)
            self.last[kind] = getattr(event, kind)
        return event
