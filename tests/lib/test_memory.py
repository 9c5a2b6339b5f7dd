"""Memory that is given back."""

from __future__ import annotations

import weakref

from crm.lib import memory


class Node:
    """Something that holds another."""

    other: Node


def test_what_holds_only_itself_is_let_go() -> None:
    first, second = Node(), Node()
    first.other, second.other = second, first
    seen = weakref.ref(first)
    del first, second
    memory.release()
    assert seen() is None
