"""What stands in each table of the analytics. `href`: the deals behind a figure, as (name, argument, more filters)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from flask import url_for

from crm.analytics.pictures import bucket_in_words, reason_in_words
from crm.analytics.queries import forecast as money
from crm.analytics.queries.forecast import Forecast, Sum
from crm.analytics.queries.funnel import Funnel
from crm.analytics.queries.groups import Tally, milestones, total
from crm.analytics.queries.institutions import Responses
from crm.analytics.queries.reasons import Endings
from crm.analytics.table import Cell, Column, Href, Kind, Row, Table, amount, count, share
from crm.settings.choices import word
from crm.web.language import gettext as _
from crm.web.language import ngettext


def funnel_table(found: Funnel, href: Href) -> Table:
    """Stage by stage: how far deals got, how many went on, how long they stayed."""
    columns = [
        Column(_("Stage"), Kind.STAGE),
        Column(_("Got this far")),
        Column(_("Was at it")),
        Column(_("Moved on")),
        Column(_("Conversion"), Kind.SHARE, is_strong=True),
        Column(_("Funded afterwards")),
        Column(_("Funded afterwards, share"), Kind.SHARE, short=_("Share")),
        Column(_("Median days"), Kind.DAYS),
        Column(_("Median days: of deals"), short=_("of deals")),
        Column(_("There now")),
    ]
    rows = []
    for place, row in enumerate(found.rows, 1):
        goes_on = place < len(found.rows)
        rows.append(
            Row(
                [
                    Cell(row.code),
                    count(row.reached, href("reached", row.code)),
                    count(row.stood, href("stood", row.code)),
                    count(row.moved_on, href("moved-on", row.code)) if goes_on else Cell(),
                    share(row.moved_on, row.stood) if goes_on else Cell(),
                    count(row.funded, href("funded-after", row.code)) if goes_on else Cell(),
                    share(row.funded, row.stood) if goes_on else Cell(),
                    Cell(row.days),
                    count(row.timed, href("left", row.code)),
                    count(row.here, href("here", row.code)),
                ]
            )
        )
    return Table("funnel", _("Funnel by stage"), columns, rows)


def group_table(found: Iterable[Tally], by: str, called: Callable[[Any], str], href: Callable[..., str]) -> Table:
    """The deals of each group. `by`: what groups them; `called`: a group's key in words; `href` takes its key first."""
    rows = [Row([Cell(called(one.key)), *tally_cells(one, href)]) for one in found]
    return Table("groups", _("Deals by group"), [Column(by, Kind.TEXT), *tally_columns()], rows)


def cohort_table(found: Sequence[Tally], href: Callable[..., str]) -> Table:
    """The months of introduction, the latest first, and all of them; of these the key is None."""
    rows = [Row([Cell(f"{one.key[0]}-{one.key[1]:02}"), *tally_cells(one, href)]) for one in reversed(found)]
    rows.append(Row([Cell(_("All months")), *tally_cells(total(found), href)], is_strong=True))
    return Table("cohorts", _("Cohorts by month"), [Column(_("Month"), Kind.TEXT), *tally_columns()], rows)


def tally_columns() -> list[Column]:
    columns = [Column(_("Introductions"))]
    for code in milestones():
        stage = word("deal_stage", code)
        columns += [Column(stage), Column(_("%(stage)s, share", stage=stage), Kind.SHARE, short="%")]
    return [*columns, Column(_("Passed")), Column(_("Still open"))]


def tally_cells(one: Tally, href: Callable[..., str]) -> list[Cell]:
    cells = [count(one.introduced, href(one.key, "introduced"))]
    for code, reached in zip(milestones(), one.reached, strict=True):
        cells += [count(reached, href(one.key, "reached", code)), share(reached, one.introduced)]
    return [*cells, count(one.passed, href(one.key, "passed")), count(one.open, href(one.key, "open"))]


