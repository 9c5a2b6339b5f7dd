"""The two clocks as an address asks for them: `as_of` (截至) and `known_on` (当时已知)."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from crm.core.clock import day_of
from crm.metrics import queries
from crm.metrics.definitions import Metric
from crm.metrics.queries import Clocks
from crm.web.answers import as_of_day
from crm.web.filters import day as format_day
from crm.web.guards import LARGEST_ID, actor
from crm.web.language import gettext as _


@dataclass(frozen=True)
class Asked:
    """What was asked for. `typed` and `known_typed`: what stands in the fields; `wrong`: why a field was not taken."""

    clocks: Clocks
    typed: str = ""
    wrong: str = ""
    known_typed: str = ""
    known_wrong: str = ""

    @property
    def arguments(self) -> dict[str, str]:
        """The clocks as an address carries them on."""
        known = {"known_on": self.known_typed} if self.clocks.known_at is not None else {}
        return {"as_of": self.clocks.as_of.isoformat(), **known}


@dataclass(frozen=True)
class Change:
    """From which figure to which."""

    before: Asked
    after: Asked


def asked_clocks(metric: Metric, as_of: str = "as_of", known_on: str = "known_on", default: str = "") -> Asked:
    """The clocks that two arguments name; a day that is not understood is told, and today taken."""
    typed, known_typed = request.args.get(as_of, default), request.args.get(known_on, "")
    day, wrong = as_of_day(typed)
    if not known_typed:
        return Asked(Clocks(day), typed, wrong)
    known_day, known_wrong = as_of_day(known_typed)
    clocks = None if known_wrong else queries.as_known_on(metric, day, known_day)
    if clocks is None and not known_wrong:
        known_wrong = nothing_known(metric)
    return Asked(clocks or Clocks(day), typed, wrong, known_typed, known_wrong)


def nothing_known(metric: Metric) -> str:
    first = queries.first_look(metric)
    if first is None:
        return str(_("Nothing was recorded yet: the worker records the figures each night."))
    return str(_("Nothing was recorded until then; the first time was %(day)s.", day=format_day(day_of(first))))


def asked_change(metric: Metric) -> Change:
    """From where to where: two pairs of clocks, or from a figure that was reported to the same as known now."""
    number = request.args.get("submitted", 0, type=int)
    found = queries.find_submitted_figure(actor(), number) if 0 < number <= LARGEST_ID else None
    if found is not None and found.metric == metric.name:
        day = found.as_of.isoformat()
        then = Asked(queries.clocks_of(found), day, known_typed=day_of(found.taken_at).isoformat())
        return Change(then, Asked(Clocks(found.as_of), day))
    year_begins = as_of_day("")[0].replace(month=1, day=1).isoformat()
    return Change(asked_clocks(metric, "from", "from_known", year_begins), asked_clocks(metric, "to", "to_known"))
