"""The words of the history: what was done, and to which fields."""

from crm.audit.vocabulary.fields import (
    AMOUNTS,
    CODES,
    COUNT,
    DAY,
    KINDS,
    KINDS_BY_RECORD,
    LABELS,
    MASKED_KEPT,
    MASKS,
    MOMENT,
    MONEY,
    PERCENT,
    RATIO,
    UNTOLD,
    YES_NO,
)
from crm.audit.vocabulary.verbs import LOGGED, NOBODY, READINGS, VERBS

__all__ = [
    "AMOUNTS",
    "CODES",
    "COUNT",
    "DAY",
    "KINDS",
    "KINDS_BY_RECORD",
    "LABELS",
    "LOGGED",
    "MASKED_KEPT",
    "MASKS",
    "MOMENT",
    "MONEY",
    "NOBODY",
    "PERCENT",
    "RATIO",
    "READINGS",
    "UNTOLD",
    "VERBS",
    "YES_NO",
]
