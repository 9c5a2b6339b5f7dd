"""Drawing the pages of documents in the background, and forgetting files that nobody sent to their end."""

from __future__ import annotations

from datetime import datetime

from crm.core.db import db, unit_of_work
from crm.core.jobs import Progress, handles
from crm.core.periodic import once_a_day
from crm.core.storage import storage
from crm.dataroom.actions import DRAW, keep_pages
from crm.dataroom.drawing import draw
from crm.dataroom.models import RoomVersion
from crm.dataroom.sending import forget_old
from crm.lib.text import N_, Message


@handles(DRAW)
def draw_version(version_id: int, progress: Progress) -> Message | None:
    """The pages of a version as pictures, unless they are there. Raises Refusal for what cannot be drawn."""
    with unit_of_work(write=False):
        version = db.session.get(RoomVersion, version_id)
        if version is None or version.page_keys:
            return None
        content, media_type = storage.get(version.file_key), version.media_type
    progress(1, 3)
    drawn = draw(content, media_type)
    progress(2, 3)
    keys = [storage.put(page) for page in drawn.pages]
    with unit_of_work(write=True):
        keep_pages(version_id, keys, drawn.sizes, drawn.count)
    return N_("%(count)s pages drawn", count=drawn.count) if drawn.count != 1 else N_("1 page drawn")


def forget_partial_files(at: datetime) -> None:
    """Once a day: files that nobody went on with."""
    once_a_day("partial files", lambda: forget_old(at), at=at)
