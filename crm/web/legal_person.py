"""The fields that every company's form begins with: how it is called and by which number it is known."""

from __future__ import annotations

from typing import Any

from crm.web.fields import ChoiceField, CreditCodeField, NamesField, TextField
from crm.web.form import Form
from crm.web.language import lazy_gettext as _


class LegalPersonFields(Form):
    """Names and numbers of an institution or a startup."""

    name = TextField(_("Full name"), length=200, needed=True)
    short_name = TextField(_("Short name"), length=80)
    credit_code = CreditCodeField(_("Credit code"))
    former_names = NamesField(
        _("Former names"),
        description=_("Separate them by ; A record that is renamed keeps its old name here."),
    )
    no_code_reason = ChoiceField(_("Why no credit code"))
    other_identifier = TextField(
        _("Other identifier"), length=60, description=_("Without a credit code: a foreign registration number, say.")
    )

    def identity(self) -> dict[str, Any]:
        """What the form says in these fields; None for what it leaves open."""
        return {
            "name": self.name.data,
            "short_name": self.short_name.data,
            "former_names": self.former_names.data,
            **{one: self[one].data or None for one in ("credit_code", "no_code_reason", "other_identifier")},
        }
