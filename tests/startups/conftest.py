"""What the tests of startups begin with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask

from crm.startups.models import Startup
from tests.factories import AT, a_startup


@pytest.fixture
def in_june() -> Iterator[None]:
    """The pages' clock stands where the factories' does."""
    with time_machine.travel(AT):
        yield


@pytest.fixture
def startup(app: Flask) -> Startup:
    return a_startup("上海衡汐智能科技有限公司", short_name="衡汐智能")
