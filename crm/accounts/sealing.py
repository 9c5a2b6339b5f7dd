"""Secrets that we must read again are encrypted by a key derived from CRM_SECRET_KEY: a stolen database tells none."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class Broken(Exception):
    """What was sealed is too old, was changed, or was sealed under another key."""


def box(secret_key: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"crm second factor").derive(secret_key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))


def seal(text: str, secret_key: str) -> str:
    """The text as it may be kept."""
    return box(secret_key).encrypt(text.encode()).decode()


def unseal(sealed: str, secret_key: str, *, within: int | None = None) -> str:
    """The text again. `within`: how many seconds ago it may have been sealed. Raises Broken."""
    try:
        return box(secret_key).decrypt(sealed.encode(), ttl=within).decode()
    except InvalidToken as error:
        raise Broken from error
