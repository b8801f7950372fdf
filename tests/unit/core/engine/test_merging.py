"""A merge releases points by time as soon as none that comes before them can still come."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from flume.engine.merging import ALWAYS, Merge

Point = dict[str, Any]
TIME = datetime(2016, 7, 17, tzinfo=UTC)


def at(second: int | None) -> datetime | None:
    """That second."""
    return None if second is None else TIME + timedelta(seconds=second)


class Model:
    """One point after another: of all heads the earliest, as long as it is a point."""

    def __init__(self, branches: int, first: int | None) -> None:
        self.waiting: list[list[tuple[datetime, Point]]] = [[] for _ in range(branches)]
        self.last = [ALWAYS] * branches
        self.lows: list[datetime | None] = [None] * branches
        self.ended = [False] * branches
        self.order = sorted(range(branches), key=lambda branch: (branch != first, branch))

    def add(self, branch: int, batch: list[Point]) -> None:
        """A point without a time keeps its place."""
        for point in batch:
            self.last[branch] = point.get("time", self.last[branch])
            self.waiting[branch].append((self.last[branch], point))

    def release(self) -> list[tuple[int, Point]]:
        """Those that may leave."""
        out = []
        while True:
            heads = []
            for place, branch in enumerate(self.order):
                if self.waiting[branch]:
                    heads.append((self.waiting[branch][0][0], place, True))
                elif not self.ended[branch]:
                    heads.append((self.lows[branch] or ALWAYS, place, False))
            if not heads or not min(heads)[2]:
                return out
            branch = self.order[min(heads)[1]]
            out.append((branch, self.waiting[branch].pop(0)[1]))


STEPS = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.one_of(
            st.lists(st.one_of(st.none(), st.integers(0, 9)), min_size=1, max_size=4),
            st.lists(st.integers(0, 9), min_size=1, max_size=4).map(sorted),
            st.integers(0, 9).map(at),
            st.just("ended"),
        ),
        st.booleans(),
    ),
    max_size=20,
)


@settings(max_examples=500)
@given(steps=STEPS, first=st.sampled_from([None, 0, 1, 2]), apart=st.booleans())
def test_as_one_point_after_another(steps: list[tuple[int, Any, bool]], first: int | None, apart: bool) -> None:
    """Whatever the order within a branch, what is promised, and how often it is asked; runs are as long as they can."""
    merge, model = Merge(3, first), Model(3, first)
    count = 0
    for branch, what, asks in [*steps, *[(branch, "ended", True) for branch in range(3)]]:
        if what == "ended":
            merge.ended[branch] = model.ended[branch] = True
        elif isinstance(what, datetime):
            merge.lows[branch] = model.lows[branch] = what
        elif not model.ended[branch]:
            batch: list[Point] = []
            for second in what:
                count += 1
                batch.append({"n": count} if second is None else {"n": count, "time": at(second)})
            merge.add(branch, batch)
            model.add(branch, batch)
        if asks:
            runs = list(merge.release(apart=apart))
            expected = model.release()
            assert [point for _, run in runs for point in run] == [point for _, point in expected]
            if apart:
                assert [number for number, run in runs for _ in run] == [number for number, _ in expected]
                assert all(one[0] != other[0] for one, other in pairwise(runs))
        assert [merge.waits(number) for number in range(3)] == list(map(bool, model.waiting))


def test_it_says_how_early_the_next_may_be() -> None:
    """The earliest of what waits and of what is promised; nothing where a branch promises nothing."""
    merge = Merge(2)
    merge.add(0, [{"time": at(3)}])
    assert merge.low() is None
    merge.lows[1] = at(2)
    assert merge.low() == at(2)
    merge.ended[1] = True
    assert merge.low() == at(3)
