"""Pages of reports: one report, batches of them, recipes to make them again."""

from crm.reports.views import batches, recipes, reports
from crm.reports.views.blueprint import bp

__all__ = ["batches", "bp", "recipes", "reports"]
