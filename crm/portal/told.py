"""Notices of the portal in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from crm.notifications.models import Notice
from crm.notifications.pages import ICONS
from crm.notifications.sentences import sentence
from crm.web.language import current_language, translate
from crm.web.language import gettext as _


@dataclass(frozen=True)
class PortalNotice:
    """One notice, as a list shows it."""

    notice: Notice
    icon: str
    sentence: str


def told(rows: Iterable[Any]) -> list[PortalNotice]:
    """Rows of `daily.my_notices` as sentences. A startup that may no longer be read is not named."""
    language = current_language()
    return [
        PortalNotice(
            notice,
            ICONS[notice.kind],
            sentence(notice, translate, language, name=name or _("a startup that is no longer published")),
        )
        for notice, name, *_place in rows
    ]
