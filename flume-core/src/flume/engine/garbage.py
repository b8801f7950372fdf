"""Garbage: a run makes millions of points and hardly a cycle, so the collector looks more seldom while it lasts."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

SELDOM = (200_000, 20, 100)  # still bounded: a user's function may make cycles for days


@contextmanager
def collected_seldom() -> Iterator[None]:
    """Look for cycles seldom inside, as before outside."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
