"""Which records are meant by names that somebody typed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from crm.accounts.models import Account, Actor
from crm.accounts.policies import READERS
from crm.activities.holding import holders_of
from crm.activities.mentions import KINDS, Mention, Sign, chosen_at, signs_in
from crm.activities.models import Ref
from crm.core.db import db
from crm.lib.names import name_key, split_names
from crm.search import queries as search_queries
from crm.search.models import ENTRY

PLAIN = "plain"  # somebody chose that a name means no record
PARTICIPANTS = ("person", "institution")
SUGGESTED = 8


@dataclass(frozen=True)
class Candidate:
    """A record that a name may mean. `label`: its short name; `note`: what tells it from others."""

    ref: Ref
    label: str
    note: str = ""


@dataclass(frozen=True)
class Unknown:
    """A name that means no record, or several. `written`: with its sign, where it has one."""

    written: str
    candidates: Sequence[Candidate]


@dataclass(frozen=True)
class Found:
    """The records that a text names, and the names that need a choice."""

    mentions: Sequence[Mention]
    unknown: Sequence[Unknown]

    @property
    def refs(self) -> dict[Ref, str]:
        """{record: how the text calls it first}."""
        return {one.ref: one.label for one in reversed(self.mentions)}


def mentioned(actor: Actor, text: str, chosen: Mapping[str, Ref], about: Ref | None) -> Found:
    """The records that a text names with @ and #. `chosen`: {@name: record}; `about`: the record at hand."""
    mentions, unknown, open_signs = [], [], []
    for sign in signs_in(text):
        known = chosen_at(sign, chosen)
        if known is None:
            open_signs.append(sign)
        elif known.ref.record_type != PLAIN:
            mentions.append(known)
    names = [sign.keys for sign in open_signs if sign.sign == "@"]
    called = entries_called({key for keys in names for key in keys})
    for name, accounts in accounts_called({written for keys in names for written in keys.values()}).items():
        called.setdefault(name_key(name), []).extend(accounts)
    for sign in open_signs:
        one = best_of(actor, sign, called, about)
        if isinstance(one, Mention):
            mentions.append(one)
        else:
            unknown.append(one)
    return Found(sorted(mentions, key=lambda mention: mention.start), unknown)


def best_of(
    actor: Actor, sign: Sign, called: Mapping[str, Sequence[Candidate]], about: Ref | None
) -> Mention | Unknown:
    """The record that is called as the text goes on, the longest name first; else what searching finds for the word."""
    for key, written in sorted(sign.keys.items(), key=lambda item: len(item[1]), reverse=True):
        several = at_hand(called.get(key, ()) if sign.sign == "@" else (), about)
        if len(several) == 1:
            return Mention(several[0].ref, sign.start, written)
        if several:
            return Unknown(sign.sign + written, several)
    hits = at_hand(suggested(actor, sign.word.replace("×", " "), sign.kinds), about)
    named = [(one, sign.longest(keys_of(one))) for one in hits]
    exact = [(one, written) for one, written in named if written]
    if not exact and sign.sign == "#":
        exact = [(one, sign.word) for one in hits]  # the only deal that both names lead to
    if len(exact) == 1:
        return Mention(exact[0][0].ref, sign.start, exact[0][1])
    return Unknown(sign.sign + sign.word, hits)


def participants(actor: Actor, text: str, about: Ref | None) -> tuple[list[Ref], list[Unknown]]:
    """The people, institutions and accounts that a list of names means; 顾南乔（北斛资本） is the one of 北斛资本."""
    names, found, unknown = split_names(text), [], []
    bare = {name: name.rstrip("）)").partition("（")[0].partition("(")[0] for name in names}
    keys = {name_key(one) for one in (*names, *bare.values())}
    called, staff = entries_called(keys), accounts_called({*names, *bare.values()})
    for name in names:
        known = [*staff.get(name, ()), *called.get(name_key(name), ())]
        if not known and bare[name] != name:
            rest = name_key(name[len(bare[name]) + 1 :].rstrip("）)"))
            known = [one for one in called.get(name_key(bare[name]), ()) if rest in name_key(one.note)]
        several = at_hand([one for one in known if one.ref.record_type in (*PARTICIPANTS, "account")], about)
        if len(several) == 1:
            found.append(several[0].ref)
        else:
            unknown.append(Unknown(name, several or suggested(actor, name, PARTICIPANTS)))
    return found, unknown


