"""What browsers say that they are, in words; nobody checks it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from crm.accounts.models import SignInSession
from crm.web.language import gettext as _


@dataclass(frozen=True)
class ToldSession:
    """A session, as a page shows it. `is_new`: nobody has vouched for its device yet."""

    session: SignInSession
    device: str
    is_new: bool


def told_sessions(found: Iterable[SignInSession]) -> list[ToldSession]:
    """Sessions that were loaded with their devices."""
    return [
        ToldSession(one, device_words(one.agent), one.device is not None and one.device.recognised_at is None)
        for one in found
    ]


def device_words(agent: str) -> str:
    """Such as “Chrome on Windows”."""
    browser, system = parts_of(agent)
    if browser and system:
        return _("%(browser)s on %(system)s", browser=browser, system=system)
    return browser or system or _("Unknown browser")


@lru_cache(500)
def parts_of(agent: str) -> tuple[str, str]:
    from ua_parser import parse  # a thousand patterns, compiled when first used

    read = parse(agent)
    return read.user_agent.family if read.user_agent else "", read.os.family if read.os else ""
