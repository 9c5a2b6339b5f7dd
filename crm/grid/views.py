"""Services and deals as grids: many rows on one page, changed as in a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, flash, jsonify, request

from crm.deals import policies as deal_policies
from crm.deals import queries as deal_queries
from crm.deals.asked import asked_deals
from crm.grid import actions
from crm.grid.actions import Outcome
from crm.grid.deals import DealSheet
from crm.grid.forms import sent_rows
from crm.grid.reading import SentRow, read_rows
from crm.grid.rows import ShownRow, answered_rows, as_json, blank_rows, shown_record
from crm.grid.services import ServiceSheet
from crm.grid.sheet import Sheet
from crm.lib.spans import write_spans
from crm.services import policies as service_policies
from crm.services import queries as service_queries
from crm.services.asked import asked_services
from crm.settings.choices import choices
from crm.web.answers import go, now, page
from crm.web.guards import actor, requires
from crm.web.language import ngettext
from crm.web.lists import listing, place_from_request

bp = Blueprint("grid", __name__)
ROWS = 100
BLANK_ROWS = 5


@bp.route("/services/grid", methods=["GET", "POST"])
@requires(service_policies.may_write)
def edit_services() -> Any:
    sheet = ServiceSheet(actor())
    return grid(sheet, "grid/edit_services.html", asked_services, service_queries.services)


@bp.route("/deals/grid", methods=["GET", "POST"])
@requires(deal_policies.may_write)
def edit_deals() -> Any:
    also_service = request.method == "GET" or "also_service" in request.form
    sheet = DealSheet(actor(), also_service=also_service)
    return grid(
        sheet,
        "grid/edit_deals.html",
        asked_deals,
        deal_queries.deals,
        also_service=also_service,
        stages=choices("deal_stage"),
        statuses=choices("deal_status"),
    )


def grid(sheet: Sheet, template: str, asked: Callable[[], Any], find: Callable[..., Any], **values: Any) -> Any:
    """The page of a grid; or what became of the rows that were sent, for its script or as the page again."""
    left: list[ShownRow] = []
    if request.method == "POST":
        sent = sent_rows(sheet, request.form)
        outcome = saved(sheet, sent)
        answered = answered_rows(sheet, sent, outcome.answers)
        if request.accept_mimetypes.best == "application/json":
            rows = {row.key: as_json(row) for row in answered}
            return jsonify(rows=rows, saved=outcome.saved, undo=write_spans(outcome.changes))
        if outcome.saved:
            flash(ngettext("%(num)s row was saved.", "%(num)s rows were saved.", outcome.saved), "done")
        if not outcome.wrong:
            return go(request.full_path.rstrip("?"))
        left = [row for row in answered if row.state != actions.State.SAVED]
    wanted, filters, chips = asked()
    found = find(actor(), place_from_request(), size=ROWS, **filters)
    shown = page(
        template,
        columns=sheet.columns,
        rows=rows_of_page(sheet, found.rows, left),
        listing=listing(found, chips),
        wanted=wanted,
        wrong=len([row for row in left if row.errors or row.theirs]),
        **values,
    )
    return (shown, 200 if not left or outcome.saved else 422)


def saved(sheet: Sheet, sent: Sequence[SentRow]) -> Outcome:
    """Save what was sent, as the pressed button says."""
    mode = request.form.get("mode", "all")
    known = actions.known_keys([row.key for row in sent], actor().id)
    rows = read_rows(sheet, sent, known)
    return actions.save(sheet, rows, partly=mode == "good", only_try=mode == "check", by=actor(), at=now())


def rows_of_page(sheet: Sheet, records: Sequence[Any], left: Sequence[ShownRow]) -> list[ShownRow]:
    """The records, rows that could not be saved among them as they were typed, and blank rows."""
    sheet.learn(records)
    typed = {row.record_id: row for row in left if row.record_id}
    shown = [typed.pop(record.id) if record.id in typed else shown_record(sheet, record) for record in records]
    new = [row for row in left if not row.record_id]
    return [*shown, *typed.values(), *new, *blank_rows(sheet, BLANK_ROWS)]
