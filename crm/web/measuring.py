"""How long requests take, by endpoint and class of status, for Prometheus; nothing is measured without its token.

Processes of one `crm serve` share a folder (PROMETHEUS_MULTIPROC_DIR), so that any of them answers for all.
"""

from __future__ import annotations

import os
import time
from functools import cache

from flask import Flask, current_app, g, request
from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from werkzeug.wrappers import Response

SHARED = "PROMETHEUS_MULTIPROC_DIR"
BUCKETS = (0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


def init_app(app: Flask) -> None:
    """Measure every request, if somebody may read it."""
    if not app.extensions["crm_settings"].metrics_token:
        return
    registry = app.extensions["crm_registry"] = CollectorRegistry()
    seconds = Histogram("crm_request_seconds", "Requests.", ("endpoint", "status"), buckets=BUCKETS, registry=registry)
    child = cache(seconds.labels)

    @app.after_request
    def measure(response: Response) -> Response:
        if request.endpoint != "static" and "started" in g:
            endpoint, status = request.endpoint or "none", f"{response.status_code // 100}xx"
            child(endpoint, status).observe(time.perf_counter() - g.started)
        return response


def exposition(*collectors: Collector) -> bytes:
    """What Prometheus reads: requests of all processes, and what the collectors know."""
    registry = CollectorRegistry()
    if SHARED in os.environ:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    elif "crm_registry" in current_app.extensions:
        registry.register(current_app.extensions["crm_registry"])
    for collector in collectors:
        registry.register(collector)
    return generate_latest(registry)
