"""What reports show of the fund matrix: from gross to net, level by level, what is covered, and who is not reached."""

from __future__ import annotations

from collections.abc import Iterator

from crm.funds.look_through import Level, Span
from crm.lib.money import Amount
from crm.lib.sheets import Kind
from crm.matrix.coverage import Cell as Place
from crm.matrix.nearest import Near, Reach
from crm.matrix.sides import Condition, Need
from crm.matrix.standing import ROWS
from crm.metrics.pictures import waterfall
from crm.reports.content import Block, Cell, Column, Drawing, Group, Note, Row, Section, Table, Value
from crm.reports.kinds.matrix.gathered import LISTED, Found
from crm.reports.words import in_unit, table_unit
from crm.settings.choices import term
from crm.web.filters import count, day, money
from crm.web.language import gettext as _
from crm.web.language import ngettext

SHADES = 5


def basis_in_words(basis: str) -> str:
    """What the amounts are: 认缴 or 实缴."""
    return {"committed": _("Committed"), "paid_in": _("Paid in")}[basis]


# --- looked through


def from_gross_to_net(found: Found) -> Section:
    """The waterfall, and its numbers level by level."""
    title = _("From gross to net")
    drawing = Drawing(
        "waterfall",
        waterfall(found.looked),
        title,
        _("The table below has the same numbers."),
        [("v", _("what stands")), ("w", _("given by other funds of the matrix")), ("p", _("not exactly known"))],
    )
    small = _("%(basis)s, in %(unit)s", basis=basis_in_words(found.basis), unit=table_unit())
    return Section([drawing, level_table(found), *vague(found)], title, small, together=True)


def level_table(found: Found) -> Table:
    columns = [
        Column(_("Level"), strong=True),
        Column(_("Funds"), Kind.COUNT, 18),
        Column(_("Gross amount"), Kind.MONEY, 34),
        Column(_("Inside"), Kind.MONEY, 34),
        Column(_("Net"), Kind.MONEY, 34),
    ]
    whole = found.looked
    return Table(
        _("Level by level"),
        columns,
        [Group(list(map(level_row, whole.levels)))],
        total=(_("In all"), (found.funds, spanned(whole.gross), spanned(whole.inside), spanned(whole.net))),
        together=True,
    )


def level_row(level: Level) -> Row:
    if level.depth:
        told = ngettext("%(num)s level of funds behind them", "%(num)s levels of funds behind them", level.depth)
    else:
        told = _("No fund of the matrix behind them")
    name = f"{level.depth} · {told}"
    return name, len(level.funds), spanned(level.gross), spanned(level.inside), spanned(level.net)


def spanned(span: Span) -> Value:
    """A span as a value of a table: one number, both ends, or that it is at least the lower one."""
    if span.is_exact:
        return span.low
    if span.high is None:
        return Amount.in_words(_("at least %(amount)s", amount=money(span.low)))
    return Amount(span.low, span.high, None)


def vague(found: Found) -> Iterator[Note]:
    looked = found.looked
    if looked.unknown or looked.vague:
        yield Note(
            _(
                "Not exactly known, and therefore a range: what %(funds)s funds raised, and %(gifts)s commitments of"
                " one fund to another.",
                funds=count(len(looked.unknown)),
                gifts=count(len(looked.vague)),
            )
        )
    yield Note(_("In CNY at the stored rates. Assets under management are never mixed in."))


# --- what is covered


def covered(found: Found) -> Section:
    """The gap of each cell on grounds as dark as it is large; the workbook has every number of a cell."""
    name = _("Coverage: what is sought and no fund can give")
    blocks: list[Block] = [gap_table(found, name), *said_of_cells(found), cell_table(found)]
    return Section(blocks, name, _("gap, in %(unit)s", unit=table_unit()))


def gap_table(found: Found, name: str) -> Table:
    matrix = found.matrix
    largest = max((cell.gap for cell in matrix.cells.values()), default=0)
    columns = [
        Column(_("Growth stage") if found.rows == "stage" else _("Round"), strong=True),
        *(Column(term("sector_layer", sector), Kind.MONEY, 20) for sector in matrix.sectors),
        Column(_("Total"), Kind.MONEY, 22),
    ]
    rows: list[Row] = [
        (
            term(ROWS[found.rows], stage),
            *(gap_cell(matrix.cells[stage, sector], largest) for sector in matrix.sectors),
            gap_cell(matrix.by_stage[stage]),
        )
        for stage in matrix.stages
    ]
    rows.append(
        (_("Total"), *(gap_cell(matrix.by_sector[sector]) for sector in matrix.sectors), gap_cell(matrix.whole))
    )
    return Table(name, columns, [Group(rows)], dense=True, together=True)


def gap_cell(cell: Place, largest: int = 0) -> Cell:
    """What is missing, above supply and demand."""
    if cell.is_empty:
        return Cell(None)
    supply, demand = in_unit(cell.capital), in_unit(cell.demand)
    under = (_("S %(amount)s", amount=supply), _("D %(amount)s", amount=demand))
    ends = Amount(cell.gap, cell.gap_high, None) if cell.gap_high > cell.gap else cell.gap
    return Cell(ends, under=under, shade=shade(cell.gap, largest))


