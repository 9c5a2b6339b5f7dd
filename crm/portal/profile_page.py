"""The page of a profile as one reader has it, and the note that it was read.

The preview of the desk goes through the same door, so that it shows what the reader gets.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import after_this_request
from markupsafe import Markup
from werkzeug.wrappers import Response

from crm.core.db import unit_of_work
from crm.lib.charts import Small, small_columns
from crm.publishing.actions import record_view
from crm.publishing.groups import GROUPS
from crm.publishing.models import Publication, Reading
from crm.publishing.profile import Line, Profile, line_of
from crm.publishing.queries import layers_of, readings_lately
from crm.settings.rows import remembered_piece
from crm.web.answers import now, page
from crm.web.guards import actor


@dataclass(frozen=True)
class Figure:
    """What was reported of one metric. `latest` and `earlier` are items of the profile; `chart`: all of them in time,
    None for a single one."""

    metric: str
    latest: Mapping[str, Any]
    earlier: list[Mapping[str, Any]]
    chart: Small | None


def profile_values(profile: Profile, day: date) -> dict[str, Any]:
    """What templates show of a profile on a day."""
    return {"profile": profile, "labels": profile.labels_on(day), "figures": figures_of(profile)}


def page_values(profile: Profile, day: date, content: Hashable = None) -> dict[str, Any]:
    """What the page of a profile shows on a day. `content` names all that a publication says, whose text is made once;
    None for a draft, which changes."""

    def made(template: str) -> Markup:
        if content is None:
            return Markup(page(template, **profile_values(profile, day)))  # noqa: S704 - a template of ours
        said = (content, profile.is_confidential)
        return remembered_piece(template, said, lambda: profile_values(profile, day))

    return {
        "profile": profile,
        "behind": [GROUPS[name].label for name in profile.behind],
        "article": made("portal/_article.html"),
        "rounds": made("portal/_rounds.html"),
    }


def lines_of(rows: Sequence[Any], day: date) -> dict[int, Line]:
    """{publication: what a list shows of it on a day}, of rows of the list; each is read once."""
    keys = {row.id: (row.id, row.digest, day) for row in rows}
    unknown = [number for number, key in keys.items() if key not in LINES]
    if len(LINES) + len(unknown) > MOST_LINES:
        LINES.clear()
        unknown = list(keys)
    if unknown:
        LINES.update((keys[number], line_of(layers, day)) for number, layers in layers_of(unknown).items())
    return {number: LINES[key] for number, key in keys.items()}


MOST_LINES = 5_000
LINES: dict[Hashable, Line] = {}


def figures_of(profile: Profile) -> list[Figure]:
    """The reported metrics, each with its small chart."""
    found = profile.metrics.items()
    return [Figure(metric, latest, list(earlier), chart_of([latest, *earlier])) for metric, (latest, *earlier) in found]


def chart_of(items: list[dict[str, Any]]) -> Small | None:
    in_time = sorted(items, key=lambda one: one["as_of"])
    return small_columns([one["value"] for one in in_time]) if len(in_time) > 1 else None


def note_readings(read: Iterable[tuple[Publication, Profile]], what: Reading) -> None:
    """Write down, once the answer is on its way, that the account at hand read these profiles.

    To read the same again within the hour is the same reading.
    """
    by, at = actor(), now()
    known = readings_lately(by, what, at)
    seen = [(one, profile.is_confidential) for one, profile in read if (one.id, profile.is_confidential) not in known]
    if not seen:
        return

    @after_this_request
    def record(answer: Response) -> Response:
        if answer.status_code == 200:
            with unit_of_work(write=True):
                for publication, is_confidential in seen:
                    record_view(publication, what, is_confidential=is_confidential, by=by, at=at)
        return answer
