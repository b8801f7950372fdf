"""Logs: what flume warns of while a program runs is said on stderr."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from flume.cli.saying import say


class _Saying(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        say(record.getMessage())


@contextmanager
def heard() -> Iterator[None]:
    """Say what the logger `flume` is told, for as long as the block lasts."""
    logger = logging.getLogger("flume")
    handler = _Saying(logging.WARNING)
    propagate, logger.propagate = logger.propagate, False
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.propagate = propagate