def shade(value: int, largest: int) -> int:
    """0 for nothing, 1 to 5 for shares of the largest."""
    return -(-SHADES * value // largest) if value > 0 and largest else 0


def said_of_cells(found: Found) -> Iterator[Note]:
    yield Note(
        _(
            "S: what the funds that can invest there have left; D: what open rounds still seek. The darker, the larger"
            " the gap. A fund counts once in a cell and once in each total: totals are not sums of cells."
        )
    )
    if found.matrix.unplaced:
        yield Note(
            _(
                "In no cell: %(count)s startups with an open round whose stage or sector is not known.",
                count=count(found.matrix.unplaced),
            )
        )


def cell_table(found: Found) -> Table:
    """Every number of every cell, for the workbook."""
    labels = [
        (_("Growth stage") if found.rows == "stage" else _("Round"), Kind.TEXT),
        (_("Sector layer"), Kind.TEXT),
        (_("Funds"), Kind.COUNT),
        (_("Reachable capital"), Kind.MONEY),
        (_("Startups raising"), Kind.COUNT),
        (_("Open demand"), Kind.MONEY),
        (_("Open demand, at most"), Kind.MONEY),
        (_("Gap"), Kind.MONEY),
        (_("Gap, at most"), Kind.MONEY),
        (_("Without any fund"), Kind.COUNT),
        (_("Deals in progress"), Kind.COUNT),
    ]
    columns = [Column(label, kind, on="sheet") for label, kind in labels]
    rows = [
        (term(ROWS[found.rows], stage), term("sector_layer", sector), *cell_row(cell))
        for (stage, sector), cell in found.matrix.cells.items()
    ]
    return Table(_("Coverage by cell"), columns, [Group(rows)])


def cell_row(cell: Place) -> Row:
    money_of = (cell.startups, cell.demand, cell.demand_high, cell.gap, cell.gap_high)
    return cell.funds, cell.capital, *money_of, cell.unmet, cell.deals


# --- who is not reached


def gaps(found: Found) -> Section:
    """The rounds that no fund reaches, or that funds cannot fill, and the nearest funds."""
    columns = [
        Column(_("Startup"), width=34, strong=True),
        Column(_("Round"), width=18),
        Column(_("Still sought"), Kind.MONEY, 24),
        Column(_("What is missing"), spaced=True),
    ]
    shown = found.unreached[:LISTED]
    table = Table(
        _("Rounds without enough funds"),
        columns,
        [Group(list(map(reach_row, shown)))],
        record="round",
        ids=[one.need.round_id for one in shown],
        dense=True,
    )
    blocks: list[Block] = [table]
    if len(found.unreached) > LISTED:
        listed = _(
            "The latest %(listed)s of %(count)s are listed; the application lists all.",
            listed=count(LISTED),
            count=count(len(found.unreached)),
        )
        blocks.insert(0, Note(listed, before=True))
    small = _("the largest first, with the nearest funds; amounts in %(unit)s", unit=table_unit())
    return Section(blocks, _("Rounds without enough funds"), small)


def reach_row(one: Reach) -> Row:
    need = one.need
    first, *others = list(what_is_missing(one))
    return need.name, term("round_name", need.round_name), still_sought(need), Cell(first, under=tuple(others))


def still_sought(need: Need) -> Value:
    if need.rest is None:
        return None
    return need.rest if need.rest_high in (None, need.rest) else Amount(need.rest, need.rest_high, None)


def what_is_missing(one: Reach) -> Iterator[str]:
    """Lines: what together is not enough, or the one change that would help most and the nearest funds."""
    if one.funds:
        reached = ngettext("%(num)s fund reaches it", "%(num)s funds reach it", one.funds)
        rest = (one.need.rest or 0) - one.most
        told = _("together at most %(amount)s: %(rest)s is missing", amount=money(one.most), rest=money(rest))
        yield f"{reached}, {told}"
        return
    if one.smallest_change:
        yield smallest_change(one, *one.smallest_change)
    for near in one.nearest:
        yield _("%(name)s: %(value)s", name=near.offer.name, value=failures(near))
    if not one.nearest:
        yield _("There is no fund at all.")


def smallest_change(one: Reach, condition: Condition, funds: int) -> str:
    if condition == Condition.TICKET:
        return _(
            "Minimum ticket of %(amount)s instead of %(tickets)s: %(funds)s more would reach it",
            funds=count(funds),
            amount=money(one.need.rest),
            tickets=" – ".join(map(money, sorted({*(one.tickets or ())}))),
        )
    return ngettext(
        "Only this fails (%(condition)s): %(num)s fund",
        "Only this fails (%(condition)s): %(num)s funds",
        funds,
        condition=in_words(condition),
    )


def failures(near: Near) -> str:
    """The conditions that fail for a fund."""
    details = {
        Condition.TICKET: f" ({money(near.offer.ticket)})",
        Condition.PERIOD: f" ({' – '.join(day(end) for end in (near.offer.begins_on, near.offer.ends_on) if end)})",
    }
    return _(", ").join(in_words(one) + details.get(one, "") for one in near.failing)


def in_words(condition: Condition) -> str:
    """What fails."""
    told: dict[Condition, str] = {
        Condition.STAGE: _("stage"),
        Condition.LAYER: _("sector layer"),
        Condition.VERTICAL: _("industry"),
        Condition.CURRENCY: _("invests in other currencies only"),
        Condition.PERIOD: _("outside its investment period"),
        Condition.INVESTABLE: _("nothing left for one more ticket, or not known"),
        Condition.TICKET: _("minimum ticket is more than is sought"),
    }
    return told[condition]
