"""Lists that are taken along as files, and who took which."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from flask import flash, request
from werkzeug.wrappers import Response

from crm.audit import actions as audit
from crm.core.clock import day_of
from crm.core.listing import Place, Slice
from crm.lib.sheets import Kind, Sheet, Value
from crm.web.answers import go, now, sheet_file
from crm.web.guards import actor
from crm.web.language import gettext as _
from crm.web.lists import address, rows_meant, without_place

MOST = 10_000


def whole_list() -> Place:
    """What is ticked, else the whole list in the sort that the URL asks for, as many rows as a file may have."""
    place = rows_meant(MOST)
    return place if place.only else replace(place, only=None)


def hand_out(
    title: str,
    headings: Sequence[tuple[str, Kind]],
    found: Slice,
    line: Callable[[Any], Sequence[Value]],
    back: str,
) -> Response:
    """The rows of a list as the file that was asked for, with an entry in the account's history; `line` makes the cells
    of a row. A list that is too long leads `back` to its page, under the same filters."""
    if found.next_cursor:
        told = _("More than %(most)s rows match. Choose filters, then export again.", most=f"{MOST:,}")
        flash(told, "wrong")
        return go(address(back, without_place(dict(request.args))))
    return hand_out_sheet(Sheet([title], headings, [line(row) for row in found.rows]))


def hand_out_sheet(sheet: Sheet) -> Response:
    """A table as the file that was asked for, with an entry in the account's history."""
    title, day = sheet.about[0], day_of(now()).isoformat()
    answer = sheet_file(sheet, f"{title} {day}", request.form.get("format", ""))
    audit.record(actor(), "took", by=actor(), at=now(), name=f"{title} · {len(sheet.rows):,}")
    return answer


def yuan(fen: int | None) -> float | None:
    """An amount as files have it."""
    return None if fen is None else fen / 100
