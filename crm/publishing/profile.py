"""A profile as one reader has it, and what changed between two of them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from crm.audit.vocabulary import DAY
from crm.lib.figures import Unit
from crm.lib.money import Amount
from crm.publishing.groups import AMOUNT, BASICS, GROUPS, UNIT
from crm.publishing.models import Layer, Publication
from crm.publishing.snapshot import Groups, Item
from crm.settings.queries import terms

READ: dict[str, Callable[[Any], Any]] = {
    DAY: date.fromisoformat,
    AMOUNT: lambda ends: Amount(*ends),
    UNIT: Unit,
}


MOST_LABELS = 3  # in a list
SILENT: Item = {"sought": Amount(), "opened_on": None, "closes_on": None, "valuation": None, "use_of_proceeds": ""}


@dataclass(frozen=True)
class Line:
    """A publication in a list: (round, amount sought) of each round, and the labels that hold."""

    rounds: tuple[tuple[str, Amount], ...]
    labels: tuple[str, ...]


@dataclass(frozen=True)
class Profile:
    """What one reader may read of one publication. `groups`: with days and amounts as values, every group, empty where
    it has nothing; `behind`: the groups that wait behind the confidentiality terms; `number`: 0 for a draft."""

    startup_id: int
    number: int
    published_at: datetime | None
    groups: Mapping[str, list[Item]]
    behind: tuple[str, ...]
    is_confidential: bool

    @property
    def basics(self) -> Item:
        """Name, one sentence, sector, stage."""
        return self.groups[BASICS][0]

    @property
    def shown_name(self) -> str:
        """The short name where there is one."""
        return str(self.basics["short_name"] or self.basics["name"])

    @property
    def company(self) -> Item:
        """Founding day and headcount; None for each that is not told."""
        return next(iter(self.groups["company"]), {"founded_on": None, "headcount": ""})

    @property
    def filings(self) -> dict[str, list[Item]]:
        """{kind: its filings}: three kinds that nobody adds up."""
        return grouped(self.groups["filings"], "kind")

    @property
    def metrics(self) -> dict[str, list[Item]]:
        """{metric: what was reported, the latest first}, in the order of the vocabulary."""
        found = grouped(self.groups["metrics"], "metric")
        order = {code: place for place, code in enumerate(terms("reported_metric"))}
        return dict(sorted(found.items(), key=lambda one: order.get(one[0], len(order))))

    @property
    def rounds(self) -> list[Item]:
        """The rounds that it seeks, as far as this reader has their amounts and their terms."""
        found: dict[int, Item] = {}
        for one in (*self.groups["rounds"], *self.groups["terms"]):
            found.setdefault(one["id"], dict(SILENT)).update(one)
        return list(found.values())

    @property
    def services(self) -> list[tuple[Item, int]]:
        """Each type of service with how often it was provided, the latest first; the item is the latest one."""
        found = grouped(self.groups["services"], "name_zh")
        return [(items[0], len(items)) for items in found.values()]

    def text(self, group: str) -> str:
        """The text of a group that is one."""
        return str(next(iter(self.groups[group]), {}).get(group, ""))

    def labels_on(self, day: date) -> list[Item]:
        """The labels that hold on a day."""
        return [one for one in self.groups["labels"] if one["expires_on"] is None or one["expires_on"] >= day]

    def picture(self, document_id: int) -> Item | None:
        """A picture of one of the products."""
        pictures = (one for product in self.groups["products"] for one in product["pictures"])
        return next((one for one in pictures if one["id"] == document_id), None)


def grouped(items: list[Item], field: str) -> dict[str, list[Item]]:
    found: dict[str, list[Item]] = {}
    for item in items:
        found.setdefault(item[field], []).append(item)
    return found


def read(publication: Publication, *, accepted: bool) -> Profile:
    """A publication as those read it who accepted the confidentiality terms, or did not; it never changes, and is read
    once."""
    key = (*content_of(publication), accepted)
    found = READ_PROFILES.pop(key, None)
    if found is None:
        head = (publication.startup_id, publication.number, publication.published_at)
        found = profile_of(*head, publication.layers, accepted=accepted)
        while len(READ_PROFILES) >= MOST_READ:
            READ_PROFILES.popitem(last=False)
    READ_PROFILES[key] = found
    return found


def content_of(publication: Publication) -> tuple[Hashable, ...]:
    """What names all that a publication says."""
    return publication.startup_id, publication.number, publication.published_at, publication.digest


def has_more(publication: Publication) -> bool:
    """True where those read more who accepted the confidentiality terms."""
    return bool(publication.layers[Layer.CONFIDENTIAL])


MOST_READ = 500
READ_PROFILES: OrderedDict[Hashable, Profile] = OrderedDict()


def profile_of(
    startup_id: int, number: int, published_at: datetime | None, layers: Mapping[str, Groups], *, accepted: bool
) -> Profile:
    """The layers that a reader has, as one profile."""
    open_groups, confidential = layers[Layer.INVITED], layers[Layer.CONFIDENTIAL]
    shown = {**open_groups, **(confidential if accepted else {})}
    return Profile(
        startup_id=startup_id,
        number=number,
        published_at=published_at,
        groups={name: [parsed(name, item) for item in shown.get(name, [])] for name in GROUPS},
        behind=() if accepted else tuple(name for name in GROUPS if name in confidential),
        is_confidential=accepted and bool(confidential),
    )


def line_of(layers: Mapping[str, Groups], day: date) -> Line:
    """What a list shows of a publication to every invited reader on a day, beside what its row holds."""
    rounds, labels = (
        [parsed(name, item) for item in layers[Layer.INVITED].get(name, [])] for name in ("rounds", "labels")
    )
    return Line(
        tuple((one["round_name"], one["sought"]) for one in rounds),
        tuple(one["label"] for one in labels if one["expires_on"] is None or one["expires_on"] >= day)[:MOST_LABELS],
    )


def parsed(group: str, item: Item) -> Item:
    """An item with its values as this program computes with them."""
    kinds = GROUPS[group].fields
    return {
        name: READ[kinds[name]](value) if value is not None and kinds.get(name) in READ else value
        for name, value in item.items()
    }


@dataclass(frozen=True)
class FieldChange:
    """One field that differs between two versions, in one item of a group; None where the item is missing."""

    group: str
    item_id: int | None
    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class LayerChange:
    """A group that other readers have than before."""

    group: str
    before: str
    after: str


def field_changes(before: Mapping[str, Groups], after: Mapping[str, Groups]) -> Iterator[FieldChange]:
    """What differs between two versions, field by field."""
    old, new = merged(before), merged(after)
    for name, group in GROUPS.items():
        items = ({one.get("id"): one for one in version.get(name, [])} for version in (old, new))
        was, now = items
        for item_id in dict.fromkeys((*was, *now)):
            for field in group.fields:
                values = was.get(item_id, {}).get(field), now.get(item_id, {}).get(field)
                if (values[0] or None) != (values[1] or None):
                    yield FieldChange(name, item_id, field, *values)


def layer_changes(before: Mapping[str, Groups], after: Mapping[str, Groups]) -> Iterator[LayerChange]:
    """Which groups other readers have now."""
    old, new = layer_by_group(before), layer_by_group(after)
    for name in GROUPS:
        if name in old and name in new and old[name] != new[name]:
            yield LayerChange(name, old[name], new[name])


def merged(layers: Mapping[str, Groups]) -> Groups:
    return {name: items for groups in layers.values() for name, items in groups.items()}


def layer_by_group(layers: Mapping[str, Groups]) -> dict[str, str]:
    return {name: layer for layer, groups in layers.items() for name in groups}
