"""The first page of a summary: what was done in a few sentences, and its figures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from crm.lib.sheets import Kind
from crm.metrics.definitions import METRICS
from crm.metrics.definitions.metric import CONFIRMED_BY
from crm.reports import nouns
from crm.reports.content import (
    Key,
)
from crm.reports.kinds.summary.values import CREDIT, POLICY, Summary
from crm.web.filters import count, day, money
from crm.web.language import gettext as _
from crm.web.language import translate


def lead(summary: Summary, name: str) -> str:
    """What was done, in a few sentences."""
    return nouns.sentences(
        services_sentence(summary, name),
        introductions_sentence(summary) if summary.introductions.deals else "",
        *money_sentences(summary),
        confirmed_sentence(summary) if summary.confirmed_by else "",
    )


def confirmed_sentence(summary: Summary) -> str:
    """Of how much this is the confirmed part; the rest is not told of."""
    return _(
        "Only what is %(confirmed)s is told: %(part)s of %(whole)s completed services (%(percent)s%%).",
        confirmed=translate(CONFIRMED_BY[summary.confirmed_by]),
        part=count(summary.services),
        whole=count(summary.in_all),
        percent=round(100 * summary.services / summary.in_all) if summary.in_all else 0,
    )


def services_sentence(summary: Summary, name: str) -> str:
    services = nouns.services(summary.services)
    if summary.platform:
        companies = nouns.companies(summary.platform.served)
        return _(
            "In this period the platform completed %(services)s and served %(companies)s.",
            services=services,
            companies=companies,
        )
    if summary.subject.kind == "startup":
        return _("In this period the platform completed %(services)s for %(name)s.", services=services, name=name)
    if not summary.subject.has_deals:
        return _("In this period the platform completed %(services)s: %(name)s.", services=services, name=name)
    return _("In this period %(name)s took part in %(services)s.", name=name, services=services)


def introductions_sentence(summary: Summary) -> str:
    made = summary.introductions
    told = {
        "introductions": nouns.introductions(made.deals),
        "companies": nouns.companies(made.startups),
        "institutions": nouns.institutions(made.institutions),
        "met": count(made.met),
    }
    if summary.platform:
        return _(
            "It made %(introductions)s of %(companies)s to %(institutions)s; %(met)s led to a meeting.",
            **told,
        )
    if summary.subject.kind == "startup":
        return _("It made %(introductions)s to %(institutions)s; %(met)s led to a meeting.", **told)
    return _("The platform made %(introductions)s of %(companies)s to it; %(met)s led to a meeting.", **told)


def money_sentences(summary: Summary) -> Iterator[str]:
    signed, received = summary.signed, summary.received
    if signed.deals:
        yield _("Signed: %(amount)s on %(deals)s.", amount=money(signed.amount), deals=nouns.deals(signed.deals))
    if received.deals:
        told = nouns.deals(received.deals)
        yield _("Received: %(amount)s on %(deals)s.", amount=money(received.amount), deals=told)


def keys(summary: Summary) -> Iterator[Key]:
    categories = len(summary.categories)
    yield Key(
        "services_completed",
        _("Completed services"),
        summary.services,
        noun=_("service") if summary.services == 1 else _("services"),
        note=_("in 1 category") if categories == 1 else _("in %(count)s categories", count=categories),
    )
    yield from platform_keys(summary)
    if summary.subject.has_deals:
        yield from deal_keys(summary)
    for code, label in ((CREDIT, _("Credit granted")), (POLICY, _("Policy money"))):
        if amount := summary.amount_of(code):
            yield Key(f"amount_of_{code}", label, amount, Kind.MONEY, note=_("as recorded with the services"))


def deal_keys(summary: Summary) -> Iterator[Key]:
    made = summary.introductions
    partners = (
        nouns.companies(made.startups)
        if summary.subject.kind == "institution"
        else nouns.institutions(made.institutions)
    )
    noun = _("introduction") if made.deals == 1 else _("introductions")
    yield Key("introductions", _("Introductions"), made.deals, noun=noun, note=partners if made.deals else "")
    if summary.subject.kind == "institution":
        noun = _("introduction") if made.met == 1 else _("introductions")
        note = _("of %(count)s made in the period", count=count(made.deals))
        yield Key("introductions_met", _("Led to a meeting"), made.met, noun=noun, note=note)
    yield Key(
        "days_to_first_meeting",
        _("From introduction to first meeting"),
        made.days,
        Kind.NUMBER,
        noun="" if made.days is None else _("day") if made.days == 1 else _("days"),
        note=_("median of %(introductions)s", introductions=nouns.introductions(made.timed))
        if made.timed
        else _("no meeting with a known introduction"),
    )
    for name, label, found in (
        ("amount_signed", _("Signed amount"), summary.signed),
        ("amount_received", _("Received amount"), summary.received),
    ):
        note = nouns.deals(found.deals) if found.deals else _("none in the period")
        yield Key(name, label, found.amount, Kind.MONEY, note=note)


def platform_keys(summary: Summary) -> Iterator[Key]:
    """What only the platform has: in the period, and to date as the registry counts it."""
    platform, as_of = summary.platform, summary.period.last
    if platform is None:
        return
    for name, label, number in (
        ("companies_served_in_period", _("Companies served"), platform.served),
        ("institutions_joined_in_period", _("Institutions that joined"), platform.attracted),
    ):
        yield Key(name, label, number, noun=noun_of(name, number), note=_("in the period"))
    yield registered("companies_served", platform.served_to_date, as_of)
    yield registered("institutions_attracted", platform.attracted_to_date, as_of)


def noun_of(name: str, number: int) -> str:
    if name.startswith("companies"):
        return _("company") if number == 1 else _("companies")
    return _("institution") if number == 1 else _("institutions")


def registered(name: str, value: int, as_of: date) -> Key:
    """A figure of the registry as of a day."""
    metric = METRICS[name]
    return Key(
        name,
        translate(metric.title),
        value,
        noun=noun_of(name, value),
        note=_("to %(day)s", day=day(as_of)),
        metric=name,
        version=metric.version,
        as_of=as_of,
    )
