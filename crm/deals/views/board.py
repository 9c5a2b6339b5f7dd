"""The board of deals, and the table of deals by round."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from crm.audit.pages import last_change
from crm.core.clock import day_of
from crm.core.errors import Conflict
from crm.core.listing import Slice
from crm.deals import actions, policies, queries
from crm.deals.asked import asked_deals, filter_choices
from crm.deals.models import Deal, DealStatus
from crm.deals.queries import Wanted
from crm.deals.views.blueprint import bp
from crm.deals.views.deals import move_form, moved
from crm.settings.choices import word
from crm.settings.queries import terms
from crm.web.answers import form_page, go, now, page, safe_path
from crm.web.filters import moment
from crm.web.guards import actor, requires
from crm.web.language import gettext as _
from crm.web.lists import Listing, address, listing, place_from_request

FIRST_CARDS, MORE_CARDS, MOST_CARDS = 5, 20, 200
NO_ROWS = Slice((), 0, False, "", False, None, None)
PER_REQUEST = ("seen", "told", "archived")


@bp.get("/deals/board")
@requires(policies.may_list)
def show_board() -> Any:
    asked, wanted, bar = asked_board()
    seen = seen_lanes()
    board = queries.board(actor(), wanted, {stage: shown for stage, (_, shown) in seen.items()}, day_of(now()))
    return page(
        "deals/show_board.html",
        asked=asked,
        choices=filter_choices(),
        listing=bar,
        **shown_lanes(board, bar, wanted),
    )


@bp.get("/deals/board/lanes")
@requires(policies.may_list)
def show_lanes() -> Any:
    """The lanes that changed since they were read, as parts of the board; nothing when none did."""
    _, wanted, bar = asked_board()
    seen = seen_lanes()
    told = request.args.get("told") == "1"
    changed = [stage for stage, number in queries.numbers(wanted).items() if seen[stage][0] != number]
    if not changed and not told:
        return Response(status=204)
    board = queries.board(actor(), wanted, {stage: shown for stage, (_, shown) in seen.items()}, day_of(now()), changed)
    parts = shown_lanes(board, bar, wanted)
    return page("deals/show_lanes.html", **parts, changed=changed, told=told)


@bp.route("/deals/board/<int:deal_id>/move", methods=["GET", "POST"])
@requires(policies.may_write, deal=queries.find_deal)
def move_on_board(deal: Deal) -> Any:
    """The form of a move within a card."""
    template = "deals/move_on_board.html"
    if request.method == "GET":
        form = move_form(deal, stage=request.args.get("stage") or next_stage(deal))
        return page(template, form=form, deal=deal, said="")
    (deal,) = queries.deals_to_change(actor(), [deal.id])
    form = move_form(deal)

    def save() -> Response:
        actions.move_deal(deal, form.move(), version=form.version.data, by=actor(), at=now())
        flash(moved(deal, form.stage.data), "done")
        return go(safe_path(request.form.get("back"), url_for("deals.show_board")))

    try:
        return form_page(template, form, save, deal=deal, said="")
    except Conflict:
        return page(template, form=move_form(deal, formdata=None), deal=deal, said=moved_meanwhile(deal)), 409


@bp.get("/deals/by-round")
@requires(policies.may_list)
def list_by_round() -> Any:
    asked, filters, chips = asked_deals()
    found = queries.rounds_with_deals(actor(), place_from_request(), filters["wanted"])
    return page(
        "deals/list_by_round.html",
        asked=asked,
        choices=filter_choices(),
        listing=listing(found, chips),
        deals=queries.deals_by_round(actor(), filters["wanted"], [round.id for round in found.rows]),
        stages=tuple(one.code for one in terms("deal_stage").values() if not one.is_retired),
        may_write=policies.may_write(actor()),
    )


def asked_board() -> tuple[dict[str, str], Wanted, Listing]:
    """What the address asks the board for: deals of one status, the active ones by default; never those in the bin."""
    asked, filters, chips = asked_deals()
    asked["status"] = asked["status"] or DealStatus.ACTIVE
    bar = listing(NO_ROWS, [chip for chip in chips if chip[0] != "archived"])
    bar.path = url_for("deals.show_board")
    for name in PER_REQUEST:
        bar.arguments.pop(name, None)
    bar.arguments["status"] = asked["status"]
    return asked, filters["wanted"].but(status=asked["status"], archived=False), bar


class Seen(dict[str, tuple[int, int]]):
    """{stage: (the number of its lane, how many cards it shows)}, as a reader has them."""

    def __missing__(self, stage: str) -> tuple[int, int]:
        return (-1, FIRST_CARDS)


def seen_lanes() -> Seen:
    """What the address says that the reader has: `stage.number.cards`, set apart by commas."""
    seen = Seen(dict.fromkeys(terms("deal_stage"), (-1, FIRST_CARDS)))
    for told in request.args.get("seen", "").split(","):
        stage, *numbers = told.split(".")
        if stage in seen and len(numbers) == 2 and all(one.isascii() and one.isdigit() for one in numbers):
            number, shown = (int(one[:18]) for one in numbers)
            seen[stage] = number, min(max(shown, FIRST_CARDS), MOST_CARDS)
    return seen


def shown_lanes(board: Any, bar: Listing, wanted: Wanted) -> dict[str, Any]:
    """What the lanes need to be shown."""
    today = day_of(now())
    words = terms("deal_stage")
    return {
        "board": board,
        "board_href": address(bar.path, bar.arguments),
        "lanes_href": address(url_for("deals.show_lanes"), bar.arguments),
        "stale_href": bar.with_argument("stale", "1"),
        "status": wanted.status,
        "today": today,
        "late_before": {
            code: today - timedelta(days=one.limit_days) if one.limit_days and wanted.status == "active" else None
            for code, one in words.items()
        },
        "step": MORE_CARDS,
        "most": MOST_CARDS,
        "may_write": policies.may_write(actor()),
    }


def next_stage(deal: Deal) -> str:
    """The stage that follows a deal's own; its own at the end."""
    offered = [one.code for one in terms("deal_stage").values() if not one.is_retired or one.code == deal.stage]
    return offered[min(offered.index(deal.stage) + 1, len(offered) - 1)]


def moved_meanwhile(deal: Deal) -> str:
    """Who was quicker, and where the deal is now."""
    change = last_change(deal)
    told: str = _(
        "%(name)s changed this deal at %(time)s. It is at “%(stage)s” now: look, then move it again.",
        name=change.by if change else _("Somebody"),
        time=moment(change.at if change else now()),
        stage=word("deal_stage", deal.stage),
    )
    return told
