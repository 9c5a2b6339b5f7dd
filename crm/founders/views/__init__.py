"""The pages of founders, and the desk's pages about what they propose."""

from crm.founders.views import desk, home, notices, proposing, questions
from crm.founders.views.blueprint import bp

__all__ = ["bp", "desk", "home", "notices", "proposing", "questions"]
