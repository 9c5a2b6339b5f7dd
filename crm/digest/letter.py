"""A digest as a mail."""

from __future__ import annotations

from datetime import date, datetime

from flask import current_app

from crm.accounts.models import Account
from crm.core.outbox import outbox
from crm.digest.guests import PortalDigest, sections
from crm.digest.queries import Digest
from crm.digest.told import Section, told
from crm.settings.platform import identity
from crm.web.addresses import mail_address
from crm.web.language import force_locale
from crm.web.language import gettext as _


def write_letter(account: Account, digest: Digest, *, at: datetime) -> None:
    """Put the digest into the outbox, in the language of its reader."""
    with force_locale(account.language):
        greeting = _("%(name)s, this is your day: %(day)s", name=account.name, day=digest.day.isoformat())
        write(account, greeting, told(digest), "digest.show_digest", digest.day, at=at)


def write_portal_letter(account: Account, digest: PortalDigest, *, at: datetime) -> None:
    """Put what is new for an investor into the outbox, in the language of its reader."""
    with force_locale(account.language):
        since = digest.since.date().isoformat()
        greeting = _("%(name)s, this is new since %(day)s", name=account.name, day=since)
        write(account, greeting, sections(digest), "portal.show_home", digest.day, at=at)


def write(account: Account, greeting: str, parts: list[Section], endpoint: str, day: date, *, at: datetime) -> None:
    values = {
        "greeting": greeting,
        "sections": parts,
        "platform_name": identity().name,
        "address": lambda target: mail_address(target.endpoint, **target.values),
        "page": mail_address(endpoint),
        "settings": mail_address("accounts.edit_own_account"),
        "language": account.language,
    }
    subject = _("Digest of %(day)s: %(platform)s", day=day.isoformat(), platform=values["platform_name"])
    plain, html = (
        current_app.jinja_env.get_template(f"email/digest.{ending}").render(values) for ending in ("txt", "html")
    )
    outbox.write(account.email, subject, plain, html, at=at)
