"""What an investor gets by mail: what is new since the last letter, in the rhythm that it chose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from crm.accounts.models import Account, DigestRhythm
from crm.appointments.models import Appointment
from crm.core.clock import SHANGHAI
from crm.core.db import db
from crm.core.listing import Count, Place
from crm.core.periodic import was_done
from crm.digest.policies import is_mailed_guest
from crm.digest.queries import MONDAY, SHOWN, last_working_day
from crm.digest.told import Line, Section, Target
from crm.institutions.queries import institution_of, is_shut_out
from crm.matching.queries import suggestions
from crm.matching.queries.published import Suggestion
from crm.portal import daily
from crm.portal.told import told
from crm.settings.choices import word
from crm.web.filters import moment
from crm.web.language import gettext as _

RUN = "portal_digest"
MOST_SUGGESTED = 3


@dataclass(frozen=True)
class PortalDigest:
    """What an investor may read on a day that is new since `since`; at most ten of a kind.

    `notices`: rows as `daily.my_notices` yields them. `names`: {startup: its published name} for the meetings.
    """

    day: date
    since: datetime
    profiles: Sequence[Any] = ()
    notices: Sequence[Any] = ()
    appointments: Sequence[Appointment] = ()
    names: Mapping[int, str] | None = None
    suggestions: Sequence[Suggestion] = ()

    @property
    def is_empty(self) -> bool:
        """True when nothing is new: suggestions and meetings alone are no news."""
        return not (self.profiles or self.notices)


def rhythms_of(day: date) -> list[DigestRhythm]:
    """Whose letters go out on a weekday."""
    return [DigestRhythm.DAILY, *([DigestRhythm.WEEKLY] if day.weekday() == MONDAY else [])]


def guests_to_mail(day: date) -> Sequence[Account]:
    """The investors whose letter of a day has not been written yet."""
    waiting = sa.select(Account).where(is_mailed_guest(rhythms_of(day)), sa.not_(was_done(RUN, day, Account.id)))
    return db.session.scalars(waiting.order_by(Account.id)).all()


def portal_digest_of(account: Account, day: date, at: datetime) -> PortalDigest:
    """The letter of an investor on a day; an empty one while its institution is not admitted."""
    before = day - timedelta(days=7) if account.portal_digest == DigestRhythm.WEEKLY else last_working_day(day)
    since = datetime.combine(before, time(), SHANGHAI)
    if is_shut_out(account.institution_id):
        return PortalDigest(day, since)
    notices = daily.my_notices(account, day, Place(size=SHOWN), Count.NONE).rows
    appointments = daily.coming_appointments(account, at, SHOWN)
    return PortalDigest(
        day,
        since,
        profiles=daily.new_profiles(account, day, since, SHOWN),
        notices=[row for row in notices if row[0].is_unread and row[0].at >= since],
        appointments=appointments,
        names=daily.names_of(account, appointments, day),
        suggestions=suggestions(institution_of(account), day)[:MOST_SUGGESTED],
    )


def sections(digest: PortalDigest) -> list[Section]:
    """What there is to tell, section by section; those without lines are left out."""
    parts = (news(digest), meetings(digest), profiles(digest), for_you(digest))
    return [section for section in parts if section.lines]


def news(digest: PortalDigest) -> Section:
    page = Target("portal.list_notices")
    lines = [Line(one.sentence, one.remark, page) for one in told(digest.notices)]
    return Section(_("Answers, meetings, documents, watched profiles"), lines, page)


def meetings(digest: PortalDigest) -> Section:
    lines = [
        Line(
            (digest.names or {}).get(one.startup_id, ""),
            moment(one.starts_at) if one.starts_at else word("appointment_state", one.state),
            Target("portal.show_appointment", {"appointment_id": one.id}),
        )
        for one in digest.appointments
    ]
    return Section(_("Meetings to come"), lines, Target("portal.list_appointments"))


def profiles(digest: PortalDigest) -> Section:
    lines = [Line(row.startup_name, row.summary, profile(row.startup_id)) for row in digest.profiles]
    return Section(_("New profiles"), lines, Target("portal.list_startups"))


def for_you(digest: PortalDigest) -> Section:
    lines = [Line(one.startup_name, one.summary, profile(one.startup_id)) for one in digest.suggestions]
    return Section(_("For you"), lines, Target("matching.show_for_you"))


def profile(startup_id: int) -> Target:
    return Target("portal.show_startup", {"startup_id": startup_id})
