"""step_strategies: random steps behind a source that may do them itself: filters, counts, heads, orders, fields.

They speak of the fields of `POINTS`, and of some that no point has.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flume.flow import Point, Step
from flume.moment import date
from flume.procs.filter import filter
from flume.procs.head import head
from flume.procs.keep import keep
from flume.procs.reduce import reduce
from flume.procs.skip import skip
from flume.procs.sort import sort
from flume.procs.tail import tail
from flume.reducers.avg import avg
from flume.reducers.count import count
from flume.reducers.first import first
from flume.reducers.last import last
from flume.reducers.maximum import maximum
from flume.reducers.minimum import minimum
from flume.reducers.sum import sum as total
from flume.testing.generating import st

_BEGIN = date("2024-02-29T23:59:58.5Z")
_HOSTS = ("web1", "web2", "Web1", "", "dätä", "10", "9")

POINTS: list[Point] = [
    {
        "time": _BEGIN + timedelta(milliseconds=500 * n, microseconds=n % 3),
        "host": _HOSTS[n * n % len(_HOSTS)],
        "n": n * 7 % 11 - 3,
        "took": n % 5 / 4 - 0.5,
        "ok": n % 3 > 0,
        **({"rare": n % 4 or None} if n % 2 else {}),
    }
    for n in range(40)
]
"""Points in order of time whose fields have values of one type each, or null, or are missing."""

_MIXED: tuple[Any, ...] = (1, "1", 1.0, True, None, "a", 0, False, "", -1.5, 2**53 + 1, 9007199254740992.0, "10", 2)

MIXED: list[Point] = [
    {
        "time": _BEGIN + timedelta(seconds=n),
        "n": n % 4,
        **({"any": _MIXED[n % len(_MIXED)]} if n % 5 else {}),
        "host": _HOSTS[n % 3],
        "other": _MIXED[n * 5 % len(_MIXED)],
    }
    for n in range(45)
]
"""Points with fields whose values are of several types."""

UNORDERED: list[Point] = [
    {"host": "web2", "n": 3},
    *({**point, "time": point["time"] - timedelta(seconds=n % 3)} for n, point in enumerate(POINTS[:12])),
    {"host": "timeless", "n": 3},
    {"host": "web1", "n": -1, "ok": True},
]
"""Points in no order of time, some of which have none."""

_NUMBERS = (0, 1, -1, 3, 7, 2.5, 1.0, -0.5, 2**53, 2**63, 10**20)
_TEXTS = ("web1", "web2", "", "dätä", "1", "10", "a", "it's", '"; DROP TABLE points; --')
_LITERALS = st.sampled_from([*_NUMBERS, *_TEXTS, True, False])
_OPERATORS = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])


def _fields(points: Sequence[Point]) -> list[str]:
    return [*{name: None for point in points for name in point if name != "time"}, "gone"]


def conditions(points: Sequence[Point]) -> st.SearchStrategy[str]:
    """Conditions for `filter`, in which values of any types are compared."""
    fields = st.sampled_from(_fields(points))
    times = st.sampled_from([str(point["time"]) for point in points if "time" in point])
    there = st.sampled_from(
        list(dict.fromkeys((name, repr(point[name])) for point in points for name in point if name != "time"))
    )
    leaves = (
        there.flatmap(lambda one: st.builds("{} {} {}".format, st.just(one[0]), _OPERATORS, st.just(one[1])))
        | st.builds("{} {} {!r}".format, fields, _OPERATORS, _LITERALS)
        | st.builds("{!r} {} {}".format, _LITERALS, _OPERATORS, fields)
        | st.builds("{!r} <= {} < {!r}".format, _LITERALS, fields, _LITERALS)
        | st.builds("{} {} {!r}".format, fields, st.sampled_from(["in", "not in"]), st.lists(_LITERALS, max_size=3))
        | st.builds("{} {}".format, fields, st.sampled_from(["is None", "is not None", "== None", "!= None"]))
        | st.builds("{} {} {}".format, fields, _OPERATORS, fields)
        | st.builds("time {} {!r}".format, _OPERATORS, times)
        | st.builds("{}".format, fields)
        | st.builds("has({})".format, fields)
    )
    return st.recursive(
        leaves,
        lambda inner: (
            st.builds("({} {} {})".format, inner, st.sampled_from(["and", "or"]), inner)
            | st.builds("(not {})".format, inner)
        ),
        max_leaves=4,
    )


def reduces(points: Sequence[Point]) -> st.SearchStrategy[Step]:
    """Counts above all, by fields and in windows too."""
    fields = st.sampled_from(_fields(points))
    reducers = st.sampled_from([count, count, total, avg, minimum, maximum, first, last])
    results = st.dictionaries(
        st.sampled_from(["n", "x"]),
        st.just(count()) | st.builds(lambda reducer, field: reducer(field), reducers, fields),
        min_size=1,
        max_size=2,
    )
    by = st.none() | fields | st.lists(fields, min_size=1, max_size=2, unique=True)
    windows = st.sampled_from([{}, {}, {}, {"every": "2s"}, {"every": "1s", "on": "0s"}])
    counts = by.map(lambda fields: reduce(n=count(), by=fields)) | fields.map(lambda field: reduce(n=count(field)))
    return counts | st.builds(lambda results, by, windows: reduce(by=by, **windows, **results), results, by, windows)


def pipelines(points: Sequence[Point], known: Sequence[Step] = ()) -> st.SearchStrategy[list[Step]]:
    """One to four steps, most of them such as databases can do; *known*: steps to be among them."""
    fields = st.sampled_from([*_fields(points), "time"])
    filters = st.lists(conditions(points).map(filter), max_size=2)
    numbers = st.integers(0, 12)
    other: st.SearchStrategy[Step] = (
        numbers.map(head)
        | numbers.map(tail)
        | numbers.map(skip)
        | st.lists(fields, min_size=1, max_size=3, unique=True).map(lambda names: keep(*names))
        | st.builds(lambda name, down: sort(f"-{name}" if down else name), fields, st.booleans())
        | conditions(points).map(filter)
    )
    counts = reduces(points) | st.sampled_from(known) if known else reduces(points)
    last = counts.map(lambda step: [step]) | st.lists(other | counts, min_size=1, max_size=2)
    return st.builds(lambda first, last: [*first, *last], filters, last)
