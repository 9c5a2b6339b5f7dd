"""What an investor can do about a startup: the values that the buttons under its profile need."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from markupsafe import Markup

from crm.accounts.models import Account
from crm.confidentiality.queries import has_accepted
from crm.dataroom.queries import Shelf
from crm.deals import queries as deal_queries
from crm.deals.models import Round
from crm.portal import queries
from crm.portal.forms import InterestForm
from crm.publishing.models import Publication
from crm.publishing.profile import Profile, read
from crm.publishing.queries import publication_in_force
from crm.questions import queries as question_queries
from crm.settings.choices import word
from crm.settings.rows import remembered_piece
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


def answer(account: Account, publication: Publication, profile: Profile, shelf: Shelf) -> Markup:
    """What stands below the rounds of a profile: what the reader's institution said so far, and what it can do."""
    startup_id = publication.startup_id
    said: dict[str, Hashable] = {
        "startup_id": startup_id,
        "deals": tuple(queries.my_deals_about(account, startup_id)),
        "interests": tuple(deal_queries.interests_of(account.institution_id, startup_id)),
        "shelf": shelf,
        "stance": watching_queries.stance(account, startup_id),
        "answered": question_queries.count_shared(startup_id),
    }
    rounds = rounds_shown(queries.startup_of(publication), profile) if len(profile.rounds) > 1 else ()
    content = (*said.values(), *((one.id, one.name) for one in rounds))
    return remembered_piece("portal/_answer.html", content, lambda: {**said, "form": interest_form(rounds)})
