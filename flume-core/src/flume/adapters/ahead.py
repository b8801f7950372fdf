"""Ahead: a process that makes chunks of bytes while those before them are used."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from flume.errors import FlumeError
from flume.member import Member
from flume.report import Report


def ahead(chunks: Iterator[bytes], report: Report) -> Iterator[bytes]:
    """The same chunks, made by a process; it ends with them, with an error of theirs, or when this is closed.

    *report*: told how many bytes were read for them.

    >>> list(ahead(iter([b'a', b'b']), Report()))
    [b'a', b'b']
    """

    def work(send: Callable[[tuple[bytes, int] | FlumeError], None]) -> None:
        try:
            for chunk in chunks:
                send((chunk, report.bytes_read))
        except FlumeError as problem:
            send(problem)

    member = Member(work)
    error: FlumeError | None = None
    ended = False
    try:
        while True:
            made = member.outcome()
            if isinstance(made, tuple):
                chunk, report.bytes_read = made
                yield chunk
            elif error is not None:
                raise error
            elif ended:
                return
            else:
                try:
                    ended = member.receive()
                except FlumeError as raised:
                    error = raised
    finally:
        member.kill()
