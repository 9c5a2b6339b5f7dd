"""The words of the vocabularies in the reader's language: for forms and for pages."""

from __future__ import annotations

from functools import lru_cache

from flask import Flask

from crm.settings.queries import known, label, terms, version_of
from crm.web.fields import Offer
from crm.web.language import current_language

DASH = "—"
REMEMBERED = 200  # vocabularies, in each language and under each stamp


def init_app(app: Flask) -> None:
    """Let templates say `term("deal_stage", deal.stage)`."""
    app.jinja_env.globals.update(
        term=term,
        term_names=term_names,
        term_position=term_position,
        term_limit=term_limit,
        term_version=version_of,
    )


def choices(vocabulary: str) -> Offer:
    """[(code, word)] of what a vocabulary offers, in its order; a field keeps what it holds though it is retired."""
    return offered(vocabulary, current_language(), known().stamp)


@lru_cache(REMEMBERED)
def offered(vocabulary: str, language: str, _stamp: str) -> Offer:
    told = [(found, found.label(language)) for found in terms(vocabulary).values()]
    return Offer(
        ((found.code, text) for found, text in told if not found.is_retired),
        retired=[(found.code, text) for found, text in told if found.is_retired],
    )


def word(vocabulary: str, code: str, version: int | None = None) -> str:
    """The word for a code in the reader's language, now or in a version; "" for none."""
    return label(vocabulary, code, current_language(), version)


def term(vocabulary: str, code: str | None, version: int | None = None) -> str:
    """The word for a code in the reader's language, now or in a version; a dash for none."""
    return word(vocabulary, code or "", version) or DASH


def term_names(vocabulary: str, codes: tuple[str, ...]) -> str:
    """The words for several codes."""
    separator = ", " if current_language() == "en" else "、"
    return separator.join(term(vocabulary, code) for code in codes) or DASH


def term_position(vocabulary: str, code: str | None) -> int:
    """The place of a code in its vocabulary, from 1; 0 for none."""
    found = terms(vocabulary).get(code or "")
    return found.position if found else 0


def term_limit(vocabulary: str, code: str | None) -> int | None:
    """After how many days a record may no longer rest at a code; None for no limit."""
    found = terms(vocabulary).get(code or "")
    return found.limit_days if found else None
