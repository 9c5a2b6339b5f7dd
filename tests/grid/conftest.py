"""A grid as its script sees it: rows are sent by their cells, answers are read by row."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.visitor import Visitor


class Grid:
    """Somebody's open grid."""

    def __init__(self, visitor: Visitor, path: str) -> None:
        self.visitor, self.path = visitor, path

    def send(self, *rows: dict[str, Any], mode: str = "all", **fields: Any) -> dict[str, Any]:
        """Send rows: `key`, `id`, `version` and cells each; the answer, {key: row} with `saved` and `undo` beside."""
        answer = self.post(*rows, mode=mode, **fields)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return dict(answer.get_json())

    def post(self, *rows: dict[str, Any], mode: str = "all", **fields: Any) -> Any:
        """The raw answer."""
        sent: dict[str, Any] = {"mode": mode, "csrf_token": self.token, **fields}
        for row in rows:
            sent |= {f"{row['key']}:{name}": str(value) for name, value in row.items() if name != "key"}
        return self.visitor.open(self.path, "POST", sent, headers={"Accept": "application/json"})

    @property
    def token(self) -> str:
        """The token of the open page."""
        page = self.visitor.visit(self.path).now
        return page.all("input", name="csrf_token")[0].get("value") or ""


@pytest.fixture
def services(finance: Visitor) -> Grid:
    return Grid(finance, "/services/grid")


@pytest.fixture
def deals(finance: Visitor) -> Grid:
    return Grid(finance, "/deals/grid")
