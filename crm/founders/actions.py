"""Proposing changes, and deciding on them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from crm.accounts.models import Account, Actor
from crm.accounts.queries import finance_staff
from crm.audit import actions as audit
from crm.core.db import db
from crm.core.errors import Conflict, Refusal
from crm.documents import actions as document_actions
from crm.documents.pictures import Upload
from crm.documents.queries import documents_of
from crm.founders import records
from crm.founders.models import ChangeProposal, ProposalState
from crm.founders.queries import waiting_on
from crm.founders.records import FILE, PICTURES, Record
from crm.lib.text import N_
from crm.notifications.actions import notify, tell_founders
from crm.notifications.models import NoticeKind
from crm.startups.models import Product, Startup

NO_CHANGE = N_("Nothing differs from what is recorded or proposed already.")


def propose(
    startup: Startup, record: Record, values: Mapping[str, Any], *, name: str, by: Account, at: datetime
) -> list[ChangeProposal]:
    """Propose what a record should say, field by field; a later proposal replaces one that waits.

    Raises Refusal when nothing changes.
    """
    waiting = waiting_on(startup.id, record.__tablename__, record.id)
    made, taken_back = [], 0
    for field, value in values.items():
        before, after, earlier = records.value_now(record, field), records.kept(value), waiting.get(field)
        if after == (earlier.after if earlier else before):
            continue
        if earlier is not None:
            decide(earlier, ProposalState.REPLACED, at=at)
            taken_back += 1
        if (after or None) != (before or None):
            made.append(new(startup, record, field, before, after, name=name, by=by, at=at))
    if not made and not taken_back:
        raise Refusal({"": NO_CHANGE})
    tell(startup, made, by=by, at=at)
    return made


def propose_new(startup: Startup, record_type: str, values: Any, *, name: str, by: Account, at: datetime) -> None:
    """Propose a product, a figure or a round that is not recorded yet. `values`: as the desk's form says them."""
    told = records.told_values(values)
    made = ChangeProposal(record_type=record_type, field="", after=told, record_name=name[:200])
    put(made, startup, by=by, at=at)
    tell(startup, [made], by=by, at=at)


def propose_files(
    startup: Startup, product: Product | None, uploads: Sequence[Upload], *, by: Account, at: datetime
) -> None:
    """Propose papers of the startup, or pictures of a product. They hang on the proposals until the desk accepts."""
    made = []
    for upload in uploads:
        proposal = ChangeProposal(
            record_type=Product.__tablename__ if product else FILE,
            record_id=product.id if product else None,
            field=PICTURES if product else "",
            after={"name": upload.name},
            record_name=product.name if product else upload.name,
        )
        put(proposal, startup, by=by, at=at)
        document_actions.attach(proposal, upload, by=by, at=at)
        made.append(proposal)
    tell(startup, made, by=by, at=at)


def new(
    startup: Startup, record: Record, field: str, before: Any, after: Any, *, name: str, by: Account, at: datetime
) -> ChangeProposal:
    proposal = ChangeProposal(
        record_type=record.__tablename__,
        record_id=record.id,
        record_name=name[:200],
        field=field,
        before=before,
        after=after,
    )
    return put(proposal, startup, by=by, at=at)


def put(proposal: ChangeProposal, startup: Startup, *, by: Account, at: datetime) -> ChangeProposal:
    proposal.startup_id, proposal.by_id, proposal.proposed_at = startup.id, by.id, at
    db.session.add(proposal)
    audit.record(proposal, "proposed", by=by, at=at, name=title(startup, proposal))
    return proposal


def tell(startup: Startup, made: Sequence[ChangeProposal], *, by: Account, at: datetime) -> None:
    """Let the desk know, once a day and startup."""
    if made:
        notify(
            finance_staff(),
            NoticeKind.PROPOSED,
            record_type=startup.__tablename__,
            record_id=startup.id,
            name=startup.shown_name,
            times=len(made),
            by=by,
            at=at,
        )


