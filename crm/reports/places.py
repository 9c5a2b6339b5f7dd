"""How a form asks for figures: {{companies_served}}, {{fund_matrix_gross | 亿元}}."""

from __future__ import annotations

import re

PLACE = re.compile(r"\{\{\s*([^{}|]*?)\s*(?:\|\s*([^{}|]*?)\s*)?\}\}")
UNITS = {"元": 100, "万元": 10_000 * 100, "亿元": 10_000 * 10_000 * 100, "%": 0}
