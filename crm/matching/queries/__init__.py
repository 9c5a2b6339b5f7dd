"""Reading matches."""

from crm.matching.queries.found import KEPT, Found, found_for_institution, found_for_round
from crm.matching.queries.published import Suggestion, suggestions
from crm.matching.queries.stored import (
    Shown,
    funds_in,
    institutions_in,
    matches_of_institution,
    matches_of_round,
    rounds_in,
)
from crm.matching.queries.weights import find_backtest, last_backtest, versions, weights_now
from crm.matching.queries.why_not import why_not_institution, why_not_round

__all__ = [
    "KEPT",
    "Found",
    "Shown",
    "Suggestion",
    "find_backtest",
    "found_for_institution",
    "found_for_round",
    "funds_in",
    "institutions_in",
    "last_backtest",
    "matches_of_institution",
    "matches_of_round",
    "rounds_in",
    "suggestions",
    "versions",
    "weights_now",
    "why_not_institution",
    "why_not_round",
]
