"""Taking back changes of the vocabularies and of the catalogue: a new version of them, as every change is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from crm.accounts.models import Actor
from crm.admin import actions as vocabulary_actions
from crm.admin.actions import WordValues
from crm.audit.earlier import as_column
from crm.audit.models import AuditEntry
from crm.core.errors import Refusal
from crm.services import actions as service_actions
from crm.services import queries as service_queries
from crm.services.models import ServiceCategory, ServiceType
from crm.settings.models import Term
from crm.undo.columns import GONE, is_as_left


def put_word_back(term: Term, entry: AuditEntry, by: Actor, at: datetime) -> None:
    """The word, its limit or its place as they were."""
    if is_move(entry):
        vocabulary_actions.move_word(term, steps_back(term, entry), by=by, at=at)
    else:
        kept = {name: getattr(term, name) for name in WordValues.__dataclass_fields__}
        vocabulary_actions.edit_word(term, WordValues(**(kept | before(term, entry))), version=None, by=by, at=at)


def put_category_back(category: ServiceCategory, entry: AuditEntry, by: Actor, at: datetime) -> None:
    """The category's names, line or place as they were."""
    if is_move(entry):
        service_actions.move(category, steps_back(category, entry), by=by, at=at)
    else:
        kept = {name: getattr(category, name) for name in ("line", "name_zh", "name_en")}
        service_actions.edit_category(category, **(kept | before(category, entry)), by=by, at=at)


def put_type_back(type: ServiceType, entry: AuditEntry, by: Actor, at: datetime) -> None:
    """What the service type was called and measured one version ago, or its place as it was."""
    if is_move(entry):
        service_actions.move(type, steps_back(type, entry), by=by, at=at)
        return
    earlier = service_queries.version_of_type(type, type.number - 1)
    if earlier is None or earlier.at > entry.at:
        raise Refusal({"": GONE})
    fields = service_queries.outcome_fields(type, earlier.number)
    service_actions.edit_type(type, earlier.name_zh, earlier.name_en, fields, version=None, by=by, at=at)


def is_move(entry: AuditEntry) -> bool:
    return any(change["field"] == "position" for change in entry.changes)


def steps_back(record: Any, entry: AuditEntry) -> int:
    """How many places a record must move to stand where it stood. Raises Refusal when others moved since."""
    moved = next(change for change in entry.changes if change["field"] == "position")
    if record.position != moved["after"]:
        raise Refusal({"": GONE})
    return int(moved["before"] - moved["after"])


def before(record: Any, entry: AuditEntry) -> dict[str, Any]:
    """{field: its value before the change}. Raises Refusal when one of them was changed since."""
    if not all(is_as_left(record, change) for change in entry.changes):
        raise Refusal({"": GONE})
    return {change["field"]: as_column(record, change["field"], change["before"]) for change in entry.changes}
