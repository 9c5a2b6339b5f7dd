"""What the house knows of a startup, as plain values: no contact data and no internal notes among them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

from crm.documents.queries import documents_of_all
from crm.reports.figures import Scope, earliest_day
from crm.reports.kinds.kind import Asked, named
from crm.reports.kinds.profile.gathered import PICTURES, Profile, drawn_small, profile_of
from crm.reports.kinds.summary.gathered import summarise
from crm.reports.kinds.summary.values import Summary
from crm.reports.periods import Period
from crm.startups.models import Startup
from crm.startups.queries import filings_of, labels_of, products_of

FEW_FIGURES, FEW_PRODUCTS, FEW_ROUNDS, FEW_LABELS, FEW_FILINGS = 4, 4, 3, 4, 1
LINE, PARAGRAPH = 40, 120  # characters


@dataclass(frozen=True)
class Label:
    """A title that an authority gave. `word`: its code, or its own words."""

    word: str
    level: str | None
    issuer: str
    number: str
    issued_on: date | None
    expires_on: date | None


@dataclass(frozen=True)
class FilingRow:
    """One record with an authority. `basis`: the code of its origin, or the filed model that it builds on."""

    model: str
    origin: str | None
    based_on: str
    number: str
    authority: str
    day: date | None


@dataclass(frozen=True)
class Record:
    """A startup on a day. `filings`: of each kind apart. `pictures`: (data URL, the product). `summary`: what was done
    since the first record. `is_full`: all of it, not one page."""

    day: date
    profile: Profile
    credit_code: str
    joined_on: date | None
    labels: tuple[Label, ...]
    filings: tuple[tuple[str, tuple[FilingRow, ...]], ...]
    pictures: tuple[tuple[str, str], ...]
    summary: Summary
    is_full: bool
    options: frozenset[str]


def gather(asked: Asked) -> Record:
    """Everything about a startup as of a day. Raises Refusal where no startup is named."""
    startup, day = named(asked.startup), asked.period.last
    is_full = "full" in asked.options
    profile = profile_of(startup, day)
    first = earliest_day(Scope(startup_id=startup.id)) or day
    return Record(
        day=day,
        profile=profile if is_full else shortened(profile),
        credit_code=startup.credit_code or "",
        joined_on=startup.joined_on,
        labels=tuple(label_rows(startup, day)),
        filings=tuple(filing_rows(startup)),
        pictures=tuple(islice(pictures_of(startup), PICTURES)) if "pictures" in asked.options and is_full else (),
        summary=summarise(startup, Period(min(first, day), day)),
        is_full=is_full,
        options=asked.options,
    )


def shortened(profile: Profile) -> Profile:
    """As much of it as fits a page with the rest."""
    return replace(
        profile,
        summary=cut(profile.summary, 2 * LINE),
        labels=profile.labels[:FEW_LABELS],
        filings=tuple((kind, rows[:FEW_FILINGS]) for kind, rows in profile.filings),
        figures=profile.figures[:FEW_FIGURES],
        products=tuple((cut(name, LINE // 2), "") for name, _summary in profile.products[:FEW_PRODUCTS]),
        profile=cut(profile.profile, PARAGRAPH),
        team=cut(profile.team, PARAGRAPH // 2),
        rounds=tuple(replace(one, use_of_proceeds=cut(one.use_of_proceeds, LINE)) for one in profile.rounds[:2]),
        past_rounds=profile.past_rounds[:FEW_ROUNDS],
    )


def cut(text: str, most: int) -> str:
    """A text in one paragraph of at most so many characters."""
    whole = " ".join(text.split())
    return whole if len(whole) <= most else whole[: most - 1] + "…"


def label_rows(startup: Startup, day: date) -> Iterator[Label]:
    """The labels that hold on a day."""
    for one in labels_of(startup):
        if one.is_valid(day) and not (one.issued_on and one.issued_on > day):
            yield Label(one.word, one.level, one.issuer, one.certificate_number, one.issued_on, one.expires_on)


def filing_rows(startup: Startup) -> Iterator[tuple[str, tuple[FilingRow, ...]]]:
    for kind, filings in filings_of(startup).items():
        if filings:
            yield (
                kind,
                tuple(
                    FilingRow(one.model_name, one.origin, one.based_on, one.filing_number, one.authority, one.filed_on)
                    for one in filings
                ),
            )


def pictures_of(startup: Startup) -> Iterator[tuple[str, str]]:
    """The pictures of its products, in the order of these."""
    products = products_of(startup)
    found = documents_of_all("product", [one.id for one in products])
    for product in products:
        for document in found.get(product.id, []):
            if document.is_picture and (drawn := drawn_small(document.name, document.file_key)):
                yield drawn, product.name
