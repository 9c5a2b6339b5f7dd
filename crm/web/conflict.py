"""Two people changed one record: which fields differ, and the choice of each of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from flask import Request, current_app, render_template, request, url_for

from crm.core.errors import Conflict
from crm.web.form import EditingForm, Form, typed_text

CHOICE = "take-"
MINE, THEIRS = "mine", "theirs"
UNSEEN = ("CSRFTokenField", "HiddenField", "IntegerField", "ReadField", "PasswordField")
HISTORIES = {
    "startup": "startups.show_history",
    "institution": "institutions.show_history",
    "fund": "funds.show_history",
    "deal": "deals.show_deal_history",
    "round": "deals.show_round_history",
    "service": "services.show_history",
    "event": "events.show_history",
}
OWN_FIELDS = frozenset({"csrf_token", "version", "read", "take"})


@dataclass(frozen=True)
class Comparison:
    """One field of both versions, in words. `chosen`: whose value is proposed, "" where both are the same."""

    name: str
    label: str
    mine: str
    theirs: str
    chosen: str


@dataclass(frozen=True)
class LastChange:
    """Who saved the other version, when, and what the record is called."""

    by: str
    at: datetime
    record_name: str


def take_chosen(form: Form, theirs: EditingForm, asked: Request) -> None:
    """Let the fields for which the editor chose the other version say what is saved."""
    if asked.form.get("take") == MINE:
        return
    for field in fields_of(form):
        if asked.form.get(CHOICE + field.name) == THEIRS:
            saved = theirs[field.name]
            field.data, field.process_errors = saved.data, []
            field.raw_data = [typed_text(saved)]
            if hasattr(field, "typed"):
                field.typed = None


def conflict_page(form: Form, theirs: EditingForm, conflict: Conflict) -> str:
    """Both versions, field by field; everything typed travels along unseen until it is saved or given up."""
    compared = list(compare(cast(EditingForm, form), theirs))
    differing = [one for one in compared if one.chosen]
    asked_again = {CHOICE + one.name for one in differing}
    secret = {field.name for field in form if field.type == "PasswordField"}
    tell = current_app.extensions["crm_last_change"]
    return render_template(
        "errors/conflict.html",
        differing=differing,
        same=[one for one in compared if not one.chosen and one.mine != "—"],
        last_change=tell(conflict.record) if conflict.record is not None else None,
        history_href=history_href(conflict.record),
        theirs=theirs,
        carried=[
            (name, value)
            for name, value in request.form.items(multi=True)
            if name not in OWN_FIELDS | asked_again | secret
        ],
    )


def history_href(record: Any) -> str:
    """The address of the history of a record; "" where it has no page of its own."""
    kind = record.__tablename__ if record is not None else ""
    return url_for(HISTORIES[kind], **{f"{kind}_id": record.id}) if kind in HISTORIES else ""


def compare(mine: EditingForm, theirs: EditingForm) -> Iterator[Comparison]:
    """Every field of the two versions. A field that only the other one changed proposes theirs, every other mine."""
    for field in fields_of(mine):
        saved = theirs[field.name]
        differs = shown(field) != shown(saved)
        chosen = THEIRS if mine.is_untouched(field) else MINE
        yield Comparison(field.name, str(field.label.text), shown(field), shown(saved), chosen if differs else "")


def fields_of(form: Form) -> Iterator[Any]:
    """The fields that people see."""
    return (field for field in form if field.type not in UNSEEN)


def shown(field: Any) -> str:
    """What a field holds, in words."""
    if hasattr(field, "choices"):
        chosen = field.data if isinstance(field.data, (tuple, list)) else [field.data]
        return "、".join(one.label for one in field.choices if one.value in chosen and one.value) or "—"
    return typed_text(field) or "—"
