"""The message about every change that the history tells takes it back, or there is a reason why it does not."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import crm.blueprints
from crm.audit.vocabulary import READINGS
from crm.core.db import Base
from crm.undo.counters import COUNTERS

PACKAGE = Path(crm.__file__).parent
TABLES = {mapper.class_.__name__: mapper.class_.__tablename__ for mapper in Base.registry.mappers}

OUTSIDE = "somebody outside did it, in the portal or by a link: the desk takes back nothing in their name"
SAFETY = "a matter of security: it is done anew, never taken back"
TOLD = "others were told, or read it at once: the next step is said openly"
NEW_VERSION = "the next version replaces it, and readers may have seen this one"
COUNTERED = "it takes back a change itself"
FINAL: dict[str, dict[str, str]] = {
    "acceptance": {"accepted": OUTSIDE, "ended": "nobody is bound by it any more: it is agreed upon anew"},
    "account": {
        **dict.fromkeys(
            ("bound", "code_used", "codes_renewed", "invited", "password", "reset", "second_off", "second_on"), SAFETY
        ),
        **dict.fromkeys(("second_taken", "session_ended", "sessions_ended", "unbound", "unlocked"), SAFETY),
        "undone": COUNTERED,
    },
    "admission": {"removed": COUNTERED},
    "appointment": {"called_off": TOLD, "set": TOLD, "wished": OUTSIDE},
    "brand": {"removed": COUNTERED},
    "change_proposal": {
        "accepted_change": TOLD,
        "proposed": OUTSIDE,
        "returned": TOLD,
        "took_back": OUTSIDE,
    },
    "confidentiality_terms": {"wrote_terms": NEW_VERSION},
    "deal": {"taken_back": COUNTERED},
    "event_arrival": {"changed": "the visitor said it"},
    "form_template": {"filled": "it made a file and changed no record"},
    "interest": {"restored": OUTSIDE},
    "job": {"cancelled": "it starts again by its own button", "ran_again": "it is cancelled by its own button"},
    "mail": {"dropped": "it is sent again by its own button", "sent_again": "a mail that left does not come back"},
    "match_weights": {"weighted": NEW_VERSION},
    "person": {"erased": "the person asked for it, and the page says before that it is for good"},
    "question": {
        "answered": TOLD,
        "asked": OUTSIDE,
        "forwarded": TOLD,
        "refused": TOLD,
        "unshared": "its words are gone: they are written anew",
    },
    "report": {"signed": "a signature stays what it is"},
    "room": {"opened_room": "an empty room shows nobody anything"},
    "room_document": {
        "destroyed": "the page says before that it is for good",
        "new_version": NEW_VERSION,
        "put_in_force": NEW_VERSION,
    },
    "room_folder": {
        "changed": "what lies in it went with it: it is moved again",
        "removed": "it was empty: it is made anew",
    },
    "room_grant": {"revoked_access": "its readers are cut off at once: it is granted anew"},
    "round": {"reopened": "part of an undo of its own", "undone": COUNTERED},
    "service_category": {"created": "the services already logged may be of it: it is renamed"},
    "startup": {"interested": OUTSIDE, "looked_again": OUTSIDE, "passed_over": OUTSIDE},
}


def written(source: str) -> Iterator[tuple[str, str]]:
    """(record type, verb) of every entry that the functions of a module write about a record whose class they name."""
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, ast.FunctionDef):
            kinds = classes_in(function)
            for call in ast.walk(function):
                if isinstance(call, ast.Call) and ast.unparse(call.func) in {"audit.record", "audit.record_change"}:
                    for kind in kinds.get(ast.unparse(call.args[0]), []):
                        yield from ((kind, verb) for verb in verbs_of(call))


def classes_in(function: ast.FunctionDef) -> dict[str, list[str]]:
    """{name in the function: the tables of the models that it is declared as, or made of}."""
    arguments = [*function.args.args, *function.args.kwonlyargs]
    told = {one.arg: ast.unparse(one.annotation) for one in arguments if one.annotation}
    for line in ast.walk(function):
        if isinstance(line, ast.Assign) and isinstance(line.value, ast.Call) and isinstance(line.targets[0], ast.Name):
            told[line.targets[0].id] = ast.unparse(line.value.func)
    return {name: [TABLES[one] for one in kinds.split(" | ") if one in TABLES] for name, kinds in told.items()}


def verbs_of(call: ast.Call) -> list[str]:
    given = [*call.args[1:2], *(word.value for word in call.keywords if word.arg == "verb")]
    texts = [part.value for one in given for part in ast.walk(one) if isinstance(part, ast.Constant)]
    return [text for text in texts if isinstance(text, str)] if given else ["changed"]


def undeclared(source: str) -> set[tuple[str, str]]:
    return {
        (kind, verb)
        for kind, verb in written(source)
        if verb not in READINGS
        and not (kind in COUNTERS and verb in COUNTERS[kind].verbs)
        and verb not in FINAL.get(kind, {})
    }


def test_every_change_is_taken_back_or_says_why_not() -> None:
    found = {path.name: undeclared(path.read_text()) for path in PACKAGE.rglob("*.py")}
    assert {name: changes for name, changes in found.items() if changes} == {}


def test_what_can_be_taken_back_is_no_exception() -> None:
    assert [(kind, verb) for kind, why in FINAL.items() for verb in why if verb in counted(kind)] == []


def counted(kind: str) -> dict[str, object]:
    return {**COUNTERS[kind].verbs} if kind in COUNTERS else {}


def test_a_new_change_without_an_undo_is_found() -> None:
    planted = 'def sell(deal: Deal, by):\n    audit.record(deal, "sold", by=by)\n'
    assert undeclared(planted) == {("deal", "sold")}
