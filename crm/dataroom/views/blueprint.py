"""The blueprint that every page of data rooms shares."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from flask import Blueprint

from crm.dataroom.kinds import is_drawn, named
from crm.dataroom.models import Folder

bp = Blueprint("dataroom", __name__)
bp.add_app_template_filter(named, "file_kind")
bp.add_app_template_test(is_drawn, "drawn")


@bp.app_template_filter("path_told")
def path_told(folder: Folder, folders: Sequence[Folder]) -> str:
    """A folder's name after those around it: 02 Finance / 2025. `folders`: of its room."""
    names = {one.id: one.name for one in folders}
    return " / ".join(names[one] for one in folder.around if one in names)


@bp.app_template_filter("by_folder")
def by_folder(rows: Iterable[Any]) -> list[tuple[tuple[int | None, str], list[Any]]]:
    """Documents under (deal, folder), in the order in which they come."""
    return [(key, list(group)) for key, group in groupby(rows, lambda row: (row.deal_id, row.folder_name or ""))]
