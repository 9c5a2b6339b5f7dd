"""Every headline figure by its name."""

from __future__ import annotations

from crm.metrics.definitions import deals, funds, institutions, startups
from crm.metrics.definitions.metric import Facts, Metric

__all__ = ["METRICS", "Facts", "Metric"]

METRICS: dict[str, Metric] = {
    metric.name: metric for metric in (*institutions.METRICS, *startups.METRICS, *funds.METRICS, *deals.METRICS)
}
