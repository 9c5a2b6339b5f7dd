"""Where the records behind the figures are shown."""

from __future__ import annotations

RECORD_PAGES = {
    "institution": "/institutions/",
    "startup": "/startups/",
    "deal": "/deals/",
    "fund": "/funds/",
    "service": "/services/",
}
