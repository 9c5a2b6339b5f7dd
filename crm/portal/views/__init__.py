"""Pages of investors."""

from crm.portal.views import appointments, colleagues, deals, home, interest, notices, profiles, questions, watching
from crm.portal.views.blueprint import bp
from crm.portal.views.previews import bp as preview_bp

__all__ = [
    "appointments",
    "bp",
    "colleagues",
    "deals",
    "home",
    "interest",
    "notices",
    "preview_bp",
    "profiles",
    "questions",
    "watching",
]
