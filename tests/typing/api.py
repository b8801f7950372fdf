"""What type checkers make of programs: run by mypy and pyright, never by Python.

A line with `# type: ignore` is a mistake that they must find: where they do not, the comment itself is the error.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, assert_type

from flume import Pipeline, avg, count, emit, filter, head, memory, put, read, reduce, sort, write
from flume.report import Report

assert_type(head(2), head)
assert_type(head(2).n, int)
assert_type(emit(limit=3) | head(1), Pipeline)
assert_type(emit(limit=3) | filter("a > 1") | put(n=count()) | sort("n", order="desc") | write("stdio"), Pipeline)
assert_type((emit(limit=1), emit(limit=2)) | head(1), Pipeline)
assert_type(read("a") | (head(1), ()) | memory(), Pipeline)
assert_type(emit(limit=3).head(1), Pipeline)
assert_type((emit(limit=3) | memory()).execute(), Report)
assert_type(iter(emit(limit=3) | head(1)), Iterator[dict[str, Any]])

reduce(n=count(), mean=avg("a"), every="1h", by=["program"])

head("x")  # type: ignore[arg-type]
head(1, "a", 3)  # type: ignore[call-arg]
head(m=1)  # type: ignore[call-arg]
head(1) | 3  # type: ignore[operator]
(emit(limit=1), 2) | head(1)  # type: ignore[operator]
head(1).n = 4  # type: ignore[misc]
avg()  # type: ignore[call-arg]
write(3)  # type: ignore[arg-type]
