"""What must hold for every table and every relation between records."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Flask

from crm.audit.vocabulary import KINDS, KINDS_BY_RECORD, LABELS, UNTOLD
from crm.core.db import Base


def test_every_relation_must_be_loaded_on_purpose(app: Flask) -> None:
    lazy = [
        str(relation)
        for mapper in Base.registry.mappers
        for relation in mapper.relationships
        if relation.lazy != "raise_on_sql"
    ]
    assert lazy == []


def test_every_constraint_has_a_name(app: Flask) -> None:
    unnamed = [
        (table.name, constraint)
        for table in Base.metadata.tables.values()
        for constraint in table.constraints
        if constraint.name is None
    ]
    assert unnamed == []


def test_every_audited_field_has_a_label_and_its_words(app: Flask) -> None:
    audited = (
        "platform",
        "term",
        "service_category",
        "service_type",
        "account",
        "institution",
        "brand",
        "admission",
        "person",
        "fund",
        "commitment",
        "local_requirement",
        "fund_flow",
        "fund_figure",
        "startup",
        "past_round",
        "startup_label",
        "filing",
        "reported_metric",
        "product",
        "round",
        "participation",
        "deal",
        "service",
        "activity",
        "event",
        "event_guest",
        "event_arrival",
        "reference_figure",
        "target",
        "dashboard_view",
        "room_folder",
        "room_document",
    )
    fields = {
        column.key for name in audited for column in Base.metadata.tables[name].columns if column.key not in UNTOLD
    }
    assert fields - set(LABELS) == set()
    assert set(KINDS) - set(LABELS) == set()
    assert {field for _, field in KINDS_BY_RECORD} - set(LABELS) == set()


def test_amounts_are_64_bit_integers(app: Flask) -> None:
    odd = [
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, (sa.Float, sa.Numeric)) and not isinstance(column.type, sa.BigInteger)
    ]
    assert odd == []
