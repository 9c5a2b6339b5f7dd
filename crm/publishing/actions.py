"""Recording authorisations, publishing on them, withdrawing; and what was published before there were versions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import sqlalchemy as sa

from crm.accounts.models import Account, Actor, System
from crm.audit import actions as audit
from crm.core.clock import day_of
from crm.core.db import db
from crm.core.errors import Refusal
from crm.documents import actions as document_actions
from crm.documents.pictures import Upload
from crm.institutions.models import Institution
from crm.lib.text import N_
from crm.notifications.actions import tell_founders
from crm.notifications.models import NoticeKind
from crm.publishing.groups import BASICS, DEFAULT_LAYERS
from crm.publishing.models import AudienceMember, Authorisation, Ending, ProfileView, Publication, Reading
from crm.publishing.queries import audiences_of, authorisation_of, publication_of
from crm.publishing.snapshot import Groups, digest_of, layered, snapshot_of, snapshots
from crm.startups.models import Startup
from crm.watching.actions import tell_published, tell_withdrawn

NO_AUTHORISATION = N_("Record first what the startup authorised: there is no authorisation that is valid today.")
NO_SUMMARY = N_("Write first what the startup does, in one sentence: investors read it before all else.")
UNCHANGED = N_("Nothing has changed since version %(number)s.")
AT_ONCE = 500
GONE = N_("This cannot be undone any more: the record has changed since.")


@dataclass(frozen=True)
class AuthorisationValues:
    """What somebody signed. `layers`: {group: layer}; `institutions`: who may read it, none for all admitted ones;
    `all_documents`: whatever stands in the data rooms may be opened to them, else what is named apart."""

    signed_by: str
    signed_on: date
    signer_position: str = ""
    layers: Mapping[str, str] = field(default_factory=lambda: dict(DEFAULT_LAYERS))
    institutions: Sequence[Institution] = ()
    documents: str = ""
    all_documents: bool = True
    until: date | None = None


def authorise(
    startup: Startup, values: AuthorisationValues, papers: Iterable[Upload] = (), *, by: Actor, at: datetime
) -> Authorisation:
    """Record an authorisation; what is published stays until somebody publishes on it. Raises Refusal."""
    if values.signed_on > day_of(at):
        raise Refusal({"signed_on": N_("This day has not come yet.")})
    if values.until is not None and values.until < day_of(at):
        raise Refusal({"until": N_("This day has passed.")})
    if BASICS not in values.layers:
        raise Refusal({f"layer_{BASICS}": N_("Without its name and what it does, nothing can be published.")})
    authorisation = Authorisation(
        startup_id=startup.id,
        signed_by=values.signed_by,
        signer_position=values.signer_position,
        signed_on=values.signed_on,
        layers=dict(values.layers),
        for_all=not values.institutions,
        documents=values.documents,
        all_documents=values.all_documents,
        until=values.until,
        recorded_at=at,
        by_id=by.id,
    )
    db.session.add(authorisation)
    db.session.flush()  # its audience and papers need its id
    db.session.add_all(
        AudienceMember(authorisation_id=authorisation.id, institution_id=one.id) for one in values.institutions
    )
    for paper in papers:
        document_actions.attach(authorisation, paper, by=by, at=at)
    changes = [
        audit.change("authorised_by", None, values.signed_by, back=authorisation.id),
        audit.change("authorised_until", None, values.until),
    ]
    told = [one for one in changes if one["after"]]
    audit.record(startup, "authorised", by=by, at=at, name=startup.name, changes=told)
    return authorisation


def revoke(startup: Startup, authorisation: Authorisation, *, by: Actor, at: datetime) -> None:
    """End an authorisation at once, with what was published on it. Raises Refusal."""
    if authorisation.revoked_at is not None:
        raise Refusal({"": N_("This authorisation was revoked already.")})
    authorisation.revoked_at, authorisation.revoked_by_id = at, by.id
    publication = publication_of(startup)
    if publication is not None and publication.authorisation_id == authorisation.id:
        end(publication, Ending.WITHDRAWN, by=by, at=at)
        mark(startup, None)
        tell_withdrawn(startup, at=at)
    changes = [audit.change("authorised_by", authorisation.signed_by, None, back=authorisation.id)]
    audit.record(startup, "revoked", by=by, at=at, name=startup.name, changes=changes)


def publish(startup: Startup, *, by: Actor, at: datetime) -> Publication:
    """Let investors read what the records say now, as far as the latest authorisation goes. Raises Refusal."""
    authorisation = authorisation_of(startup, day_of(at))
    if authorisation is None:
        raise Refusal({"": NO_AUTHORISATION})
    if not startup.summary:
        raise Refusal({"": NO_SUMMARY})
    before = publication_of(startup)
    made = new_publication(startup, authorisation, snapshot_of(startup), by=by, at=at)
    if before is not None and (before.digest, before.authorisation_id) == (made.digest, made.authorisation_id):
        raise Refusal({"": N_(UNCHANGED.text, number=before.number)})
    if before is not None:
        end(before, Ending.SUPERSEDED, by=by, at=at)
    db.session.flush()  # one at most is in force
    made.number = 1 + (db.session.scalar(LAST_NUMBER, {"startup_id": startup.id}) or 0)
    db.session.add(made)
    mark(startup, made)
    tell(startup, "published", before, made, by=by, at=at)
    return made


LAST_NUMBER = sa.select(sa.func.max(Publication.number)).where(Publication.startup_id == sa.bindparam("startup_id"))


def new_publication(
    startup: Startup, authorisation: Authorisation, groups: Groups, *, by: Actor, at: datetime
) -> Publication:
    layers = layered(groups, authorisation.layers)
    return Publication(
        startup_id=startup.id,
        number=1,
        authorisation_id=authorisation.id,
        layers=layers,
        digest=digest_of(layers),
        name=startup.name,
        name_key=startup.name_key,
        short_name=startup.short_name,
        summary=startup.summary,
        sector_layer=startup.sector_layer,
        sector_vertical=startup.sector_vertical,
        growth_stage=startup.growth_stage,
        for_all=authorisation.for_all,
        until=authorisation.until,
        published_at=at,
        by_id=by.id,
    )


def withdraw(startup: Startup, *, by: Actor, at: datetime, ending: Ending = Ending.WITHDRAWN) -> None:
    """Take the profile from investors, at once. Raises Refusal when there is none."""
    publication = publication_of(startup)
    if publication is None and startup.published_at is None:
        raise Refusal({"": N_("This startup is not published.")})
    if publication is not None:
        end(publication, ending, by=by, at=at)
    if ending != Ending.EXPIRED:  # what ran out is listed until somebody renews or withdraws it
        mark(startup, None)
    tell(startup, "withdrawn", publication, None, by=by, at=at)


def end(publication: Publication, ending: Ending, *, by: Actor, at: datetime) -> None:
    publication.ended_at, publication.ended_by_id, publication.ending = at, by.id, ending


def mark(startup: Startup, publication: Publication | None) -> None:
    """Let lists of startups know what is in force."""
    authorisation = db.session.get_one(Authorisation, publication.authorisation_id) if publication else None
    startup.published_at = publication.published_at if publication else None
    startup.authorised_by = authorisation.signed_by if authorisation else ""
    startup.authorised_until = authorisation.until if authorisation else None


def tell(
    startup: Startup, verb: str, before: Publication | None, after: Publication | None, *, by: Actor, at: datetime
) -> None:
    numbers = [one.number if one else None for one in (before, after)]
    changes = [audit.change("publication", *numbers, back=before.id if before else None)]
    audit.record(startup, verb, by=by, at=at, name=startup.name, changes=changes)
    if after is None:
        tell_withdrawn(startup, at=at)
    else:
        among = None if after.for_all else [one.id for one in audiences_of([after.authorisation_id]).popitem()[1]]
        tell_published(startup, among, at=at)


# --- taking back


def publish_again(startup: Startup, publication_id: int | None, *, by: Actor, at: datetime) -> None:
    """Bring back the publication that was in force before, or none, in place of what is. Raises Refusal."""
    now = publication_of(startup)
    earlier = db.session.get(Publication, publication_id) if publication_id else None
    if earlier is not None:
        authorisation = db.session.get_one(Authorisation, earlier.authorisation_id)
        if not authorisation.is_valid(day_of(at)):
            raise Refusal({"": GONE})
    if now is not None:
        end(now, Ending.WITHDRAWN, by=by, at=at)
        db.session.flush()  # one at most is in force
    if earlier is not None:
        earlier.ended_at = earlier.ended_by_id = earlier.ending = None
    mark(startup, earlier)
    tell(startup, "published" if earlier else "withdrawn", now, earlier, by=by, at=at)


def restore_authorisation(startup: Startup, authorisation_id: int, *, by: Actor, at: datetime) -> None:
    """Take back that an authorisation was revoked, with what was withdrawn by that."""
    authorisation = db.session.get_one(Authorisation, authorisation_id)
    fell = db.session.scalar(
        sa.select(Publication).where(
            Publication.authorisation_id == authorisation_id, Publication.ended_at == authorisation.revoked_at
        )
    )
    authorisation.revoked_at = authorisation.revoked_by_id = None
    changes = [audit.change("authorised_by", None, authorisation.signed_by, back=authorisation_id)]
    if fell is not None and publication_of(startup) is None and authorisation.is_valid(day_of(at)):
        fell.ended_at = fell.ended_by_id = fell.ending = None
        mark(startup, fell)
    audit.record(startup, "authorised", by=by, at=at, name=startup.name, changes=changes)


def revoke_by_id(startup: Startup, authorisation_id: int, *, by: Actor, at: datetime) -> None:
    """Take back that an authorisation was recorded. Raises Refusal."""
    revoke(startup, db.session.get_one(Authorisation, authorisation_id), by=by, at=at)


# --- what happens by itself


def withdraw_expired(*, at: datetime) -> int:
    """End the publications whose authorisation ran out; investors have read none of them since. Returns how many."""
    run_out = sa.select(Startup).join(Publication, Publication.startup_id == Startup.id)
    found = db.session.scalars(
        run_out.where(Publication.ended_at.is_(None), Publication.until < day_of(at)).order_by(Startup.id)
    ).all()
    for startup in found:
        withdraw(startup, by=System(), at=at, ending=Ending.EXPIRED)
    return len(found)


def carry_over(*, at: datetime) -> int:
    """Publish as version 1 what was published when there were no versions yet, each on its carried authorisation.

    Returns how many. Until then investors read nothing of them.
    """
    without = ~sa.exists().where(Publication.startup_id == Startup.id)
    waiting = db.session.execute(
        sa.select(Startup, Authorisation)
        .join(Authorisation, Authorisation.startup_id == Startup.id)
        .where(Startup.published_at.is_not(None), without)
        .order_by(Startup.id)
    ).all()
    for first in range(0, len(waiting), AT_ONCE):
        some = waiting[first : first + AT_ONCE]
        copied = dict(snapshots([startup for startup, _ in some]))
        db.session.add_all(
            new_publication(startup, authorisation, copied[startup.id], by=System(), at=startup.published_at or at)
            for startup, authorisation in some
        )
        db.session.flush()  # so many profiles in memory, not all of them
    return len(waiting)


# --- reading


def record_view(
    publication: Publication, what: Reading, *, is_confidential: bool, by: Account, at: datetime
) -> ProfileView:
    """Write down that an investor read a profile."""
    view = ProfileView(
        startup_id=publication.startup_id,
        publication_id=publication.id,
        account_id=by.id,
        institution_id=by.institution_id,
        what=what,
        is_confidential=is_confidential,
        at=at,
    )
    db.session.add(view)
    tell_founders(publication.startup_id, NoticeKind.PROFILE_OPENED, at=at)
    if what == Reading.PDF:
        startup = db.session.get_one(Startup, publication.startup_id)
        file = audit.change("file", None, "pdf")
        audit.record(startup, "downloaded", by=by, at=at, name=startup.name, changes=[file])
    return view
