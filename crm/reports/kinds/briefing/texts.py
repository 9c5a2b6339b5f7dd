"""The texts of a 工作专报: what is proposed, what somebody wrote instead, and the figures that stand in them.

A figure stands in a text by its name in braces, {companies_served.new}, and is told where the text is told: nobody
types it. `words` of the report holds what was written: {"zh": {part: text}, "en": …, "cases": [startup id, …], …}.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from crm.lib.text import N_, Message
from crm.lib.translations import translator
from crm.reports.naming import read_name

FIGURE = re.compile(r"\{([^{}\n]{0,80})\}")
NUMBER = re.compile(r"\d[\d,.]*\d|\d")
CASES = 3
OF_CASE: dict[str, Message] = {
    "name": N_("its name"),
    "summary": N_("its summary"),
    "services": N_("number of services"),
    "introductions": N_("number of introductions"),
}

PROPOSED: dict[str, Message] = {
    "title": N_("Briefing on financial services"),
    "headline": N_(
        "By {as_of} the platform had attracted {institutions_attracted} institutions, {institutions_attracted.new} of"
        " them in this period ({institutions_attracted.new_change} on the same period a year before), and had served"
        " {companies_served} companies, {companies_served.new} of them for the first time in this period"
        " ({companies_served.new_change})."
    ),
    "situation": N_(
        "The fund matrix stands at {fund_matrix_gross}, and at {fund_matrix_net} net of what its funds committed to"
        " each other. {institutions_present} institutions are with the platform at present."
    ),
    "results": N_(
        "Services. {services_to_date.new} were completed in this period, {services_to_date.new_change} on the same"
        " period a year before.\n"
        "Introductions. {introductions_to_date.new} were made in this period; of {introductions_to_date} to date,"
        " {introductions_met} led to a meeting and {introductions_term_sheet} to a term sheet.\n"
        "Investment. {amount_signed_to_date.new} were signed and {amount_received_to_date.new} received in this"
        " period; the two are different things and are not added up."
    ),
    "problems": N_("With {institutions_silent} institutions there was no contact for more than 90 days."),
    "next_steps": N_("Take up contact with these institutions again, and follow up the introductions that have met."),
    "matters": N_("None."),
}
CASE = N_(
    "{summary} For this company in the period: services completed, {services}; introductions made, {introductions}."
)
PARTS = tuple(PROPOSED)


def written(words: Mapping[str, Any], language: str, part: str) -> str:
    """What somebody wrote for a part in zh or en, else what is proposed."""
    given = words.get(language, {}).get(part)
    return str(given) if given is not None else proposed(part, language)


def proposed(part: str, language: str) -> str:
    """What is proposed for a part, with its figures by name; "" where nothing is."""
    if part.startswith("case"):
        return translator(language)(CASE)
    return translator(language)(PROPOSED[part]) if part in PROPOSED else ""


def names_in(text: str) -> list[str]:
    """The names of the figures in a text, each once."""
    return list(dict.fromkeys(FIGURE.findall(text)))


def unknown_in(text: str, *, of_case: bool = False) -> list[str]:
    """What stands in braces and is no figure."""
    return [one for one in names_in(text) if read_name(one) is None and not (of_case and one in OF_CASE)]


def missing_from(text: str, part: str, language: str) -> list[str]:
    """The figures of the proposed text that a text does not tell any more."""
    kept = set(names_in(text))
    return [one for one in names_in(proposed(part, language)) if one not in kept]


def typed_in(text: str) -> list[str]:
    """The numbers that were typed by hand: nobody holds them against the records."""
    return NUMBER.findall(FIGURE.sub("", text))


def names_wanted(words: Mapping[str, Any]) -> Iterator[str]:
    """Every figure that the texts tell in either language."""
    texts: Iterable[str] = (
        written(words, language, part) for language in ("zh", "en") for part in (*PARTS, *words.get(language, {}))
    )
    for text in texts:
        yield from (one for one in names_in(text) if read_name(one))


def told(text: str, tell: Callable[[str], str]) -> str:
    """A text with its figures."""
    return FIGURE.sub(lambda found: tell(found[1]), text)
