"""Forms of accounts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from wtforms import BooleanField, HiddenField, PasswordField
from wtforms.validators import EqualTo, Length

from crm.accounts.models import Account, Role
from crm.web.fields import AddressField, ChoiceField, NameField, TextField, optional, required
from crm.web.form import CreatingForm, EditingForm, Form
from crm.web.language import lazy_gettext as _

INVITED_AT = _("The invitation goes there by mail, too, where this installation sends mail.")


def password_field(label: str, autocomplete: str, *more: Any, needed: bool = True, **kwargs: Any) -> Any:
    validators = [required() if needed else optional(), Length(max=200), *more]
    return PasswordField(label, validators, render_kw={"autocomplete": autocomplete}, **kwargs)


class SignInForm(Form):
    username = TextField(
        _("User name"), length=80, needed=True, render_kw={"autocomplete": "username", "autofocus": True}
    )
    password = password_field(_("Password"), "current-password")


class CodeForm(Form):
    code = TextField(
        _("Code of the phone"),
        length=40,
        needed=True,
        description=_("Six digits from your authenticator app, or one of your recovery codes."),
        render_kw={"autocomplete": "one-time-code", "autofocus": True},
    )


class OfferForm(Form):
    sealed = HiddenField()
    code = TextField(
        _("Code of the phone"),
        length=40,
        needed=True,
        description=_("Six digits that the app shows now."),
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )


class SwitchOnForm(OfferForm):
    current = password_field(_("Current password"), "current-password")


class ConfirmForm(Form):
    current = password_field(_("Current password"), "current-password")


class ForgottenForm(Form):
    typed = TextField(
        _("User name or e-mail"), length=254, needed=True, render_kw={"autocomplete": "username", "autofocus": True}
    )


class ChangePasswordForm(Form):
    current = password_field(_("Current password"), "current-password")
    password = password_field(_("New password"), "new-password")


class SetPasswordForm(Form):
    password = password_field(_("New password"), "new-password")


class AccountFields:
    name = TextField(_("Person's name"), length=80, needed=True)
    role = ChoiceField(_("Role"), needed=True)
    institution = NameField(_("Institution"), suggest="institutions.suggest", description=_("For investors only."))
    startup = NameField(_("Startup"), suggest="startups.suggest", description=_("For founders only."))

    @property
    def chosen_role(self) -> Role:
        """The role as the domain knows it."""
        return Role(self.role.data)


class AddAccountForm(AccountFields, CreatingForm):
    first_sight = ("name", "username", "password", "role", "institution", "startup", "email")

    username = TextField(_("User name"), length=80, needed=True)
    email = AddressField(_("E-mail"), description=INVITED_AT, render_kw={"autocomplete": "off"})
    password = password_field(
        _("Password"),
        "new-password",
        needed=False,
        description=_("Empty: you get a link to send, by which the person chooses their own."),
    )


class InviteInvestorForm(CreatingForm):
    name = TextField(_("Person's name"), length=80, needed=True)
    username = TextField(_("User name"), length=80, needed=True)
    email = AddressField(_("E-mail"), description=INVITED_AT, render_kw={"autocomplete": "off"})


class InviteFounderForm(InviteInvestorForm):
    pass


class ChoosePasswordForm(Form):
    password = password_field(_("New password"), "new-password")
    repeated = password_field(
        _("The same again"), "new-password", EqualTo("password", _("This is not the same password."))
    )


class HandOverForm(Form):
    to = ChoiceField(_("Who takes over"))


class AssignForm(Form):
    """Who of the desk sees to something."""

    to = ChoiceField(_("Who sees to it"))

    def among(self, owners: Sequence[Account]) -> Self:
        """The form with whom it offers."""
        self.owners = owners
        self.to.offer([(str(one.id), one.name) for one in owners], empty=_("Nobody yet"))
        return self

    def value(self) -> Account | None:
        """Who was chosen; None for nobody yet."""
        return next((one for one in self.owners if str(one.id) == self.to.data), None)


class EditAccountForm(AccountFields, EditingForm):
    email = AddressField(_("E-mail"))


class EditOwnAccountForm(EditingForm):
    email = AddressField(_("E-mail"), description=_("Seen by administrators only."))
    current = password_field(
        _("Current password"), "current-password", needed=False, description=_("For another mail address only.")
    )
    daily_digest = BooleanField(_("Send me the day's digest each weekday morning"))
    portal_digest = ChoiceField(_("What is new, by mail"))
