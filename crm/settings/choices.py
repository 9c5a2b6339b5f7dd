"""The words of the vocabularies in the reader's language: for forms and for pages."""

from __future__ import annotations

from flask import Flask

from crm.settings.queries import label, terms
from crm.web.language import current_language

DASH = "—"


def init_app(app: Flask) -> None:
    """Let templates say `term("deal_stage", deal.stage)`."""
    app.jinja_env.globals.update(term=term, term_names=term_names, term_position=term_position, term_limit=term_limit)


def choices(vocabulary: str) -> list[tuple[str, str]]:
    """[(code, word)] of a vocabulary in its order."""
    return [(code, word(vocabulary, code)) for code in terms(vocabulary)]


def word(vocabulary: str, code: str) -> str:
    """The word for a code in the reader's language; "" for none."""
    return label(vocabulary, code, current_language())


def term(vocabulary: str, code: str | None) -> str:
    """The word for a code in the reader's language; a dash for none."""
    return word(vocabulary, code or "") or DASH


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
