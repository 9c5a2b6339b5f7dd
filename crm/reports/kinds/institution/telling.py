"""An institution's profile for the house: who it is, what it invests in, its funds, its record with the platform."""

from __future__ import annotations

from collections.abc import Iterator

from crm.analytics.figures import FIGURES
from crm.institutions.thesis import says_something
from crm.lib.sheets import Kind
from crm.lib.text import N_
from crm.metrics.definitions import METRICS
from crm.reports.content import (
    Cell,
    Column,
    Content,
    Definition,
    Definitions,
    Facts,
    Group,
    Key,
    Keys,
    Note,
    Prose,
    Row,
    Section,
    Table,
)
from crm.reports.kinds.flow.tables import reason_table
from crm.reports.kinds.institution.gathered import Check, FundRow, Record, gather
from crm.reports.kinds.kind import Option, ReportKind
from crm.reports.kinds.summary.first_page import keys as summary_keys
from crm.reports.kinds.summary.rows import rows_of_summary
from crm.reports.kinds.summary.tables import what_was_done
from crm.reports.words import metric_definition, table_unit
from crm.settings.choices import term, term_names
from crm.web.filters import day, listed, money
from crm.web.language import gettext as _
from crm.web.language import translate


def tell(record: Record) -> Content:
    """The profile in the language at hand."""
    return Content(
        title=_("Institution profile"),
        name=record.name,
        who=[_("Credit code %(code)s", code=record.credit_code)] if record.credit_code else [],
        days="",
        meta=[
            (_("As of"), day(record.day)),
            (_("Covers"), _("All that is recorded, but for contact data, internal notes and the performance of funds")),
        ],
        sections=list(sections(record)),
        foot=_("For internal use by the recipient"),
    )


def sections(record: Record) -> Iterator[Section]:
    yield Section([Keys(list(keys(record)))])
    yield Section([Facts(known(facts(record)))], _("Facts"))
    yield admission(record)
    yield thesis(record)
    if record.funds:
        yield funds(record)
    if record.endings.passed:
        yield reasons(record)
    yield from what_was_done(record.summary, record.options)
    yield Section([Definitions(list(definitions()))], _("How the figures are computed"))


def keys(record: Record) -> Iterator[Key]:
    """Its record with the platform; the reply rate stands after the introductions."""
    answers = record.answers
    replied = Key(
        "reply_rate",
        _("Reply rate"),
        answers.replied / answers.judged if answers.judged else None,
        Kind.SHARE,
        note=_("%(part)s of %(whole)s introduced long enough ago", part=answers.replied, whole=answers.judged)
        if answers.judged
        else _("none introduced long enough ago"),
    )
    for key in summary_keys(record.summary):
        yield key
        if key.name == "introductions":
            yield replied


