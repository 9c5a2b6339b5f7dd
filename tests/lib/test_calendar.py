"""Calendar files as RFC 5545 wants them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from crm.lib.calendar import CalendarEvent, write_calendar

EVENT = CalendarEvent(
    uid="5a3c",
    sequence=0,
    starts_at=datetime(2026, 6, 15, 6, 30, tzinfo=UTC),
    ends_at=datetime(2026, 6, 15, 7, 15, tzinfo=UTC),
    changed_at=datetime(2026, 6, 12, 6, 40, tzinfo=UTC),
    title="临渚创投 × 衡汐智能",
    place="云锦路 500 号, B 座; 3 层",
    about="请带上\n部署清单",
)


def unfolded(event: CalendarEvent) -> list[str]:
    written = write_calendar(event, product="模源").decode()
    return written.replace("\r\n ", "").removesuffix("\r\n").split("\r\n")


def test_the_times_are_those_of_shanghai_and_the_stamp_is_utc() -> None:
    lines = unfolded(EVENT)
    assert "DTSTART;TZID=Asia/Shanghai:20260615T143000" in lines
    assert "DTEND;TZID=Asia/Shanghai:20260615T151500" in lines
    assert "DTSTAMP:20260612T064000Z" in lines
    assert lines.index("BEGIN:VTIMEZONE") < lines.index("BEGIN:VEVENT")


def test_signs_with_a_meaning_are_escaped() -> None:
    lines = unfolded(EVENT)
    assert r"LOCATION:云锦路 500 号\, B 座\; 3 层" in lines
    assert r"DESCRIPTION:请带上\n部署清单" in lines


def test_a_text_cannot_add_a_line_of_its_own() -> None:
    lines = unfolded(replace(EVENT, title="会面\r\nATTENDEE:mailto:x@example.com"))
    assert [line for line in lines if line.startswith("ATTENDEE")] == []
    assert r"SUMMARY:会面\nATTENDEE:mailto:x@example.com" in lines


def test_no_line_is_longer_than_75_octets_and_no_character_is_cut() -> None:
    written = write_calendar(replace(EVENT, about="部署清单与测试数据" * 40), product="模源")
    lines = written.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    for line in lines:
        line.decode()
    assert "DESCRIPTION:" + "部署清单与测试数据" * 40 in unfolded(replace(EVENT, about="部署清单与测试数据" * 40))


def test_what_is_off_is_sent_as_cancelled_under_the_same_uid() -> None:
    before, after = unfolded(EVENT), unfolded(replace(EVENT, is_off=True, sequence=1))
    assert {"METHOD:PUBLISH", "STATUS:CONFIRMED", "SEQUENCE:0", "UID:5a3c"} <= set(before)
    assert {"METHOD:CANCEL", "STATUS:CANCELLED", "SEQUENCE:1", "UID:5a3c"} <= set(after)
