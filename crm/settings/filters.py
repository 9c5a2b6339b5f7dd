"""The filters of a list, as the URL asks for them and as its chips name them."""

from __future__ import annotations

from flask import request

from crm.settings.choices import word
from crm.web.language import gettext as _

Chips = list[tuple[str, str, str]]


def asked_filters(**labels: tuple[str, str]) -> tuple[dict[str, str], Chips]:
    """What the URL asks for, {argument: value}, and the filters that are on, (argument, label, value in words).

    `labels`: {argument: (label, vocabulary)}; without a vocabulary a value stands for itself.
    """
    wanted = {name: request.args.get(name, "").strip() for name in labels}
    told = [
        (name, label, word(vocabulary, wanted[name]) if vocabulary else wanted[name])
        for name, (label, vocabulary) in labels.items()
    ]
    return wanted, [chip for chip in told if chip[2]]


def asked_flag(name: str, label: str, told: str) -> tuple[bool, Chips]:
    """Whether the URL switches a filter on, and its chip when it does."""
    on = request.args.get(name) == "1"
    return on, [(name, label, told)] if on else []


def asked_bin() -> tuple[bool, Chips]:
    """Whether the URL asks for what was put away."""
    return asked_flag("archived", _("Bin"), _("archived"))
