"""A line of the history for each record made and for each move of a deal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from crm.cli.seed_bench.plan import DAYS, Plan


def audit_rows(plan: Plan) -> Iterator[dict[str, Any]]:
    """A line for each record made and for each move of a deal, by whoever answers for it."""
    for kind, names in (("institution", plan.institution_names), ("startup", plan.startup_names)):
        for number, (name, _) in enumerate(names, start=1):
            yield audit_row(plan, number, "created", kind, number, name, plan.moments[DAYS], [])
    for number, ((round_id, institution_id), days) in enumerate(zip(plan.pairs, plan.days, strict=True)):
        startup = plan.startup_names[plan.startup_of_round(round_id) - 1][1]
        name = f"{startup} × {plan.institution_names[institution_id - 1][0]}"
        before = None
        for (stage, _), day in zip(plan.path(number), days, strict=True):
            changes = [{"field": "stage", "before": before, "after": stage}]
            verb = "moved" if before else "created"
            yield audit_row(plan, number, verb, "deal", number + 1, name, plan.recorded(day), changes)
            before = stage


def audit_row(  # noqa: PLR0917 - in the order of the columns
    plan: Plan, number: int, verb: str, kind: str, record_id: int, name: str, at: datetime, changes: list[Any]
) -> dict[str, Any]:
    return {
        "at": at,
        "actor_id": plan.owner(number),
        "actor_name": "专员",
        "verb": verb,
        "record_type": kind,
        "record_id": record_id,
        "record_name": name,
        "changes": changes,
    }
