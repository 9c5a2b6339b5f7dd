"""The program on one of each record: small pages, which a scanner reads quickly, and hardly a view without a record."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from flask import Flask
from werkzeug.exceptions import HTTPException

from crm import create_app
from crm.accounts.models import Role
from crm.config import Settings
from crm.core.db import db
from crm.startups.models import Startup
from tests.bench.servers import CRM, running
from tests.contracts.test_permissions import address, one_of_each, rules
from tests.factories import PASSWORD, accept_for, an_account, publish, writing
from tests.scan.contents import View
from tests.support import world
from tests.support.nodes import Client

ROLES = ("manager", "investor", "founder", "admin")  # whose pages are all there are
STRANGER = "stranger"  # who did not sign in


class Site(NamedTuple):
    """The program as it runs: its port, its views by their addresses, and an address of each view."""

    port: int
    view: View
    addresses: list[str]


@contextmanager
def program(folder: Path) -> Iterator[Site]:
    """The program on one of each record."""
    settings = Settings(env="development", data_dir=folder / "data")
    environment = {"CRM_DATA_DIR": str(settings.data_dir), "CRM_ENV": settings.env}
    upgrade = [sys.executable, "-c", CRM, "db", "upgrade"]
    subprocess.run(upgrade, env={**os.environ, **environment}, check=True, stdout=subprocess.DEVNULL)
    world.app = app = create_app(settings)
    ids = fill()
    asked = [rule for rule in rules(app) if "GET" in (rule.methods or ()) and ids.keys() >= rule.arguments]
    with running(["-c", CRM, "serve"], environment, folder / "log") as server:
        yield Site(server.port, views(app), [address(app, rule, ids) for rule in asked])


def fill() -> dict[str, int]:
    """Make one of each record, published and opened to those who sign in; their ids."""
    ids = one_of_each()
    outside = {"investor": {"institution_id": ids["institution_id"]}, "founder": {"startup_id": ids["startup_id"]}}
    accounts = {role: an_account(Role(role), username=role, **outside.get(role, {})) for role in ROLES}
    accept_for(accounts["investor"])
    with writing():
        startup = db.session.get_one(Startup, ids["startup_id"])
    publish(startup)
    return ids


def views(app: Flask) -> View:
    """The program's views by their addresses."""
    addresses = app.url_map.bind("127.0.0.1")

    def view(method: str, path: str) -> str:
        try:
            return str(addresses.match(path, method)[0])
        except HTTPException:
            return path

    return view


def visitor(port: int, username: str) -> Client:
    """Somebody who signed in, or a stranger. Ends the scan where signing in does not work."""
    client = Client([port])
    if username != STRANGER:
        fields = client.form("/sign-in") | {"username": username, "password": PASSWORD}
        if client.post("/sign-in", fields).status != 303:
            raise SystemExit(f"{username} cannot sign in")
    return client
