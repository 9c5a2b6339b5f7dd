"""Matches in words: what each factor is called and what it says, and the one sentence why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from crm.matching.factors import Factor, Scored, Weights
from crm.matching.queries import Suggestion
from crm.matching.ranking import Match
from crm.matching.sides import Check, Gate
from crm.settings.choices import word
from crm.web.filters import listed, money
from crm.web.language import gettext as _
from crm.web.language import ngettext

REASONS = 3
STRONG = 0.6

Phrase = Callable[[Scored], str]


def factor_names() -> dict[Factor, str]:
    """What the factors are called."""
    return {
        Factor.TEXT: _("Thesis and profile alike"),
        Factor.TICKET: _("Ticket"),
        Factor.STAGE: _("Stage"),
        Factor.SECTOR: _("Sector and industry"),
        Factor.DEPTH: _("Depth in the sector"),
        Factor.RESPONSE: _("Answers introductions"),
        Factor.PASSES: _("Earlier passes"),
        Factor.LOCAL: _("Region, local investment"),
        Factor.ACTIVITY: _("Active lately"),
        Factor.ROLE: _("Lead or follow"),
    }


def factor_meanings() -> dict[Factor, str]:
    """How the value of each factor is found, from 0 to 1."""
    return {
        Factor.TEXT: _(
            "1 from a cosine of 0.4 between the words of thesis and profile, by TF-IDF over character pairs and words."
        ),
        Factor.TICKET: _("1 where the largest ticket gives at least a quarter of what is still sought; ½ unknown."),
        Factor.STAGE: _("1 where the thesis names this stage alone, towards ½ where it names several; 0.3 none."),
        Factor.SECTOR: _("The same of sector and industry, in the mean."),
        Factor.DEPTH: _("n ÷ (n + 2), where n startups of the sector came to a meeting with the institution."),
        Factor.RESPONSE: _("(answered + 1) ÷ (introduced long enough ago + 2)."),
        Factor.PASSES: _(
            "1 less 0.6 for a pass on this startup (0.3 for its timing), 0.05 to 0.15 for one in its sector."
        ),
        Factor.LOCAL: _(
            "1 where a local investment requirement counts it, 0.8 in a region of the thesis, 0.2 outside, ½ unknown."
        ),
        Factor.ACTIVITY: _("Halves with every 180 days since a deal of the institution moved; ¼ where none did."),
        Factor.ROLE: _("1 where a round without a lead finds one, or one with a lead somebody who follows."),
    }


def gate_names() -> dict[Gate, str]:
    """Why a gate is shut."""
    return {
        Gate.STAGE: _("stage"),
        Gate.LAYER: _("sector layer"),
        Gate.VERTICAL: _("industry"),
        Gate.CURRENCY: _("invests in other currencies only"),
        Gate.PERIOD: _("outside its investment period"),
        Gate.INVESTABLE: _("nothing left for one more ticket"),
        Gate.TICKET: _("minimum ticket is more than is sought"),
        Gate.STRUCTURE: _("does not accept the structure"),
        Gate.CONFLICT: _("holds a competitor"),
        Gate.SAME_PERSON: _("same legal person"),
        Gate.ADMISSION: _("not admitted"),
        Gate.LEFT: _("left the platform"),
        Gate.INTRODUCED: _("introduced already"),
    }


def check_names() -> dict[Check, str]:
    """What must be asked."""
    return {
        Check.INVESTABLE: _("Needs check: what is left to invest is not known"),
        Check.CURRENCY: _("Needs check: does it pay in CNY?"),
        Check.STRUCTURE: _("Needs check: the structure of the startup is not known, and the fund accepts some only"),
        Check.HOLDS_ALIKE: _("May compete, needs check: it holds a startup of the same sector and industry"),
        Check.TALKS: _("Needs check: it talks with a competitor"),
        Check.TALKS_ALIKE: _("May compete, needs check: it talks with a startup of the same sector and industry"),
    }


def reason(match: Match | Suggestion, round: Any, weights: Weights) -> str:
    """Why, in one sentence: the strongest factors first, and what speaks against it last.

    `round`: its row with the startup's stage and sectors.
    """
    strong = sorted(match.factors, key=lambda one: -weights[one] * match.factors[one].value)
    told = [says(one, match.factors[one], round) for one in strong]
    parts = [text for text in told if text][:REASONS] or [str(_("no gate is shut"))]
    if isinstance(match, Match):
        parts += against(match)
    text = str(_("; ")).join(parts)
    return str(_("%(reasons)s.", reasons=text[:1].upper() + text[1:]))


def says(factor: Factor, one: Scored, round: Any) -> str:
    """What a factor says for a match; "" where it says nothing, or not enough."""
    if factor in ABOUT_ROUND:
        return ABOUT_ROUND[factor](one, round)
    return PHRASES[factor](one) if factor in PHRASES else ""


def against(match: Match) -> list[str]:
    """What earlier passes and regions say against a match."""
    told = []
    same, in_sector = match.factors[Factor.PASSES].told
    for reason_code, day in same[:1]:
        why = word("pass_reason", reason_code) if reason_code else _("no reason given")
        told.append(str(_("but it passed on this startup on %(day)s (%(reason)s)", day=day, reason=why)))
    if in_sector:
        told.append(
            ngettext(
                "it passed on %(num)s startup of the sector", "it passed on %(num)s startups of the sector", in_sector
            )
        )
    regions, _is_due = match.factors[Factor.LOCAL].told
    if regions and match.factors[Factor.LOCAL].value < STRONG:
        told.append(str(_("the startup is registered outside %(regions)s", regions=listed(regions))))
    return [str(one) for one in told]


def text_says(one: Scored) -> str:
    words: Sequence[str] = one.told[0] if one.told else ()
    return str(_("thesis and profile both speak of %(words)s", words=listed(words))) if words else ""


def ticket_says(one: Scored) -> str:
    low, high, rest = one.told
    if one.value < 1 or not rest or high is None:
        return ""
    ticket = f"{money(low)} – {money(high)}" if low else money(high)
    return str(_("the ticket of %(ticket)s suits the %(sought)s sought", ticket=ticket, sought=money(rest)))


def stage_says(one: Scored, round: Any) -> str:
    if one.value < STRONG:
        return ""
    return str(_("the thesis names the stage %(stage)s", stage=word("growth_stage", round.growth_stage)))


def sector_says(one: Scored, round: Any) -> str:
    layers, verticals = one.told
    named = [word("sector_layer", round.sector_layer)] if layers and round.sector_layer else []
    named += [word("sector_vertical", round.sector_vertical)] if verticals and round.sector_vertical else []
    return str(_("the thesis names %(sectors)s", sectors=listed(named))) if named and one.value >= 0.4 else ""


def depth_says(one: Scored) -> str:
    (met,) = one.told
    if not met:
        return ""
    return str(ngettext("it met %(num)s startup of this sector", "it met %(num)s startups of this sector", met))


def response_says(one: Scored) -> str:
    replied, judged = one.told
    if not judged or one.value < STRONG:
        return ""
    return str(
        ngettext(
            "it answered %(replied)s of %(num)s introduction",
            "it answered %(replied)s of %(num)s introductions",
            judged,
            replied=replied,
        )
    )


def local_says(one: Scored) -> str:
    regions, is_due = one.told
    if not regions or one.value < STRONG:
        return ""
    if is_due:
        return str(_("it would count for the local investment due in %(regions)s", regions=listed(regions)))
    return str(_("it invests in %(regions)s", regions=listed(regions)))


def activity_says(one: Scored) -> str:
    (day,) = one.told
    return str(_("a deal of it moved on %(day)s", day=day)) if day and one.value >= STRONG else ""


def role_says(one: Scored) -> str:
    role, has_lead = one.told
    if role is None or one.value < 1:
        return ""
    return str(_("it follows, and the round has a lead") if has_lead else _("it leads, and the round has no lead yet"))


PHRASES: dict[Factor, Phrase] = {
    Factor.TEXT: text_says,
    Factor.TICKET: ticket_says,
    Factor.DEPTH: depth_says,
    Factor.RESPONSE: response_says,
    Factor.LOCAL: local_says,
    Factor.ACTIVITY: activity_says,
    Factor.ROLE: role_says,
}
ABOUT_ROUND: dict[Factor, Callable[[Scored, Any], str]] = {Factor.STAGE: stage_says, Factor.SECTOR: sector_says}
