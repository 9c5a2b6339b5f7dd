"""Giving the fields of a record the values that the history says they had."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from crm.activities import actions as activity_actions
from crm.activities.models import Activity, Part, Ref
from crm.audit import actions as audit
from crm.audit.earlier import as_column
from crm.audit.vocabulary import MASKS
from crm.core.db import Base, db
from crm.core.naming import keep_former_names
from crm.events import closing as event_closing
from crm.events.models import Event, Guest
from crm.funds import actions as fund_actions
from crm.funds.models import Fund
from crm.institutions.models import Brand, Institution
from crm.lib.names import name_key
from crm.lib.text import N_
from crm.services import actions as service_actions
from crm.services.models import Service
from crm.services.queries import partners_of
from crm.startups.models import Startup

Change = dict[str, Any]
GONE = N_("This cannot be undone any more: the record has changed since.")


def is_as_left(record: Any, change: Change) -> bool:
    """True while a field still says what the change left in it."""
    if (record.__tablename__, change["field"]) in PARTS:
        return "back" in change
    columns = sa.inspect(type(record)).columns
    if change["field"] not in columns:
        return False
    return (audit.storable(getattr(record, change["field"])) or None) == (change["after"] or None)


def can_be_put_back(record_type: str, change: Change) -> bool:
    """True for a field whose earlier value the history holds in full."""
    if (record_type, change["field"]) in PARTS:
        return "back" in change
    columns = Base.metadata.tables[record_type].columns
    return change["field"] in columns and change["field"] not in MASKS


def put_back(record: Any, changes: list[Change]) -> list[Change]:
    """Give every changed field its earlier value; returns what the record's own columns do not tell the history."""
    told = []
    for change in changes:
        part = PARTS.get((record.__tablename__, change["field"]))
        if part is None:
            setattr(record, change["field"], as_column(record, change["field"], change["before"]))
        else:
            replaced = part(record, change["back"])
            told.append(audit.change(change["field"], change["after"], change["before"], back=replaced))
    if isinstance(record, (Institution, Startup)):
        record.call(record.name, record.short_name)
    elif isinstance(record, (Fund, Brand)):
        record.name_key = name_key(record.name)
    return told


# Each of these puts the earlier value in place and returns the one that it replaces.


def set_partners(service: Service, ids: list[int]) -> list[int]:
    before = [one.id for one in partners_of([service.id]).get(service.id, [])]
    service_actions.set_partners(service, institutions(ids))
    service.version = service.version + 1
    return before


def set_type(service: Service, type_id: int) -> int:
    before, service.type_id = service.type_id, type_id
    return before


def set_outcomes(service: Service, outcomes: dict[str, Any]) -> dict[str, Any]:
    before, service.outcomes = service.outcomes or {}, outcomes
    return before


def set_managers(fund: Fund, ids: list[int]) -> list[int]:
    before = [manager.institution_id for manager in fund.managers]
    fund_actions.set_managers(fund, institutions(ids))
    fund.version = fund.version + 1
    return before


def set_brand(institution: Institution, brand_id: int | None) -> int | None:
    before, institution.brand_id = institution.brand_id, brand_id
    return before


def set_former_names(record: Institution | Startup, names: list[str]) -> list[str]:
    replaced = keep_former_names(record, names, called=record.name)
    return list(replaced[0]) if replaced else names


def set_twin(startup: Startup, institution_id: int | None) -> int | None:
    before, startup.institution_id = startup.institution_id, institution_id
    return before


def set_person(guest: Guest, person_id: int | None) -> int | None:
    before, guest.person_id = guest.person_id, person_id
    return before


def set_round(guest: Guest, round_id: int | None) -> int | None:
    before, guest.round_id = guest.round_id, round_id
    return before


def set_interests(event: Event, pairs: list[list[int]]) -> list[list[int]]:
    before = event_closing.set_interests(event, {(one, two) for one, two in pairs})
    return [list(pair) for pair in sorted(before)]


def set_assignee(task: Activity, account_id: int | None) -> int | None:
    before, task.assignee_id = task.assignee_id, account_id
    return before


def set_links(activity: Activity, rows: list[list[Any]]) -> list[list[Any]]:
    before = [[*ref, part.value, label] for ref, (part, label) in activity_actions.kept_links(activity).items()]
    activity_actions.set_links(activity, {Ref(kind, one): (Part(part), label) for kind, one, part, label in rows})
    activity.version = activity.version + 1
    return before


def institutions(ids: list[int]) -> list[Institution]:
    """The institutions of some ids, in their order."""
    found = db.session.scalars(sa.select(Institution).where(Institution.id.in_(ids)))
    return sorted(found, key=lambda one: ids.index(one.id))


PARTS: dict[tuple[str, str], Callable[[Any, Any], Any]] = {
    ("activity", "assignee_id"): set_assignee,
    ("activity", "links"): set_links,
    ("service", "partners"): set_partners,
    ("service", "type_id"): set_type,
    ("service", "outcomes"): set_outcomes,
    ("fund", "managers"): set_managers,
    ("commitment", "local_requirement"): fund_actions.set_requirement,
    ("event_guest", "person_id"): set_person,
    ("event_guest", "round_name"): set_round,
    ("event", "interests"): set_interests,
    ("institution", "brand"): set_brand,
    ("institution", "former_names"): set_former_names,
    ("startup", "former_names"): set_former_names,
    ("startup", "same_legal_person"): set_twin,
}
