"""Changing what belongs to a startup: past rounds, labels, filings, reported metrics, products."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

from crm.accounts.models import Actor
from crm.audit import actions as audit
from crm.core.clock import day_of
from crm.core.db import db
from crm.core.errors import Refusal
from crm.documents import actions as document_actions
from crm.documents.pictures import Upload
from crm.lib.names import name_key
from crm.lib.text import N_
from crm.settings.queries import label, terms
from crm.startups.models import Filing, FilingKind, PastRound, Product, ReportedMetric, Startup, StartupLabel
from crm.startups.queries import labels_of, parts_of, past_rounds_of

P = TypeVar("P", PastRound, StartupLabel, Filing, ReportedMetric, Product)
NOT_YET = N_("This day has not come yet.")


@dataclass(frozen=True)
class PastRoundValues:
    """What a form says about a round that closed before. Amounts in 分."""

    round_name: str
    happened_on: date | None = None
    amount: int | None = None
    valuation: int | None = None
    investors: str = ""
    source: str = ""


@dataclass(frozen=True)
class LabelValues:
    """What a form says about a label: a word of the vocabulary, or `label_text`."""

    label: str | None = None
    label_text: str = ""
    level: str | None = None
    issuer: str = ""
    certificate_number: str = ""
    issued_on: date | None = None
    expires_on: date | None = None
    source: str = ""


@dataclass(frozen=True)
class FilingValues:
    """What a form says about a filing or registration."""

    kind: FilingKind
    model_name: str = ""
    origin: str | None = None
    based_on: str = ""
    filing_number: str = ""
    authority: str = ""
    filed_on: date | None = None
    source: str = ""


@dataclass(frozen=True)
class MetricValues:
    """What a form says about a reported figure. `value` in the unit of its metric."""

    metric: str
    value: int
    as_of: date
    period: str = ""
    source: str = ""
    confirmed_by: str = ""
    for_investors: bool = False


@dataclass(frozen=True)
class ProductValues:
    """What a form says about a product."""

    name: str
    summary: str = ""
    url: str = ""
    position: int | None = None


def add_past_round(startup: Startup, values: PastRoundValues, *, by: Actor, at: datetime) -> PastRound:
    """A round that the startup closed before. Raises Refusal when it is known already."""
    check_past_round(startup, values, None, at)
    return add(startup, PastRound(**vars(values)), by=by, at=at)


def edit_past_round(past: PastRound, values: PastRoundValues, *, version: int | None, by: Actor, at: datetime) -> None:
    """Change a past round. Raises Refusal, Conflict."""
    check_past_round(past.startup, values, past.id, at)
    edit(past, values, version=version, by=by, at=at)


def add_label(startup: Startup, values: LabelValues, *, by: Actor, at: datetime) -> StartupLabel:
    """A label that an authority gave. Raises Refusal."""
    values = in_vocabulary(values)
    check_label(values, at)
    return add(startup, StartupLabel(**vars(values)), by=by, at=at)


def give_label(startup: Startup, code: str, *, by: Actor, at: datetime) -> StartupLabel:
    """A label of the vocabulary, of which nothing else is known yet. Raises Refusal, also where it holds already."""
    if any(one.label == code and one.is_valid(day_of(at)) for one in labels_of(startup)):
        raise Refusal({"label": N_("It holds this label already.")})
    return add_label(startup, LabelValues(label=code), by=by, at=at)


def edit_label(kept: StartupLabel, values: LabelValues, *, version: int | None, by: Actor, at: datetime) -> None:
    """Change a label. Raises Refusal, Conflict."""
    values = in_vocabulary(values)
    check_label(values, at)
    edit(kept, values, version=version, by=by, at=at)


def add_filing(startup: Startup, values: FilingValues, *, by: Actor, at: datetime) -> Filing:
    """A model filing, model registration or algorithm filing. Raises Refusal."""
    check_filing(values, at)
    return add(startup, Filing(**vars(values)), by=by, at=at)


def edit_filing(filing: Filing, values: FilingValues, *, version: int | None, by: Actor, at: datetime) -> None:
    """Change a filing. Raises Refusal, Conflict."""
    check_filing(values, at)
    edit(filing, values, version=version, by=by, at=at)


def add_metric(startup: Startup, values: MetricValues, *, by: Actor, at: datetime) -> ReportedMetric:
    """A figure that the startup reported. Raises Refusal."""
    refuse_future("as_of", values.as_of, at)
    return add(startup, ReportedMetric(**vars(values)), by=by, at=at)


def edit_metric(
    reported: ReportedMetric, values: MetricValues, *, version: int | None, by: Actor, at: datetime
) -> None:
    """Correct a reported figure; a new one is a new row. Raises Refusal, Conflict."""
    refuse_future("as_of", values.as_of, at)
    edit(reported, values, version=version, by=by, at=at)


def add_product(startup: Startup, values: ProductValues, *, by: Actor, at: datetime) -> Product:
    """Something that the startup makes, last in its list unless a place is given. Raises Refusal."""
    check_product(values)
    place = values.position or len(parts_of(Product, startup)) + 1
    return add(startup, Product(**vars(values) | {"position": place}), by=by, at=at)


def edit_product(product: Product, values: ProductValues, *, version: int | None, by: Actor, at: datetime) -> None:
    """Change a product; without a place it stays at its own. Raises Refusal, Conflict."""
    check_product(values)
    placed = ProductValues(**vars(values) | {"position": values.position or product.position})
    edit(product, placed, version=version, by=by, at=at)


def add_pictures(product: Product, uploads: Sequence[Upload], *, by: Actor, at: datetime) -> None:
    """Pictures of a product, kept with it as documents. Raises Refusal without any."""
    if not uploads:
        raise Refusal({"pictures": N_("Choose at least one picture.")})
    for upload in uploads:
        document_actions.attach(product, upload, by=by, at=at)


def archive(part: P, *, by: Actor, at: datetime) -> None:
    """Take a part away that was recorded by mistake; the history keeps it."""
    part.archived_at = at
    audit.record(part, "archived", by=by, at=at, name=called(part))


def restore(part: P, *, by: Actor, at: datetime) -> None:
    """Bring a part back."""
    part.archived_at = None
    audit.record(part, "restored", by=by, at=at, name=called(part))


def add(startup: Startup, part: P, *, by: Actor, at: datetime) -> P:
    part.startup_id, part.created_at = startup.id, at
    db.session.add(part)
    audit.record(part, "created", by=by, at=at, name=called(part))
    return part


def edit(part: P, values: Any, *, version: int | None, by: Actor, at: datetime) -> None:
    part.expect_version(version)
    with db.session.no_autoflush:
        for name, value in vars(values).items():
            setattr(part, name, value)
        audit.record_change(part, by=by, at=at, name=called(part))


def called(part: P) -> str:
    """What the history calls a part, in the words of the desk."""
    words: dict[type[Any], Callable[[Any], str]] = {
        PastRound: lambda past: label("round_name", past.round_name, "zh"),
        StartupLabel: lambda kept: label("startup_label", kept.word, "zh"),
        Filing: lambda filing: f"{label('filing_kind', filing.kind, 'zh')} {filing.model_name or filing.filing_number}",
        ReportedMetric: lambda one: f"{label('reported_metric', one.metric, 'zh')} {one.period or one.as_of}",
        Product: lambda product: product.name,
    }
    return words[type(part)](part)


def check_past_round(startup: Startup, values: PastRoundValues, besides: int | None, at: datetime) -> None:
    if any(past.round_name == values.round_name and past.id != besides for past in past_rounds_of(startup)):
        raise Refusal({"round_name": N_("This round is there already.")})
    refuse_future("happened_on", values.happened_on, at)


def in_vocabulary(values: LabelValues) -> LabelValues:
    """The same, with the vocabulary's code where the words are one of its words."""
    key = name_key(values.label_text)
    for code, term in terms("startup_label").items():
        if key and not values.label and key in (name_key(term.name_zh), name_key(term.name_en)):
            return LabelValues(**vars(values) | {"label": code, "label_text": ""})
    return values


