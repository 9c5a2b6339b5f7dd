"""Pages of matching."""

from crm.matching.views import investor, matches, quality
from crm.matching.views.blueprint import bp

__all__ = ["bp", "investor", "matches", "quality"]
