"""The pages of activities and tasks."""

from crm.activities.views import log, records, suggestions, tasks
from crm.activities.views.blueprint import bp

__all__ = ["bp", "log", "records", "suggestions", "tasks"]
