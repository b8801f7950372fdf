"""Files: no step may destroy what another one reads or writes."""

from __future__ import annotations

from flume.errors import UsageError
from flume.files import Written
from flume.flow import Flow, steps_in


def check_files(flow: Flow) -> None:
    """A `UsageError` where a file of *flow* would be lost, or read for ever.

    A file that is read may be replaced: that is done once everything was read.
    """
    steps = list(enumerate(steps_in(flow), 1))
    written = [(number, one) for number, step in steps for one in step.writes_files()]
    for place, (number, one) in enumerate(written):
        for other, before in written[:place]:
            if one.may_be(before) and not (one.how == before.how and one.how in ("rejects", "stdout")):
                raise UsageError(_written_twice(other, before, number, one))
        if one.how != "replaced":
            for reader, step in steps:
                if step.reads_file(one.path):
                    raise UsageError(_read_too(number, one, reader))


def _written_twice(number: int, one: Written, other: int, another: Written) -> str:
    who = f"step {number} would write {one.path!r} twice"
    if number != other:
        who = f"steps {number} and {other} would both write {one.path!r}"
    if one.path != another.path:
        may = "may be" if one.covers or another.covers else "is"
        who += f" ({another.path!r} {may} the same file)"
    if "rejects" in (one.how, another.how):
        advice = "give rejects= a file of its own"
    elif "stdout" in (one.how, another.how):
        advice = "send standard output somewhere else"
    else:
        advice = "give each a file of its own, or merge the branches before one write"
    return f"{who}, and points would be lost; {advice}"


def _read_too(number: int, one: Written, reader: int) -> str:
    if one.how == "rejects":
        where = f"rejects={one.path!r} of step {number} is a file that step {reader} reads"
        return f"{where}, and would overwrite it; give rejects= another file"
    if one.how == "stdout":
        where = f"step {number} writes to standard output, which is a file that step {reader} reads"
        return f"{where}: it would never end; send it somewhere else"
    where = f"step {number} appends to {one.path!r}, which step {reader} reads"
    return f"{where}: it would never end; leave out append=True to replace it at the end, or write another file"
