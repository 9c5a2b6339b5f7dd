"""What takes back which change: for every kind of record, how it is found, put away and brought back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from crm.accounts import actions as account_actions
from crm.accounts.models import Account, Actor
from crm.accounts.policies import is_manager, may_manage_accounts, may_write_records
from crm.activities import actions as activity_actions
from crm.activities import queries as activity_queries
from crm.admin import actions as vocabulary_actions
from crm.appointments import actions as appointment_actions
from crm.appointments import queries as appointment_queries
from crm.audit import actions as audit
from crm.audit.models import AuditEntry
from crm.confidentiality import actions as agreement_actions
from crm.confidentiality import queries as agreement_queries
from crm.core.db import Base, db
from crm.core.errors import Refusal
from crm.dashboard import actions as dashboard_actions
from crm.dashboard import queries as dashboard_queries
from crm.dataroom import actions as room_actions
from crm.dataroom import queries as room_queries
from crm.deals import actions as deal_actions
from crm.deals import queries as deal_queries
from crm.deals.models import Deal, Round
from crm.documents import actions as document_actions
from crm.documents.models import Document
from crm.events import actions as event_actions
from crm.events import arrivals
from crm.events import queries as event_queries
from crm.events.models import Arrival
from crm.filling import actions as filling_actions
from crm.filling import queries as filling_queries
from crm.funds import actions as fund_actions
from crm.funds import flows as fund_flows
from crm.funds import queries as fund_queries
from crm.institutions import actions as institution_actions
from crm.institutions import queries as institution_queries
from crm.lib.text import N_
from crm.lists import actions as list_actions
from crm.lists import policies as list_policies
from crm.lists import queries as list_queries
from crm.metrics import actions as metric_actions
from crm.metrics import queries as metric_queries
from crm.metrics import references
from crm.people import actions as people_actions
from crm.people import queries as people_queries
from crm.publishing import actions as publishing
from crm.questions import actions as question_actions
from crm.questions import queries as question_queries
from crm.reports import actions as report_actions
from crm.reports import queries as report_queries
from crm.reports import recipes
from crm.services import actions as service_actions
from crm.services import queries as service_queries
from crm.settings.actions import draw_stamp
from crm.settings.models import Platform, Term
from crm.startups import actions as startup_actions
from crm.startups import parts as startup_parts
from crm.startups import queries as startup_queries
from crm.startups.models import Startup
from crm.undo.columns import GONE, can_be_put_back, is_as_left, put_back
from crm.undo.handover import assign_back, take_back_handover
from crm.undo.people import put_account_back, put_person_back
from crm.undo.queries import are_untouched
from crm.undo.words import put_category_back, put_type_back, put_word_back

BESIDE_THE_COLUMNS = frozenset({"received", "happened_on"})
RESULTS = frozenset({"participations", "lapsed", "past_round"})


class Action(Protocol):
    """A verb of a feature: it takes the record, who and when."""

    def __call__(self, record: Any, /, *, by: Any, at: datetime) -> object: ...


Undo = Callable[[Any, AuditEntry, Actor, datetime], None]


@dataclass(frozen=True)
class Counter:
    """How one kind of record is found, and what takes back each verb of its history. `manager`: verbs of managers."""

    find: Callable[[Any, int], Any]
    verbs: dict[str, Undo]
    may: Callable[[Actor], bool] = may_write_records
    manager: frozenset[str] = frozenset()


def by_action(action: Action) -> Undo:
    """Takes a change back by a verb of the feature."""

    def take_back(record: Any, _: AuditEntry, by: Actor, at: datetime) -> None:
        action(record, by=by, at=at)

    return take_back


def filed(archive: Action, restore: Action) -> dict[str, Undo]:
    """The verbs of records that are put away and brought back."""
    away, back = by_action(archive), by_action(restore)
    return {"created": away, "attached": away, "restored": away, "archived": back, "changed": revert}


def revert(record: Any, entry: AuditEntry, by: Actor, at: datetime) -> None:
    """Give every changed field the value that it had before."""
    if not all(is_as_left(record, change) for change in entry.changes):
        raise Refusal({"": GONE})
    with db.session.no_autoflush:
        told = put_back(record, entry.changes)
        parts = {change["field"] for change in told}
        told += [change for change in audit.pending_changes(record) if change["field"] not in parts]
    audit.record(record, "changed", by=by, at=at, name=entry.record_name, changes=told)


def take_back_move(deal: Deal, entry: AuditEntry, by: Actor, at: datetime) -> None:
    """A counter-event, and the deal's fields as they were before the move. It is final: to go on, move again."""
    changes = [change for change in entry.changes if change["field"] not in BESIDE_THE_COLUMNS]
    if not all(is_as_left(deal, change) for change in changes):
        raise Refusal({"": GONE})
    deal_actions.reverse_event(deal, recorded_at=entry.at, by=by, at=at)
    with db.session.no_autoflush:
        put_back(deal, changes)
        audit.record_change(deal, by=by, at=at, name=entry.record_name, verb="taken_back")
    deal_actions.follow_deal(deal, by=by, at=at)


