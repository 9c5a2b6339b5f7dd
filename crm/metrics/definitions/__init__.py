"""Every headline figure by its name."""

from __future__ import annotations

from crm.metrics.definitions import activity, deals, funds, incubation, institutions, startups
from crm.metrics.definitions.metric import Facts, Metric

__all__ = ["METRICS", "Facts", "Metric"]

METRICS: dict[str, Metric] = {
    metric.name: metric
    for feature in (institutions, activity, startups, incubation, funds, deals)
    for metric in feature.METRICS
}
