"""The official yardsticks for incubators (工信部科〔2025〕131号, standard level), for reference.

Their denominator is 在孵企业, which our records know as the startups in the community.
"""

from __future__ import annotations

from dataclasses import dataclass

from crm.lib.text import N_, Message


@dataclass(frozen=True)
class Yardstick:
    """A share that should reach `least` percent. `numerator`, `denominator`: figures of ours, "" where our records
    cannot know; then only what somebody enters from outside is shown. `known`: the figure of how many we know it of.
    """

    code: str
    title: Message
    least: int
    numerator: str = ""
    denominator: str = ""
    known: str = ""


YARDSTICKS = (
    Yardstick(
        "incubator_financed",
        N_("Incubatees financed in a year"),
        20,
        "startups_financed",
        "startups_present",
    ),
    Yardstick("incubator_own_funds", N_("Incubatees invested by own or joint incubation funds"), 10),
    Yardstick(
        "incubator_grown",
        N_("Incubatees grown by more than 20 percent"),
        30,
        "startups_grown",
        "startups_present",
        "startups_comparable",
    ),
    Yardstick("incubator_other_income", N_("Income of the incubator other than rent"), 30),
)
