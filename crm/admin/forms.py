"""Forms of the settings."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField

from crm.admin.actions import PlatformValues, WordValues
from crm.web.fields import ChoiceField, ColourField, LongTextField, TextField, WholeNumberField
from crm.web.form import EditingForm, Form
from crm.web.language import lazy_gettext as _

LONGEST_LIMIT = 3650


class PlatformForm(EditingForm):
    name_zh = TextField(_("Name in Chinese"), length=60, needed=True)
    name_en = TextField(_("Name in English"), length=60, needed=True)
    contact_zh = TextField(_("Contact in Chinese"), length=200)
    contact_en = TextField(_("Contact in English"), length=200)
    icp_number = TextField(_("ICP filing number"), length=60, render_kw={"placeholder": "沪ICP备00000000号"})
    police_number = TextField(
        _("Public-security filing number"), length=60, render_kw={"placeholder": "沪公网安备00000000000000号"}
    )
    disclaimer_zh = LongTextField(_("Disclaimer in Chinese"), length=400, rows=2)
    disclaimer_en = LongTextField(_("Disclaimer in English"), length=400, rows=2)
    notice_zh = LongTextField(_("Notice at sign-in in Chinese"), length=400, rows=2)
    notice_en = LongTextField(_("Notice at sign-in in English"), length=400, rows=2)
    closing_zh = LongTextField(_("Closing line of reports in Chinese"), length=400, rows=2)
    closing_en = LongTextField(_("Closing line of reports in English"), length=400, rows=2)
    report_colour = ColourField(_("Colour of reports"))
    names_institutions = BooleanField(_("Founders see the names of institutions"))

    def value(self) -> PlatformValues:
        """What the form says."""
        told: dict[str, Any] = {name: self[name].data or "" for name in PlatformValues.__dataclass_fields__}
        return PlatformValues(**told | {"names_institutions": self.names_institutions.data})


class LogoForm(Form):
    logo = FileField(
        _("Picture"),
        [FileRequired(_("Choose a picture."))],
        render_kw={"accept": "image/png,image/jpeg,image/webp,image/gif"},
        description=_("PNG, JPEG, WebP or GIF. It is drawn anew, at most 480 pixels wide."),
    )


class WordForm(EditingForm):
    name_zh = TextField(_("Word in Chinese"), length=60, needed=True)
    name_en = TextField(_("Word in English"), length=60, needed=True)
    limit_days = WholeNumberField(
        _("Limit in days"),
        most=LONGEST_LIMIT,
        description=_("A deal that stands here longer counts as stale. Empty: no limit."),
    )
    parent = ChoiceField(_("Belongs to"))

    def value(self) -> WordValues:
        """What the form says."""
        limit = self.limit_days.data if "limit_days" in self else None
        parent = self.parent.data if "parent" in self else None
        return WordValues(self.name_zh.data, self.name_en.data, limit, parent or None)
