"""Pages of services and of their catalogue."""

from crm.services.views import catalogue, many, services
from crm.services.views.blueprint import bp

__all__ = ["bp", "catalogue", "many", "services"]
