"""What the frame around every page shows: navigation by role, the menus."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import Flask, request

from crm.web.addresses import address, root
from crm.web.guards import current_account
from crm.web.language import current_language, kept_by_language
from crm.web.language import gettext as _
from crm.web.sessions import beside_account

STAFF = ("finance", "manager", "leader")
WRITERS = ("finance", "manager")
GUESTS = ("investor", "founder")
REPORT_READERS = ("manager", "leader")


@dataclass(frozen=True)
class Item:
    """One entry of the menu. `primary`: one of the four that a phone shows.

    `besides`: the endpoint of a page below this address that has an entry of its own.
    """

    label: str
    endpoint: str
    icon: str
    primary: bool = False
    count: int | None = None
    besides: str = ""

    @property
    def href(self) -> str:
        """Where the entry leads."""
        return address(self.endpoint)

    @property
    def current(self) -> bool:
        """True on the pages that belong to the entry."""
        here = root() + section()
        if self.endpoint in ("home.show_home", "founders.show_home", "portal.show_home"):
            return here == self.href
        return here.startswith(self.href) and not (self.besides and here.startswith(address(self.besides)))


@dataclass(frozen=True)
class Group:
    """A few entries under a heading. `folded`: shown when the reader opens it, or is on one of its pages."""

    label: str
    entries: list[Item] = field(default_factory=list)
    folded: bool = False

    @property
    def items(self) -> list[Item]:
        """The entries, under the name that templates use."""
        return self.entries


@dataclass(frozen=True)
class Reader:
    """Who looks at the page, as the frame shows it."""

    name: str
    role_label: str
    initial: str


def init_app(app: Flask) -> None:
    app.context_processor(frame)


def frame() -> dict[str, Any]:
    """The values that every page's layout needs."""
    account, beside = current_account(), beside_account()
    role = str(account.role) if account else ""
    writes = role in WRITERS
    return {
        "language": current_language(),
        "in_wechat": "MicroMessenger" in request.user_agent.string,
        "actor": Reader(account.name, role_label(role), account.initial) if account else None,
        "role": role,
        "new_device": account is not None and beside.new_device,
        "is_guest": role in GUESTS,
        "section": section(),
        "navigation": navigation(role),
        "rail_is_open": request.cookies.get("rail") == "open",
        "new_links": new_links(role),
        "switch_language_url": address("accounts.switch_language"),
        "search_url": address("search.show_results"),
        "suggest_url": address("search.suggest"),
        "may_search": account is not None and role != "founder",
        "may_paste": writes,
        "overdue": beside.overdue if writes else 0,
        "requests": beside.requests if writes else 0,
    }


def section() -> str:
    """The page's address as the router knows it, the same for every record; "" where nothing is."""
    return request.url_rule.rule if request.url_rule else ""


@kept_by_language
def role_label(role: str) -> str:
    """A role in words."""
    words = {
        "admin": _("Administrator"),
        "manager": _("Manager"),
        "finance": _("Finance staff"),
        "leader": _("Leader"),
        "investor": _("Investor"),
        "founder": _("Founder"),
    }
    return str(words.get(role, ""))


@kept_by_language
def navigation(role: str) -> list[Group]:
    """The menu of a role."""
    if role == "admin":
        return [Group("", admin_items())]
    if role == "investor":
        return [Group("", investor_items())]
    if role == "founder":
        return [Group("", founder_items())]
    if role in STAFF:
        return [
            Group("", daily_items()),
            Group(_("Ledger"), ledger_items()),
            Group(_("Output"), output_items(role)),
            Group(_("More"), other_items(role), folded=True),
        ]
    return []


def admin_items() -> list[Item]:
    return [
        Item(_("Accounts"), "accounts.list_accounts", "users", primary=True),
        Item(_("Settings"), "admin.edit_platform", "settings", primary=True, besides="admin.list_vocabularies"),
        Item(_("Vocabularies"), "admin.list_vocabularies", "tag", primary=True),
        Item(_("Jobs"), "operating.list_jobs", "task"),
        Item(_("Mails"), "operating.list_mails", "mail"),
        Item(_("History"), "audit.list_entries", "list", primary=True),
    ]