def revert_deal(deal: Deal, entry: AuditEntry, by: Actor, at: datetime) -> None:
    """As every record, and its participation follows."""
    revert(deal, entry, by, at)
    deal_actions.follow_deal(deal, by=by, at=at)


def revert_platform(platform: Platform, entry: AuditEntry, by: Actor, at: datetime) -> None:
    """As every record, and every process reads it anew."""
    revert(platform, entry, by, at)
    draw_stamp()


def take_back_round_move(round: Round, entry: AuditEntry, by: Actor, at: datetime) -> None:
    """A counter-event, the round's fields as they were, and nothing left of what came of the move."""
    columns = [change for change in entry.changes if change["field"] not in RESULTS]
    results = {change["field"]: change for change in entry.changes if change["field"] in RESULTS}
    if not all(is_as_left(round, change) for change in columns):
        raise Refusal({"": GONE})
    with audit.one_change():
        deal_actions.reverse_round_event(round, recorded_at=entry.at, by=by, at=at)
        with db.session.no_autoflush:
            put_back(round, columns)
            told = audit.pending_changes(round)
        before = results.get("participations", {}).get("back", ())
        deal_actions.put_shares_back(before, by=by, at=at)
        told += deal_actions.take_back_results(round, entry.at, by=by, at=at)
    audit.record(round, "undone", by=by, at=at, name=entry.record_name, changes=told)


def take_back_introductions(round: Round, entry: AuditEntry, by: Actor, at: datetime) -> None:
    """The deals and services of a bulk introduction go into the bin, unless something happened to one of them since."""
    made = next(change for change in entry.changes if change["field"] == "introduced")
    if not are_untouched("deal", made["back"], since=entry):
        raise Refusal({"": N_("This cannot be undone any more: one of the introductions has moved on since.")})
    with audit.one_change():
        deal_actions.put_away(made["back"], by=by, at=at)
        service_actions.put_away_introductions(made["back"], by=by, at=at)
    changes = [audit.change("introduced", made["after"], None)]
    audit.record(round, "undone", by=by, at=at, name=entry.record_name, changes=changes)


def take_back_receipt(deal: Deal, entry: AuditEntry, by: Actor, at: datetime) -> None:
    receipt = deal_queries.receipt_recorded_at(deal, entry.at)
    if receipt is None:
        raise Refusal({"": GONE})
    deal_actions.remove_receipt(receipt, by=by, at=at)


def take_back_settling(arrival: Arrival, entry: AuditEntry, by: Actor, at: datetime) -> None:
    arrivals.unsettle(arrival, entry.changes[0]["back"], by=by, at=at)


def publish_earlier(startup: Startup, entry: AuditEntry, by: Actor, at: datetime) -> None:
    """What was in force before is in force again."""
    publishing.publish_again(startup, back_of(entry, "publication"), by=by, at=at)


def take_back_authorisation(startup: Startup, entry: AuditEntry, by: Actor, at: datetime) -> None:
    publishing.revoke_by_id(startup, back_of(entry, "authorised_by"), by=by, at=at)


