"""Two-step sign-in: codes of an authenticator app (TOTP, RFC 6238), and recovery codes for who lost the phone."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest

import pyotp
import sqlalchemy as sa

from crm.accounts.models import Account, Actor, RecoveryCode, SecondFactor
from crm.accounts.queries import second_factor_of, token_hash
from crm.accounts.sealing import Broken, seal, unseal
from crm.accounts.sessions import close_all_sessions
from crm.audit import actions as audit
from crm.core.db import db
from crm.core.errors import Refusal
from crm.lib.text import N_

PERIOD = 30  # seconds
OFFERED_FOR = 15 * 60  # seconds
CODES = 10
WRONG_CODE = N_("This code is wrong or was used already. Wait for the next one.")


@dataclass(frozen=True)
class Offer:
    """A secret that an app may take up: as it is typed, as a QR code says it, and sealed as the form carries it."""

    secret: str
    uri: str
    sealed: str


def offer(account: Account, platform: str, secret_key: str, *, sealed: str = "") -> Offer:
    """A new secret for an account, or the one that the form carries already: nothing is kept until a code proves it."""
    try:
        secret = offered(account, sealed, secret_key)
    except Refusal:
        secret = pyotp.random_base32()
        sealed = seal(f"{account.id} {secret}", secret_key)
    uri = pyotp.TOTP(secret).provisioning_uri(name=account.username, issuer_name=platform)
    return Offer(secret, uri, sealed)


def offered(account: Account, sealed: str, secret_key: str) -> str:
    """The secret that a form carries. Raises Refusal when it is over, or another account's."""
    try:
        account_id, secret = unseal(sealed, secret_key, within=OFFERED_FOR).split(" ")
    except Broken:
        account_id = secret = ""
    if account_id != str(account.id):
        raise Refusal({"code": N_("This took too long: scan the new picture and type its code.")})
    return secret


def switch_on(account: Account, sealed: str, code: str, secret_key: str, *, at: datetime) -> list[str]:
    """Ask for codes from now on; returns the recovery codes, which are known nowhere else.

    Raises Refusal, also where codes are asked for already: who knows the password alone must not replace the app.
    """
    if second_factor_of(account) is not None:
        raise Refusal({"": N_("Sign-in in two steps is on already.")})
    secret = offered(account, sealed, secret_key)
    step = step_of(secret, code, at)
    if step is None:
        raise Refusal({"code": WRONG_CODE})
    kept = seal(secret, secret_key)
    db.session.add(SecondFactor(account_id=account.id, secret=kept, last_step=step, created_at=at))
    audit.record(account, "second_on", by=account, at=at, name=account.username)
    return new_codes(account)


def renew_codes(account: Account, *, at: datetime) -> list[str]:
    """Recovery codes anew; those before are worth nothing."""
    audit.record(account, "codes_renewed", by=account, at=at, name=account.username)
    return new_codes(account)


def switch_off(account: Account, *, at: datetime) -> None:
    """Ask for no more codes."""
    forget(account)
    audit.record(account, "second_off", by=account, at=at, name=account.username)


def take_away(account: Account, *, by: Actor, at: datetime) -> None:
    """Free somebody who lost phone and codes; ends all sessions, the thief's too."""
    forget(account)
    close_all_sessions(account)
    audit.record(account, "second_taken", by=by, at=at, name=account.username)


def accept(account: Account, code: str, secret_key: str, *, at: datetime) -> None:
    """Use a code of the app or a recovery code up. Raises Refusal when it is wrong or used."""
    tidied = "".join(code.split()).replace("-", "").lower()
    if not (accept_step(account, tidied, secret_key, at) or accept_recovery(account, tidied, at)):
        raise Refusal({"code": WRONG_CODE})


def accept_step(account: Account, code: str, secret_key: str, at: datetime) -> bool:
    """One of two who send the same code at once wins: the row remembers the step."""
    factor = second_factor_of(account)
    if factor is None:
        return False
    try:
        step = step_of(unseal(factor.secret, secret_key), code, at)
    except Broken:  # CRM_SECRET_KEY is another one: a recovery code still works
        return False
    if step is None:
        return False
    newer = sa.and_(SecondFactor.id == factor.id, SecondFactor.last_step < step)
    used = sa.update(SecondFactor).where(newer).values(last_step=step).returning(SecondFactor.id)
    return db.session.scalar(used) is not None


def step_of(secret: str, code: str, at: datetime) -> int | None:
    """The half minute whose code this is: the present one, the one before or the next; None for no code of theirs."""
    app, now = pyotp.TOTP(secret, interval=PERIOD), int(at.timestamp()) // PERIOD
    typed = "".join(code.split()).encode()
    fitting = [step for step in (now, now - 1, now + 1) if compare_digest(app.generate_otp(step).encode(), typed)]
    return max(fitting, default=None)


def accept_recovery(account: Account, code: str, at: datetime) -> bool:
    unused = sa.and_(RecoveryCode.account_id == account.id, RecoveryCode.used_at.is_(None))
    this = sa.and_(unused, RecoveryCode.code_hash == token_hash(code))
    used = sa.update(RecoveryCode).where(this).values(used_at=at).returning(RecoveryCode.id)
    if db.session.scalar(used) is None:
        return False
    audit.record(account, "code_used", by=account, at=at, name=account.username)
    return True


def new_codes(account: Account) -> list[str]:
    """Ten codes of 80 random bits, as somebody writes them down."""
    db.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    codes = [base64.b32encode(secrets.token_bytes(10)).decode().lower() for _ in range(CODES)]
    db.session.add_all(RecoveryCode(account_id=account.id, code_hash=token_hash(code)) for code in codes)
    return ["-".join((code[:4], code[4:8], code[8:12], code[12:])) for code in codes]


def forget(account: Account) -> None:
    for model in (SecondFactor, RecoveryCode):
        db.session.execute(sa.delete(model).where(model.account_id == account.id))
