"""Generating: the values, points and texts that laws are tried with, drawn at random by hypothesis."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from flume.flow import Point
from flume.reducing import Takes

try:
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis import strategies as st
    from hypothesis.strategies import SearchStrategy
except ImportError:
    raise ImportError("the suites of flume.testing need hypothesis: pip install 'flume-core[testing]'") from None

__all__ = [
    "BEGIN",
    "FEW",
    "PIECES",
    "SCALARS",
    "TIMES",
    "SearchStrategy",
    "check",
    "disturbed",
    "given",
    "points_with",
    "st",
    "tried",
    "values_of",
]

BEGIN = datetime(2024, 2, 29, 23, 59, 55, tzinfo=UTC)

TIMES = st.sampled_from([BEGIN + timedelta(seconds=halves / 2) for halves in range(21)])
"""Times close to each other, some of them equal."""

_WHOLE = st.integers() | st.just(10**400)  # too large for a float
_LETTERS = "aAbz 019.-_:/%\\\"'=\n\r\t\0éß\u0301\u2028日😀\udcff"  # the last stands for a byte that is no UTF-8
_TEXTS = st.text(st.sampled_from(_LETTERS), max_size=5)

_OF_TYPE: dict[type, SearchStrategy[Any]] = {int: _WHOLE, float: st.floats(), str: _TEXTS, datetime: TIMES}

SCALARS: SearchStrategy[Any] = st.booleans() | _WHOLE | st.floats() | _TEXTS
NESTED: SearchStrategy[Any] = st.lists(SCALARS, max_size=2) | st.dictionaries(_TEXTS, SCALARS, max_size=2)

FEW: SearchStrategy[Any] = st.sampled_from(
    [None, 0, 1, 1.0, -2.5, 10**400, True, "", "x", "y", "1", "é\u2028😀", float("nan"), [1], [], {"z": 1}]
)
"""Values that are often equal, so that groups and neighbours are."""

PIECES: Sequence[bytes] = (
    *(b"", b" ", b"\t", b'"', b"'", b"\\", b",", b";", b"=", b":", b"{", b"}", b"[", b"]", b"(", b"%", b"#"),
    *(b"\n", b"\r\n", b"\r", b"\0", b"\x0b", b"\x0c", b"\x1b[31m", b"\xff", b"\xe2\x82", b"0", b"-1.5e3", b"null"),
    *(text.encode() for text in ("é", "日本", "😀", "\u2028", "\u2029", "\x85", "\ufeff", "e\u0301")),
)
"""What texts are disturbed with: what formats have a meaning for, what splits lines elsewhere, what is no UTF-8."""


def tried(examples: int) -> settings:
    """The settings of a law inside a suite, tried with so many examples: whatever time it takes, and one finding shown.

    >>> tried(5).max_examples
    5
    """
    return settings(
        max_examples=examples,
        deadline=None,  # machines are shared
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        phases=[phase for phase in settings().phases if phase is not Phase.explain],
    )


def check(law: Callable[..., None], examples: int, **drawn: SearchStrategy[Any]) -> None:
    """Try a law with so many examples of what is drawn for each of its arguments; the smallest that fails is shown.

    >>> def law(a, b):
    ...     assert a + b == b + a
    >>> check(law, 10, a=st.integers(), b=st.integers())
    """
    tried(examples)(given(**drawn)(law))()


def values_of(takes: Takes) -> SearchStrategy[Any]:
    """Values of the types that a reducer takes: never null."""
    return (
        SCALARS | TIMES | NESTED
        if takes is None
        else st.one_of(*(_OF_TYPE[kind] for kind in _OF_TYPE if kind in takes))
    )


def points_with(fields: Collection[str], values: SearchStrategy[Any]) -> SearchStrategy[Point]:
    """Points that may have these fields, dotted ones inside of others, and a `time` that is a time."""
    inner: dict[str, set[str]] = {}
    for field in fields:
        name, _, rest = field.partition(".")
        inner.setdefault(name, set()).update({rest} if rest else ())
    optional = {name: points_with(rest, values) | values if rest else values for name, rest in sorted(inner.items())}
    if "time" not in inner:
        return st.fixed_dictionaries({}, optional=optional)
    timed = st.fixed_dictionaries(
        {"time": TIMES}, optional={name: optional[name] for name in optional if name != "time"}
    )
    return st.fixed_dictionaries({}, optional={**optional, "time": TIMES}) | timed | timed  # most points have a time


@st.composite
def disturbed(draw: st.DrawFn, data: bytes) -> bytes:
    """The data with a few places changed."""
    for _ in range(draw(st.integers(0, 3))):
        place, length = draw(st.integers(0, len(data))), draw(st.integers(0, 3))
        data = data[:place] + draw(st.sampled_from(PIECES)) + data[place + length :]
    return data