def suggested(actor: Actor, text: str, kinds: Sequence[str], about: Ref | None = None) -> list[Candidate]:
    """What a text that is being typed may mean; of the record at hand first. Without a text what changed last."""
    hits = (
        search_queries.find(actor, text, SUGGESTED, kinds) if text else search_queries.recent(actor, SUGGESTED, kinds)
    )
    shown = short_names([Ref(hit.kind.name, hit.record_id) for hit in hits])
    found = []
    for hit in hits:
        ref = Ref(hit.kind.name, hit.record_id)
        parts = [hit.title, *hit.note.split(" · ")]
        label = next((part for part in parts if name_key(part)[:80] == shown.get(ref)), hit.title.replace(" × ", "×"))
        note = " · ".join(part for part in parts if part and name_key(part) != name_key(label))
        found.append(Candidate(ref, label, note))
    mine = held(found, about) if about else []
    return [*mine, *(one for one in found if one not in mine)]


def at_hand(candidates: Sequence[Candidate], about: Ref | None) -> Sequence[Candidate]:
    """Of several those that the record at hand holds, where it holds any."""
    return (held(candidates, about) or candidates) if about and len(candidates) > 1 else candidates


def held(candidates: Iterable[Candidate], about: Ref | None) -> list[Candidate]:
    return [one for one in candidates if one.ref == about or about in holders_of([one.ref])]


def keys_of(candidate: Candidate) -> set[str]:
    return {name_key(part) for part in (candidate.label, *candidate.note.split(" · "))}


def entries_called(keys: Collection[str]) -> dict[str, list[Candidate]]:
    """{name: the records that are shown by it}, of every kind that a text may name; none in the bin."""
    if not keys:
        return {}
    rows = db.session.execute(
        sa.select(ENTRY.c.record_type, ENTRY.c.record_id, ENTRY.c.title, ENTRY.c.note, ENTRY.c.name_key)
        .where(
            ENTRY.c.record_type.in_(KINDS["@"]),
            ENTRY.c.name_key.in_({key[:80] for key in keys}),
            sa.not_(ENTRY.c.archived),
        )
        .order_by(ENTRY.c.id)
        .limit(200)
    )
    found: dict[str, list[Candidate]] = {}
    for row in rows:
        candidate = Candidate(Ref(row.record_type, row.record_id), row.title, row.note)
        found.setdefault(row.name_key, []).append(candidate)
    return found


def accounts_called(names: Collection[str]) -> dict[str, list[Candidate]]:
    """{name: the accounts of staff that bear it}, of those who can sign in."""
    rows = db.session.scalars(
        sa.select(Account)
        .where(Account.name.in_(names), Account.role.in_(READERS), Account.disabled_at.is_(None))
        .order_by(Account.id)
    )
    found: dict[str, list[Candidate]] = {}
    for account in rows:
        found.setdefault(account.name, []).append(Candidate(Ref("account", account.id), account.name, account.username))
    return found


def accounts_suggested(text: str) -> list[Candidate]:
    """The accounts of staff whose name holds a text."""
    rows = db.session.scalars(
        sa.select(Account)
        .where(
            sa.or_(Account.name.contains(text, autoescape=True), Account.username.startswith(text, autoescape=True)),
            Account.role.in_(READERS),
            Account.disabled_at.is_(None),
        )
        .order_by(Account.name)
        .limit(SUGGESTED)
    )
    return [Candidate(Ref("account", one.id), one.name, one.username) for one in rows]


def short_names(refs: Collection[Ref]) -> dict[Ref, str]:
    """{record: the name that it is shown by, as names are compared}."""
    if not refs:
        return {}
    rows = db.session.execute(
        sa.select(ENTRY.c.record_type, ENTRY.c.record_id, ENTRY.c.name_key).where(
            sa.tuple_(ENTRY.c.record_type, ENTRY.c.record_id).in_([tuple(ref) for ref in refs])
        )
    )
    return {Ref(row.record_type, row.record_id): row.name_key for row in rows}
