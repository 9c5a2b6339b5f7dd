"""How often one address may ask. Kept in memory, by each web process for itself: nothing is written for a question."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from datetime import datetime, timedelta

ADDRESSES = 10_000  # of those that asked last


class Limiter:
    """At most so many questions of one address within a span."""

    def __init__(self, most: int, within: timedelta) -> None:
        self.most, self.within = most, within
        self.asked: OrderedDict[str, deque[datetime]] = OrderedDict()
        self.lock = threading.Lock()

    def allows(self, address: str, at: datetime) -> bool:
        """Count a question; False where it is one too many."""
        with self.lock:
            moments = self.asked.setdefault(address, deque(maxlen=self.most))
            self.asked.move_to_end(address)
            if len(self.asked) > ADDRESSES:
                self.asked.popitem(last=False)
            if len(moments) == self.most and at - moments[0] < self.within:
                return False
            moments.append(at)
            return True
