"""Events: planning them, inviting, checking in at the door and by oneself, and what they become."""

from crm.events.views import check_in, closing, confirming, events, guests, visiting
from crm.events.views.blueprint import bp

__all__ = ["bp", "check_in", "closing", "confirming", "events", "guests", "visiting"]
