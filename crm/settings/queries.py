"""Reading the vocabularies."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from crm.core.db import db
from crm.settings.models import Term

Terms = Mapping[str, Mapping[str, Term]]


def all_terms() -> dict[str, dict[str, Term]]:
    """Every vocabulary as {vocabulary: {code: term}}, in its order. Cached in the session's unit of work."""
    session = db.session()
    cached: dict[str, dict[str, Term]] | None = session.info.get("terms")
    if cached is None:
        cached = {}
        for term in session.scalars(sa.select(Term).order_by(Term.vocabulary, Term.position)):
            cached.setdefault(term.vocabulary, {})[term.code] = term
        session.info["terms"] = cached
    return cached


def terms(vocabulary: str) -> dict[str, Term]:
    """One vocabulary as {code: term} in its order."""
    return all_terms().get(vocabulary, {})


def label(vocabulary: str, code: str | None, language: str) -> str:
    """The word for a code in a language; the code itself where the vocabulary lost it, "" for None."""
    if not code:
        return ""
    term = terms(vocabulary).get(code)
    if term is None:
        return code
    return term.name_en if language == "en" else term.name_zh
