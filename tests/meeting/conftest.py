"""Deals with a history of their own, as for the analytics."""

from __future__ import annotations

from tests.analytics.conftest import told
from tests.reports.conftest import no_child_is_left

__all__ = ["no_child_is_left", "told"]
