"""Passwords: argon2, one verification for known and unknown names alike, and no common ones."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from crm.core.errors import Refusal
from crm.lib.text import N_

SHORTEST = 12
LONGEST = 200
COMMON_PARTS = (
    "password",
    "qwerty",
    "123456",
    "111111",
    "000000",
    "abcdef",
    "admin",
    "iloveyou",
    "woaini",
    "letmein",
)

hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


@cache
def dummy_hash() -> str:
    """What an unknown name's password is checked against, so that it takes as long."""
    return hasher.hash("no account has this password")


def hash_password(password: str) -> str:
    """The hash to keep."""
    return hasher.hash(password)


def password_fits(password_hash: str | None, password: str) -> bool:
    """True when the password belongs to the hash; always costs exactly one verification. No hash fits nothing."""
    try:
        return hasher.verify(password_hash or dummy_hash(), password[:LONGEST]) and bool(password_hash)
    except (VerificationError, InvalidHashError):
        return False


def check_password(password: str, username: str, *, field: str = "password") -> None:
    """Refuse a password that is too short, too long or easily guessed. Raises Refusal."""
    lowered = password.lower()
    if not SHORTEST <= len(password) <= LONGEST:
        raise Refusal({field: N_("Use 12 to 200 characters.")})
    rest = lowered
    for part in (*COMMON_PARTS, username.lower()):
        rest = rest.replace(part, "")
    if len(set(lowered)) < 5 or len(rest) < 6:
        raise Refusal({field: N_("This password is easy to guess. A few unrelated words are better.")})
