"""Mail addresses as people write them."""

from __future__ import annotations

import re

from crm.lib.text import N_, Unreadable, plain

LONGEST = 254
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@(?:[A-Za-z0-9-]+\.)*[A-Za-z0-9-]+")


def read_address(text: str) -> str:
    """The address, "" for none. Only one, without a name, in ASCII: nothing else ever stands in a header.

    Raises Unreadable.
    """
    address = plain(text)
    if address and (len(address) > LONGEST or not _ADDRESS.fullmatch(address)):
        raise Unreadable(N_("Write one mail address, such as lin@example.cn."))
    return address