def take_back_revocation(startup: Startup, entry: AuditEntry, by: Actor, at: datetime) -> None:
    publishing.restore_authorisation(startup, back_of(entry, "authorised_by"), by=by, at=at)


def back_of(entry: AuditEntry, field: str) -> Any:
    """What the history keeps beside a change, so that it can be taken back."""
    return next(change["back"] for change in entry.changes if change["field"] == field)


def by_id(model: type[Base]) -> Callable[[Any, int], Any]:
    """Finds a record by its id alone, for kinds whose policy says all."""
    return lambda actor, record_id: db.session.get(model, record_id)


PART_OF_STARTUP = filed(startup_parts.archive, startup_parts.restore)
COUNTERS: dict[str, Counter] = {
    "institution": Counter(
        institution_queries.find_institution, filed(institution_actions.archive, institution_actions.restore)
    ),
    "admission": Counter(
        institution_queries.find_admission, {"checked": by_action(institution_actions.drop_admission)}
    ),
    "startup": Counter(
        startup_queries.find_startup,
        {
            **filed(startup_actions.archive, startup_actions.restore),
            "published": publish_earlier,
            "withdrawn": publish_earlier,
            "authorised": take_back_authorisation,
            "revoked": take_back_revocation,
        },
        manager=frozenset({"published", "withdrawn", "authorised", "revoked"}),
    ),
    "fund": Counter(fund_queries.find_fund, filed(fund_actions.archive, fund_actions.restore)),
    "commitment": Counter(
        fund_queries.find_commitment, filed(fund_actions.archive_commitment, fund_actions.restore_commitment)
    ),
    "local_requirement": Counter(
        fund_queries.find_requirement, {"created": by_action(fund_actions.drop_requirement), "changed": revert}
    ),
    "fund_flow": Counter(fund_queries.find_flow, filed(fund_flows.archive, fund_flows.restore)),
    "fund_figure": Counter(fund_queries.find_figure, filed(fund_flows.archive, fund_flows.restore)),
    "round": Counter(
        deal_queries.find_round,
        {
            **filed(deal_actions.archive_round, deal_actions.restore_round),
            "moved": take_back_round_move,
            "introduced": take_back_introductions,
        },
    ),
    "deal": Counter(
        deal_queries.find_deal,
        {
            **filed(deal_actions.archive_deal, deal_actions.restore_deal),
            "changed": revert_deal,
            "moved": take_back_move,
            "received": take_back_receipt,
        },
    ),
    "participation": Counter(deal_queries.find_participation, {"changed": revert}),
    "activity": Counter(
        activity_queries.find_activity,
        {
            **filed(activity_actions.archive, activity_actions.restore),
            "completed": by_action(activity_actions.reopen_task),
            "reopened": by_action(activity_actions.complete_task),
        },
    ),
    "interest": Counter(deal_queries.find_interest, {"handled": by_action(deal_actions.reopen_interest)}),
    "question": Counter(
        question_queries.find_question,
        {"changed": assign_back(question_actions.assign), "shared": by_action(question_actions.unshare)},
    ),
    "appointment": Counter(appointment_queries.find_appointment, {"changed": assign_back(appointment_actions.assign)}),
    "acceptance": Counter(agreement_queries.find_acceptance, {"recorded_paper": by_action(agreement_actions.end)}),
    "room_folder": Counter(room_queries.find_folder, {"created": by_action(room_actions.remove_folder)}),
    "room_grant": Counter(room_queries.find_grant, {"granted": by_action(room_actions.revoke)}),
    "report": Counter(
        report_queries.find_report,
        {
            "headline_shown": by_action(report_actions.hide_headline),
            "headline_hidden": by_action(report_actions.show_headline),
        },
        is_manager,
    ),
    "service": Counter(service_queries.find_service, filed(service_actions.archive, service_actions.restore)),
    "service_type": Counter(
        service_queries.find_type,
        {**filed(service_actions.archive_type, service_actions.restore_type), "changed": put_type_back},
        is_manager,
    ),
    "service_category": Counter(service_queries.find_category, {"changed": put_category_back}, is_manager),
    "submitted_figure": Counter(
        metric_queries.find_submitted_figure,
        {
            "submitted": by_action(metric_actions.withdraw),
            "archived": by_action(metric_actions.restore),
            "restored": by_action(metric_actions.withdraw),
        },
        is_manager,
    ),
    "target": Counter(
        dashboard_queries.find_target,
        filed(dashboard_actions.archive_target, dashboard_actions.restore_target),
        is_manager,
    ),
    "dashboard_view": Counter(
        dashboard_queries.find_own_view, filed(dashboard_actions.archive_view, dashboard_actions.restore_view)
    ),
    "recipe": Counter(report_queries.find_recipe, filed(recipes.archive_recipe, recipes.restore_recipe), is_manager),
    "form_template": Counter(
        filling_queries.find_template, filed(filling_actions.archive, filling_actions.restore), is_manager
    ),
    "reference_figure": Counter(
        metric_queries.find_reference, filed(references.archive, references.restore), is_manager
    ),
    "event": Counter(
        event_queries.find_event, {**filed(event_actions.archive, event_actions.restore), "moved": revert}
    ),
    "event_guest": Counter(
        event_queries.find_guest,
        {
            **filed(event_actions.archive_guest, event_actions.restore_guest),
            "listed": by_action(event_actions.archive_guest),
        },
    ),
    "event_arrival": Counter(
        event_queries.find_arrival,
        {
            "arrived": by_action(arrivals.archive),
            "left": by_action(arrivals.restore),
            "settled": take_back_settling,
        },
    ),
    "saved_view": Counter(
        list_queries.find_view, filed(list_actions.archive, list_actions.restore), list_policies.may_keep
    ),
    "person": Counter(
        people_queries.find_person,
        {**filed(people_actions.archive, people_actions.restore), "changed": put_person_back},
    ),
    "brand": Counter(
        institution_queries.find_brand, {"created": by_action(institution_actions.drop_brand), "changed": revert}
    ),
    "term": Counter(
        by_id(Term),
        {
            "created": by_action(vocabulary_actions.retire_word),
            "changed": put_word_back,
            "retired": by_action(vocabulary_actions.offer_word),
            "offered": by_action(vocabulary_actions.retire_word),
        },
        may_manage_accounts,
    ),
    "platform": Counter(by_id(Platform), {"changed": revert_platform}, may_manage_accounts),
    "past_round": Counter(startup_queries.find_past_round, PART_OF_STARTUP),
    "startup_label": Counter(startup_queries.find_label, PART_OF_STARTUP),
    "filing": Counter(startup_queries.find_filing, PART_OF_STARTUP),
    "reported_metric": Counter(startup_queries.find_metric, PART_OF_STARTUP),
    "product": Counter(startup_queries.find_product, PART_OF_STARTUP),
    "room_document": Counter(room_queries.find_document, filed(room_actions.archive, room_actions.restore)),
    "document": Counter(by_id(Document), filed(document_actions.archive, document_actions.restore)),
    "account": Counter(
        by_id(Account),
        {
            "created": by_action(account_actions.disable),
            "disabled": by_action(account_actions.enable),
            "enabled": by_action(account_actions.disable),
            "handed_over": take_back_handover,
            "given_charge": by_action(account_actions.take_charge),
            "taken_charge": by_action(account_actions.put_in_charge),
            "changed": put_account_back,
        },
        may_manage_accounts,
    ),
}


def counter_of(entry: AuditEntry, actor: Actor) -> tuple[Counter, Undo] | None:
    """What takes a change back; None for what cannot be, or not by this actor."""
    counter = COUNTERS.get(entry.record_type)
    undo = counter.verbs.get(entry.verb) if counter else None
    if counter is None or undo is None or not counter.may(actor):
        return None
    if undo is revert and not all(can_be_put_back(entry.record_type, change) for change in entry.changes):
        return None
    return None if entry.verb in counter.manager and not is_manager(actor) else (counter, undo)
