"""Forms of views."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, HiddenField

from crm.lists.actions import ViewValues
from crm.web.fields import TextField
from crm.web.form import CreatingForm
from crm.web.language import lazy_gettext as _
from crm.web.lists import ListKind


class ViewForm(CreatingForm):
    name = TextField(_("Name of the view"), length=40, needed=True)
    is_shared = BooleanField(_("Colleagues see it too"))
    query = HiddenField()
    columns = HiddenField()

    def value(self, kind: ListKind) -> ViewValues:
        """What the form says."""
        told: Any = (self.columns.data or "").split(",")
        query = (self.query.data or "")[:2000]
        return ViewValues(self.name.data, query, kind.among(told), bool(self.is_shared.data))
