"""Budget: how much memory the steps of a run may fill with what they hold."""

from __future__ import annotations

import os
import re
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from sys import getsizeof

from flume.errors import LimitError, OptionError

SHARE = 4  # of all memory, a step may hold one part in so many where nothing else was said
EVERY = 16  # one point in so many is weighed
UNKNOWN = 4 << 30  # the memory of a machine that does not tell
_UNITS = {"": 0, "K": 10, "M": 20, "G": 30, "T": 40}
_SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*(?:([KMGT]?)(?:i?B)?|(%))", re.IGNORECASE)
_GROUPS = "/proc/self/cgroup"


def size_of(value: object, asked: str) -> int:
    """Bytes, from a number or a text; an `OptionError`, which begins with *asked*, where it is no size.

    >>> size_of('1.5G', 'memory') == size_of('1536 MiB', 'memory') == size_of(1536 << 20, 'memory')
    True
    """
    size = None
    if isinstance(value, int) and not isinstance(value, bool):
        size = value
    elif isinstance(value, str) and (match := _SIZE.fullmatch(value.strip())):
        number, unit, percent = match.groups()
        whole = memory() / 100 if percent else 1 << _UNITS[unit.upper()]
        size = int(float(number) * whole) if len(number) < 20 else None
    if size is None or size < 1:
        raise OptionError(f"{asked} takes a size such as '512M', '2G' or '25%' of the memory there is, not {value!r}")
    return size


def default() -> int:
    """The bytes that may be held where nothing was said."""
    return memory() // SHARE


@lru_cache(maxsize=1)
def memory() -> int:
    """The bytes that there are for this process: those of the machine, or of a control group where that has fewer."""
    found = [limit for path in _limits() if (limit := _limit(path)) is not None]
    with suppress(AttributeError, OSError, ValueError):  # Windows has none of this
        found.append(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    return min(found, default=UNKNOWN)


def said(size: int) -> str:
    """A size for people.

    >>> said(1536 << 20), said(900)
    ('1.5G', '900 bytes')
    """
    for unit in "TGMK":
        if size >= (whole := 1 << _UNITS[unit]):
            return f"{size / whole:.1f}".removesuffix(".0") + unit
    return f"{size} bytes"


def too_much(what: str, size: int, memory: int, advice: str) -> LimitError:
    """The error for what a step would have to hold, and may not; *advice*: what makes it less.

    >>> print(str(too_much('9 groups', 2 << 20, 1 << 20, 'ask for fewer')).replace('; ', ';\\n'))
    9 groups fill about 2M, more than the 1M that a step may hold;
    --memory (memory=) lets it hold more;
    ask for fewer
    """
    held = f"{what} fill about {said(size)}, more than the {said(memory)} that a step may hold"
    return LimitError(f"{held}; --memory (memory=) lets it hold more; {advice}")


def footprint(points: Sequence[object], start: int = 0, *, every: int = EVERY) -> int:
    """About how many bytes the points from *start* on fill, of which one in *every* is weighed.

    The names of fields are shared by all, and so have no weight.
    """
    weighed = points[start::every]
    return sum(map(_bytes, weighed)) * (len(points) - start) // len(weighed) if weighed else 0


def _bytes(value: object) -> int:
    size = getsizeof(value)
    if isinstance(value, dict):
        return size + sum(map(_bytes, value.values()))
    return size + sum(map(_bytes, value)) if isinstance(value, (list, tuple, set, frozenset, deque)) else size


def _limits() -> Iterator[str]:
    """The files that may limit the memory: those of the process's own control group, and of all around it."""
    groups = {"": "/", "memory": "/"}  # in a container its own group is the root, whatever it is called outside
    with suppress(OSError, ValueError), open(_GROUPS, encoding="utf-8") as file:
        groups |= {kinds: path for _, kinds, path in (line.rstrip("\n").split(":", 2) for line in file)}
    for root, name, path in (("", "memory.max", groups[""]), ("/memory", "memory.limit_in_bytes", groups["memory"])):
        parts = [part for part in path.split("/") if part]
        for depth in range(len(parts) + 1):
            yield "/".join([f"/sys/fs/cgroup{root}", *parts[:depth], name])


def _limit(path: str) -> int | None:
    """What a control group says; without a limit that is "max", or far more than there is."""
    with suppress(OSError, ValueError), open(path, encoding="ascii") as file:
        return int(file.read()) or None
    return None
