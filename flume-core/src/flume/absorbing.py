"""Absorbing: a source does the steps behind it as well, as a database can that is asked the right question.

    class ReadSqlite(Source):                          # the Reader of an adapter
        where: tuple[str, ...] = ()
        def absorb(self, step):
            found = sql_of(step) if isinstance(step, filter) else None
            return None if found is None else replace(self, where=(*self.where, found))

A pipeline's first source is offered the step behind it, and what it gives then the next one, until it declines
(`Source.absorb`).  Then it says which source is to run, and which of the steps are flume's all the same
(`Source.settle`): one that only leaves out most of what a filter drops gives the filter back.

`read` offers its reader what it is offered itself, but for steps that look at the time where this is another field than
`time` in what is read, and none at all under `errors='raise'`, where a bad record counts that no step would pass.  It
reads times and keeps to bounds as ever; a reader whose points are not those that it has read (counts, say) is `timed`:
it does so itself, by what the run says of them.

What only the data can tell is found out in `start`: a source that sees there that its answer would not be exactly that
of the steps raises `Unabsorbed`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flume.flow import Source, Step

if TYPE_CHECKING:
    from flume.sources.read import read


class Unabsorbed(Exception):
    """What a reader that has absorbed steps raises before its first batch, where flume is to do them after all.

    :param source: the reader whose points they are given.  It may leave out what they would drop, if that changes
        nothing of what leaves them.
    """

    def __init__(self, source: Source) -> None:
        super().__init__("the steps are not absorbed")
        self.source = source


def offered(whole: read, reader: Source, steps: Sequence[Step], step: Step) -> Source | None:
    """The source that does *step* too, of what *whole* reads by *reader*, which does *steps* already; or None."""
    from flume.absorbed import Absorbed

    if whole.errors == "raise" or not _keeps_off(whole.time, step):
        return None
    more = reader.absorb(step)
    return None if more is None else Absorbed(whole, more, (*steps, step))


def _keeps_off(time: str | None, step: Step) -> bool:
    """Whether the step looks at nothing that reading times makes, or takes away; where it is the field time, it may."""
    if time == "time":
        return True
    looks = step.needs(frozenset())
    if looks is None:
        return False
    return not any(_overlap(field, other) for field in looks for other in ("time", time) if other is not None)


def _overlap(field: str, other: str) -> bool:
    return f"{field}.".startswith(f"{other}.") or f"{other}.".startswith(f"{field}.")
