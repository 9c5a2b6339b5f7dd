"""The grid of services."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from flask import url_for

from crm.accounts.models import Actor
from crm.core.clock import day_of, now
from crm.grid.columns import (
    AmountColumn,
    Choice,
    ChoiceColumn,
    DayColumn,
    LinesColumn,
    NameColumn,
    NamesColumn,
    TextColumn,
    vocabulary,
)
from crm.grid.sheet import Values
from crm.institutions import queries as institution_queries
from crm.institutions.models import Institution
from crm.services import actions, queries
from crm.services.actions import ServiceValues
from crm.services.models import Service, ServiceState
from crm.startups import queries as startup_queries
from crm.web.language import current_language
from crm.web.language import gettext as _


class ServiceSheet:
    name = "services"

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.partners: dict[int, list[Institution]] = {}
        state = ChoiceColumn("state", _("State"), size="s", load=vocabulary("service_state", ServiceState))
        state.initial = state.write(ServiceState.COMPLETED)
        self.columns = (
            NameColumn(
                "startup",
                _("Startup"),
                needed=True,
                only_new=True,
                resolve=startup_queries.resolve,
                suggest=url_for("startups.suggest"),
            ),
            DayColumn("happened_on", _("Date"), needed=True, initial=day_of(now()).isoformat(), size="s"),
            ChoiceColumn("type_id", _("Service"), needed=True, load=offered_types),
            state,
            LinesColumn("content", _("What was done"), size="l"),
            TextColumn("outcome", _("Outcome")),
            AmountColumn("amount", _("Amount"), size="s"),
            NamesColumn(
                "partners",
                _("Institutions taking part"),
                size="l",
                resolve=institution_queries.resolve,
                suggest=url_for("institutions.suggest"),
            ),
            TextColumn("handler", _("Handled by"), size="s", length=80),
        )

    def load(self, ids: Collection[int]) -> Mapping[int, Any]:
        return {one.id: one for one in queries.services_to_change(self.actor, ids)}

    def learn(self, records: Iterable[Service]) -> None:
        self.partners |= queries.partners_of(one.id for one in records)

    def values(self, record: Service) -> Values:
        return {
            "startup": record.startup,
            "type_id": record.type,
            "partners": tuple(self.partners.get(record.id, ())),
            **{name: getattr(record, name) for name in ServiceValues.__dataclass_fields__},
        }

    def href(self, record: Service) -> str:
        return url_for("services.show_service", service_id=record.id)

    def make(self, values: Values, *, by: Actor, at: datetime) -> Service:
        told = self.told(values, ServiceValues(values["happened_on"]))
        return actions.log_service(values["startup"], values["type_id"], told, values["partners"], by=by, at=at)

    def change(self, record: Service, values: Values, changed: Collection[str], *, by: Actor, at: datetime) -> None:
        told = self.told(values, record)
        actions.edit_service(record, values["type_id"], told, values["partners"], version=None, by=by, at=at)

    def told(self, values: Values, before: Service | ServiceValues) -> ServiceValues:
        """The values of the columns, and of what has no column as it was before."""
        told = {name: values.get(name, getattr(before, name)) for name in ServiceValues.__dataclass_fields__}
        told["state"] = told["state"] or ServiceState.COMPLETED
        return ServiceValues(**told)


def offered_types() -> list[Choice]:
    """Every service type; one that shares its name with another is called by its category too."""
    language, types = current_language(), queries.all_types()
    told = Counter(one.label(language) for one in types if one.archived_at is None)
    return [
        Choice(
            one,
            f"{one.category.label(language)} · {one.label(language)}"
            if told[one.label(language)] > 1
            else one.label(language),
            (
                one.name_zh,
                one.name_en,
                *(f"{one.category.label(lang)} · {one.label(lang)}" for lang in ("zh_CN", "en")),
            ),
            one.archived_at is None,
        )
        for one in types
    ]
