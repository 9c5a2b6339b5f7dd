"""Startups for an investor: by what was published to its institution, and by its own thesis. Nothing else is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from crm.core.db import db
from crm.core.keeping import until_written
from crm.deals.models import Deal, Round, RoundState
from crm.institutions.models import Institution
from crm.lib.money import Amount
from crm.matching.factors import PUBLIC, Factors, score
from crm.matching.queries.found import KEPT, scale_on
from crm.matching.queries.sides import SCORED, backers_of, investing, open_to, seeker_of
from crm.matching.ranking import Pair, Scale, pairs, told
from crm.matching.sides import Record, Seeker
from crm.matrix.sides import Need
from crm.publishing.models import Layer, Publication
from crm.publishing.policies import readable_by
from crm.watching.queries import passed_startups

TOLD = (("profile", "profile"), ("products", "summary"))  # groups and fields with what a startup does in words


@dataclass(frozen=True)
class Suggestion:
    """A published startup and one of its rounds. `score`, in thousandths, by `factors` alone."""

    startup_id: int
    startup_name: str
    summary: str
    growth_stage: str | None
    sector_layer: str | None
    sector_vertical: str | None
    round_name: str
    sought: Amount
    score: int
    factors: Factors


def suggestions(institution: Institution, day: date) -> Sequence[Suggestion]:
    """The startups that suit an institution best, of those published last to it.

    Kept until a profile, a thesis, a round or what it passed on changes, or it is introduced.
    """
    return until_written(("suggestions", institution.id, day), lambda: find(institution.id, day))


def find(institution_id: int, day: date) -> list[Suggestion]:
    own = backers_of(investing().where(Institution.id == institution_id))
    found = db.session.scalars(
        sa.select(Publication)
        .where(
            readable_by(institution_id, day),
            Publication.startup_id.not_in(passed_startups(institution_id)),
            open_to(own, day, Publication),
        )
        .order_by(Publication.published_at.desc(), Publication.id.desc())
        .limit(SCORED)
    ).all()
    publications = {one.startup_id: one for one in found}
    scale = scale_on(day)
    introductions = {institution_id: Record(rounds=introduced_rounds(institution_id))}
    best = pairs(own, published_rounds(found), introductions, scale)
    in_turn = sorted(best, key=lambda one: (-public_score(one, scale), one.seeker.need.startup_id))
    once = {one.seeker.need.startup_id: one for one in reversed(in_turn)}
    shown = [one for one in in_turn if once[one.seeker.need.startup_id] is one][:KEPT]
    return [suggestion(one, publications[one.seeker.need.startup_id], scale) for one in shown]


def public_score(one: Pair, scale: Scale) -> int:
    return score(one.match.factors, scale.weights, PUBLIC)


def introduced_rounds(institution_id: int) -> set[int]:
    """The rounds that an institution was introduced to: all that counts here of its deals, which are moved daily."""
    own = sa.select(Deal.round_id).where(Deal.institution_id == institution_id, Deal.archived_at.is_(None))
    return set(db.session.scalars(own))


def published_rounds(publications: Sequence[Publication]) -> Iterator[Seeker]:
    """The rounds that were published to every invited reader and are open still, as they were published."""
    rounds = [(one, item) for one in publications for item in invited(one, "rounds")]
    ids = [item["id"] for _, item in rounds]
    still = sa.select(Round.id).where(Round.id.in_(ids), Round.state == RoundState.OPEN, Round.archived_at.is_(None))
    still_open = set(db.session.scalars(still))
    for one, item in rounds:
        if item["id"] in still_open:
            low, high, _text = item["sought"]
            axes = (one.growth_stage, one.sector_layer, one.sector_vertical)
            need = Need(item["id"], one.startup_id, one.shown_name, item["round_name"], *axes, low, high)
            words = [str(part[field] or "") for group, field in TOLD for part in invited(one, group)]
            yield seeker_of(need, None, None, one.summary, "\n".join(words), None, False)


def invited(publication: Publication, group: str) -> list[Any]:
    """What a publication tells every invited reader of a group of fields."""
    found: list[Any] = publication.layers.get(Layer.INVITED, {}).get(group, [])
    return found


def suggestion(one: Pair, publication: Publication, scale: Scale) -> Suggestion:
    need = one.seeker.need
    factors = told(one, scale.theses).factors
    item = next(item for item in invited(publication, "rounds") if item["id"] == need.round_id)
    return Suggestion(
        startup_id=need.startup_id,
        startup_name=publication.shown_name,
        summary=publication.summary,
        growth_stage=need.stage,
        sector_layer=need.layer,
        sector_vertical=need.vertical,
        round_name=need.round_name,
        sought=Amount(*item["sought"]),
        score=public_score(one, scale),
        factors={factor: factors[factor] for factor in PUBLIC},
    )
