"""Pages of investors."""

from crm.portal.views import profiles
from crm.portal.views.blueprint import bp
from crm.portal.views.previews import bp as preview_bp

__all__ = ["bp", "preview_bp", "profiles"]
