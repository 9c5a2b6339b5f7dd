"""What the records say today, copied field by field into the groups of a profile; nothing else is ever published."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from crm.audit.actions import storable
from crm.core.db import db
from crm.core.expressions import unindexed
from crm.deals.models import Round, RoundState
from crm.documents.models import Document
from crm.documents.queries import documents_of_all
from crm.publishing.groups import BASICS
from crm.publishing.models import Layer
from crm.services.models import Service, ServiceState, ServiceType
from crm.startups.models import Filing, PastRound, Product, ReportedMetric, Startup, StartupLabel
from crm.startups.queries import ORDERS

Item = dict[str, Any]
Groups = dict[str, list[Item]]


def snapshot_of(startup: Startup) -> Groups:
    """What a startup's records say now."""
    return dict(snapshots([startup]))[startup.id]


def snapshots(startups: Sequence[Startup]) -> Iterator[tuple[int, Groups]]:
    """(startup id, what its records say now) of each, in as many statements as for one."""
    ids = [startup.id for startup in startups]
    products = parts(Product, ids)
    pictures = documents_of_all("product", [one.id for found in products.values() for one in found])
    labels, filings, metrics = parts(StartupLabel, ids), parts(Filing, ids), parts(ReportedMetric, ids)
    past_rounds, rounds, services = parts(PastRound, ids), open_rounds(ids), services_received(ids)
    for startup in startups:
        seeks = rounds.get(startup.id, [])
        yield (
            startup.id,
            {
                BASICS: [told(startup, "name", "short_name", "summary", *SECTORS)],
                "company": [told(startup, "founded_on") | {"headcount": headcount(startup)}],
                "profile": [told(startup, "profile")],
                "products": [product_item(one, pictures.get(one.id, ())) for one in products.get(startup.id, [])],
                "team": [told(startup, "team")],
                "labels": [
                    told(one, "id", "level", "issuer", "expires_on") | {"label": one.word}
                    for one in labels.get(startup.id, [])
                ],
                "filings": [told(one, *FILING) for one in filings.get(startup.id, [])],
                "rounds": [round_item(one) for one in seeks],
                "terms": [
                    told(one, "id", "valuation", "use_of_proceeds") | {"round_name": one.name}
                    for one in seeks
                    if one.valuation or one.use_of_proceeds
                ],
                "metrics": [told(one, *METRIC) for one in metrics.get(startup.id, []) if one.for_investors],
                "past_rounds": [told(one, *PAST_ROUND) for one in past_rounds.get(startup.id, [])],
                "services": services.get(startup.id, []),
            },
        )


SECTORS = ("sector_layer", "sector_vertical", "growth_stage")
FILING = ("id", "kind", "model_name", "origin", "based_on", "filing_number", "authority", "filed_on")
METRIC = ("id", "metric", "period", "value", "unit", "as_of", "source")
PAST_ROUND = ("id", "round_name", "happened_on", "amount", "investors")


def told(record: Any, *fields: str) -> Item:
    """Some fields of a record as JSON keeps them."""
    return {field: storable(getattr(record, field)) for field in fields}


def headcount(startup: Startup) -> str:
    return startup.headcount_text or (f"{startup.headcount:,}" if startup.headcount is not None else "")


def product_item(product: Product, documents: Iterable[Document]) -> Item:
    pictures = [told(one, "id", "name", "media_type", "file_key") for one in documents if one.is_picture]
    return told(product, "id", "name", "summary", "url") | {"pictures": pictures}


def round_item(round: Round) -> Item:
    sought = [round.sought_low, round.sought_high, round.sought_text]
    return told(round, "id", "opened_on", "closes_on") | {"round_name": round.name, "sought": sought}


def parts(kind: type[Any], ids: Sequence[int]) -> dict[int, list[Any]]:
    """{startup id: its parts of one kind in their order}."""
    mine = sa.select(kind).where(kind.startup_id.in_(ids), kind.archived_at.is_(None))
    return by_startup(db.session.scalars(mine.order_by(*ORDERS[kind])))


def open_rounds(ids: Sequence[int]) -> dict[int, list[Round]]:
    """{startup id: the rounds that it seeks now, the latest first}."""
    mine = sa.select(Round).where(
        Round.startup_id.in_(ids), Round.state == RoundState.OPEN, Round.archived_at.is_(None)
    )
    return by_startup(db.session.scalars(mine.order_by(Round.opened_on.desc(), Round.id.desc())))


def services_received(ids: Sequence[int]) -> dict[int, list[Item]]:
    """{startup id: what was done for it, the latest first}: the type and the day.

    Introductions are left out: how many there were tells one institution of the others.
    """
    done = (
        sa.select(Service.id, Service.startup_id, Service.happened_on, ServiceType.name_zh, ServiceType.name_en)
        .join(ServiceType, ServiceType.id == Service.type_id)
        .where(
            Service.startup_id.in_(ids),
            Service.archived_at.is_(None),
            Service.state == ServiceState.COMPLETED,
            unindexed(Service.deal_id).is_(None),
        )
        .order_by(Service.happened_on.desc(), Service.id.desc())
    )
    found = by_startup(db.session.execute(done))
    return {
        startup_id: [told(one, "id", "name_zh", "name_en", "happened_on") for one in rows]
        for startup_id, rows in found.items()
    }


def by_startup(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.startup_id, []).append(row)
    return found


def layered(groups: Groups, layers: Mapping[str, str]) -> dict[str, Groups]:
    """The authorised groups in their layers; empty ones are left out, and what no layer names stays inside."""
    said = {name: items for name, items in groups.items() if says_something(items)}
    return {layer.value: {name: items for name, items in said.items() if layers.get(name) == layer} for layer in Layer}


def says_something(items: Sequence[Item]) -> bool:
    """True where a group tells more than nothing."""
    return any(value not in (None, "", []) for item in items for value in item.values())


def digest_of(layers: Mapping[str, Groups]) -> str:
    """What two publications share that say the same to the same readers."""
    return hashlib.sha256(json.dumps(layers, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
