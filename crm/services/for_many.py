"""The startups of one service for many: each typed name with the startup it means, or with what is in its way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from crm.core.errors import Refusal
from crm.lib.names import name_key, split_names
from crm.lib.text import Message
from crm.startups import queries as startup_queries
from crm.startups.models import Startup


@dataclass(frozen=True)
class NamedStartup:
    """One name as it was typed. Without a startup: why, and which startups it may mean."""

    typed: str
    startup: Startup | None = None
    problem: Message | None = None
    candidates: Sequence[Startup] = ()


@dataclass(frozen=True)
class NamedStartups:
    """All names of a list, in its order; `typed`: how many there were before those written alike became one."""

    names: Sequence[NamedStartup]
    typed: int

    @property
    def startups(self) -> list[Startup]:
        """The startups that are meant, each once."""
        return list({one.startup.id: one.startup for one in self.names if one.startup}.values())

    @property
    def unclear(self) -> list[NamedStartup]:
        """The names that mean none or several."""
        return [one for one in self.names if one.startup is None]

    @property
    def repeated(self) -> int:
        """How many of the typed names meant a startup that another one meant already."""
        return self.typed - len(self.unclear) - len(self.startups)

    @property
    def text(self) -> str:
        """The list as it would be typed, a name a line."""
        return "\n".join(one.typed for one in self.names)


def named_startups(text: str, chosen: Mapping[str, str]) -> NamedStartups:
    """The names in a text, set apart by lines, tabs or 、; `chosen`: {typed: the full name that it means}."""
    typed = split_names(text.replace("\t", "\n"))
    return NamedStartups([named(chosen.get(name) or name) for name in once(typed)], len(typed))


def once(names: Iterable[str]) -> list[str]:
    """The names without those that are written alike."""
    return list({name_key(name): name for name in names}.values())


def named(typed: str) -> NamedStartup:
    try:
        return NamedStartup(typed, startup_queries.resolve(typed, field=""))
    except Refusal as refusal:
        return NamedStartup(typed, None, refusal.fields[""], startup_queries.suggestions(typed))
