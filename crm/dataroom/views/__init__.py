"""Pages of data rooms: for those who keep them, and for those who read in them."""

from crm.dataroom.views import access, keeping, reading, sending
from crm.dataroom.views.blueprint import bp

__all__ = ["access", "bp", "keeping", "reading", "sending"]
