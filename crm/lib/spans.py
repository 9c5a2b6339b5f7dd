"""Sets of whole numbers in few characters: 3-5,9."""

from __future__ import annotations

from collections.abc import Iterable

LARGEST = 2**63


def write_spans(numbers: Iterable[int]) -> str:
    """[5, 3, 4, 9] → "3-5,9"."""
    spans: list[list[int]] = []
    for number in sorted(set(numbers)):
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in spans)


def read_spans(text: str, *, at_most: int) -> list[int]:
    """ "3-5,9" → [3, 4, 5, 9]. Raises ValueError for anything else, and for more numbers than `at_most`."""
    numbers: list[int] = []
    for part in text.split(",") if text else []:
        first, dash, last = part.partition("-")
        start, end = int(first), int(last if dash else first)
        if end >= LARGEST or end - start + 1 + len(numbers) > at_most:
            raise ValueError("too many numbers")
        span = range(start, end + 1)
        numbers.extend(span)
    return numbers
