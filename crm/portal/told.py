"""Notices of the portal in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from crm.notifications.models import NoticeKind
from crm.notifications.pages import ICONS, ToldNotice
from crm.notifications.sentences import sentence
from crm.web.language import current_language, translate
from crm.web.language import gettext as _


def told(rows: Iterable[Any]) -> list[ToldNotice]:
    """Rows of `daily.my_notices` as sentences. A startup that may no longer be read is not named, and of what was
    written only a step that was meant for the institution is shown."""
    language = current_language()
    return [
        ToldNotice(
            notice,
            ICONS[notice.kind],
            sentence(notice, translate, language, name=name or _("a startup that is no longer published")),
            notice.note if name and notice.kind == NoticeKind.STEP_TOLD else "",
        )
        for notice, name, *_place in rows
    ]
