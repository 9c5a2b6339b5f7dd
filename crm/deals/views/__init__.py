"""Pages of rounds and deals."""

from crm.deals.views import board, closing, deals, introducing, room, rounds
from crm.deals.views.blueprint import bp

__all__ = ["board", "bp", "closing", "deals", "introducing", "room", "rounds"]