def known(rows: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The facts that are known."""
    return [(label, value) for label, value in rows if value not in ("", "—")]


def facts(record: Record) -> list[tuple[str, str]]:
    status = term("amac_status", record.amac_status)
    if record.amac_status and record.amac_checked_on:
        status = f"{status} ({day(record.amac_checked_on)})"
    return [
        (_("Kind"), term_names("institution_kind", record.kinds)),
        (_("Brand"), record.brand),
        (_("City"), record.city),
        (_("AMAC number"), record.amac),
        (_("AMAC status"), status),
        (_("Assets managed"), money(record.assets)),
        (_("Joined on"), day(record.joined_on)),
        (_("Left on"), day(record.left_on)),
        (_("Last activity"), day(record.last_contact)),
    ]


def admission(record: Record) -> Section:
    if not record.checks:
        return Section([Note(_("Not checked yet"))], _("Admission"))
    columns = [
        Column(_("Checked"), strong=True),
        Column(_("Result"), width=34),
        Column(_("By"), width=34),
        Column(_("Day"), Kind.DAY, 24),
        Column(_("Check again on"), Kind.DAY, 28),
    ]
    rows = list(map(check_row, record.checks))
    return Section([Table(_("Admission"), columns, [Group(rows)])], _("Admission"), _("the latest check counts"))


def check_row(one: Check) -> Row:
    checked, result = term("admission_check", one.checked), term("admission_result", one.result)
    return checked, result, one.by, one.day, one.recheck_on


def thesis(record: Record) -> Section:
    found = record.thesis
    if not says_something(found):
        return Section([Note(_("Its thesis is not known"))], _("What it invests in"))
    wanted = [
        (_("Stages"), term_names("growth_stage", found.growth_stages)),
        (_("Sectors"), term_names("sector_layer", found.sectors)),
        (_("Industries"), term_names("sector_vertical", found.verticals)),
        (_("Ticket"), money(found.ticket) if found.ticket.disclosure != "undisclosed" else ""),
        (_("Leads or follows"), term("invest_role", found.invest_role)),
        (_("Currencies"), term_names("currency", found.currencies)),
        (_("Structures"), term_names("deal_structure", found.structures)),
        (_("Regions"), listed(found.regions)),
    ]
    excluded = (
        term_names("sector_layer", found.excluded_sectors),
        term_names("sector_vertical", found.excluded_verticals),
        found.exclusions,
    )
    never = _("; ").join(one for one in excluded if one not in ("", "—"))
    told = [_("%(name)s: %(value)s", name=_("Never"), value=never)] if never else []
    told += [line for line in found.thesis.splitlines() if line.strip()]
    return Section([Facts(known(wanted)), *([Prose(told)] if told else [])], _("What it invests in"))


def funds(record: Record) -> Section:
    columns = [
        Column(_("Fund"), strong=True),
        Column(_("Kind"), width=24),
        Column(_("Vintage"), width=14),
        Column(_("Committed"), Kind.MONEY, 28),
        Column(_("Investable"), Kind.MONEY, 24),
        Column(_("Investment period"), width=40, spaced=True),
    ]
    table = Table(
        _("Funds"),
        columns,
        [Group([fund_row(one) for one in record.funds])],
        record="fund",
        ids=[one.id for one in record.funds],
    )
    note = Note(
        _("As the funds reported it, in CNY at the stored rate. Investable: committed less invested less reserved.")
    )
    return Section([table, note], _("Funds"), _("amounts in %(unit)s", unit=table_unit()))


def fund_row(one: FundRow) -> Row:
    foreign = (money(one.own, one.currency),) if one.currency != "CNY" else ()
    return (
        one.name,
        term("fund_kind", one.kind),
        str(one.vintage or ""),
        Cell(one.committed, under=foreign),
        one.investable,
        investment_period(one),
    )


def investment_period(one: FundRow) -> str | Cell:
    if not (one.begins_on or one.ends_on):
        return ""
    told = f"{day(one.begins_on)} – {day(one.ends_on)}"
    return told if one.invests else Cell(told, under=(_("not on this day"),))


def reasons(record: Record) -> Section:
    title = _("Why it passed")
    return Section([reason_table(record.endings, title)], title)


def definitions() -> Iterator[Definition]:
    for name in ("introductions_to_date", "amount_signed_to_date", "amount_received_to_date"):
        yield metric_definition(METRICS[name])
    for name in ("judged", "replied", "passed"):
        figure = FIGURES[name]
        yield Definition(translate(figure.title), translate(figure.text))
    yield Definition(
        _("Last activity"),
        _(
            "The last day on which it joined, one of its introductions moved, it took part in a completed service or"
            " an event, or somebody met, called or wrote to it."
        ),
    )


KIND = ReportKind(
    name="institution",
    title=N_("Institution profile"),
    lede=N_("Who an institution is, what it invests in, its funds and its record with the platform"),
    gather=gather,
    tell=tell,
    rows=lambda asked, record: rows_of_summary(asked, record.summary),
    subjects=("institution",),
    covers="day",
    options=(
        Option("services", N_("The services one by one"), given=False),
        Option("introductions", N_("The introductions one by one")),
    ),
)
