"""The routes by which a kind of record is put into the bin and taken out again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash
from werkzeug.wrappers import Response

from crm.lib.text import N_, Message
from crm.web.answers import now, see_other
from crm.web.guards import Loader, Policy, actor, requires
from crm.web.language import translate

Action = Callable[..., object]


def archived(record: Any) -> Message:
    return N_("%(name)s was archived. You can restore it from the bin.", name=record.name)


def restored(record: Any) -> Message:
    return N_("%(name)s was restored.", name=record.name)


TOLD = {"archive": archived, "restore": restored}


def bin_routes(bp: Blueprint, kind: str, policy: Policy, find: Loader, *, archive: Action, restore: Action) -> None:
    """`archive_<kind>` and `restore_<kind>` of records that have a name; both lead to `show_<kind>`."""
    for verb, action in (("archive", archive), ("restore", restore)):
        view = change_view(verb, action, kind, f"{bp.name}.show_{kind}")
        bp.post(f"/<int:{kind}_id>/{verb}")(requires(policy, **{kind: find})(view))


def change_view(verb: str, action: Action, kind: str, then: str) -> Callable[..., Response]:
    def change(**records: Any) -> Response:
        record = records[kind]
        action(record, by=actor(), at=now())
        flash(translate(TOLD[verb](record)), "done")
        return see_other(then, **{f"{kind}_id": record.id})

    change.__name__ = f"{verb}_{kind}"
    return change
