"""Forms of accounts."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import PasswordField
from wtforms.validators import Length

from crm.accounts.models import Role
from crm.web.fields import ChoiceField, NameField, TextField, required
from crm.web.form import CreatingForm, EditingForm, Form


def password_field(label: str, autocomplete: str) -> Any:
    return PasswordField(label, [required(), Length(max=200)], render_kw={"autocomplete": autocomplete})


class SignInForm(Form):
    username = TextField(
        _("User name"), length=80, needed=True, render_kw={"autocomplete": "username", "autofocus": True}
    )
    password = password_field(_("Password"), "current-password")


class ChangePasswordForm(Form):
    current = password_field(_("Current password"), "current-password")
    password = password_field(_("New password"), "new-password")


class SetPasswordForm(Form):
    password = password_field(_("New password"), "new-password")


class AccountFields:
    name = TextField(_("Person's name"), length=80, needed=True)
    role = ChoiceField(_("Role"), needed=True)
    institution = NameField(_("Institution"), suggest="institutions.suggest", description=_("For investors only."))

    @property
    def chosen_role(self) -> Role:
        """The role as the domain knows it."""
        return Role(self.role.data)


class AddAccountForm(AccountFields, CreatingForm):
    first_sight = ("name", "username", "password", "role", "institution")

    username = TextField(_("User name"), length=80, needed=True)
    password = password_field(_("Password"), "new-password")


class EditAccountForm(AccountFields, EditingForm):
    pass