def investor_items() -> list[Item]:
    return [
        Item(_("Home"), "portal.show_home", "home", primary=True),
        Item(_("For you"), "matching.show_for_you", "star", primary=True),
        Item(_("Startups"), "portal.list_startups", "startup", primary=True),
        Item(_("My deals"), "portal.list_deals", "board", primary=True),
        Item(_("Watching"), "portal.list_watched", "eye"),
        Item(_("Meetings"), "portal.list_appointments", "calendar"),
        Item(_("Questions"), "portal.list_questions", "question"),
        Item(_("My documents"), "dataroom.list_documents", "file"),
        Item(_("Our thesis"), "matching.edit_own_thesis", "edit"),
        Item(_("Confirmations"), "confirmations.answer_as_investor", "check"),
        Item(_("Our colleagues"), "portal.list_colleagues", "users"),
    ]


def founder_items() -> list[Item]:
    return [
        Item(_("Home"), "founders.show_home", "home", primary=True),
        Item(_("Profile"), "founders.show_profile", "startup", primary=True),
        Item(_("Introductions"), "founders.list_introductions", "board", primary=True),
        Item(_("Questions"), "founders.list_questions", "question"),
        Item(_("Services"), "founders.list_services", "service"),
        Item(_("Confirm"), "confirmations.answer_as_founder", "check", primary=True),
    ]


def daily_items() -> list[Item]:
    return [
        Item(_("Home"), "home.show_home", "home", primary=True),
        Item(_("Deals"), "deals.list_deals", "board", primary=True),
        Item(_("Startups"), "startups.list_startups", "startup", primary=True),
        Item(_("Matrix"), "matrix.show_matrix", "matrix"),
        Item(_("Tasks"), "activities.list_tasks", "task"),
        Item(_("From investors"), "questions.list_questions", "question"),
    ]


def ledger_items() -> list[Item]:
    return [
        Item(_("Institutions"), "institutions.list_institutions", "bank"),
        Item(_("Funds"), "funds.list_funds", "fund"),
        Item(_("Services"), "services.list_services", "service", primary=True, besides="services.show_catalogue"),
        Item(_("Events"), "events.list_events", "event"),
    ]


def output_items(role: str) -> list[Item]:
    items = [Item(_("Dashboard"), "dashboard.show_dashboard", "chart")]
    if role in REPORT_READERS:
        items.append(Item(_("Reports"), "reports.list_reports", "report"))
    if role in WRITERS:
        items.append(Item(_("Import a ledger"), "imports.list_imports", "import"))
    return items


def other_items(role: str) -> list[Item]:
    """What is opened less often than the rest."""
    items = [
        Item(_("People"), "people.list_people", "users"),
        Item(_("Rounds"), "deals.list_rounds", "money"),
        Item(_("Catalogue"), "services.show_catalogue", "cols"),
        Item(_("Confirmations"), "confirmations.list_confirmations", "check"),
        Item(_("Proposed by founders"), "founders.list_proposals", "edit"),
        Item(_("Expiring"), "expiring.list_expiring", "clock"),
    ]
    if role in WRITERS:
        items.append(Item(_("Confidentiality"), "confidentiality.list_acceptances", "shield"))
    items += [
        Item(_("Ask for a number"), "ask.show_answer", "search"),
        Item(_("Figures"), "metrics.list_metrics", "list"),
        Item(_("Analytics"), "analytics.show_funnel", "chart"),
        Item(_("Monday meeting"), "meeting.show_meeting", "calendar"),
    ]
    if role == "manager":
        items.append(Item(_("History"), "audit.list_entries", "list"))
    return items


@kept_by_language
def new_links(role: str) -> list[Item]:
    """The entries of the menu "New"."""
    if role not in WRITERS:
        return []
    return [
        Item(_("Paste anything"), "paste.new_paste", "note"),
        Item(_("Note, meeting, call or task"), "activities.log_activity", "edit"),
        Item(_("Log a service"), "services.log_service", "service"),
        Item(_("One service for several startups"), "services.log_for_many", "users"),
        Item(_("Log a deal"), "deals.log_deal", "board"),
        Item(_("Add a startup"), "startups.add_startup", "startup"),
        Item(_("Add an institution"), "institutions.add_institution", "bank"),
        Item(_("Add a fund"), "funds.add_fund", "fund"),
        Item(_("Plan an event"), "events.plan_event", "event"),
    ]
