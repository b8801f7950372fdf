"""Member: a process that works for this one."""

from __future__ import annotations

import time
from collections.abc import Callable

from flume.member import Member


def test_one_that_has_much_to_say_ends_at_once_when_nobody_listens_any_more() -> None:
    def work(send: Callable[[bytes], None]) -> None:
        send(bytes(1 << 20))  # more than a pipe holds

    member: Member[bytes] = Member(work)
    time.sleep(0.1)
    began = time.monotonic()
    member.kill(patience=10)
    assert time.monotonic() - began < 5
