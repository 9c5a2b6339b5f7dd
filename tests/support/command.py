"""`crm …` in the test's own process and application: quick, and what it leaves open is the application's."""

from __future__ import annotations

from click.testing import CliRunner, Result

from crm.cli import main


def crm(*arguments: object) -> Result:
    """What a command printed and how it ended."""
    return CliRunner().invoke(main, [str(one) for one in arguments])