def accept(proposal: ChangeProposal, word: str, *, seen: str, by: Actor, at: datetime) -> None:
    """Let the record say what was proposed.

    `seen`: what the record said when the desk decided, as `fingerprint` tells it. Raises Conflict when it says
    something else by now, Refusal when somebody was quicker or the record refuses.
    """
    if proposal.record_id:
        records.find(proposal.record_type, proposal.record_id, lock=True)
    if fingerprint(proposal) != seen:
        raise Conflict(proposal)
    decide(proposal, ProposalState.ACCEPTED, word, by=by, at=at)
    startup = proposal.startup
    if proposal.field == PICTURES or proposal.record_type == FILE:
        record = records.find(proposal.record_type, proposal.record_id) if proposal.field else startup
        for document in documents_of(ChangeProposal.__tablename__, proposal.id):
            document_actions.move(document, present(record), by=by, at=at)
    elif proposal.is_new_record:
        records.add(proposal.record_type, startup, proposal.after, by=by, at=at)
    else:
        record = present(records.find(proposal.record_type, proposal.record_id))
        records.change(record, proposal.field, proposal.after, by=by, at=at)
    audit.record(proposal, "accepted_change", by=by, at=at, name=title(startup, proposal))
    tell_decided(proposal, NoticeKind.CHANGE_ACCEPTED, word, at=at)


def return_back(proposal: ChangeProposal, word: str, *, by: Actor, at: datetime) -> None:
    """Leave the record as it is, and say why. Raises Refusal without a word, or when somebody was quicker."""
    if not word:
        raise Refusal({"word": N_("Say in a word why: the founder reads it.")})
    decide(proposal, ProposalState.RETURNED, word, by=by, at=at)
    audit.record(
        proposal,
        "returned",
        by=by,
        at=at,
        name=title(proposal.startup, proposal),
        changes=[audit.change("word", None, word)],
    )
    tell_decided(proposal, NoticeKind.CHANGE_RETURNED, word, at=at)


def take_back(proposal: ChangeProposal, *, by: Account, at: datetime) -> None:
    """Leave the record as it is: a founder does not want the change any more. Raises Refusal once it is decided."""
    decide(proposal, ProposalState.REPLACED, at=at)
    for document in documents_of(ChangeProposal.__tablename__, proposal.id):
        document_actions.archive(document, by=by, at=at)
    audit.record(proposal, "took_back", by=by, at=at, name=title(proposal.startup, proposal))


def tell_decided(proposal: ChangeProposal, kind: NoticeKind, word: str, *, at: datetime) -> None:
    """Let the founders know what the desk decided, with its word."""
    tell_founders(
        proposal.startup_id,
        kind,
        record_type=ChangeProposal.__tablename__,
        record_id=proposal.id,
        name=proposal.record_name,
        note=word,
        at=at,
    )


def decide(
    proposal: ChangeProposal, state: ProposalState, word: str = "", *, by: Actor | None = None, at: datetime
) -> None:
    still = sa.and_(ChangeProposal.id == proposal.id, ChangeProposal.state == ProposalState.WAITING)
    values = {"state": state, "word": word, "decided_by_id": by.id if by else None, "decided_at": at if by else None}
    taken = db.session.execute(sa.update(ChangeProposal).where(still).values(values).returning(ChangeProposal.id))
    if taken.one_or_none() is None:
        raise Refusal({"": N_("This proposal was decided or replaced in the meantime.")})


def present(record: Record | None) -> Record:
    if record is None or record.archived_at is not None:
        raise Refusal({"": N_("The record is in the bin: restore it first, or return the proposal.")})
    return record


def value_now(proposal: ChangeProposal) -> Any:
    """What the record says today in the field of a proposal; None for what is new."""
    if proposal.field in ("", PICTURES):
        return None
    record = records.find(proposal.record_type, proposal.record_id)
    return records.value_now(record, proposal.field) if record else None


def fingerprint(proposal: ChangeProposal) -> str:
    """A short text that changes with what the record says."""
    told = json.dumps(value_now(proposal), ensure_ascii=False, sort_keys=True)
    return hashlib.blake2s(told.encode(), digest_size=8).hexdigest()


def title(startup: Startup, proposal: ChangeProposal) -> str:
    """What a proposal is called in the history."""
    own = proposal.record_name if proposal.record_name != startup.shown_name else ""
    return " · ".join(filter(None, (startup.shown_name, own, proposal.field)))
