"""The 工作专报 for leaders: two pages at most, and what is attached to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from crm.lib.text import N_
from crm.metrics.definitions import METRICS
from crm.metrics.definitions.metric import CONFIRMED_BY
from crm.reports.content import Content, Key
from crm.reports.kinds.briefing.annexes import annexes
from crm.reports.kinds.briefing.drawings import drawings
from crm.reports.kinds.briefing.gathered import DEFINED, Briefing, Case, gather
from crm.reports.kinds.briefing.texts import told, written
from crm.reports.kinds.kind import ONLY_CONFIRMED, Option, ReportKind
from crm.reports.letter import Item, Letter, Passage, has_room_for_charts
from crm.reports.naming import MEASURES, counted_days, read_name
from crm.reports.words import DASH, days_of, figure_told, long_day, platform_name
from crm.web.filters import count
from crm.web.language import current_language, translate
from crm.web.language import gettext as _

ORDINALS = "一二三四五六七八九十"
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII")
PEOPLE = (("filled_by", N_("Filled in by")), ("checked_by", N_("Reviewed by")), ("issued_by", N_("Signed off by")))


def tell(found: Briefing) -> Content:
    """The briefing in the language at hand."""
    attached = annexes(found)
    letter = letter_of(found, [section.title for section in attached])
    if "charts" in found.options and not letter.drawings:
        attached[-1] = replace(attached[-1], blocks=[*drawings(found), *attached[-1].blocks])
    return Content(
        title=letter.title,
        name=platform_name(),
        days=days_of(found.period),
        meta=[],
        sections=[
            replace(one, title=_("Annex %(number)s. %(title)s", number=number, title=one.title))
            for number, one in enumerate(attached, 1)
        ],
        foot=letter.marking,
        letter=letter,
    )


def letter_of(found: Briefing, attached: Sequence[str]) -> Letter:
    """Its main part. Charts that do not fit on two pages stand among the annexes alone."""
    words = found.words
    unit = own(words, "unit") or platform_name()
    day = long_day(written_on(found))
    letter = Letter(
        marking=_("Internal material"),
        title=text(found, "title"),
        day=day_line(found),
        headline=text(found, "headline"),
        passages=[Passage(f"{ordinal(place)}{title}", items) for place, (title, items) in enumerate(passages(found))],
        unit=unit,
        written_on=day,
        contact=words.get("contact", ""),
        heading=(unit, own(words, "issue"), day) if "heading" in found.options else None,
        annexes=[f"{number}. {title}" for number, title in enumerate(attached, 1)],
        people=[(translate(label), words.get(name, "")) for name, label in PEOPLE],
        keys=list(keys(found)),
        is_large="large_print" in found.options,
    )
    if "charts" in found.options and has_room_for_charts(letter, current_language()):
        return replace(letter, drawings=drawings(found))
    return letter


def day_line(found: Briefing) -> str:
    """As of when, and to what it is limited."""
    as_of = _("As of %(day)s", day=long_day(found.period.last))
    if not found.confirmed_by:
        return as_of
    return _(
        "%(as_of)s; companies, services and amounts only where %(confirmed)s",
        as_of=as_of,
        confirmed=translate(CONFIRMED_BY[found.confirmed_by]),
    )


def passages(found: Briefing) -> Iterator[tuple[str, list[Item]]]:
    """(heading, paragraphs); none without a paragraph."""
    yield _("Overall situation"), paragraphs(text(found, "situation"))
    yield _("Main results"), led(text(found, "results"))
    if found.cases:
        yield _("Cases"), [case_item(found, place, case) for place, case in enumerate(found.cases)]
    yield _("Problems"), paragraphs(text(found, "problems"))
    steps = [(_("Next steps. "), text(found, "next_steps")), (_("To be coordinated. "), text(found, "matters"))]
    items = [Item(in_a_line(said), lead, second(place)) for place, (lead, said) in enumerate(steps)]
    yield _("Next steps and matters to be coordinated"), items


def paragraphs(said: str) -> list[Item]:
    """A line, or several by their numbers."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return [Item(line, number=f"{place}. " if len(lines) > 1 else "") for place, line in enumerate(lines, 1)]


