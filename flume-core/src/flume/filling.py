"""Filling: whether the groups of a step fit into the memory that it may fill."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from itertools import chain, islice
from typing import Any

from flume.budget import footprint, too_much
from flume.run import Run

FIRST = 1000  # groups from which on it is worth a look
_BESIDE = 400  # bytes of a group in the tables that lead to it
_WEIGHED = 32
_FEWER = "fewer fields in by= make fewer groups, and so does every= where the points are in order of time"


class Filling:
    """Counts the groups that are begun, and weighs some of those that there are as their number grows.

    :param windows: gives the states of the groups that are held, for each window.
    :param groups: what they are called. :param fewer: what makes fewer of them.
    """

    def __init__(
        self,
        run: Run,
        windows: Callable[[], Iterable[Mapping[Hashable, Any]]],
        groups: str = "groups",
        fewer: str = _FEWER,
    ) -> None:
        self._run = run
        self._windows = windows
        self._groups = groups
        self._fewer = fewer
        self._begun = 0
        self._next = FIRST

    def begun(self, groups: int = 1) -> None:
        """So many more groups are held."""
        self._begun += groups

    def check(self) -> None:
        """A `LimitError` where so many groups were begun that it is worth a look, and they hold too much."""
        if self._begun >= self._next:
            self._look()

    def _look(self) -> None:
        windows = list(self._windows())
        held = sum(map(len, windows))
        some = list(islice(chain.from_iterable(window.items() for window in windows), 0, None, held // _WEIGHED + 1))
        size = (footprint(some, every=1) // max(1, len(some)) + _BESIDE) * held
        memory = self._run.memory
        if size > memory:
            raise too_much(f"{held:,} {self._groups}", size, memory, self._fewer)
        self._begun, self._next = held, held + max(FIRST, held // 8)
