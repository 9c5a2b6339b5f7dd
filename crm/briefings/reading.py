"""How a text reads with its figures, and whether it fits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from crm.core.errors import Refusal
from crm.lib.text import N_
from crm.reports.html import LANGUAGES, in_languages
from crm.reports.kinds.briefing.gathered import values_of
from crm.reports.kinds.briefing.telling import KIND
from crm.reports.kinds.briefing.texts import FIGURE, OF_CASE
from crm.reports.kinds.kind import Asked
from crm.reports.letter import surplus
from crm.reports.models import Report
from crm.reports.naming import Number, read_name
from crm.reports.periods import Period
from crm.reports.words import figure_told
from crm.web.language import force_locale, translate

Reading = list[tuple[bool, str]]
UNKNOWN = N_("not known")


def readings(report: Report, texts: dict[str, str], language: str) -> dict[str, Reading]:
    """{part: its text in pieces}, each (is a figure, what stands there)."""
    asked = Asked(Period(report.from_day, report.to_day), report.to_day, options=frozenset(report.options))
    values = values_of({language: texts}, asked.period, asked.confirmed_by)
    with force_locale(LANGUAGES[language][0]):
        return {part: list(pieces(text, values)) for part, text in texts.items()}


def pieces(text: str, values: dict[str, Number]) -> Iterator[tuple[bool, str]]:
    for place, piece in enumerate(FIGURE.split(text)):
        if place % 2:
            name = read_name(piece)
            yield True, figure_told(values.get(piece), name.unit) if name else translate(OF_CASE.get(piece, UNKNOWN))
        elif piece:
            yield False, piece


def check_length(report: Report, words: dict[str, object], language: str, today: date) -> None:
    """Raise Refusal for a text that two pages do not hold."""
    period = Period(report.from_day, report.to_day)
    asked = Asked(period, today, options=frozenset(report.options), words=words)
    found = KIND.gather(asked)
    [(locale, content)] = in_languages(language, lambda: KIND.tell(found))
    lines = surplus(content.letter, locale) if content.letter else 0
    if lines:
        several = N_("The text is %(lines)s lines too long for two pages: shorten it.", lines=lines)
        raise Refusal({"": several if lines > 1 else N_("The text is one line too long for two pages: shorten it.")})
