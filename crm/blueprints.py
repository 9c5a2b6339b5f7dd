"""The one list of blueprints, and what the frame around every page needs."""

from __future__ import annotations

from flask import Flask

from crm.accounts import queries as account_queries
from crm.accounts import sessions as account_sessions
from crm.accounts.models import Account
from crm.accounts.search import ACCOUNTS
from crm.accounts.views import bp as accounts
from crm.activities import holding
from crm.activities import pages as activity_pages
from crm.activities import queries as activity_queries
from crm.activities.views import bp as activities
from crm.admin.views import bp as admin
from crm.analytics.views import bp as analytics
from crm.appointments import queries as appointment_queries
from crm.appointments.views import bp as appointments
from crm.ask.views import bp as ask
from crm.audit import chain
from crm.audit import pages as audit_pages
from crm.audit.views import bp as audit
from crm.briefings.views import bp as briefings
from crm.confidentiality.views import bp as confidentiality
from crm.config import Settings
from crm.confirmations.views import bp as confirmations
from crm.core.clock import now
from crm.dashboard.views import bp as dashboard
from crm.dataroom.views import bp as dataroom
from crm.deals import rollup
from crm.deals.columns import DEAL_LIST, ROUND_LIST
from crm.deals.search import DEALS, ROUNDS
from crm.deals.views import bp as deals
from crm.digest.views import bp as digest
from crm.documents.views import bp as documents
from crm.events.search import EVENTS
from crm.events.traces import ATTENDANCE
from crm.events.views import bp as events
from crm.expiring.views import bp as expiring
from crm.filling.views import bp as filling
from crm.founders.views import bp as founders
from crm.funds.columns import FUND_LIST
from crm.funds.search import FUNDS
from crm.funds.views import bp as funds
from crm.grid.views import bp as grid
from crm.home.views import bp as home
from crm.imports.views import bp as imports
from crm.institutions.columns import INSTITUTION_LIST
from crm.institutions.search import INSTITUTIONS
from crm.institutions.views import bp as institutions
from crm.lists import pages as list_pages
from crm.lists.views import bp as lists
from crm.matching.views import bp as matching
from crm.matrix.views import bp as matrix
from crm.meeting.views import bp as meeting
from crm.metrics.views import bp as metrics
from crm.notifications import pages as notices
from crm.notifications import queries as notification_queries
from crm.notifications.views import bp as notifications
from crm.operating import maintenance
from crm.operating.views import bp as operating
from crm.paste.views import bp as paste
from crm.people import traces
from crm.people.columns import PERSON_LIST
from crm.people.search import FOUNDERS, PEOPLE
from crm.people.views import bp as people
from crm.portal.views import bp as portal
from crm.portal.views import preview_bp as previews
from crm.publishing import telling as publishing_telling
from crm.publishing.search import PUBLISHED
from crm.publishing.views import bp as publishing
from crm.questions import queries as question_queries
from crm.questions.views import bp as questions
from crm.reports.search import REPORTS
from crm.reports.views import bp as reports
from crm.search import following
from crm.search.registry import registry
from crm.search.views import bp as search
from crm.services import standing
from crm.services.columns import SERVICE_LIST
from crm.services.search import SERVICES
from crm.services.views import bp as services
from crm.settings import choices, pages, platform, rows
from crm.startups.columns import STARTUP_LIST
from crm.startups.search import STARTUPS
from crm.startups.views import bp as startups
from crm.timeline import pages as timeline_pages
from crm.timeline.holding import LINKABLE
from crm.undo import views as undo_views
from crm.undo.views import bp as undo
from crm.verify.views import bp as verify
from crm.web import frame, gallery
from crm.web.sessions import load_from
from crm.wording.views import bp as wording

BLUEPRINTS = (
    accounts,
    activities,
    home,
    search,
    deals,
    startups,
    institutions,
    funds,
    people,
    services,
    confirmations,
    events,
    questions,
    appointments,
    grid,
    documents,
    dashboard,
    matching,
    matrix,
    metrics,
    ask,
    analytics,
    meeting,
    reports,
    briefings,
    filling,
    imports,
    paste,
    portal,
    founders,
    confidentiality,
    publishing,
    previews,
    dataroom,
    expiring,
    notifications,
    digest,
    admin,
    operating,
    audit,
    undo,
    wording,
    lists,
    verify,
)

# What can be found, in the order in which results show it.
FOUND = (STARTUPS, INSTITUTIONS, FUNDS, PEOPLE, DEALS, ROUNDS, SERVICES, EVENTS, REPORTS, ACCOUNTS, PUBLISHED)
# The lists of which everybody chooses columns, keeps views and ticks rows.
LISTS = (STARTUP_LIST, INSTITUTION_LIST, FUND_LIST, DEAL_LIST, ROUND_LIST, SERVICE_LIST, PERSON_LIST)


def load_accounts(settings: Settings) -> None:
    """Set how each request finds whose session it is."""
    limits = account_queries.limits_of(settings.session_idle_hours, settings.session_days)
    holders = account_queries.holder_with(  # one statement reads all
        settings.two_step_roles,
        unread=notification_queries.count_unread_of(Account.id),
        overdue=activity_queries.count_overdue_of(Account.id),
        requests=question_queries.count_waiting() + appointment_queries.count_waiting(),
    )
    load_from(
        lambda token: account_queries.account_of_session(token, now(), holders, limits), account_sessions.mark_seen
    )


def register(app: Flask) -> None:
    """Add every page to the application; the gallery only in development and tests."""
    load_accounts(app.extensions["crm_settings"])
    app.extensions["crm_last_change"] = audit_pages.last_change
    undo_views.init_app(app)
    holding.use(LINKABLE)
    activity_pages.init_app(app)
    timeline_pages.init_app(app)
    registry.use(FOUND, additions=(FOUNDERS,))
    publishing_telling.init_app(app)
    traces.use((ATTENDANCE,))
    following.listen()
    rollup.listen()
    standing.listen()
    chain.listen()
    frame.init_app(app)
    notices.init_app(app)
    choices.init_app(app)
    rows.init_app(app)
    pages.init_app(app)
    list_pages.init_app(app, LISTS)
    platform.init_app(app)
    maintenance.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    if app.config["ENV_NAME"] != "production":
        app.register_blueprint(gallery.bp)