def reason_table(found: Endings, href: Href) -> Table:
    """Passes by reason, then how else deals ended."""
    columns = [
        Column(_("Reason"), Kind.TEXT),
        Column(_("Deals")),
        Column(_("Share"), Kind.SHARE),
        Column(_("Before meeting")),
        Column(_("After meeting")),
    ]
    rows = [
        Row(
            [
                Cell(reason_in_words(row.reason)),
                count(row.deals, href("passed", row.reason)),
                share(row.deals, found.passed),
                count(row.unmet, href("passed-unmet", row.reason)),
                count(row.met, href("passed-met", row.reason)),
            ]
        )
        for row in found.reasons
    ]
    passed = [
        Cell(_("Passed by the institution")),
        count(found.passed, href("passed")),
        Cell(),
        count(found.unmet, href("passed-unmet")),
        count(found.passed - found.unmet, href("passed-met")),
    ]
    others = ((_("Declined by the startup"), "declined", found.declined), (_("Lapsed"), "lapsed", found.lapsed))
    rows.append(Row(passed, is_strong=True))
    rows += [Row([Cell(label), count(deals, href(name)), Cell(), Cell(), Cell()]) for label, name, deals in others]
    return Table("reasons", _("How deals ended"), columns, rows)


def response_table(found: Iterable[Responses], href: Href) -> Table:
    """How each institution answers."""
    columns = [
        Column(_("Institution"), Kind.TEXT, sort="name"),
        Column(_("Introductions"), sort="introduced"),
        Column(_("Judged")),
        Column(_("Replied")),
        Column(_("Reply rate"), Kind.SHARE, sort="replied", is_strong=True),
        Column(_("Met")),
        Column(_("Days to meeting"), Kind.DAYS),
        Column(_("Days to meeting: of deals"), short=_("of deals")),
        Column(_("Signed")),
        Column(_("Passed")),
    ]
    rows = []
    for one in found:
        mine = {"institution": one.institution_id}
        rows.append(
            Row(
                [
                    Cell(one.name, url_for("institutions.show_institution", institution_id=one.institution_id)),
                    count(one.introduced, href("introduced", **mine)),
                    count(one.judged, href("judged", **mine)),
                    count(one.replied, href("replied", **mine)),
                    share(one.replied, one.judged),
                    count(one.met, href("reached", "met", **mine)),
                    Cell(one.days),
                    count(one.timed, href("timed", **mine)),
                    count(one.signed, href("reached", "signed", **mine)),
                    count(one.passed, href("passed", **mine)),
                ]
            )
        )
    return Table("institutions", _("Response of each institution"), columns, rows)


def forecast_table(found: Forecast, href: Href) -> Table:
    """Expected money by month, and all of it."""
    columns = [
        Column(_("Month"), Kind.TEXT),
        Column(_("Active deals")),
        Column(_("Undisclosed")),
        Column(_("Intended"), Kind.AMOUNT),
        Column(_("Weighted"), Kind.AMOUNT, is_strong=True),
    ]
    rows = [
        Row([Cell(bucket_in_words(name)), *sum_cells(one, href("expected", name))])
        for name, one in found.buckets.items()
        if one.deals
    ]
    rows.append(Row([Cell(_("All")), *sum_cells(found.total, href("expected"))], is_strong=True))
    return Table("forecast", _("Forecast by month"), columns, rows)


def sum_cells(one: Sum, href: str) -> list[Cell]:
    missing = ngettext("%(num)s deal without a weight", "%(num)s deals without a weight", one.unweighted)
    return [
        count(one.deals, href),
        Cell(one.undisclosed),
        amount(one.low, one.high),
        amount(one.weighted_low, one.weighted_high, note=missing if one.unweighted else ""),
    ]


def weight_table(found: Forecast, href: Href, of_all: Href) -> Table:
    """The weight of each stage and the past behind it, which no filter changes: `of_all` links to those deals."""
    columns = [
        Column(_("Stage"), Kind.STAGE),
        Column(_("Past deals")),
        Column(_("Funded")),
        Column(_("Weight"), Kind.SHARE, is_strong=True),
        Column(_("Usual days to the money"), Kind.DAYS),
        Column(_("Active deals")),
        Column(_("Intended"), Kind.AMOUNT),
        Column(_("Weighted"), Kind.AMOUNT),
    ]
    few = _("fewer than %(fewest)s", fewest=money.FEWEST)
    rows = [
        Row(
            [
                Cell(code),
                count(past.decided, of_all("decided", code)),
                count(past.funded, of_all("funded-after", code)),
                Cell(note=few) if past.weight is None else share(past.funded, past.decided),
                Cell(past.usual_days),
                count(found.by_stage[code].deals, href("expected", stage=code)),
                amount(found.by_stage[code].low, found.by_stage[code].high),
                amount(found.by_stage[code].weighted_low, found.by_stage[code].weighted_high),
            ]
        )
        for code, past in found.past.items()
    ]
    return Table("weights", _("Weight of each stage"), columns, rows)
