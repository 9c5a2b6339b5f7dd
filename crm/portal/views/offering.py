"""What an investor can do about a startup: the values that the buttons under its profile need."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crm.accounts.models import Account
from crm.confidentiality.queries import has_accepted
from crm.deals import queries as deal_queries
from crm.deals.models import Round
from crm.portal.forms import InterestForm
from crm.publishing.profile import Profile, read
from crm.publishing.queries import publication_in_force
from crm.questions import queries as question_queries
from crm.settings.choices import word
from crm.startups.models import Startup
from crm.watching import queries as watching_queries
from crm.web.answers import now


def interest_form(rounds: Sequence[Round]) -> InterestForm:
    """The form that says "interested"; it asks for the round where several are open."""
    form = InterestForm()
    if len(rounds) > 1:
        form.round_id.offer([(str(one.id), word("round_name", one.name)) for one in rounds])
    else:
        del form.round_id
    return form


def profile_read(account: Account, startup: Startup) -> Profile:
    """The profile of a startup that a guard has found readable, as far as this reader may read it."""
    return read(publication_in_force(startup), accepted=has_accepted(account, now()))


def rounds_shown(startup: Startup, profile: Profile) -> Sequence[Round]:
    """The open rounds that a reader sees in a profile."""
    sought = {one["id"] for one in profile.rounds}
    return [one for one in deal_queries.open_rounds_of(startup) if one.id in sought]


def chosen_round(form: InterestForm, rounds: Sequence[Round]) -> Round | None:
    """The round that somebody is interested in: the chosen one, else the first; None where none is open."""
    wanted = form.round_id.data if "round_id" in form else None
    return next((one for one in rounds if str(one.id) == wanted), rounds[0] if rounds else None)


def buttons(account: Account, startup: Startup, rounds: Sequence[Round]) -> dict[str, Any]:
    """What `portal/_actions.html` shows: for a reader of the portal, about a startup that it may read."""
    passed, is_watched = watching_queries.stance(account.institution_id, startup.id)
    return {
        "startup": startup,
        "form": interest_form(rounds),
        "passed": passed,
        "is_watched": is_watched,
        "notes": watching_queries.notes_about(account, startup.id),
        "answered": question_queries.shared_about(startup.id),
    }
