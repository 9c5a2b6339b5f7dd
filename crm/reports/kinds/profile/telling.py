"""A startup's profile for one invited reader: the published fields and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from crm.accounts.models import Account
from crm.confidentiality.queries import has_accepted
from crm.core.clock import now
from crm.core.errors import Refusal
from crm.institutions.queries import institution_of
from crm.lib.sheets import Kind
from crm.lib.text import N_
from crm.publishing.profile import read
from crm.publishing.queries import readable
from crm.reports.content import Block, Cell, Column, Content, Facts, Group, Note, Pictures, Prose, Section, Table
from crm.reports.kinds.kind import Asked, ReportKind
from crm.reports.kinds.profile.gathered import PICTURES, Profile, published_pictures, published_profile
from crm.reports.models import CONFIDENTIAL, FULL
from crm.reports.words import disclaimer
from crm.settings.choices import term, term_names
from crm.web.filters import day, in_language, money, reported
from crm.web.language import gettext as _
from crm.web.language import ngettext

# On one page: items of lists, lines of a text, characters of a line and of a text.
FEW, MOST, LINES, LINE, PARAGRAPH = 2, 3, 2, 18, 90


@dataclass(frozen=True)
class ForReader:
    """A profile and who reads it."""

    profile: Profile
    reader: str
    is_full: bool = True


def gather(asked: Asked) -> ForReader:
    """The profile as its reader may have it. Raises Refusal for one that this investor may no longer read."""
    by, startup = asked.by, asked.startup
    publication = readable(by, startup.id, asked.today) if startup else None
    if publication is None or not isinstance(by, Account):
        raise Refusal({"": N_("This profile is no longer published.")})
    accepted = CONFIDENTIAL in asked.options and has_accepted(by, now())
    published, is_full = read(publication, accepted=accepted), FULL in asked.options
    profile = published_profile(published, asked.today)
    if is_full:
        profile = replace(profile, pictures=tuple(islice(published_pictures(published), PICTURES)))
    return ForReader(profile, f"{institution_of(by).name} · {by.name}", is_full)


def tell(found: ForReader) -> Content:
    """The profile in the language at hand."""
    profile = found.profile if found.is_full else shortened(found.profile)
    return Content(
        title=_("Company profile"),
        name=profile.name,
        who=[profile.full_name] if profile.full_name != profile.name else [],
        days="",
        meta=[(_("Made for"), found.reader)],
        lead=profile.summary,
        sections=list(sections(profile)),
        foot=disclaimer(),
        disclaimer=disclaimer() if found.is_full else "",  # one page has it at its foot
        look="plain" if found.is_full else "close",
        audience="outside",
        reader=found.reader,
    )


def shortened(profile: Profile) -> Profile:
    """As much as one page holds, set close."""
    return replace(
        profile,
        summary=beginning(profile.summary, PARAGRAPH),
        labels=profile.labels[:MOST],
        filings=tuple((kind, filings[:1]) for kind, filings in profile.filings),
        figures=profile.figures[:MOST],
        products=tuple((name, beginning(summary, LINE)) for name, summary in profile.products[:FEW]),
        profile=beginning(profile.profile, PARAGRAPH),
        team=beginning(profile.team, PARAGRAPH),
        rounds=tuple(
            replace(one, use_of_proceeds=beginning(one.use_of_proceeds, LINE)) for one in profile.rounds[:FEW]
        ),
        past_rounds=tuple(replace(one, investors=beginning(one.investors, LINE)) for one in profile.past_rounds[:FEW]),
        services=(),
    )


def beginning(text: str, length: int) -> str:
    """The first lines of a text, at most so many characters of them."""
    lines = [line for line in text.splitlines() if line.strip()]
    start = "\n".join(lines[:LINES])
    if len(start) <= length and len(lines) <= LINES:
        return start
    return start[: length - 1].rstrip() + "…"


def sections(profile: Profile) -> Iterator[Section]:
    yield Section([Facts(facts(profile)), *notes(profile)])
    if profile.figures:
        yield Section([figure_table(profile)], _("Reported figures"))
    if profile.products:
        told: list[Block] = [Facts([(name, summary or "—") for name, summary in profile.products])]
        yield Section([*told, *([Pictures(profile.pictures)] if profile.pictures else [])], _("Products"))
    for title, text in ((_("Profile"), profile.profile), (_("Team"), profile.team)):
        if text:
            yield Section([Prose([line for line in text.splitlines() if line.strip()])], title)
    if profile.rounds:
        yield Section([open_rounds(profile)], _("Open rounds"))
    if profile.past_rounds:
        yield Section([past_rounds(profile)], _("Past rounds"))
    if profile.services:
        done = [
            (in_language(chinese, english), ngettext("%(num)s time", "%(num)s times", times))
            for chinese, english, times in profile.services
        ]
        yield Section([Facts(done)], _("Services received from the platform"))


def facts(profile: Profile) -> list[tuple[str, str]]:
    return [
        (_("Sector"), term("sector_layer", profile.sector)),
        (_("Industry"), term("sector_vertical", profile.vertical)),
        (_("Growth stage"), term("growth_stage", profile.growth_stage)),
        (_("Founded on"), day(profile.founded_on)),
        (_("Headcount"), profile.headcount or "—"),
    ]


def notes(profile: Profile) -> Iterator[Block]:
    lines = [(_("Labels"), term_names("startup_label", profile.labels))] if profile.labels else []
    lines += [(term("filing_kind", kind), _("; ").join(filings)) for kind, filings in profile.filings]
    for name, value in lines:
        yield Note(_("%(name)s: %(value)s", name=name, value=value))
    if profile.filings:
        yield Note(_("A filing or registration is no approval of a product."))


def figure_table(profile: Profile) -> Table:
    columns = [
        Column(_("Metric"), width=34, strong=True),
        Column(_("Value"), Kind.NUMBER, 28),
        Column(_("As of"), Kind.DAY, 24, spaced=True),
        Column(_("Source")),
    ]
    rows = [
        (
            " ".join(filter(None, (term("reported_metric", one.metric), one.period))),
            Cell(one.value, shown=reported(one.value, one.unit)),
            one.as_of,
            one.source,
        )
        for one in profile.figures
    ]
    return Table(_("Reported figures"), columns, [Group(rows)])


def open_rounds(profile: Profile) -> Table:
    columns = [
        Column(_("Round"), width=24, strong=True),
        Column(_("Sought"), Kind.MONEY, 34),
        Column(_("Valuation"), Kind.MONEY, 28),
        Column(_("Target close"), Kind.DAY, 24, spaced=True),
        Column(_("Use of proceeds")),
    ]
    rows = [
        (
            term("round_name", one.name),
            Cell(one.sought, shown=money(one.sought)),
            Cell(one.valuation, shown=money(one.valuation)),
            one.closes_on,
            one.use_of_proceeds,
        )
        for one in profile.rounds
    ]
    return Table(_("Open rounds"), columns, [Group(rows)])


def past_rounds(profile: Profile) -> Table:
    columns = [
        Column(_("Round"), width=24, strong=True),
        Column(_("Closed on"), Kind.DAY, 34),
        Column(_("Amount"), Kind.MONEY, 34),
        Column(_("Investors"), spaced=True),
    ]
    rows = [
        (term("round_name", one.name), one.day, Cell(one.amount, shown=money(one.amount)), one.investors)
        for one in profile.past_rounds
    ]
    return Table(_("Past rounds"), columns, [Group(rows)])


KIND = ReportKind(
    name="profile",
    title=N_("Company profile"),
    lede=N_("The published profile of a company, for one invited reader"),
    gather=gather,
    tell=tell,
    subjects=("startup",),
    covers="day",
    is_chosen=False,
)
