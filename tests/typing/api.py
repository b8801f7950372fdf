"""What a user writes, as type checkers see it: run by mypy and pyright, never executed.

A line that must be an error carries `type: ignore`; both checkers are told to complain of one that is not needed.
"""

from __future__ import annotations

from typing import assert_type

from flume import (
    Pipeline,
    Proc,
    Reducer,
    Stage,
    avg,
    count,
    emit,
    filter,
    head,
    keep,
    put,
    read,
    reduce,
    sort,
    sum,
    write,
)
from flume.flow import Batch
from flume.report import Report
from flume.run import Run
from flume_adapter_elastic import elastic
from flume_adapter_grok import grok
from flume_viz_gnuplot import gnuplot
from flume_viz_pygal import pygal

flow = emit(limit=10) | put(n=count()) | filter("n > 3") | head(2)
assert_type(flow, Pipeline)
assert_type((emit(limit=1), emit(limit=2)) | head(1), Pipeline)
assert_type(emit(limit=1) | (head(1), keep("a")) | sort("a"), Pipeline)
assert_type(emit(limit=1) | (head(1), ()) | sort("a"), Pipeline)
assert_type((read("stdio", file="a.csv", delimiter=";") | write("stdio")).execute(), Report)
assert_type(emit(limit=3).put(n=count()).write("stdio"), Pipeline)

for point in flow:
    print(point["n"])

mean: Reducer[int] = count()
reduce(n=count(), mean=sum("a") / count(), every="1h", by=["program"])
reduce(n=avg("a"), by="program")

head("x")  # type: ignore[arg-type]
head(1, "a", 2)  # type: ignore[call-arg]
head(m=1)  # type: ignore[call-arg]
head(1) | 3  # type: ignore[operator]
head(1).n = 4  # type: ignore[misc]
emit(limt=3)  # type: ignore[call-arg]
keep(3)  # type: ignore[arg-type]
reduce(every=[])  # type: ignore[arg-type]


class double(Proc):
    """A user's own proc."""

    field: str
    times: int = 2

    def start(self, run: Run) -> Stage:
        return _Double(self)


class _Double(Stage):
    def __init__(self, step: double) -> None:
        self.step = step

    def push(self, batch: Batch) -> Batch:
        return [{**point, self.step.field: point[self.step.field] * self.step.times} for point in batch]


assert_type(emit(limit=1) | double("n") | double("n", times=3), Pipeline)
double()  # type: ignore[call-arg]
double("n", times="x")  # type: ignore[arg-type]

elastic.Reader("logs-*", follow=True)
elastic.Writer(index="logs", id="uid")
elastic.Reader(indx="logs-*")  # type: ignore[call-arg]
elastic.Writer(refresh="never")  # type: ignore[arg-type]
grok("%{WORD:verb}", ecs=True)
grok(patern="%{WORD:verb}")  # type: ignore[call-arg]
gnuplot(terminal=3)  # type: ignore[arg-type]
pygal(zoom="2x")  # type: ignore[arg-type]
