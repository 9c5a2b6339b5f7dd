"""Every page, as the roles that use it: axe finds nothing, no script fails, nothing scrolls sideways."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page

from crm.accounts.models import Role
from crm.core.db import db
from crm.core.jobs import Job, JobState
from crm.events.models import GuestRole
from crm.lib.returns import FlowKind
from tests.browser.conftest import Open
from tests.factories import (
    AT,
    WAN,
    YI,
    a_briefing,
    a_closed_round,
    a_commitment,
    a_confirmation_token,
    a_deal,
    a_flow,
    a_form_template,
    a_fund,
    a_fund_figure,
    a_grant,
    a_guest,
    a_paper,
    a_past_round,
    a_person,
    a_proposal,
    a_published_startup,
    a_question,
    a_reference,
    a_room,
    a_room_document,
    a_room_folder,
    a_round,
    a_service,
    a_target,
    a_task,
    a_watch_note,
    accept_for,
    an_account,
    an_activity,
    an_appointment,
    an_arrival,
    an_event,
    an_institution,
    confirm,
    ref,
    writing,
)
from tests.support.chromium import faults

pytestmark = [pytest.mark.browser, pytest.mark.once]

# Of neighbouring pages one is judged in one look, one in the other; that nothing sticks out is tried at both widths.
LOOKS = {
    "wide light Chinese": {"width": 1440, "scheme": "light", "language": "zh_CN"},
    "phone dark English": {"width": 375, "scheme": "dark", "language": "en"},
}
WIDTHS = [1440, 375]


@pytest.fixture
def records(app: Flask) -> dict[str, Any]:
    """One of each record, related to one another."""
    institution = an_institution("临渚（上海）创业投资有限公司", short_name="临渚创投", kind="vc", city="上海")
    a_person(institution)
    mother, fund = a_fund("临渚产业母基金", [institution], kind="fund_of_funds"), a_fund("临渚二期", [institution])
    commitment = a_commitment(fund, mother, 3 * YI)
    a_flow(fund, day=date(2023, 3, 1))
    a_flow(fund, FlowKind.DISTRIBUTION, 5000 * WAN, note="首个项目退出")
    a_fund_figure(fund, source="季度报告", confirmed_by="许望舒")
    startup = a_published_startup(
        "上海衡汐智能科技有限公司",
        short_name="衡汐智能",
        sector_layer="compute",
        sector_vertical="manufacturing",
        growth_stage="growth",
        profile="把模型压到现有端侧芯片上。",
        team="许望舒，创始人",
        founded_on=date(2021, 3, 18),
    )
    round = a_round(startup, "a+")
    an_institution("澜沧（合肥）投资管理有限公司")  # which the round suits: it says nothing of what it invests in
    deal = a_deal(startup, institution, round_name="a+", stage="funded", signed=3000 * WAN, received=1500 * WAN)
    service = a_service(startup, partners=(institution,), content="现场", outcome="已交付")
    agreement, room = a_paper(institution), a_room(startup)
    a_room_folder(room)
    room_document = a_room_document(room.id)
    a_grant(room.id, institution)
    event = an_event()
    for guest in (a_guest(event, startup, GuestRole.PRESENTING), a_guest(event, institution)):
        an_arrival(guest, "顾南乔")
    an_activity(deal, kind="meeting", mentioned={ref(institution): "临渚创投"}, text="与 @临渚创投 会面")
    task = a_task(about=[ref(deal)], due_on=date(2026, 1, 5))
    reader = an_account(Role.INVESTOR, institution.id, name="沈知行")
    a_watch_note(startup, reader)
    confirm(deal, "startup", role="aware")
    a_proposal(startup, summary="装进一台机柜的行业大模型", team="许望舒，创始人\n沈知行，首席科学家")
    return {
        "question": a_question(startup, reader).id,
        "appointment": an_appointment(startup, reader).id,
        "confirm": a_confirmation_token(service),
        "institution": institution.id,
        "fund": fund.id,
        "commitment": commitment.id,
        "startup": startup.id,
        "round": round.id,
        "past": a_past_round(startup, "seed").id,
        "closed": a_closed_round(startup, institution).id,
        "deal": deal.id,
        "service": service.id,
        "event": event.id,
        "task": task.id,
        "room": room.id,
        "room_document": room_document.id,
        "terms": agreement.terms_id,
        "reference": a_reference(beside="companies_served").id,
        "target": a_target().id,
        "briefing": a_briefing().id,
        "template": a_form_template().id,
        "job": a_failed_job(),
    }


def a_failed_job() -> int:
    with writing():
        job = Job(kind="report", record_id=1, state=JobState.FAILED, error="ZeroDivisionError", queued_at=AT)
        db.session.add(job)
        db.session.flush()
        return job.id


# Texts that end outside the window or what cuts them off, unless somebody can scroll to them or a title tells them.
STICKS_OUT = """() => [...document.querySelectorAll("main *")].filter((one) => {
  const text = [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim());
  if (!text || one.closest(".visually-hidden, [title], dialog, option, thead") || !one.checkVisibility()) return false;
  const right = one.getBoundingClientRect().right - 1;
  for (let box = one.parentElement; box && box.tagName !== "BODY"; box = box.parentElement) {
    const style = getComputedStyle(box).overflowX;
    if (style === "auto" || style === "scroll") return false;
    if (style === "hidden" && right > box.getBoundingClientRect().right) return true;
  }
  return right > innerWidth;
}).map((one) => one.textContent.trim().slice(0, 40))"""

PAGES: dict[str, list[str]] = {
    "finance": [
        "/",
        "/deals/",
        "/deals/?q=查无此名",
        "/deals/board",
        "/deals/board?status=completed",
        "/deals/by-round",
        "/deals/new",
        "/deals/new?startup=上海衡汐智能科技有限公司&institution=临渚创投",
        "/deals/{deal}",
        "/deals/{deal}/move",
        "/deals/{deal}/edit",
        "/deals/{deal}/receipts/new",
        "/deals/{deal}/history",
        "/analytics/?period=all",
        "/analytics/cohorts?period=all",
        "/analytics/reasons?period=all",
        "/analytics/institutions?period=all",
        "/analytics/forecast",
        "/analytics/forecast/text",
        "/analytics/reached/deals?at=met",
        "/monday/",
        "/questions/",
        "/questions/{question}",
        "/questions/{question}/refuse",
        "/questions/{question}/share",
        "/appointments/",
        "/appointments/{appointment}",
        "/appointments/{appointment}/call-off",
        "/rounds/",
        "/rounds/{round}",
        "/rounds/{round}/matches",
        "/rounds/{round}/matches/others",
        "/rounds/{round}/edit",
        "/rounds/{round}/introduce",
        "/rounds/{round}/close",
        "/rounds/{round}/withdraw",
        "/rounds/{round}/history",
        "/rounds/{closed}",
        "/rounds/{closed}/reopen",
        "/startups/",
        "/startups/?sector=compute",
        "/lists/startups/views/new?query=sector%3Dcompute",
        "/startups/new",
        "/startups/{startup}",
        "/startups/{startup}/edit",
        "/startups/{startup}/rounds",
        "/startups/{startup}/deals",
        "/startups/{startup}/services",
        "/startups/{startup}/history",
        "/startups/{startup}/rounds/new",
        "/startups/{startup}/past-rounds/new",
        "/institutions/",
        "/institutions/new",
        "/institutions/{institution}",
        "/institutions/{institution}/matches",
        "/institutions/{institution}/matches/others",
        "/institutions/{institution}/edit",
        "/institutions/{institution}/people",
        "/institutions/{institution}/funds",
        "/institutions/{institution}/deals",
        "/institutions/{institution}/services",
        "/people/new?institution=临渚创投",
        "/funds/",
        "/funds/new",
        "/funds/{fund}",
        "/funds/{fund}/over-time",
        "/funds/{fund}/over-time?known_on=2026-01-01",
        "/funds/{fund}/figures/new",
        "/funds/{fund}/edit",
        "/funds/{fund}/commitments/new",
        "/funds/commitments/{commitment}/edit",
        "/services/",
        "/services/new",
        "/services/new-for-many",
        "/services/grid",
        "/deals/grid",
        "/services/{service}",
        "/services/{service}/edit",
        "/services/catalogue",
        "/events/",
        "/events/?when=past",
        "/events/new",
        "/events/{event}",
        "/events/{event}/guests",
        "/events/{event}/guests/new",
        "/events/{event}/check-in",
        "/events/{event}/arrivals",
        "/events/{event}/close",
        "/events/{event}/results",
        "/startups/{startup}/events",
        "/metrics/",
        "/metrics/companies_served",
        "/metrics/fund_matrix_net",
        "/metrics/companies_served/changes?from=2025-01-01&to_known=2020-01-01",
        "/metrics/look-through",
        "/metrics/references",
        "/ask/?period=own&from=2025-01-01",
        "/matrix/?rows=round&row=series_a&sector=compute&ticket=500万",
        "/funds/{fund}/ownership",
        "/search?q=衡汐",
        "/tasks/",
        "/tasks/?show=done",
        "/tasks/{task}/postpone",
        "/activities/new?kind=meeting&about=deal:{deal}",
        "/activities/{task}",
        "/activities/{task}/edit",
        "/imports/",
        "/notifications/",
        "/digest/",
        "/account",
        "/account/sign-ins",
        "/account/second-factor",
        "/account/second-factor/on",
        "/imports/new",
        "/password",
        "/_gallery",
        "/startups/999999999",
    ],
    "manager": [
        "/reports/",
        "/reports/new",
        "/reports/new/summary",
        "/reports/new/meeting",
        "/reports/recipes/",
        "/reports/batches/",
        "/reports/batches/new",
        "/reports/new/briefing",
        "/reports/{briefing}/text",
        "/reports/{briefing}/text?in=en",
        "/reports/forms/",
        "/reports/forms/names",
        "/reports/forms/new",
        "/reports/forms/{template}",
        "/metrics/companies_served/submit",
        "/metrics/references",
        "/metrics/references/new",
        "/dashboard/",
        "/dashboard/?arrange=1",
        "/dashboard/views/new",
        "/dashboard/targets?year=2026",
        "/dashboard/targets/new",
        "/dashboard/targets/{target}/edit",
        "/metrics/references/{reference}/edit",
        "/startups/{startup}/publishing",
        "/startups/{startup}/competitors",
        "/startups/{startup}/room",
        "/rooms/{room}/files/new",
        "/rooms/{room}/folders/new",
        "/rooms/{room}/grants/new",
        "/rooms/{room}/accesses/",
        "/rooms/documents/{room_document}",
        "/rooms/documents/{room_document}/edit",
        "/rooms/documents/{room_document}/versions/new",
        "/deals/{deal}/room",
        "/confidentiality/",
        "/confidentiality/terms/{terms}",
        "/confidentiality/terms/new",
        "/confidentiality/institutions/{institution}/paper",
        "/startups/{startup}/authorisations/new",
        "/startups/{startup}/preview",
        "/services/catalogue/categories/new",
        "/services/catalogue/categories/1/types/new",
        "/matching/weights",
        "/matching/quality",
        "/confirmations/",
        "/confirmations/?state=confirmed",
        "/confirmations/services?picked={service}",
        "/proposals/",
        "/proposals/startups/{startup}",
        "/audit/?verb=created",
    ],
    "founder": [
        "/founder/",
        "/founder/profile",
        "/founder/profile/edit",
        "/founder/changes",
        "/founder/introductions",
        "/founder/services",
        "/founder/readers",
        "/founder/confirmations",
        "/founder/figures/new",
        "/founder/rounds/{round}/edit",
        "/founder/documents/new",
        "/founder/notices/",
        "/founder/past-rounds/new",
        "/founder/past-rounds/{past}/edit",
        "/confirm/{confirm}",
    ],
    "leader": ["/", "/institutions/{institution}/people"],
    "admin": [
        "/audit/",
        "/audit/?who=nobody",
        "/accounts",
        "/accounts/new",
        "/accounts/{account}",
        "/accounts/{account}/edit",
        "/jobs/",
        "/jobs/?state=cancelled",
        "/jobs/{job}",
        "/mails/",
    ],
    "investor": [
        "/portal/",
        "/portal/watched/",
        "/portal/notices/",
        "/portal/questions/",
        "/portal/questions/{question}",
        "/portal/appointments/",
        "/portal/appointments/{appointment}",
        "/portal/appointments/{appointment}/call-off",
        "/portal/colleagues/",
        "/portal/deals/{deal}",
        "/portal/startups/{startup}/interest",
        "/portal/startups/{startup}/pass",
        "/portal/startups/{startup}/notes",
        "/portal/startups/{startup}/questions",
        "/portal/startups/{startup}/appointments",
        "/portal/startups/",
        "/portal/startups/{startup}",
        "/portal/compare?startup={startup}",
        "/portal/startups/{startup}/room",
        "/portal/documents/",
        "/portal/documents/{room_document}",
        "/portal/confidentiality",
        "/portal/for-you",
        "/portal/thesis",
        "/portal/deals/",
        "/portal/confirmations",
        "/portal/startups/999999999",
        "/verify/",
        "/verify/ABCDEFGHJK",
    ],
}


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("role", PAGES)
def test_axe_finds_nothing_and_nothing_breaks(
    open_as: Open, live_url: str, records: dict[str, Any], role: str, look: str
) -> None:
    chosen: Any = LOOKS[look]
    belongs = {"investor": "institution", "founder": "startup"}
    where = {f"{belongs[role]}_id": records[belongs[role]]} if role in belongs else {}
    account = an_account(Role(role), language=chosen["language"], **where)
    if role == "investor":
        accept_for(account)
    page = open_as(account, "/password")
    page.emulate_media(color_scheme=chosen["scheme"])
    found = []
    for path in PAGES[role][list(LOOKS).index(look) :: 2]:
        found += problems_of(page, live_url + path.format(**records, account=account.id), chosen["width"])
    assert found == [], "\n".join(found)


def test_the_sign_in_page(live_url: str, page: Page) -> None:
    assert problems_of(page, live_url + "/sign-in", 1440) == []


def problems_of(page: Page, url: str, width: int) -> list[str]:
    """What axe and the browser's console have to say at one width, and what sticks out at either."""
    heard: list[str] = []

    def listen(message: Any) -> None:
        if message.type == "error" and "the server responded with a status of 404" not in message.text:
            heard.append(f"{url}: {message.text}")

    page.on("console", listen)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(url)
    violations = [f"{url}: {fault}" for fault in faults(page)]
    outside = [one for each in sorted(WIDTHS, key=width.__ne__) for one in too_wide(page, url, each)]
    page.remove_listener("console", listen)
    return violations + heard + outside


def too_wide(page: Page, url: str, width: int) -> list[str]:
    """What does not fit into a width."""
    page.set_viewport_size({"width": width, "height": 900})
    wide = (
        [f"{url} scrolls sideways at {width}"] if page.evaluate("document.documentElement.scrollWidth") > width else []
    )
    return wide + [f"{url}: {text} sticks out at {width}" for text in page.evaluate(STICKS_OUT)]
