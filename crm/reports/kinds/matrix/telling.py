"""The fund matrix report: gross, inside and net, what is covered, what is missing."""

from __future__ import annotations

from collections.abc import Iterator

from crm.lib.sheets import Kind
from crm.lib.text import N_
from crm.metrics.definitions import METRICS
from crm.reports import nouns
from crm.reports.content import Content, Definition, Definitions, Empty, Key, Keys, Section
from crm.reports.kinds.kind import Option, ReportKind
from crm.reports.kinds.matrix.gathered import METRICS_OF_IT, Found, gather
from crm.reports.kinds.matrix.rows import rows_of_matrix
from crm.reports.kinds.matrix.tables import basis_in_words, covered, from_gross_to_net, gaps
from crm.reports.words import metric_definition, platform_name
from crm.web.filters import count, day, money
from crm.web.language import gettext as _
from crm.web.language import ngettext


def tell(found: Found) -> Content:
    """The report in the language at hand."""
    return Content(
        title=_("Fund matrix report"),
        name=platform_name(),
        days=day(found.day),
        meta=[
            (_("As of"), day(found.day)),
            (
                _("Covers"),
                _("Funds of the institutions that joined; amounts %(basis)s", basis=basis_in_words(found.basis)),
            ),
        ],
        lead=lead(found) if found.funds else "",
        sections=list(sections(found)),
        foot=_("For internal use by the recipient"),
    )


def lead(found: Found) -> str:
    looked, whole = found.looked, found.matrix.whole
    return nouns.sentences(
        _(
            "%(funds)s with %(gross)s; %(net)s of it came from outside, the rest funds of the matrix gave each other.",
            funds=ngettext("%(num)s fund", "%(num)s funds", found.funds),
            gross=money(looked.gross.low),
            net=money(looked.net.low),
        ),
        _(
            "Of %(demand)s that startups seek, funds cannot give %(gap)s.",
            demand=money(whole.demand),
            gap=money(whole.gap),
        )
        if whole.startups
        else "",
    )


def sections(found: Found) -> Iterator[Section]:
    if not found.funds:
        title = _("No fund had joined by %(day)s", day=day(found.day))
        text = _("A fund is in the matrix from the day on which the first of its managers joined.")
        yield Section([Empty(title, text)])
    else:
        yield Section([Keys(list(keys(found)))])
        yield from_gross_to_net(found)
        yield covered(found)
        if found.unreached and "gaps" in found.options:
            yield gaps(found)
    yield Section([Definitions(list(definitions(found)))], _("How the figures are computed"))


def keys(found: Found) -> Iterator[Key]:
    """Gross, inside and net as the registry has them; what can be invested, what is sought, what is missing."""
    looked = found.looked
    spans = dict(zip(METRICS_OF_IT, (looked.gross, looked.inside, looked.net), strict=True))
    for name, label in zip(METRICS_OF_IT, (_("Gross amount"), _("Inside"), _("Net")), strict=True):
        span, metric = spans[name], METRICS[name]
        is_registered = found.basis == "committed"
        at_least = _("at least %(amount)s", amount=money(span.low))
        exactly = "" if span.is_exact else at_least if span.high is None else f"{money(span.low)} – {money(span.high)}"
        yield Key(
            name if is_registered else f"{name}_paid_in",
            label,
            found.figures[name].value if is_registered else span.low,
            Kind.MONEY,
            note=exactly and _("looked through: %(range)s", range=exactly),
            metric=name if is_registered else "",
            version=metric.version if is_registered else None,
            as_of=found.day,
        )
    whole = found.matrix.whole
    funds = ngettext("%(num)s fund that can invest", "%(num)s funds that can invest", whole.funds)
    yield Key("reachable_capital", _("Reachable capital"), whole.capital, Kind.MONEY, note=funds, as_of=found.day)
    raising = ngettext("%(num)s startup raises", "%(num)s startups raise", whole.startups)
    yield Key("open_demand", _("Open demand"), whole.demand, Kind.MONEY, note=raising, as_of=found.day)
    unmet = _("%(unmet)s without any fund, %(short)s not in full", unmet=count(whole.unmet), short=count(whole.short))
    yield Key("gap", _("Gap"), whole.gap, Kind.MONEY, note=unmet, as_of=found.day)


def definitions(found: Found) -> Iterator[Definition]:
    for name in METRICS_OF_IT:
        metric = METRICS[name]
        yield metric_definition(metric)
    if found.basis == "paid_in":
        yield Definition(_("Paid in"), _("Here the amounts are what was called and paid, not what was committed."))
    yield Definition(
        _("Range"), _("What is not exactly known is shown as a range, never as zero: both ends are certain.")
    )
    yield Definition(
        _("Supply"),
        _(
            "What the funds have left whose thesis covers the cell, whose investment period has not ended and which can"
            " pay one more ticket. Funds of funds and S funds are left out."
        ),
    )
    yield Definition(_("Demand"), _("Of the rounds that are open now and were opened by the day: sought less signed."))
    yield Definition(
        _("Gap"),
        _("What of the demand all funds that reach a round cannot give together, each at most its largest ticket."),
    )


KIND = ReportKind(
    name="matrix",
    title=N_("Fund matrix report"),
    lede=N_("Gross, inside and net of the funds that joined, what startups seek of them, and what is missing"),
    gather=gather,
    tell=tell,
    rows=rows_of_matrix,
    going_on=frozenset({"reachable_capital", "open_demand", "gap"}),
    covers="day",
    options=(
        Option("gaps", N_("Rounds without enough funds, with the nearest ones")),
        Option("rounds", N_("By groups of rounds, not by growth stages"), given=False),
        Option("paid_in", N_("What was paid in, not what was committed"), given=False),
    ),
)
