"""Plain text for a chat: no markup, short lines, in the language that is at hand (`force_locale`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import islice

from crm.lib.money import Amount
from crm.metrics.definitions import Metric
from crm.settings.choices import term
from crm.web.filters import count, day, money
from crm.web.language import current_language, ngettext, translate
from crm.web.language import gettext as _
from crm.wording.told import ToldDeal, ToldRound, ToldService, ToldServices, ToldStartup

Lines = Iterable[str]
BULLET = "· "
FEW = 5


def written(lines: Lines) -> str:
    """The lines that say something."""
    return "\n".join(line for line in lines if line)


def headed(name: str, *words: str) -> str:
    """【衡汐智能】应用 · 医疗."""
    title = f"[{name}] " if current_language() == "en" else f"【{name}】"
    return (title + " · ".join(filter(None, words))).rstrip()


def startup_text(startup: ToldStartup, *, long: bool, closing: Sequence[str]) -> str:
    """A startup: what it does, what it seeks, how its introductions stand, what was done for it."""
    words = [
        term(vocabulary, code)
        for vocabulary, code in (
            ("sector_layer", startup.sector_layer),
            ("sector_vertical", startup.sector_vertical),
            ("growth_stage", startup.growth_stage),
        )
        if code
    ]
    lines = [headed(startup.name, *words), startup.summary]
    if long:
        lines += [
            fact(_("Full name"), startup.full_name),
            fact(_("Founded on"), day(startup.founded_on) if startup.founded_on else ""),
            fact(_("Headcount"), startup.headcount),
            startup.profile,
            fact(_("Team"), startup.team),
        ]
    lines += [line for round in startup.rounds for line in round_lines(round, long=long)]
    lines += deal_list(startup.deals, long=long)
    lines += service_list(startup.services, startup.service_count, long=long, named=False)
    return written([*lines, *closing])


def round_text(round: ToldRound, *, long: bool, closing: Sequence[str]) -> str:
    """A round: what is sought, on which terms, and how its introductions stand."""
    lines = [headed(round.startup, term("round_state", round.state)), *round_lines(round, long=long)]
    return written([*lines, *deal_list(round.deals, long=long), *closing])


def round_lines(round: ToldRound, *, long: bool) -> Lines:
    terms = [
        _("%(round)s round", round=term("round_name", round.name)),
        said(_("seeking %(amount)s"), round.sought),
        _("pre-money %(amount)s", amount=money(round.valuation)) if round.valuation else "",
        _("to close by %(day)s", day=day(round.closes_on)) if round.closes_on else "",
        _("closed %(day)s", day=day(round.closed_on)) if round.closed_on else "",
    ]
    yield (", " if current_language() == "en" else "，").join(filter(None, terms))
    if long and round.use_of_proceeds:
        yield fact(_("Use of proceeds"), round.use_of_proceeds)


def said(text: str, amount: Amount) -> str:
    return text.replace("%(amount)s", money(amount)) if amount.disclosure != "undisclosed" else ""


def deal_text(deal: ToldDeal, *, long: bool, closing: Sequence[str]) -> str:
    """A deal: who, which round, where it stands since when, and what comes next."""
    lines = [
        headed(f"{deal.startup} × {deal.institution}", _("%(round)s round", round=term("round_name", deal.round_name))),
        standing(deal),
    ]
    if long:
        lines += [
            fact(_("Signed amount"), money(deal.signed) if deal.signed else ""),
            fact(_("Received amount"), money(deal.received) if deal.received else ""),
            fact(_("Owner"), deal.owner),
        ]
    return written([*lines, next_step(deal), *closing])


def standing(deal: ToldDeal) -> str:
    """会面，2026-05-01 起."""
    status = "" if deal.status == "active" else term("deal_status", deal.status)
    reason = term("pass_reason", deal.reason) if deal.reason else ""
    state = " · ".join(filter(None, (term("deal_stage", deal.stage), status, reason)))
    return str(_("%(state)s, since %(day)s", state=state, day=day(deal.moved_on)))


def next_step(deal: ToldDeal) -> str:
    if not deal.next_step:
        return ""
    on = f" {day(deal.next_step_on)}" if deal.next_step_on else ""
    return fact(_("Next step"), deal.next_step + on)


def deal_list(deals: Sequence[ToldDeal], *, long: bool) -> Lines:
    if not deals:
        return
    yield ngettext("%(num)s introduction:", "%(num)s introductions:", len(deals))
    for deal in deals if long else islice(deals, FEW):
        step = next_step(deal) if long else ""
        yield BULLET + "  ".join(filter(None, (deal.institution, standing(deal), step)))
    if not long and len(deals) > FEW:
        yield BULLET + _("and %(count)s more", count=len(deals) - FEW)


def services_text(services: ToldServices, *, long: bool, closing: Sequence[str]) -> str:
    """A list of services: how many, then the latest."""
    title = _("Services for %(name)s", name=services.of) if services.of else _("Services")
    lines = [headed(title)]
    lines += service_list(services.services, services.count, long=long, named=True, capped=services.capped)
    return written([*lines, *closing])


def service_list(
    services: Sequence[ToldService], total: int, *, long: bool, named: bool, capped: bool = False
) -> Lines:
    if not services:
        return
    shown = f"{count(total)}{'+' if capped else ''}"
    yield ngettext("%(count)s service:", "%(count)s services in all, the latest:", total, count=shown)
    for one in services if long else islice(services, FEW):
        state = "" if one.state == "completed" else term("service_state", one.state)
        partners = "、".join(one.partners) if long else ""
        parts = (
            day(one.happened_on),
            one.startup if named else "",
            one.type,
            state,
            partners,
            one.outcome if long else "",
        )
        yield BULLET + "  ".join(filter(None, parts))


def figure_text(
    metric: Metric, value: int, rows: Sequence[str], as_of: date, *, long: bool, closing: Sequence[str]
) -> str:
    """A figure with its day and its definition; in the long text the first rows behind it, too."""
    told = money(value) if metric.unit == "CNY" else f"{count(value)} {translate(metric.noun_of(value))}"
    lines = [
        _("%(title)s: %(value)s (as of %(day)s)", title=translate(metric.title), value=told, day=day(as_of)),
    ]
    if long:
        lines.append(fact(_("How it is counted"), translate(metric.definition)))
        lines += [BULLET + row for row in rows]
    return written([*lines, *closing])


def fact(label: str, value: str) -> str:
    return f"{label}{': ' if current_language() == 'en' else '：'}{value}" if value else ""
