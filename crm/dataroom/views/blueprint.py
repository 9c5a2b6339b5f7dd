"""The blueprint that every page of data rooms shares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
def by_folder(rows: Iterable[Any], names: Mapping[int, str]) -> list[tuple[tuple[int, str], list[Any]]]:
    """Documents under (deal or 0, folder), each folder after those around it. `names`: of those that may be named."""

    def place(row: Any) -> tuple[int, str]:
        around = [int(one) for one in (row.folder_path or "").split("/") if one]
        told = " / ".join(names[one] for one in around if one in names)
        return row.deal_id or 0, told or row.folder_name or ""

    return [(key, list(group)) for key, group in groupby(sorted(rows, key=place), place)]
