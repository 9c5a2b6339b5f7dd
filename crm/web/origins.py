"""Where a request comes from."""

from __future__ import annotations

import hashlib
import ipaddress

from flask import current_app, request


def address_hash() -> str:
    """The address that asks, as a keyed hash: nobody can tell it from what is kept. Of IPv6 the first half counts,
    for one household has all of the second."""
    key = str(current_app.config["SECRET_KEY"]).encode()[:32]
    return hashlib.blake2s(network_of(request.remote_addr or "").encode(), key=key).hexdigest()


def network_of(address: str) -> str:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else address
