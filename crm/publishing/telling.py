"""What differs between two versions, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask

from crm.audit.vocabulary import DAY, MONEY
from crm.lib.figures import Unit
from crm.lib.money import Amount
from crm.lib.text import N_
from crm.publishing.groups import AMOUNT, FIGURE, GROUPS, PICTURES, UNIT, label_of
from crm.publishing.models import Ending, Layer, Reading
from crm.publishing.profile import field_changes, layer_changes, merged
from crm.publishing.snapshot import Groups, Item
from crm.settings.choices import term
from crm.web.filters import DASH, listed, money, reported
from crm.web.language import gettext as _
from crm.web.language import translate

LONGEST = 200
STATES = {
    "": N_("In force"),
    Ending.SUPERSEDED: N_("Replaced"),
    Ending.WITHDRAWN: N_("Withdrawn"),
    Ending.EXPIRED: N_("Authorisation ended"),
}
READINGS = {Reading.PAGE: N_("Page"), Reading.COMPARISON: N_("Comparison"), Reading.PDF: N_("PDF")}


@dataclass(frozen=True)
class ToldChange:
    """One difference: in which group, of which item, which field, from what to what."""

    group: str
    item: str
    field: str
    before: str
    after: str


def init_app(app: Flask) -> None:
    """Let templates tell versions apart."""
    app.jinja_env.globals.update(
        told_changes=told_changes,
        layer_name=layer_name,
        group_name=group_name,
        publication_states=STATES,
        readings=READINGS,
    )


def told_changes(before: Mapping[str, Groups], after: Mapping[str, Groups]) -> Iterator[ToldChange]:
    """What somebody else reads in the later version, field by field, and what others read."""
    for moved in layer_changes(before, after):
        group = group_name(moved.group)
        yield ToldChange(group, "", _("Who reads it"), layer_name(moved.before), layer_name(moved.after))
    earlier, later = items_of(before), items_of(after)
    for key in dict.fromkeys((*earlier, *later)):
        if GROUPS[key[0]].is_list and not (key in earlier and key in later):
            was, now = (in_a_line(key[0], one.get(key, {})) for one in (earlier, later))
            yield ToldChange(group_name(key[0]), name_of(key[0], later.get(key) or earlier[key]), "", was, now)
    for change in field_changes(before, after):
        key = (change.group, change.item_id)
        kind = GROUPS[change.group].fields[change.field]
        if kind == UNIT or (GROUPS[change.group].is_list and not (key in earlier and key in later)):
            continue
        yield ToldChange(
            group_name(change.group),
            name_of(change.group, later.get(key, {})),
            translate(label_of(change.field)),
            told(change.before, kind, earlier.get(key, {})),
            told(change.after, kind, later.get(key, {})),
        )


def in_a_line(group: str, item: Item) -> str:
    """An item that is new, or gone: what it says beside its name."""
    kinds = list(GROUPS[group].fields.items())[1:]
    said = (told(item.get(field), kind, item) for field, kind in kinds if kind != UNIT)
    return " · ".join(one for one in said if one != DASH) or (DASH if not item else name_of(group, item))


def items_of(layers: Mapping[str, Groups]) -> dict[tuple[str, Any], Item]:
    return {(name, one.get("id")): one for name, items in merged(layers).items() for one in items}


def layer_name(layer: str) -> str:
    """Who reads what is in a layer."""
    return str(_("Invited readers") if layer == Layer.INVITED else _("After confidentiality"))


def name_of(group: str, item: Item) -> str:
    """What an item of a list is called; "" for a group that is one item."""
    fields = GROUPS[group].fields
    if not GROUPS[group].is_list or not item:
        return ""
    first = next(iter(fields))
    return " ".join(filter(None, (told(item.get(first), fields[first], item), item.get("period", ""))))


def told(value: Any, kind: str, item: Item) -> str:
    """A value as a page shows it."""
    if value in (None, "", []):
        return DASH
    by_kind: dict[str, Callable[[], str]] = {
        AMOUNT: lambda: money(Amount(*value)),
        MONEY: lambda: money(value),
        FIGURE: lambda: reported(value, Unit(item["unit"])),
        PICTURES: lambda: listed(one["name"] for one in value),
        DAY: lambda: str(value),
        "": lambda: value if len(value) <= LONGEST else value[: LONGEST - 1] + "…",
    }
    return by_kind[kind]() if kind in by_kind else term(kind, value)


def group_name(group: str) -> str:
    """What a group of fields is called."""
    return translate(GROUPS[group].label)
