"""A meeting as a calendar file (iCalendar, RFC 5545), on the clock of Shanghai."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from crm.lib.dates import SHANGHAI

LONGEST_LINE = 75  # octets, without the line end
ZONE = (
    "BEGIN:VTIMEZONE",
    "TZID:Asia/Shanghai",
    "BEGIN:STANDARD",
    "DTSTART:19910915T000000",
    "TZOFFSETFROM:+0800",
    "TZOFFSETTO:+0800",
    "TZNAME:CST",
    "END:STANDARD",
    "END:VTIMEZONE",
)


@dataclass(frozen=True)
class CalendarEvent:
    """What a calendar keeps. `uid` never changes; `sequence` grows with each change, and the newest one counts."""

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime
    title: str
    place: str = ""
    about: str = ""
    is_off: bool = False


def write_calendar(event: CalendarEvent, *, product: str) -> bytes:
    """The file. What is off is sent as cancelled, so that a calendar that holds it strikes it out."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//{escaped(product)}//CRM//ZH",
        "CALSCALE:GREGORIAN",
        f"METHOD:{'CANCEL' if event.is_off else 'PUBLISH'}",
        *ZONE,
        "BEGIN:VEVENT",
        f"UID:{escaped(event.uid)}",
        f"SEQUENCE:{event.sequence}",
        f"DTSTAMP:{event.changed_at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;TZID=Asia/Shanghai:{local(event.starts_at)}",
        f"DTEND;TZID=Asia/Shanghai:{local(event.ends_at)}",
        f"SUMMARY:{escaped(event.title)}",
        *([f"LOCATION:{escaped(event.place)}"] if event.place else []),
        *([f"DESCRIPTION:{escaped(event.about)}"] if event.about else []),
        f"STATUS:{'CANCELLED' if event.is_off else 'CONFIRMED'}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return b"".join(folded(line) for line in lines)


def local(moment: datetime) -> str:
    return f"{moment.astimezone(SHANGHAI):%Y%m%dT%H%M%S}"


def escaped(text: str) -> str:
    """A text value: backslash, semicolon, comma and line end have a meaning of their own; control characters go."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    plain = "".join(one for one in plain if one == "\n" or one.isprintable())
    for sign, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        plain = plain.replace(sign, written)
    return plain


def folded(line: str) -> bytes:
    """A line of at most 75 octets, and what goes on behind a space; no character is cut in two."""
    parts: list[bytes] = [b""]
    for sign in line:
        octets = sign.encode()
        room = LONGEST_LINE if len(parts) == 1 else LONGEST_LINE - 1
        if len(parts[-1]) + len(octets) > room:
            parts.append(b"")
        parts[-1] += octets
    return b"\r\n ".join(parts) + b"\r\n"
