"""Settings: what a start is refused for, and where things are kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from crm.config import Settings

KEY = "0123456789abcdef0123456789abcdef"


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CRM_ENV", "CRM_DATA_DIR", "CRM_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)


SAFE = {"env": "production", "secret_key": KEY, "secure_cookies": True, "trusted_hosts": "crm.example.cn"}


@pytest.mark.parametrize(
    ("unsafe", "why"),
    [
        ({"secret_key": "short"}, "CRM_SECRET_KEY must hold at least 32 characters"),
        ({"secret_key": "change-me-" * 4}, "CRM_SECRET_KEY looks like an example"),
        ({"secret_key": "a" * 40}, "CRM_SECRET_KEY looks like an example"),
        ({"secure_cookies": False}, "CRM_SECURE_COOKIES must be true"),
        ({"trusted_hosts": " , "}, "CRM_TRUSTED_HOSTS must name the hosts"),
        ({"trusted_hosts": "*"}, "CRM_TRUSTED_HOSTS must name the hosts"),
        ({"base_url": "http://crm.example.cn"}, "CRM_BASE_URL must begin with https://"),
        ({"base_url": "https://other.example.cn"}, "CRM_BASE_URL leads to other.example.cn"),
        ({"metrics_token": "guess"}, "CRM_METRICS_TOKEN must hold at least 16 characters"),
    ],
)
def test_production_refuses_what_is_unsafe_in_a_clear_sentence(unsafe: dict[str, Any], why: str) -> None:
    assert Settings(**SAFE, base_url="https://crm.example.cn:8443").env == "production", "the control"
    with pytest.raises(ValidationError, match=why):
        Settings(**SAFE | unsafe)


def test_production_refuses_to_debug(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLASK_DEBUG", "1")
    with pytest.raises(ValidationError, match="FLASK_DEBUG must not be set"):
        Settings(**SAFE)


def test_all_that_is_unsafe_is_told_at_once() -> None:
    with pytest.raises(ValidationError, match=r"CRM_SECRET_KEY.*CRM_SECURE_COOKIES.*CRM_TRUSTED_HOSTS"):
        Settings(env="production")


def test_a_default_installation_keeps_everything_in_its_data_dir(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    urls = (settings.database_url, settings.storage_url, settings.queue_url)
    assert all(str(tmp_path) in url for url in urls)


def test_the_secret_key_outlives_a_restart_and_is_its_owners_alone(tmp_path: Path) -> None:
    first, second = Settings(data_dir=tmp_path), Settings(data_dir=tmp_path)
    first.make_data_dir()
    second.make_data_dir()
    assert first.secret_key == second.secret_key
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("given", ["postgresql://db/crm", "postgres://db/crm"])
def test_postgresql_is_reached_by_the_driver_that_we_ship(given: str) -> None:
    assert Settings(database_url=given).sqlalchemy_url == "postgresql+psycopg://db/crm"


@pytest.mark.parametrize(
    ("url", "sender", "why"),
    [
        ("mail.example.cn:25", "desk@example.cn", "smtp://user:password@host:port"),
        ("smtp://mail.example.cn", "", "CRM_MAIL_FROM"),
        ("smtp://mail.example.cn", "Desk <desk@example.cn>", "CRM_MAIL_FROM"),
    ],
)
def test_a_mail_server_needs_an_address_of_its_own_kind_and_a_sender(url: str, sender: str, why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        Settings(mail_url=url, mail_from=sender)
    assert Settings(mail_url="smtps://desk:secret@mail.example.cn", mail_from="desk@example.cn").mail_url
