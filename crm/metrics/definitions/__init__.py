"""Every headline figure by its name."""

from __future__ import annotations

from crm.metrics.definitions import activity, deals, funds, incubation, institutions, startups
from crm.metrics.definitions.metric import CONFIRMED_BY, Facts, Metric, confirmed_name

__all__ = ["FIGURES", "METRICS", "Facts", "Metric", "limited_to"]

# The figures of their own, which lists show and offer.
FIGURES: dict[str, Metric] = {
    metric.name: metric
    for feature in (institutions, activity, startups, incubation, funds, deals)
    for metric in feature.METRICS
}
# With what of them was confirmed, which stands beside them.
METRICS: dict[str, Metric] = FIGURES | {
    part.name: part
    for metric in FIGURES.values()
    if metric.confirmable
    for part in (metric.confirmed(by) for by in CONFIRMED_BY)
}


def limited_to(name: str, confirmed_by: str) -> Metric:
    """A figure, or what of it was confirmed by a side where one is named; whole where it cannot be confirmed."""
    return METRICS.get(confirmed_name(name, confirmed_by), METRICS[name])