def in_a_line(said: str) -> str:
    return " ".join(item.whole for item in paragraphs(said))


def led(said: str) -> list[Item]:
    """Lines of which each begins with what it is about: 服务企业。本期……"""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return [lead_item(line, place) for place, line in enumerate(lines)]


def lead_item(line: str, place: int) -> Item:
    end = ". " if current_language() == "en" else "。"
    lead, found, rest = line.partition(end)
    return Item(rest, lead + found, second(place)) if rest else Item(line, number=second(place))


def case_item(found: Briefing, place: int, case: Case) -> Item:
    end = ". " if current_language() == "en" else "。"
    tellers = {
        "name": case.name,
        "summary": case.summary.rstrip(".。 ") + end,
        "services": count(case.services),
        "introductions": count(case.introductions),
    }
    said = written(found.words, language(), f"case{place + 1}")
    return Item(told(said, lambda word: tellers.get(word) or figure(found, word)), case.name + end, second(place))


def text(found: Briefing, part: str) -> str:
    """A text with its figures."""
    return told(written(found.words, language(), part), lambda word: figure(found, word))


def figure(found: Briefing, word: str) -> str:
    """What a name stands for, in words."""
    name = read_name(word)
    return figure_told(found.values.get(word), name.unit) if name else DASH


def keys(found: Briefing) -> Iterator[Key]:
    """Every figure that the texts tell, and those that are defined."""
    base = {name: one.value for name, one in zip(DEFINED, found.defined, strict=True)}
    for word, value in {**base, **found.values}.items():
        name = read_name(word)
        name = name.limited_to(found.confirmed_by) if name else None
        if name and name.metric and not isinstance(value, date):
            metric, asked = METRICS[name.metric], MEASURES[name.measure]
            label = f"{translate(metric.title)} · {translate(asked)}" if name.measure else translate(metric.title)
            since, as_of = counted_days(name, found.period)
            yield Key(word, label, value, name.unit, "", "", metric.name, metric.version, as_of, since)


def own(words: Any, name: str) -> str:
    """What was written in the language at hand, "" for nothing."""
    return str(words.get(language(), {}).get(name, ""))


def written_on(found: Briefing) -> date:
    """The day that it bears; today unless it says another."""
    given = found.words.get("written_on")
    return date.fromisoformat(given) if given else found.today


def language() -> str:
    return "en" if current_language() == "en" else "zh"


def ordinal(place: int) -> str:
    return f"{ROMAN[place]}. " if current_language() == "en" else f"{ORDINALS[place]}、"


def second(place: int) -> str:
    return f"({'abcdefghij'[place]}) " if current_language() == "en" else f"（{ORDINALS[place]}）"


KIND = ReportKind(
    name="briefing",
    title=N_("Briefing for leaders"),
    lede=N_("Two pages for those who decide, with annexes; its text is edited, its figures are not"),
    gather=gather,
    tell=tell,
    options=(
        ONLY_CONFIRMED,
        Option("charts", N_("Charts")),
        Option("heading", N_("Plain heading with unit, issue and date"), given=False),
        Option("large_print", N_("Large print"), given=False),
        Option("definitions", N_("Annex: definitions and what was last reported")),
        Option("confirmed", N_("Annex: how much was confirmed by both sides"), given=False),
        Option("companies", N_("Annex: companies served")),
        Option("services", N_("Annex: services"), given=False),
        Option("deals", N_("Annex: introductions, signed and received, apart")),
        Option("matrix", N_("Annex: fund matrix, looked through")),
        Option("institutions", N_("Annex: institutions")),
        Option("corrections", N_("Annex: late entries and corrections")),
        Option("decisions", N_("Annex: matters to decide")),
    ),
    template="pdf/briefing.html",
    has_docx=True,
)
