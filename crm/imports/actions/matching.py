"""Finding the record that a ledger means: by credit code first, then full name, short name, former name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from crm.imports.investors import key_of
from crm.lib.text import N_, Message

CODE_LENGTH = 18


class Unmatched(Exception):
    """A name in the ledger that means no record, or several; `message` says which."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


@dataclass(slots=True, eq=False)
class Known:
    """A record as far as an import needs it: what is in the database, or about to be.

    `touched`: the row of this file that spoke of it first. `former_keys`: what its former names are found by.
    """

    id: int
    name: str
    values: dict[str, Any]
    is_new: bool = False
    touched: int | None = None
    former_keys: frozenset[str] = frozenset()

    @property
    def shown_name(self) -> str:
        """What lists and the history call a startup."""
        return str(self.values.get("short_name") or self.name)


@dataclass(slots=True)
class Directory:
    """The records of one kind by everything that a ledger may call them."""

    by_code: dict[str, Known] = field(default_factory=dict)
    by_name: dict[str, Known] = field(default_factory=dict)
    by_short: dict[str, list[Known]] = field(default_factory=dict)
    by_former: dict[str, list[Known]] = field(default_factory=dict)
    found: dict[str, Known] = field(default_factory=dict)  # what find() found since the last change

    def add(self, known: Known) -> None:
        """Make a record findable."""
        self.found.clear()
        code = known.values.get("credit_code")
        if code:
            self.by_code[code] = known
        self.by_name[known.values["name_key"]] = known
        short = known.values.get("short_key")
        if short and known not in self.by_short.setdefault(short, []):
            self.by_short[short].append(known)
        for former in known.former_keys:
            if known not in self.by_former.setdefault(former, []):
                self.by_former[former].append(known)

    def knows(self, text: str) -> bool:
        """Whether a text means at least one record."""
        key = key_of(text)
        return key.upper() in self.by_code or key in self.by_name or bool(self.sharing(key))

    def sharing(self, key: str) -> list[Known]:
        """The records that have a short name, else those that had a former name."""
        return self.by_short.get(key) or self.by_former.get(key) or []

    def find(self, text: str) -> Known:
        """The one record that a text means. Raises Unmatched."""
        known = self.found.get(text)
        if known is None:
            known = self.found[text] = self.look_up(text)
        return known

    def look_up(self, text: str) -> Known:
        key = key_of(text)
        known = (len(key) == CODE_LENGTH and self.by_code.get(key.upper())) or self.by_name.get(key)
        if known is not None:
            return known
        sharing = self.sharing(key)
        if len(sharing) == 1:
            return sharing[0]
        if sharing:
            names = "、".join(one.name for one in sharing[:5])
            raise Unmatched(N_("“%(name)s” is ambiguous, several are called so: %(names)s", name=text, names=names))
        raise Unmatched(N_("“%(name)s” is not known: add it first, or mend the name", name=text))


def load(rows: Iterable[Any], former: Iterable[Any] = ()) -> Directory:
    """A directory of records in the database, from mappings of all their columns and (id, key) of former names."""
    directory = Directory()
    keys: dict[int, set[str]] = {}
    for record_id, key in former:
        keys.setdefault(record_id, set()).add(key)
    for row in rows:
        former_keys = frozenset(keys.get(row["id"], ()))
        directory.add(Known(row["id"], row["name"], dict(row), former_keys=former_keys))
    return directory
