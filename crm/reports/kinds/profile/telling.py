"""A startup's profile for one invited reader: the published fields and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from crm.accounts.models import Account
from crm.core.errors import Refusal
from crm.institutions.queries import institution_of
from crm.lib.sheets import Kind
from crm.lib.text import N_
from crm.reports.content import Block, Cell, Column, Content, Facts, Group, Note, Prose, Section, Table
from crm.reports.kinds.kind import Asked, ReportKind
from crm.reports.kinds.profile.gathered import Profile, profile_of
from crm.reports.words import disclaimer
from crm.settings.choices import term, term_names
from crm.web.filters import day, money, reported
from crm.web.language import gettext as _


@dataclass(frozen=True)
class ForReader:
    """A profile and who reads it."""

    profile: Profile
    reader: str


def gather(asked: Asked) -> ForReader:
    """The profile as its reader may have it. Raises Refusal for one that investors may no longer read."""
    by, startup = asked.by, asked.startup
    if startup is None or not isinstance(by, Account) or not startup.is_published(asked.today):
        raise Refusal({"": N_("This profile is no longer published.")})
    return ForReader(profile_of(startup, asked.today), f"{institution_of(by).name} · {by.name}")


def tell(found: ForReader) -> Content:
    """The profile in the language at hand."""
    profile = found.profile
    return Content(
        title=_("Company profile"),
        name=profile.name,
        who=[profile.full_name] if profile.full_name != profile.name else [],
        days="",
        meta=[(_("Made for"), found.reader)],
        lead=profile.summary,
        sections=list(sections(profile)),
        foot=disclaimer(),
        disclaimer=disclaimer(),
        audience="outside",
        reader=found.reader,
    )


def sections(profile: Profile) -> Iterator[Section]:
    yield Section([Facts(facts(profile)), *notes(profile)])
    if profile.figures:
        yield Section([figure_table(profile)], _("Reported figures"))
    if profile.products:
        yield Section([Facts([(name, summary or "—") for name, summary in profile.products])], _("Products"))
    for title, text in ((_("Profile"), profile.profile), (_("Team"), profile.team)):
        if text:
            yield Section([Prose([line for line in text.splitlines() if line.strip()])], title)
    if profile.rounds:
        yield Section([open_rounds(profile)], _("Open rounds"))
    if profile.past_rounds:
        yield Section([past_rounds(profile)], _("Past rounds"))


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
        Column(_("Figure"), Kind.NUMBER, 28),
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
        Column(_("Amount"), Kind.MONEY),
    ]
    rows = [
        (term("round_name", one.name), one.day, Cell(one.amount, shown=money(one.amount)))
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
