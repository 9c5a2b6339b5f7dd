"""The Monday meeting: what moved in a week, what is stuck, what is due, what needs a decision. Two pages at most."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from zlib import crc32

from crm.accounts.models import System
from crm.lib.sheets import Kind
from crm.lib.text import N_
from crm.meeting import words
from crm.meeting.queries import Meeting, meeting
from crm.meeting.queries.moved import Move, Payment
from crm.meeting.queries.parts import Few, Point
from crm.meeting.week import week_of
from crm.reports import nouns
from crm.reports.content import Block, Cell, Column, Content, Group, Key, Keys, Note, Row, Section, Table
from crm.reports.counted import Row as CountedRow
from crm.reports.counted import Rows
from crm.reports.figures import Scope
from crm.reports.kinds.kind import Asked, ReportKind
from crm.reports.kinds.summary.rows import of_deals
from crm.reports.periods import Period
from crm.settings.choices import term
from crm.web.filters import count, day, money
from crm.web.language import gettext as _
from crm.web.language import ngettext

MOST, MOST_STUCK = 5, 7  # rows of a group: two pages must do


def gather(asked: Asked) -> Meeting:
    """The meeting about the week that the period begins with, as whoever asks may read it."""
    return meeting(asked.by or System(), week_of(asked.period.first, asked.today))


def tell(found: Meeting) -> Content:
    """The meeting in the language at hand."""
    week = found.week
    return Content(
        title=_("Monday meeting"),
        name=words.week_days(week),
        days="",
        meta=[
            (_("As of"), day(week.as_of)),
            (_("Covers"), _("What moved, what is stuck, what is due, what needs a decision")),
        ],
        sections=list(sections(found)),
        foot=_("For internal use by the recipient"),
        look="close",
    )


def sections(found: Meeting) -> Iterator[Section]:
    yield Section([Keys(list(keys(found)))])
    yield Section(list(moved(found)), _("What moved"))
    small = _("active, and longer at its stage than it allows; the longest first")
    yield Section(list(stuck(found)), _("What is stuck"), small)
    due = points(found, found.due.lists, _("What is due"), _("When"), _("Nothing is due."))
    yield Section(due, _("What is due"), _("overdue, and up to %(day)s", day=day(found.week.until)))
    name, nothing = _("What needs a decision"), _("Nothing waits for a decision.")
    closing = Note(
        _(
            "Signed and received amounts are two things and never added together. What is due and what needs a decision"
            " is as the records say it today."
        )
    )
    yield Section([*points(found, found.decisions.lists, name, _("Since when"), nothing), closing], name)


def keys(found: Meeting) -> Iterator[Key]:
    week, happened = found.week, found.moved
    deals, as_of = _("deals"), week.as_of
    for name, label, number, note in (
        ("introduced", words.group_name("introduced"), happened.introduced.count, _("in the week")),
        (
            "moved_forward",
            words.group_name("forward"),
            happened.forward.count,
            _(
                "%(back)s moved back, %(ended)s ended",
                back=count(happened.back.count),
                ended=count(happened.ended.count),
            ),
        ),
        ("stuck", _("Stuck"), found.stuck.count, _("beyond what their stage allows")),
    ):
        yield Key(name, label, number, noun=deals, note=note, as_of=as_of)
    for name, label, payments in (
        ("amount_signed", _("Signed amount"), happened.signed),
        ("amount_received", _("Received amount"), happened.received),
    ):
        note = nouns.deals(payments.few.count) if payments.few.count else _("none in the week")
        yield Key(name, label, payments.amount, Kind.MONEY, note=note, as_of=as_of)
    yield Key("decisions", _("Decisions"), found.decisions.count, note=_("that wait"), as_of=as_of)


def rows(_asked: Asked, found: Meeting) -> Rows:
    """The deals that were introduced, went forward or stand still, the week's money, and what is to be decided; none
    where they are too many to be listed."""
    week, happened = found.week, found.moved
    moves = {"introduced": happened.introduced, "moved_forward": happened.forward}
    money = of_deals(Scope(), Period(week.first, week.last))
    return {
        **{
            name: [(one.deal_id, one.day, None, None) for one in few.rows]
            for name, few in moves.items()
            if not few.more
        },
        **rows_of_stuck(found),
        **rows_of_decisions(found),
        **{name: money[name] for name in ("amount_signed", "amount_received")},
    }


def rows_of_stuck(found: Meeting) -> Rows:
    """The deals that stand still when the week is told."""
    return {} if found.stuck.more else {"stuck": standing(found, [one.deal_id for one in found.stuck.rows])}


def rows_of_decisions(found: Meeting) -> Rows:
    """Each point by what it opens and why it waits."""
    lists = found.decisions.lists
    if any(few.more for few in lists):
        return {}
    return {"decisions": standing(found, [point_id(one) for few in lists for one in few.rows])}


def standing(found: Meeting, row_ids: Sequence[int]) -> list[CountedRow]:
    """What counts for as long as it stands, and is told week by week."""
    return [(row_id, found.week.first, None, None) for row_id in row_ids]


def point_id(point: Point) -> int:
    """The same number in every report; several points may open one record."""
    kind, record_id = point.record
    return crc32(f"{point.kind} {kind} {point.name}".encode()) << 32 | record_id


def moved(found: Meeting) -> Iterator[Block]:
    happened = found.moved
    if happened.is_empty:
        yield Note(_("Nothing moved in this week."))
        return
    columns = [
        Column(_("Deal"), strong=True),
        Column(_("Stage"), width=34),
        Column(_("Status or amount"), width=26),
        Column(_("Owner"), width=18),
        Column(_("Day"), Kind.DAY, 19),
    ]
    paid = [(_("Signed"), happened.signed), (_("Received"), happened.received)]
    groups = [group(label, one.few, list(map(payment_row, one.few.rows[:MOST]))) for label, one in paid]
    groups += [
        group(words.group_name(name), few, list(map(move_row, few.rows[:MOST])))
        for name, few in (
            ("forward", happened.forward),
            ("back", happened.back),
            ("introduced", happened.introduced),
            ("changed", happened.changed),
            ("ended", happened.ended),
        )
    ]
    yield Table(_("What moved"), columns, [one for one in groups if one.rows], dense=True)


def group(label: str, few: Few[Payment] | Few[Move] | Few[Point], rows: Sequence[Row]) -> Group:
    return Group(rows, label, " · ".join(filter(None, (count(few.count), words.and_more(few, MOST)))))


def payment_row(row: Payment) -> Row:
    deal = f"{row.startup} × {row.institution}"
    round_title = _("%(name)s round", name=term("round_name", row.round))
    return deal, round_title, Cell(row.amount, shown=money(row.amount)), row.owner, row.day


def move_row(move: Move) -> Row:
    return f"{move.startup} × {move.institution}", words.step(move), words.outcome(move), move.owner, move.day


def stuck(found: Meeting) -> Iterator[Block]:
    if not found.stuck.count:
        yield Note(_("No active deal stands longer than its stage allows."))
        return
    columns = [
        Column(_("Deal"), strong=True),
        Column(_("Stage"), width=34),
        Column(_("Standing still"), width=34),
        Column(_("Owner"), width=18),
    ]
    rows = [
        (
            f"{row.startup} × {row.institution}",
            term("deal_stage", row.stage),
            ngettext("%(num)s day", "%(num)s days", row.days)
            + f" ({ngettext('%(num)s day allowed', '%(num)s days allowed', row.limit)})",
            row.owner,
        )
        for row in found.stuck.rows[:MOST_STUCK]
    ]
    yield Table(_("What is stuck"), columns, [Group(rows)], dense=True)
    if more := words.and_more(found.stuck, MOST_STUCK):
        yield Note(more)


def points(found: Meeting, lists: Sequence[Few[Point]], name: str, heading: str, nothing: str) -> list[Block]:
    """Points by kind, or that there is none."""
    told = [few for few in lists if few.count]
    if not told:
        return [Note(nothing)]
    columns = [
        Column(_("About"), strong=True),
        Column(_("Detail"), width=34),
        Column(_("Owner"), width=18),
        Column(heading, width=25),
        Column(_("Day"), Kind.DAY, 19),
    ]
    as_of = found.week.as_of
    groups = [
        group(
            words.list_name(few),
            few,
            [(one.name, words.detail(one), one.owner, words.when(one, as_of), one.day) for one in few.rows[:MOST]],
        )
        for few in told
    ]
    return [Table(name, columns, groups, dense=True)]


KIND = ReportKind(
    name="meeting",
    title=N_("Monday meeting"),
    lede=N_("What moved in a week, what is stuck, what is due, what needs a decision"),
    gather=gather,
    tell=tell,
    rows=rows,
    covers="week",
)
