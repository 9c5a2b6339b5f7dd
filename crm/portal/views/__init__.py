"""Pages of investors."""

from crm.portal.views import profiles
from crm.portal.views.blueprint import bp

__all__ = ["bp", "profiles"]
