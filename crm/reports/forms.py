"""Forms of reports."""

from __future__ import annotations

from datetime import date

from crm.meeting.week import week_of
from crm.reports.kinds import ReportKind
from crm.reports.periods import Period, year_of
from crm.reports.recipes import RecipeValues
from crm.web.fields import ChoiceField, CodesField, DayField, NameField, PicksField, TextField, WholeNumberField
from crm.web.form import CreatingForm, EditingForm, Form
from crm.web.language import lazy_gettext as _

SUBJECT_FIELDS = ("startup", "institution", "line", "category")
DAY_FIELDS = {"days": ("from_day", "to_day"), "day": ("to_day",), "week": ("from_day",), "year": ("year",)}


class ReportForm(CreatingForm):
    startup = NameField(_("Startup"), suggest="startups.suggest", needed=True)
    institution = NameField(_("Institution"), suggest="institutions.suggest", needed=True)
    line = ChoiceField(_("Platform line"), needed=True)
    category = ChoiceField(_("Category"), needed=True)
    from_day = DayField(_("From"), needed=True)
    to_day = DayField(_("To"), needed=True)
    year = WholeNumberField(_("Year"), most=2999, needed=True)
    language = PicksField(_("Language"))
    options = CodesField(_("What it includes"))

    def suit(self, kind: ReportKind, about: str) -> None:
        """Leave the fields that this kind of report, about such a subject, asks for."""
        days = DAY_FIELDS[kind.covers]
        kept = {about, *days} | ({"options"} if kind.options else set())
        for name in {*SUBJECT_FIELDS, "from_day", "to_day", "year", "options"} - kept:
            del self[name]
        if kind.covers == "week":
            self.from_day.label.text = _("A day of the week")
        if kind.covers == "day":
            self.to_day.label.text = _("As of")

    def period(self, covers: str, today: date) -> Period:
        """The days asked for; a week and a year end with today at the latest."""
        if covers == "day":
            return Period(self.to_day.data, self.to_day.data)
        if covers == "week":
            week = week_of(self.from_day.data, today)
            return Period(week.first, min(week.last, today))
        return year_of(self.year.data, today) if covers == "year" else Period(self.from_day.data, self.to_day.data)


class BatchForm(CreatingForm):
    about = PicksField(_("About"))
    from_day = DayField(_("From"), needed=True)
    to_day = DayField(_("To"), needed=True)
    language = PicksField(_("Language"))

    def period(self) -> Period:
        """The days asked for."""
        return Period(self.from_day.data, self.to_day.data)


class RecipeForm(Form):
    name = TextField(_("Name"), length=80, needed=True)
    span = ChoiceField(_("Period"), needed=True)
    language = PicksField(_("Language"))
    schedule = ChoiceField(_("When"))
    readers = CodesField(_("By mail to"))

    def value(self, options: tuple[str, ...]) -> RecipeValues:
        """What was filled in."""
        return RecipeValues(
            name=self.name.data,
            span=self.span.data,
            language=self.language.data,
            options=options,
            schedule=self.schedule.data or "",
            reader_ids=tuple(int(code) for code in self.readers.data or ()),
        )


class AddRecipeForm(RecipeForm, CreatingForm):
    pass


class EditRecipeForm(RecipeForm, EditingForm):
    pass
