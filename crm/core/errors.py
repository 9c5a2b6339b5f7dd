"""What business code raises; the web and the commands turn these into answers."""

from __future__ import annotations

from collections.abc import Mapping

from crm.lib.text import Message


class Refusal(Exception):
    """A business rule says no. Each message belongs to a field; "" is the whole form."""

    def __init__(self, fields: Mapping[str, Message]) -> None:
        super().__init__("; ".join(str(message) for message in fields.values()))
        self.fields = dict(fields)


class Conflict(Exception):
    """Somebody saved the record after this editor had read it."""

    def __init__(self, record: object | None = None) -> None:
        super().__init__()
        self.record = record
