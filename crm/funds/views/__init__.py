"""Pages of funds, commitments, and what funds did over time."""

from crm.funds.views import funds, over_time
from crm.funds.views.blueprint import bp

__all__ = ["bp", "funds", "over_time"]
