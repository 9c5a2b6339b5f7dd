"""Pages of rounds and deals."""

from crm.deals.views import board, deals, rounds
from crm.deals.views.blueprint import bp

__all__ = ["board", "bp", "deals", "rounds"]
