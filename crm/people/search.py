"""What people are found by: name, title and organisation; never telephone, mail or WeChat."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import sqlalchemy as sa

from crm.core.db import db
from crm.institutions.models import Institution
from crm.lib.text import N_
from crm.people.models import Person
from crm.people.policies import may_list
from crm.search.registry import Addition, Description, Follow, Kind
from crm.startups.models import Startup


def describe(ids: Sequence[int]) -> Iterator[Description]:
    """Name, title and organisation; nothing of somebody whose data were erased."""
    found = db.session.execute(
        sa.select(
            Person.id,
            Person.name,
            Person.title,
            Person.archived_at,
            sa.func.coalesce(Startup.name, Institution.name, "").label("organisation"),
            sa.func.coalesce(Startup.short_name, Institution.short_name, "").label("short"),
        )
        .join(Institution, Institution.id == Person.institution_id, isouter=True)
        .join(Startup, Startup.id == Person.startup_id, isouter=True)
        .where(Person.id.in_(ids), Person.erased_at.is_(None))
        .order_by(Person.id)
    )
    for row in found:
        yield Description(
            record_id=row.id,
            title=row.name,
            note=" · ".join(filter(None, (row.title, row.short or row.organisation))),
            names=(row.name,),
            texts=(row.title, row.organisation, row.short),
            archived=row.archived_at is not None,
        )


def people_at_startups(ids: Sequence[int]) -> Sequence[int]:
    return db.session.scalars(sa.select(Person.id).where(Person.startup_id.in_(ids))).all()


def people_at_institutions(ids: Sequence[int]) -> Sequence[int]:
    return db.session.scalars(sa.select(Person.id).where(Person.institution_id.in_(ids))).all()


def names_at_startups(ids: Sequence[int]) -> Mapping[int, Sequence[str]]:
    """{startup: the names of its people}."""
    found: dict[int, list[str]] = {}
    present = sa.select(Person.startup_id, Person.name).where(
        Person.startup_id.in_(ids), Person.erased_at.is_(None), Person.archived_at.is_(None)
    )
    for row in db.session.execute(present.order_by(Person.id)):
        found.setdefault(row.startup_id, []).append(row.name)
    return found


NAMES = ("name", "short_name")
PEOPLE = Kind(
    name="person",
    model=Person,
    label=N_("People"),
    icon="users",
    endpoint="people.show_person",
    argument="person_id",
    describe=describe,
    may_find=may_list,
    list_endpoint="people.list_people",
    follows=(
        Follow(Startup, "id", NAMES, people_at_startups),
        Follow(Institution, "id", NAMES, people_at_institutions),
    ),
)
FOUNDERS = Addition("startup", names_at_startups, Follow(Person, "startup_id"))
