"""Forms of services and the catalogue."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import count
from typing import Any, TypeVar

from crm.services.actions import ServiceValues
from crm.services.models import ServiceState
from crm.services.outcomes import MOST_FIELDS, YES_NO_WORDS, OutcomeField, OutcomeKind, write_value
from crm.web.fields import AmountField, ChoiceField, DayField, LongTextField, NameField, NumberField, TextField
from crm.web.form import CreatingForm, EditingForm, Form
from crm.web.language import current_language, translate
from crm.web.language import lazy_gettext as _

PREFIX = "outcome_"
F = TypeVar("F", bound="ServiceFields")


class ServiceFields(Form):
    type_id = ChoiceField(_("Service"), needed=True)
    happened_on = DayField(_("Date"), needed=True)
    content = LongTextField(_("What was done"), rows=2)
    partners = NameField(
        _("Institutions taking part"),
        suggest="institutions.suggest",
        render_kw={"data-multiple": ""},
        description=_("Several institutions: separate them by ;"),
    )
    state = ChoiceField(_("State"), needed=True, default=ServiceState.COMPLETED.value)
    outcome = TextField(_("Outcome"), length=200)
    amount = AmountField(_("Amount"))
    handler = TextField(_("Handled by"), length=80)
    partner_text = TextField(_("Other partners"), length=200)
    platform_role = ChoiceField(
        _("Role of the platform"), description=_("What the platform claims: others may confirm it later.")
    )

    measured: tuple[OutcomeField, ...] = ()

    def value(self) -> ServiceValues:
        """What the form says."""
        told: dict[str, Any] = {name: self[name].data for name in ServiceValues.__dataclass_fields__ if name in self}
        told["state"] = ServiceState(self.state.data)
        told["platform_role"] = self.platform_role.data or None
        told["outcomes"] = {field.key: write_value(self[PREFIX + field.key].data) for field in self.measured}
        return ServiceValues(**told)

    @property
    def apart(self) -> tuple[str, ...]:
        """The fields that the page shows by itself, below the first ones: what the type measures."""
        return tuple(PREFIX + field.key for field in self.measured)


class LogServiceForm(ServiceFields, CreatingForm):
    startup = NameField(_("Startup"), suggest="startups.suggest", needed=True)

    first_sight = ("startup", "type_id", "happened_on", "state", "content", "partners")


class LogForManyForm(ServiceFields, CreatingForm):
    startups = LongTextField(
        _("Startups"),
        length=20_000,
        rows=6,
        needed=True,
        description=_("One name a line, or separated by ; or paste a column from Excel."),
        render_kw={"data-chips": ""},
    )
    twins = ChoiceField(_("Startups that have this service on this day already"))

    first_sight = ("startups", "type_id", "happened_on", "state", "content", "partners", "outcome")


class EditServiceForm(ServiceFields, EditingForm):
    first_sight = ("type_id", "happened_on", "state", "content", "partners", "outcome")


def measuring(kind: type[F], fields: Sequence[OutcomeField], **source: Any) -> F:
    """A form of services with one more field for each thing that the type measures."""
    language = current_language()
    more = {PREFIX + field.key: control_of(field, language) for field in fields}
    form: F = type(kind.__name__, (kind,), {**more, "measured": tuple(fields)})(**source)
    for field in fields:
        if field.kind == OutcomeKind.YES_NO:
            words = [(code, translate(message)) for code, message in YES_NO_WORDS.items()]
            form[PREFIX + field.key].offer(words, empty="")
    return form


def control_of(field: OutcomeField, language: str) -> Any:
    """The control of one outcome field, its unit in the label."""
    unit = field.unit(language)
    label = f"{field.label(language)} ({unit})" if unit else field.label(language)
    if field.kind == OutcomeKind.TEXT:
        return TextField(label, length=200)
    controls: dict[OutcomeKind, Any] = {
        OutcomeKind.NUMBER: NumberField,
        OutcomeKind.PERCENT: NumberField,
        OutcomeKind.AMOUNT: AmountField,
        OutcomeKind.DAY: DayField,
        OutcomeKind.YES_NO: ChoiceField,
    }
    return controls[field.kind](label)


class CategoryForm(CreatingForm):
    line = ChoiceField(_("Platform line"), needed=True)
    name_zh = TextField(_("Name in Chinese"), length=60, needed=True)
    name_en = TextField(_("Name in English"), length=60)


class EditCategoryForm(Form):
    line = ChoiceField(
        _("Platform line"),
        needed=True,
        description=_("Only services of the finance line count as companies served."),
    )
    name_zh = TextField(_("Name in Chinese"), length=60, needed=True)
    name_en = TextField(_("Name in English"), length=60)


class AddTypeForm(CreatingForm):
    name_zh = TextField(_("Name in Chinese"), length=60, needed=True)
    name_en = TextField(_("Name in English"), length=60)


ROW_FIELDS = ("name_zh", "name_en", "kind", "unit_zh", "unit_en")


class TypeFields(EditingForm):
    """The names of a type, and a row for each thing that it measures; an empty row measures nothing."""

    name_zh = TextField(_("Name in Chinese"), length=60, needed=True)
    name_en = TextField(_("Name in English"), length=60)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The rows, each {part: field}."""
        return [{part: self[f"{part}_{n}"] for part in ROW_FIELDS} for n in range(1, MOST_FIELDS + 1)]

    def fields(self, before: Sequence[OutcomeField]) -> list[OutcomeField]:
        """What is measured, in the order of the rows; a row keeps the key that it had."""
        told = [{part: row[part].data or "" for part in ROW_FIELDS} for row in self.rows]
        keys = {n: field.key for n, field in enumerate(before)}
        taken = set(keys.values())
        found = []
        for n, row in enumerate(told):
            if row["name_zh"] or row["name_en"]:
                key = keys.get(n) or free_key(row["name_en"], taken)
                taken.add(key)
                row["name_zh"] = row["name_zh"] or row["name_en"]
                kind = OutcomeKind(row.pop("kind") or OutcomeKind.TEXT)
                found.append(OutcomeField(key, kind=kind, **row))
        return found


EditTypeForm = type(
    "EditTypeForm",
    (TypeFields,),
    {
        f"{part}_{n}": ChoiceField(_("Kind")) if part == "kind" else TextField(label, length=length)
        for n in range(1, MOST_FIELDS + 1)
        for part, label, length in (
            ("name_zh", _("Name in Chinese"), 60),
            ("name_en", _("Name in English"), 60),
            ("kind", _("Kind"), 0),
            ("unit_zh", _("Unit in Chinese"), 12),
            ("unit_en", _("Unit in English"), 12),
        )
    },
)


def free_key(name: str, taken: set[str]) -> str:
    """A key made of an English name that no other field has."""
    base = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:24] or "field"
    return next(key for n in count(1) if (key := base if n == 1 else f"{base}_{n}") not in taken)
