"""What founders propose, as pages show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crm.audit.vocabulary import AMOUNTS, KINDS, KINDS_BY_RECORD, LABELS, MONEY, YES_NO
from crm.founders import actions
from crm.founders.models import ChangeProposal
from crm.founders.records import FILE, PICTURES, load
from crm.lib.figures import show_figure
from crm.lib.money import Amount, format_amount, format_money
from crm.settings.choices import term
from crm.startups.models import unit_of
from crm.web.language import current_language, translate
from crm.web.language import gettext as _

NOTHING = ""


@dataclass(frozen=True)
class ToldChange:
    """One proposal. `values`: (label, value) of what is new; `before` and `after` of a field that changes.

    `now` is what the record says today, where that was looked up, and `differs` says that it is neither.
    """

    proposal: ChangeProposal
    what: str
    values: list[tuple[str, str]]
    before: str = NOTHING
    after: str = NOTHING
    now: str = NOTHING
    differs: bool = False
    seen: str = ""


def told(proposals: Sequence[ChangeProposal], *, compared: bool = False) -> list[ToldChange]:
    """Proposals in the reader's language; `compared` with what the records say today."""
    records_now = load((one.record_type, one.record_id) for one in proposals) if compared else []
    changes = [told_change(one, compared=compared) for one in proposals]
    del records_now  # they were read together, and kept while each proposal asked for its own
    return changes


def told_change(one: ChangeProposal, *, compared: bool) -> ToldChange:
    if one.is_new_record or one.field == PICTURES:
        values = [] if one.record_type == FILE or one.field == PICTURES else told_values(one.record_type, one.after)
        seen = actions.fingerprint(one) if compared else ""
        return ToldChange(one, what_of(one), values, after=(one.after or {}).get("name", ""), seen=seen)
    before, after = (shown(one.record_type, one.field, value) for value in (one.before, one.after))
    change = ToldChange(one, what_of(one), [], before, after)
    if not compared:
        return change
    now = actions.value_now(one)
    differs = (now or None) not in ((one.before or None), (one.after or None))
    told_now = shown(one.record_type, one.field, now)
    return ToldChange(one, change.what, [], before, after, told_now, differs, actions.fingerprint(one))


def what_of(one: ChangeProposal) -> str:
    """What a proposal is about: a field of a record, or something new."""
    kinds = {
        "product": _("Product"),
        "reported_metric": _("Figure"),
        "past_round": _("Past round"),
        FILE: _("Document"),
    }
    is_round = one.record_type in {"round", "past_round"}
    name = _("%(name)s round", name=one.record_name) if is_round else one.record_name
    own = " ".join(filter(None, (kinds.get(one.record_type), name))) if one.record_type != "startup" else ""
    if one.field == PICTURES:
        return " · ".join((one.record_name, _("Picture")))
    if one.is_new_record:
        return _("New: %(what)s", what=own)
    return " · ".join(filter(None, (own, label_of(one.field))))


def label_of(field: str) -> str:
    return translate(AMOUNTS[field] if field in AMOUNTS else LABELS[field])


def told_values(record_type: str, values: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        (label_of(name), shown(record_type, name, value, values.get("metric", "")))
        for name, value in values.items()
        if value not in (None, "")
    ]


def shown(record_type: str, field: str, value: Any, metric: str = "") -> str:
    """A value as the reader reads it; "" for none."""
    if value is None or value == "":
        return NOTHING
    language = current_language()
    if isinstance(value, dict):
        return format_amount(Amount(**value), language)
    if metric and field == "value":
        return show_figure(value, unit_of(metric), language)
    kind = KINDS_BY_RECORD.get((record_type, field), KINDS.get(field, ""))
    if kind == MONEY:
        return format_money(value, language)
    if kind == YES_NO:
        return _("yes") if value else _("no")
    return term(kind, str(value)) if kind else str(value)
