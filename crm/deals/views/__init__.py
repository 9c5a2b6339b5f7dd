"""Pages of rounds and deals."""

from crm.deals.views import deals, rounds
from crm.deals.views.blueprint import bp

__all__ = ["bp", "deals", "rounds"]
