"""What visitors agree to when they check in, in versions: a version that somebody agreed to never changes."""

from __future__ import annotations

from datetime import timedelta

from crm.lib.text import N_, Message

KEPT_FOR = timedelta(days=365)
PRESENT = "2026-11"
WORDINGS: dict[str, Message] = {
    "2026-11": N_(
        "I agree that %(platform)s keeps my name, organisation, title and telephone number to register me for this "
        "event and to follow up on what was talked about. The data are kept for one year and given to nobody else. "
        "I can see, correct and have them deleted at any time by telling the platform."
    ),
}


def wording(version: str, platform: str) -> Message:
    """The text of a version."""
    return Message(WORDINGS[version].text, (("platform", platform),))
