"""Sessions of tables: one loop that finds the session of each point, and lays its values beside those before it.

    def gather(points, newest, gap, begin, fit):
        for x0, p in points:
            t = x0
            b0 = p.host
            k0 = b0 if b0.__class__ is str else key(b0)
            k = k0
            try:
                s = newest[k]
            except KeyError:
                s = begin(k, (b0,), t)
            if s.last <= t < s.until:
                s.last = t
                try:
                    s.until = t + gap
                except OverflowError:
                    s.until = end
            else:
                s = fit(k, t)
            s.values.append(p.latency)

is the loop for `reduce(avg=avg('latency'), gap='30m', by='host')`; *fit* is asked where a point does not go on with the
newest session of its group.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from flume.duration import END
from flume.gathering import keys_of
from flume.generated import function
from flume.point import key
from flume.tables import Loop

_NAMES = {"KeyError": KeyError, "OverflowError": OverflowError, "str": str, "key": key, "end": END}


@lru_cache(maxsize=64)
def gather(loop: Loop, by: int) -> Callable[..., None]:
    """The loop: it reads the time, *by* fields of groups, and values."""
    made: Callable[..., None] = function("gather", source(loop, by), _NAMES)
    return made


def source(loop: Loop, by: int) -> str:
    """The source of the loop.

    >>> print(source(Loop("p", ("p.time",)), 0))
    def gather(points, newest, gap, begin, fit):
        for p in points:
            t = p.time
            k = ()
            try:
                s = newest[k]
            except KeyError:
                s = begin(k, (), t)
            if s.last <= t < s.until:
                s.last = t
                try:
                    s.until = t + gap
                except OverflowError:
                    s.until = end
            else:
                s = fit(k, t)
            s.values.append(None)
    """
    time, *reads = loop.reads
    values = reads[by:]
    keys, shown = keys_of(reads[:by])
    lines = [
        "def gather(points, newest, gap, begin, fit):",
        f"    for {loop.each} in points:",
        f"        t = {time}",
        *keys,
        "        try:",
        "            s = newest[k]",
        "        except KeyError:",
        f"            s = begin(k, {shown}, t)",
        "        if s.last <= t < s.until:",
        "            s.last = t",
        "            try:",
        "                s.until = t + gap",
        "            except OverflowError:",
        "                s.until = end",
        "        else:",
        "            s = fit(k, t)",
    ]
    if len(values) < 2:
        lines.append(f"        s.values.append({values[0] if values else 'None'})")
    else:
        lines.append("        v = s.values")
        lines += [f"        v[{number}].append({value})" for number, value in enumerate(values)]
    return "\n".join(lines)
