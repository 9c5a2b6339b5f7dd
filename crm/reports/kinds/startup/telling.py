"""A startup's profile for the house: what it does, what it has, what it seeks, and what the platform did for it."""

from __future__ import annotations

from collections.abc import Iterator

from crm.lib.sheets import Kind
from crm.lib.text import N_
from crm.metrics.definitions import METRICS
from crm.reports.content import (
    Block,
    Cell,
    Column,
    Content,
    Definition,
    Definitions,
    Facts,
    Group,
    Keys,
    Note,
    Pictures,
    Prose,
    Row,
    Section,
    Table,
)
from crm.reports.kinds.kind import Option, ReportKind
from crm.reports.kinds.profile.gathered import Profile
from crm.reports.kinds.profile.telling import facts, figure_table, notes, open_rounds, past_rounds
from crm.reports.kinds.startup.gathered import FilingRow, Label, Record, gather
from crm.reports.kinds.summary.first_page import keys
from crm.reports.kinds.summary.rows import rows_of_summary
from crm.reports.kinds.summary.tables import what_was_done
from crm.reports.words import metric_definition
from crm.settings.choices import term
from crm.web.filters import day, money
from crm.web.language import gettext as _


def tell(record: Record) -> Content:
    """The profile in the language at hand."""
    profile = record.profile
    who = [profile.full_name] if profile.full_name != profile.name else []
    if record.credit_code:
        who.append(_("Credit code %(code)s", code=record.credit_code))
    return Content(
        title=_("Startup profile"),
        name=profile.name,
        who=who,
        days="",
        meta=[
            (_("As of"), day(record.day)),
            (_("Covers"), _("All that is recorded, but for contact data and internal notes")),
        ],
        lead=profile.summary,
        sections=list(sections(record) if record.is_full else one_page(record)),
        foot=_("For internal use by the recipient"),
        look="plain" if record.is_full else "close",
    )


def one_page(record: Record) -> Iterator[Section]:
    """The same in short: one page must do."""
    profile = record.profile
    yield Section([Keys(list(keys(record.summary))[:6])])
    yield Section([Facts(own_facts(record)), *notes(profile)])
    if profile.rounds:
        earlier = [_("%(name)s: %(value)s", name=_("Rounds so far"), value=line) for line in rounds_in_a_line(profile)]
        yield Section([open_rounds(profile), *map(Note, earlier)], _("This round"))
    elif profile.past_rounds:
        yield Section([Prose(list(rounds_in_a_line(profile)))], _("Rounds so far"))
    if profile.figures:
        yield Section([figure_table(profile)], _("Reported figures"))
    products = _("; ").join(name for name, _summary in profile.products)
    lines = [(_("Profile"), profile.profile), (_("Team"), profile.team), (_("Products"), products)]
    told = [_("%(name)s: %(value)s", name=name, value=text) for name, text in lines if text]
    if told:
        yield Section([Prose(told)], _("What it does"))


def rounds_in_a_line(profile: Profile) -> Iterator[str]:
    """The rounds before as one line, where there are any."""
    if profile.past_rounds:
        told = (
            (term("round_name", one.name), day(one.day) if one.day else "", money(one.amount) if one.amount else "")
            for one in profile.past_rounds
        )
        yield _("; ").join(" ".join(filter(None, parts)) for parts in told)


def sections(record: Record) -> Iterator[Section]:
    profile, summary = record.profile, record.summary
    yield Section([Keys(list(keys(summary)))])
    yield Section([Facts(own_facts(record))], _("Facts"))
    yield from what_it_does(record)
    if profile.figures:
        small = _("as the company reported them, each with its day and source")
        yield Section([figure_table(profile)], _("Reported figures"), small)
    if record.labels:
        yield Section([label_table(record)], _("Labels"))
    if record.filings:
        yield Section([filing_table(record), filing_note()], _("Filings and registrations"))
    if profile.rounds:
        yield Section([open_rounds(profile)], _("This round"))
    if profile.past_rounds:
        yield Section([past_rounds(profile)], _("Rounds so far"))
    yield from what_was_done(summary, record.options)
    yield Section([Definitions(list(definitions()))], _("How the figures are computed"))


def own_facts(record: Record) -> list[tuple[str, str]]:
    return [*facts(record.profile), (_("Joined on"), day(record.joined_on))]


def what_it_does(record: Record) -> Iterator[Section]:
    profile = record.profile
    for title, text in ((_("What it does"), profile.profile), (_("Team"), profile.team)):
        if text:
            yield Section([Prose([line for line in text.splitlines() if line.strip()])], title)
    products: list[Block] = []
    if profile.products:
        products.append(product_table(record))
    if record.pictures:
        products.append(Pictures(record.pictures))
    if products:
        yield Section(products, _("Products"))


def product_table(record: Record) -> Table:
    columns = [Column(_("Product"), width=40, strong=True), Column(_("What it is"))]
    return Table(_("Products"), columns, [Group(list(record.profile.products))])


def label_table(record: Record) -> Table:
    columns = [
        Column(_("Label"), strong=True),
        Column(_("Level"), width=22),
        Column(_("Issued by"), width=40),
        Column(_("Number"), width=34),
        Column(_("Issued on"), Kind.DAY, 20),
        Column(_("Expires on"), Kind.DAY, 20),
    ]
    return Table(_("Labels"), columns, [Group(list(map(label_row, record.labels)))])


def label_row(one: Label) -> Row:
    level = term("label_level", one.level)
    return term("startup_label", one.word), level, one.issuer, one.number, one.issued_on, one.expires_on


def filing_table(record: Record) -> Table:
    """The three kinds apart, never added up."""
    columns = [
        Column(_("Model or algorithm"), strong=True),
        Column(_("Basis"), width=34),
        Column(_("Number"), width=40),
        Column(_("Authority"), width=40),
        Column(_("Day"), Kind.DAY, 20),
    ]
    groups = [Group(list(map(filing_row, rows)), term("filing_kind", kind)) for kind, rows in record.filings]
    return Table(_("Filings and registrations"), columns, groups)


def filing_row(one: FilingRow) -> Row:
    based = _("based on %(model)s", model=one.based_on) if one.based_on else ""
    basis = " · ".join(filter(None, (term("model_origin", one.origin) if one.origin else "", based)))
    return one.model, basis, Cell(one.number or None), one.authority, one.day


def filing_note() -> Note:
    return Note(_("Three kinds of record, never added up. A filing or registration is no approval of a product."))


def definitions() -> Iterator[Definition]:
    yield Definition(
        _("Completed services"),
        _("Services completed, by their day; not those planned, running, cancelled or in the bin."),
    )
    for name in ("introductions_to_date", "amount_signed_to_date", "amount_received_to_date"):
        yield metric_definition(METRICS[name])
    yield Definition(
        _("Reported figures"), _("As the company reported them: nothing is computed here, and nothing is added up.")
    )
    yield Definition(_("Reasons"), _("Why an institution passed is shown only where it may be told to the company."))


KIND = ReportKind(
    name="startup",
    title=N_("Startup profile"),
    lede=N_("What a startup does, has and seeks, and what the platform did for it; one page, or in full"),
    gather=gather,
    tell=tell,
    rows=lambda asked, record: rows_of_summary(asked, record.summary),
    subjects=("startup",),
    covers="day",
    options=(
        Option("full", N_("In full, not on one page"), given=False),
        Option("pictures", N_("Pictures of its products")),
        Option("services", N_("The services one by one")),
        Option("introductions", N_("The introductions one by one")),
    ),
)
