"""What goes with a link by which somebody chooses a password: the address, and a letter in each language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from crm.accounts.actions import SecretLink
from crm.accounts.models import Account, AccountLink, LinkKind
from crm.settings.platform import identity
from crm.web.addresses import outside_address
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


def told_link(account: Account, secret: SecretLink) -> dict[str, Any]:
    """What the one page needs that shows a link, as the answer to the POST that made it."""
    address = outside_address("accounts.open_link", token=secret.token)
    return {
        "account": account,
        "link": secret.link,
        "address": address,
        "letters": [letter(account, secret.link, address, language) for language in LANGUAGES],
        "invited": account.is_invited,
    }


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
