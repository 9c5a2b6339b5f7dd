"""Contact data as everybody may see it: enough to tell two apart, not enough to use."""

from __future__ import annotations

import re

HIDDEN = "****"
NEXT_NUMBER = re.compile(r"\s*[、；;，,/／|]\s*|\s+(?=\+)")
_COUNTRY = "86"


def mask_phone(text: str) -> str:
    """138****0000; a short number shows its last two digits at most, several numbers are masked one by one."""
    return "、".join(masked_number(one) for one in NEXT_NUMBER.split(text.strip()) if one)


def masked_number(text: str) -> str:
    digits = "".join(filter(str.isdecimal, text))
    if digits.startswith(_COUNTRY) and len(digits) == 13:
        digits = digits.removeprefix(_COUNTRY)
    if len(digits) >= 10:
        return f"{digits[:3]}{HIDDEN}{digits[-4:]}"
    return HIDDEN + (digits[-2:] if len(digits) >= 7 else "")


def mask_email(text: str) -> str:
    """g***@example.com."""
    name, at, domain = text.strip().rpartition("@")
    return f"{name[:1]}***@{domain}" if at and name else mask_word(text)


def mask_word(text: str) -> str:
    """g***: the first character of a WeChat name."""
    return f"{text.strip()[:1]}***" if text.strip() else ""
