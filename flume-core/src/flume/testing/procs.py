"""ProcSuite: the laws that every proc keeps, as tests that a plugin inherits."""

from __future__ import annotations

import copy
from collections.abc import Generator, Iterable, Sequence
from contextlib import closing
from unittest import SkipTest

from flume.flow import Batch, Stage
from flume.sinks.memory import memory
from flume.testing.differing import difference, same, shown
from flume.testing.listing import listed
from flume.testing.planning import PlanningSuite, in_order, passed, remaining, timed


class ProcSuite(PlanningSuite):
    """Tests that what a proc passes on does not depend on how the points came, and that it keeps its promises.

    A test of the proc inherits them, with pytest, and says of which proc::

        class TestEvery(ProcSuite):
            proc = every(2)

    Each law is tried with points drawn at random; the fewest that break it are shown.
    """

    # -- how the points come -------------------------------------------------------------------------

    def test_batches_do_not_matter(self) -> None:
        """One by one, two by two, or all at once: the same leaves, of points in order of time and of others."""

        def law(points: Batch) -> None:
            for ordered, given in ((False, points), (True, in_order(points))):
                whole = self._run(given, ordered=ordered).points
                for size in (1, 2):
                    found = self._run(given, size, ordered=ordered).points
                    assert same(found, whole), (
                        f"in batches of {size}, {difference(found, whole)}, as it is of all at once"
                    )

        self._check(law)

    def test_branches_do_not_matter(self) -> None:
        """Where it joins branches, too, the size of their batches does not matter."""
        if not self.proc.joins:
            raise SkipTest("it joins no branches")

        def law(points: Batch, others: Batch) -> None:
            ways = []
            for size in (None, 1, 2):
                branches = [listed(in_order(each), size, True) for each in (points, others)]
                ways.append(((branches[0], branches[1]) | self.proc | memory()).execute(jobs=1).points)
            for size, found in zip((1, 2), ways[1:], strict=True):
                assert same(found, ways[0]), (
                    f"in batches of {size}, {difference(found, ways[0])}, as it is of all at once"
                )

        self._check(law, others=self._batches())

    def test_points_are_not_changed(self) -> None:
        """The points, and the batch, are others' too: they stay as they were."""

        def law(points: Batch) -> None:
            before = copy.deepcopy(points)
            passed(self._started(), [points])
            assert same(points, before), f"of the points that came, {difference(points, before)}; copy what you change"

        self._check(law)

    def test_what_has_left_is_not_changed(self) -> None:
        """A point that has been passed on is another's: it stays as it is."""

        def law(points: Batch) -> None:
            given: Batch = []
            left: Batch = []
            with closing(self._started()) as stage:
                for batch in self._each_step(stage, [[point] for point in points]):
                    given += batch
                    left += copy.deepcopy(batch)
            assert same(given, left), f"of the points that had left, {difference(given, left)}, as it left; copy it"

        self._check(law)

    def test_starts_are_independent(self) -> None:
        """What one run sees, another does not: all that changes is in what `start` gives."""

        def law(points: Batch, others: Batch) -> None:
            alone = passed(self._started(), [[point] for point in points])
            with closing(self._started()) as stage, closing(self._started()) as other:
                among: Batch = []
                for point in points:
                    among += stage.push([point])
                    other.push(others)
                among += remaining(stage)
            assert same(among, alone), f"beside another run, {difference(among, alone)}, as it is alone"
            again = passed(self._started(), [[point] for point in points])
            assert same(again, alone), f"in the second run, {difference(again, alone)}, as it was in the first"

        self._check(law, others=self._batches())

    # -- the end -------------------------------------------------------------------------------------

    def test_no_point_is_lost(self) -> None:
        """The ledger adds up: what comes in goes out, or is booked as filtered, merged, limited or rejected."""

        def law(points: Batch) -> None:
            for size in (None, 1):
                report = self._run(points, size)
                account = next(account for account in report.accounts if account.step == repr(self.proc))
                assert account.adds_up, (
                    f"{account.points_in} points came, {account.points_out} left, {account.made} were made and "
                    f"{account.taken.total()} booked: give back in `end` what is held, and say by `cause`, or "
                    "`run.account.take`, where others went"
                )

        self._check(law)

    def test_the_rest_is_given_as_it_is_taken(self) -> None:
        """`rest` may be closed where nobody wants more; where there is an `end` beside it, both give the same."""

        def law(points: Batch) -> None:
            with closing(self._started()) as stage:
                stage.push(points)
                rest = stage.rest()
                next(rest, None)
                if isinstance(rest, Generator):
                    rest.close()
            if type(stage).end is not Stage.end:
                ended, rest_ = self._started(), self._started()
                with closing(ended), closing(rest_):
                    ended.push(points)
                    rest_.push(points)
                    one, other = ended.end(), remaining(rest_)
                assert same(one, other), f"of what `end` gives, {difference(one, other)}, as it is of `rest`"

        self._check(law)

    def test_what_holds_gives_nothing_before_the_end(self) -> None:
        """A stage that `holds` is asked for nothing meanwhile."""

        def law(points: Batch) -> None:
            with closing(self._started(ordered=True)) as stage:
                for point in in_order(points):
                    out = stage.push([point])
                    out = out + (stage.advance(point["time"]) if timed([point]) else [])
                    assert not (stage.holds and out), (
                        f"it holds, and gives {shown(out)} before the end; leave out `holds`"
                    )

        self._check(law)

    def test_done(self) -> None:
        """Once it is `done`, nothing that could come would change what leaves: the source is stopped then."""

        def law(points: Batch) -> None:
            whole = passed(self._started(), [[point] for point in points])
            with closing(self._started()) as stage:
                left: Batch = []
                seen = 0
                for point in points:
                    if stage.done:
                        break
                    left += stage.push([point])
                    seen += 1
                left += remaining(stage)
            assert same(left, whole), (
                f"it is done after {seen} of {len(points)} points, and {difference(left, whole)}, as it is of all"
            )

        self._check(law)

    def test_close(self) -> None:
        """`close` is called on every exit: before any point, in the middle, and after the end."""

        def law(points: Batch) -> None:
            self._started().close()
            stage = self._started()
            stage.push(points)
            stage.close()
            passed(self._started(), [points])

        self._check(law)

    # -- time ----------------------------------------------------------------------------------------

    def test_time_passes(self) -> None:
        """To be told that time has passed loses nothing and doubles nothing, be it told twice."""

        def law(points: Batch) -> None:
            points = in_order(points)
            whole = passed(self._started(ordered=True), [points])
            with closing(self._started(ordered=True)) as stage:
                found = [
                    point for batch in self._each_step(stage, [[p] for p in points], advances=2) for point in batch
                ]
            assert same(found, whole), f"told of time that passes, {difference(found, whole)}, as it is without"

        self._check(law)

    # -- what they share ---

    def _each_step(self, stage: Stage, batches: Sequence[Batch], advances: int = 0) -> Iterable[Batch]:
        """What leaves for each batch, for the time that passes after it, and at the end."""
        for batch in batches:
            yield stage.push(batch)
            for time in timed(batch) * advances:
                yield stage.advance(time)
        for out in stage.rest():
            assert isinstance(out, list)
            yield out
