"""Letters about reports that the calendar had made."""

from __future__ import annotations

from datetime import datetime

from flask import current_app

from crm.accounts.models import Account
from crm.core.outbox import outbox
from crm.reports.models import Recipe, Report
from crm.reports.periods import Period
from crm.reports.queries import readers_of
from crm.reports.words import days_of, platform_name
from crm.web.addresses import mail_address
from crm.web.language import force_locale


def mail_to_readers(report: Report, recipe: Recipe, *, at: datetime) -> None:
    """A letter to each reader of a recipe, where mail is configured: what was made, and where it lies."""
    for reader in readers_of(recipe):
        if reader.email:
            with force_locale(reader.language):
                write_letter(reader, report, recipe, at=at)


def write_letter(reader: Account, report: Report, recipe: Recipe, *, at: datetime) -> None:
    values = {
        "title": recipe.name,
        "days": days_of(Period(report.from_day, report.to_day)),
        "address": mail_address("reports.show_report", report_id=report.id),
        "platform_name": platform_name(),
        "language": reader.language,
    }
    subject = f"{values['title']} · {values['days']}"
    letters = (
        current_app.jinja_env.get_template(f"email/report.{ending}").render(values) for ending in ("txt", "html")
    )
    outbox.write(reader.email, subject, *letters, at=at)
