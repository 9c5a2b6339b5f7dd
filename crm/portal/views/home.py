"""The investor's first page: what is new, what waits, what is watched, whom the institution talks to."""

from __future__ import annotations

from typing import Any

from crm.accounts.models import Account
from crm.core.clock import day_of
from crm.core.listing import Count, Place
from crm.institutions import queries as institution_queries
from crm.matching import queries as matches
from crm.portal import daily, policies, queries
from crm.portal.told import told
from crm.portal.views.blueprint import bp, for_admitted
from crm.watching import queries as watching_queries
from crm.web.answers import now, page
from crm.web.guards import actor, requires
from crm.web.pieces import made_once

SHOWN, MOST_SUGGESTED = 5, 3


@bp.get("/")
@requires(policies.may_read)
@for_admitted
def show_home() -> Any:
    account = actor()
    ahead = sum(start > now() for start in daily.starts_known(account))
    content = made_once("portal/_home.html", (account.id, ahead), lambda: home(account))
    return page("portal/show_home.html", content=content)


def home(account: Account) -> dict[str, Any]:
    """What the page shows an investor."""
    today, first = day_of(now()), (Place(size=SHOWN), Count.NONE)
    since = daily.last_visit(account)
    appointments = daily.coming_appointments(account, now(), SHOWN)
    watched = daily.watched(account, today, *first).rows
    return {
        "since": since,
        "profiles": daily.new_profiles(account, today, since, SHOWN),
        "waiting": daily.to_answer(account, today, SHOWN),
        "suggestions": matches.suggestions(institution_queries.institution_of(account), today)[:MOST_SUGGESTED],
        "appointments": appointments,
        "names": daily.names_of(account, appointments, today),
        "watched": watched,
        "notes": watching_queries.latest_notes(account, [one.startup_id for one in watched]),
        "deals": queries.my_deals(account, today, Place(size=SHOWN)).rows,
        "notices": told(daily.my_notices(account, today, *first).rows),
    }