def check_label(values: LabelValues, at: datetime) -> None:
    if not values.label and not values.label_text:
        raise Refusal({"label": N_("Choose a label, or write it in words.")})
    if values.label and values.label_text:
        raise Refusal({"label_text": N_("Choose one of the list or write it in words, not both.")})
    refuse_future("issued_on", values.issued_on, at)
    if values.issued_on and values.expires_on and values.expires_on < values.issued_on:
        raise Refusal({"expires_on": N_("It cannot expire before it was issued.")})


def check_filing(values: FilingValues, at: datetime) -> None:
    if not values.model_name and not values.filing_number:
        raise Refusal({"model_name": N_("Write the model or the number: one of them is needed.")})
    if values.origin and values.kind != FilingKind.MODEL_FILING:
        raise Refusal({"origin": N_("Only a model filing says whether the model is its own or tuned.")})
    if values.based_on and values.kind != FilingKind.MODEL_REGISTRATION:
        raise Refusal({"based_on": N_("Only a model registration is based on a filed model.")})
    refuse_future("filed_on", values.filed_on, at)


def check_product(values: ProductValues) -> None:
    try:
        parts = urlsplit(values.url)
        sound = not values.url or (parts.scheme == "https" and "." in (parts.hostname or "") and " " not in values.url)
    except ValueError:
        sound = False
    if not sound:
        raise Refusal({"url": N_("Write the whole address; it begins with https://.")})


def refuse_future(field: str, day: date | None, at: datetime) -> None:
    if day is not None and day > day_of(at):
        raise Refusal({field: NOT_YET})
