"""What a job is: a question, the data it is asked of, how flume and its peers ask it, and how fast flume should be."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Point = dict[str, Any]
Measures = dict[str, float]
"""What was measured of one contender: `wall` and `cpu` in s, `largest` and `together` in MB, or what the job names."""


@dataclass(frozen=True)
class Peer:
    """What asks the same question: a command, in which FILE stands for the data and OUT for the answer.

    OTHER stands for a second file, of a job that has one.

    A command that does not name OUT writes to standard output.
    """

    name: str
    command: tuple[str, ...]
    needs: str  # the module or the program that must be installed
    part: int = 1  # a very slow one is given one part of so many of the data: its times are scaled, and labelled so
    runs_once: bool = False  # a slow one whose start takes long, so that scaling would be unfair
    data: str | None = None  # where it is asked of other data than the job's, whose answer is another

    def of(self, file: Path, out: Path, other: Path | None = None) -> list[str]:
        """The command for this file."""
        files = {"FILE": str(file), "OUT": str(out), "OTHER": str(other)}
        return [re.sub(r"\b(FILE|OUT|OTHER)\b", lambda found: files[found[0]], word) for word in self.command]

    @property
    def writes_itself(self) -> bool:
        """Whether the command opens its output, rather than writing to standard output."""
        return any(re.search(r"\bOUT\b", word) for word in self.command)


@dataclass(frozen=True)
class Goal:
    """A measure of flume that should be at most a number, or so many times what the better of some peers has."""

    measure: str
    at_most: float
    of: tuple[str, ...] = ()

    def reached(self, measures: Mapping[str, Measures]) -> float | None:
        """The number to compare with; None: there is nothing to compare to."""
        own = measures["flume"].get(self.measure)
        if own is None or not self.of:
            return own
        others = [measures[name][self.measure] for name in self.of if name in measures]
        return own / min(others) if others else None


@dataclass(frozen=True)
class Job:
    """A question that flume and its peers answer of a file, and how to tell that the answers are the same."""

    name: str
    question: str
    points: int
    flume: Peer
    data: str | None = None  # a kind of benchmarks.data
    other: str | None = None  # another kind, where it is asked of two files
    same: Callable[[Iterable[Point], Iterable[Point]], None] | None = None  # raises Differs
    truth: Callable[[Path], Iterable[Point]] | None = None  # the answer, worked out slowly
    peers: tuple[Peer, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)  # peers that cannot do it, and why
    goals: tuple[Goal, ...] = ()
    rounds: int = 1  # at least
    raced: bool = True  # whether whole processes are timed
    besides: Callable[[Peer, int], Measures] | None = None  # measures of this job alone, given the number of points
