"""What a process of long life holds without need."""

from __future__ import annotations

import contextlib
import ctypes
import gc


def release() -> None:
    """Return to the system what is not in use: Python's cycles hold it, and then the C library does."""
    gc.collect()
    with contextlib.suppress(AttributeError):  # glibc's alone
        ctypes.CDLL(None).malloc_trim(0)
