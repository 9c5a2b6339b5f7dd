"""Pages of startups and of what belongs to them."""

from crm.startups.views import competitors, parts, products, publishing, room, startups
from crm.startups.views.blueprint import bp

__all__ = ["bp", "competitors", "parts", "products", "publishing", "room", "startups"]
