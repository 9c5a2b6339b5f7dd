"""The report of a round for its startup: who was approached, where each stands, and the totals. It leaves the house."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from crm.lib.sheets import Kind
from crm.lib.text import N_
from crm.reports import nouns
from crm.reports.content import (
    Block,
    Cell,
    Column,
    Content,
    Definition,
    Definitions,
    Empty,
    Facts,
    Group,
    Key,
    Keys,
    Note,
    Row,
    Section,
    Table,
)
from crm.reports.counted import Rows
from crm.reports.kinds.kind import Asked, Option, ReportKind
from crm.reports.kinds.round.gathered import DONE, ENDED, GOING, Approach, RoundReport, gather
from crm.reports.words import table_unit
from crm.settings.choices import term, term_position
from crm.web.filters import count, day, money
from crm.web.language import gettext as _

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def tell(found: RoundReport) -> Content:
    """The report in the language at hand."""
    name = _("%(startup)s, round %(round)s", startup=found.startup, round=term("round_name", found.round))
    return Content(
        title=_("Round report"),
        name=name,
        who=[found.full_name] if found.full_name != found.startup else [],
        days=day(found.day),
        meta=[(_("As of"), day(found.day)), (_("Covers"), _("All institutions that the round was introduced to"))],
        sections=list(sections(found)),
        foot=_("For %(name)s only", name=found.startup),
        disclaimer=_("Made for the company named above and for nobody else; not to be passed on."),
        look="close",
        audience="outside",
    )


def sections(found: RoundReport) -> Iterator[Section]:
    yield Section([Keys(list(keys(found)))])
    yield Section([Facts(facts(found))], _("This round"))
    title = _("Who was approached and where each stands")
    if not found.approaches:
        yield Section([Empty(_("Nobody was introduced yet"), _("Every introduction of this round will stand here."))])
    else:
        small = _("on %(day)s; amounts in %(unit)s", day=day(found.day), unit=table_unit())
        yield Section(list(approached(found)), title, small)
    yield Section([Definitions(list(definitions()))], _("How to read it"))


def keys(found: RoundReport) -> Iterator[Key]:
    all_of_them, as_of = found.approaches, found.day
    going = [one for one in all_of_them if one.part == GOING]
    ended = [one for one in all_of_them if one.part == ENDED]
    noun = _("institution") if len(all_of_them) == 1 else _("institutions")
    since = _("since %(day)s", day=day(all_of_them[0].introduced_on)) if all_of_them else _("none so far")
    yield Key("approached", _("Approached"), len(all_of_them), noun=noun, note=since, as_of=as_of)
    share = f"{len(found.met) / len(all_of_them):.0%}" if all_of_them else "—"
    told = _("%(share)s of those approached", share=share)
    yield Key("met", _("Led to a meeting"), len(found.met), noun=noun, note=told, as_of=as_of)
    ended_note = _("%(count)s ended", count=count(len(ended)))
    yield Key("going_on", _("Going on"), len(going), noun=noun, note=ended_note, as_of=as_of)
    for name, label, amounts in (
        ("amount_signed", _("Signed amount"), [one.signed for one in all_of_them if one.signed]),
        ("amount_received", _("Received amount"), [one.received for one in all_of_them if one.received]),
    ):
        note = nouns.institutions(len(amounts)) if amounts else _("none so far")
        yield Key(name, label, sum(amounts), Kind.MONEY, note=note, as_of=as_of)


def rows(_asked: Asked, found: RoundReport) -> Rows:
    """The deals behind its figures."""
    approached = [(one.id, one.introduced_on, None, None) for one in found.approaches]
    going = {one.id for one in found.approaches if one.part == GOING}
    return {
        "approached": list(approached),
        "met": [row for row in approached if row[0] in found.met],
        "going_on": [row for row in approached if row[0] in going],
        "amount_signed": [(one.id, one.introduced_on, None, one.signed) for one in found.approaches if one.signed],
        "amount_received": [
            (one.id, one.introduced_on, None, one.received) for one in found.approaches if one.received
        ],
    }


def facts(found: RoundReport) -> list[tuple[str, str]]:
    return [
        (_("Round"), term("round_name", found.round)),
        (_("State"), term("round_state", found.state)),
        (_("Sought"), money(found.sought)),
        (_("Opened"), day(found.opened_on)),
        (_("Target close"), day(found.closes_on)),
    ]


def approached(found: RoundReport) -> Iterator[Block]:
    steps = "next_steps" in found.options
    columns = [
        Column(_("Institution"), strong=True),
        Column(_("Introduced"), Kind.DAY, 20, quiet=True),
        Column(_("Stage"), width=25, spaced=True),
        Column(_("Status"), width=28),
        Column(_("Days still"), Kind.COUNT, 18),
        Column(_("Signed"), Kind.MONEY, 18),
        Column(_("Received"), Kind.MONEY, 18),
        *([Column(_("Next step"), on="sheet")] if steps else []),
    ]
    names = names_of(found.approaches)
    groups = [
        Group(
            [
                row(one, name, steps=steps)
                for one, name in zip(found.approaches, names, strict=True)
                if one.part == part
            ],
            label,
        )
        for part, label in ((GOING, _("Going on")), (DONE, _("Completed")), (ENDED, _("Ended")))
    ]
    signed = sum(one.signed or 0 for one in found.approaches)
    received = sum(one.received or 0 for one in found.approaches)
    yield Table(
        _("Institutions"),
        columns,
        [one for one in groups if one.rows],
        total=(_("Total"), (signed, received)),
    )
    if not found.is_named:
        yield Note(_("Institutions are lettered in the order of their introduction; the platform knows their names."))


def names_of(approaches: Sequence[Approach]) -> list[str]:
    """What institutions are called: by name, or 机构 A, B … in the order of their introduction."""
    return [one.name or _("Institution %(letter)s", letter=lettered(at)) for at, one in enumerate(approaches)]


def lettered(place: int) -> str:
    """A, B … Z, AA, AB …: the letters of a place, from 0."""
    first, last = divmod(place, len(LETTERS))
    return (lettered(first - 1) if first else "") + LETTERS[last]


def row(one: Approach, name: str, *, steps: bool) -> Row:
    status = term("deal_status", one.status)
    told = _("%(name)s: %(value)s", name=status, value=term("pass_reason", one.reason)) if one.reason else status
    step = " ".join(filter(None, (one.next_step, day(one.next_step_on) if one.next_step_on else "")))
    return (
        Cell(name, under=(_("next: %(step)s", step=step),) if step else ()),
        one.introduced_on,
        Cell(term("deal_stage", one.stage), pip=term_position("deal_stage", one.stage)),
        told,
        one.days,
        one.signed,
        one.received,
        *([step] if steps else []),
    )


def definitions() -> Iterator[Definition]:
    yield Definition(_("Stage and status"), _("What the latest event on or before the day says."))
    yield Definition(
        _("Sought, signed, received"),
        _("Three different amounts, never added together. Signed and received count by their own days."),
    )
    yield Definition(_("Reasons"), _("Why an institution passed is shown only where it may be told to the company."))


KIND = ReportKind(
    name="round",
    title=N_("Round report"),
    lede=N_("For a startup: who was approached for its round, where each stands, and the totals"),
    gather=gather,
    tell=tell,
    rows=rows,
    subjects=("round",),
    covers="day",
    options=(
        Option("named", N_("Name the institutions"), given=False),
        Option("next_steps", N_("Next steps as noted with the deals"), given=False),
    ),
)
