"""Settings: what a start is refused for, and where things are kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from crm.config import Settings

KEY = "0123456789abcdef0123456789abcdef"


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CRM_ENV", "CRM_DATA_DIR", "CRM_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)


def test_production_refuses_to_start_without_a_secret_key() -> None:
    with pytest.raises(ValidationError, match="CRM_SECRET_KEY"):
        Settings(env="production", secure_cookies=True)


def test_production_refuses_to_start_without_secure_cookies() -> None:
    with pytest.raises(ValidationError, match="CRM_SECURE_COOKIES"):
        Settings(env="production", secret_key=KEY)


def test_production_refuses_to_start_without_the_hosts_it_serves() -> None:
    with pytest.raises(ValidationError, match="CRM_TRUSTED_HOSTS"):
        Settings(env="production", secret_key=KEY, secure_cookies=True)


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
