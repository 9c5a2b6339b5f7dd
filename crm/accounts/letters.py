"""Letters about accounts: the link by which somebody chooses a password, and a sign-in from a new device."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from flask import current_app

from crm.accounts.actions import SecretLink
from crm.accounts.agents import device_words
from crm.accounts.models import Account, AccountLink, LinkKind, SignInSession
from crm.core.outbox import outbox
from crm.settings.platform import identity
from crm.web.addresses import mail_address, outside_address
from crm.web.filters import moment
from crm.web.language import LANGUAGES, force_locale
from crm.web.language import gettext as _


@dataclass(frozen=True)
class Letter:
    """What goes with a link into a chat or a mail, in one language. `to`: the mail's address, "" for none."""

    language: str
    subject: str
    body: str
    to: str

    @property
    def mail(self) -> str:
        """The address that opens a new mail with it."""
        return f"mailto:{quote(self.to)}?subject={quote(self.subject)}&body={quote(self.body)}"


def told_link(account: Account, secret: SecretLink, *, mail: bool = False) -> dict[str, Any]:
    """What the one page needs that shows a link, as the answer to the POST that made it. `mail`: send it, too."""
    address = outside_address("accounts.open_link", token=secret.token)
    return {
        "account": account,
        "link": secret.link,
        "address": address,
        "letters": [letter(account, secret.link, address, language) for language in LANGUAGES],
        "invited": account.is_invited,
        "mailed": mail and mail_link(account, secret, at=secret.link.created_at),
    }


def mail_link(account: Account, secret: SecretLink, *, at: datetime) -> bool:
    """Send a link to the account's own address; True when there is one, and mail is sent here."""
    address = mail_address("accounts.open_link", token=secret.token)  # never the host that was asked: anybody names it
    written = letter(account, secret.link, address, account.language)
    return write(account, written.subject, written.body.split("\n"), at=at)


def tell_new_device(account: Account, session: SignInSession, *, at: datetime) -> None:
    """Tell by mail that somebody signed in where nobody did before."""
    with force_locale(account.language):
        subject = _("A new device signed in to your account at %(platform)s", platform=identity().name)
        lines = [
            _("Your user name: %(username)s", username=account.username),
            _("Device: %(device)s", device=device_words(session.agent)),
            _("Address: %(address)s", address=session.address),
            _("Time: %(moment)s (Beijing time)", moment=moment(at)),
            _("If it was you, there is nothing to do. If not, end the other sessions here and change your password:"),
            mail_address("accounts.list_own_sessions"),
        ]
        write(account, subject, lines, at=at)


def tell_new_address(account: Account, before: str, *, at: datetime) -> None:
    """Tell the mail address that an account had until now, if it has another one, that letters go elsewhere."""
    if before == account.email:
        return
    with force_locale(account.language):
        subject = _("Another mail address for your account at %(platform)s", platform=identity().name)
        lines = [
            _("Your user name: %(username)s", username=account.username),
            _("Time: %(moment)s (Beijing time)", moment=moment(at)),
            _("From now on letters about this account go to another address."),
            _("If that was not you, tell the administrator at once, and change your password:"),
            mail_address("accounts.change_password"),
        ]
        write(account, subject, lines, at=at, to=before)


def write(account: Account, subject: str, lines: list[str], *, at: datetime, to: str | None = None) -> bool:
    """Put a letter of a few lines into the outbox, to the account's own address unless another is named; a line that
    is an address of ours becomes a link."""
    address = account.email if to is None else to
    if not (address and outbox.is_open):
        return False
    values = {"subject": subject, "lines": lines, "language": account.language}
    html = current_app.jinja_env.get_template("email/account.html").render(values)
    outbox.write(address, subject, "\n".join(lines) + "\n", html, at=at)
    return True


def letter(account: Account, link: AccountLink, address: str, language: str) -> Letter:
    with force_locale(language):
        facts = {"platform": identity().name, "username": account.username, "until": moment(link.expires_at)}
        if link.kind == LinkKind.INVITATION:
            subject = _("Your account at %(platform)s", platform=facts["platform"])
            opening = _("%(platform)s invites you. Your user name: %(username)s.", **facts)
        else:
            subject = _("A new password for %(platform)s", platform=facts["platform"])
            opening = _("A new password for %(platform)s. Your user name: %(username)s.", **facts)
        closing = _("Choose your password by this link until %(until)s (Beijing time). It works once.", **facts)
        warning = _("It is for you alone: please do not forward it.")
        return Letter(language, subject, "\n".join((opening, closing, address, warning)), account.email)
