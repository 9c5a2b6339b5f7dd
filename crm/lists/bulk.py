"""Changing many rows of a list together: those that are ticked, or all that match the filters of the address."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import abort, flash, request
from werkzeug.wrappers import Response

from crm.accounts import queries as account_queries
from crm.core.errors import Refusal
from crm.core.listing import Place, Slice
from crm.lib.spans import read_spans, write_spans
from crm.lists.pages import page_of
from crm.web.answers import go
from crm.web.guards import actor
from crm.web.language import gettext as _
from crm.web.language import ngettext, translate
from crm.web.lists import MOST_AT_ONCE, ListKind, address, rows_meant, without_place

Told = Callable[[int], str]


@dataclass(frozen=True)
class Many:
    """What can be done with many rows.

    `records`: loads them by their ids, of those that this actor may see. `may`: asked about each of them. `acts`: what
    is done with each, and what is said afterwards. `leads`: to a page that goes on with all of them, by their ids.
    """

    kind: ListKind
    records: Callable[[Any, Sequence[int]], Sequence[Any]]
    may: Callable[..., bool]
    acts: Mapping[str, tuple[Callable[[Any], object], Told]]
    leads: Mapping[str, Callable[[str], Response]] = field(default_factory=dict)


def chosen_rows() -> Place:
    """The rows that the bar is about."""
    return rows_meant(MOST_AT_ONCE)


def asked_choice(name: str, offered: Sequence[tuple[str, str]]) -> str:
    """What a menu of the bar says, if it is among what the menu offers; else ""."""
    asked = request.form.get(name, "")
    return asked if asked in {value for value, _label in offered} else ""


def asked_owner() -> int | None:
    """Whom the menu of owners says."""
    owners = [(str(number), name) for number, name in account_queries.owner_names()]
    return int(asked_choice("owner_id", owners) or 0) or None


def change_many(many: Many, found: Slice) -> Response:
    """Do what the bar asks for, then show the list again, where it tells what was left out and why."""
    verb, ids = request.form.get("do", ""), [row.id for row in found.rows]
    if verb not in many.acts and verb not in many.leads:
        abort(404)
    if found.next_cursor:
        flash(_("More than %(most)s match. Choose filters, then try again.", most=MOST_AT_ONCE), "wrong")
    elif not ids:
        flash(_("Tick the rows first."), "wrong")
    elif verb in many.acts:
        act(many, verb, ids)
    else:
        try:
            return many.leads[verb](write_spans(ids))
        except Refusal as refusal:
            flash(" ".join(told(refusal)), "wrong")
    return go(address(page_of(many.kind), without_place(dict(request.args))))


def act(many: Many, verb: str, ids: Sequence[int]) -> None:
    do, say = many.acts[verb]
    done, reasons = 0, list[str]()
    for record in many.records(actor(), ids):
        try:
            if not many.may(actor(), record):
                raise Refusal({})
            do(record)
        except Refusal as refusal:
            reasons += told(refusal)
        else:
            done += 1
    if done:
        flash(say(done), "done")
    if done < len(ids):
        left = ngettext("%(num)s row was left out.", "%(num)s rows were left out.", len(ids) - done)
        flash(" ".join([left, *dict.fromkeys(reasons)]), "wrong")


def told(refusal: Refusal) -> list[str]:
    return [translate(message) for message in refusal.fields.values()]


def told_archived(count: int) -> str:
    return ngettext("%(num)s row is in the bin now.", "%(num)s rows are in the bin now.", count)


def told_given(count: int) -> str:
    return ngettext("%(num)s row has another owner now.", "%(num)s rows have another owner now.", count)


def handed_on() -> list[int]:
    """The ids with which a page goes on that the bar led to."""
    try:
        return read_spans(request.args.get("picked", ""), at_most=MOST_AT_ONCE)
    except ValueError:
        return []
