"""The blueprint that every page of data rooms shares."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from flask import Blueprint

from crm.dataroom.kinds import is_drawn, named

bp = Blueprint("dataroom", __name__)
bp.add_app_template_filter(named, "file_kind")
bp.add_app_template_test(is_drawn, "drawn")


@bp.app_template_filter("by_folder")
def by_folder(rows: Iterable[Any]) -> list[tuple[tuple[int | None, str], list[Any]]]:
    """Documents under (deal, folder), in the order in which they come."""
    return [(key, list(group)) for key, group in groupby(rows, lambda row: (row.deal_id, row.folder_name or ""))]
