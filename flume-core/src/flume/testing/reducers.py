"""ReducerSuite: the laws that every reducer keeps, as tests that a plugin inherits."""

from __future__ import annotations

import copy
import pickle
from array import array
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar
from unittest import SkipTest

from flume.errors import in_one_line
from flume.flow import Point
from flume.point import with_field
from flume.procs.reduce import reduce
from flume.reducing import Reducer
from flume.testing import run
from flume.testing import shown as as_printed
from flume.testing.differing import same, shown
from flume.testing.generating import TIMES, SearchStrategy, check, points_with, st, values_of
from flume.testing.sliding import removes, shares_nothing, slides
from flume.testing.values import ValueSuite
from flume.value import Value

_VALUES = (type(None), bool, int, float, str, datetime, timedelta)
_PLAIN = (*_VALUES, bytes, bytearray, array)
_COLLECTIONS = (list, tuple, set, frozenset, deque)


class ReducerSuite(ValueSuite):
    """Tests that what a reducer says does not depend on how the points came.

    A test of the reducer inherits them, with pytest, and says of which reducer::

        class TestLongest(ReducerSuite):
            reducer = longest("name")

    Each law is tried with values drawn at random; the fewest that break it are shown.
    """

    reducer: ClassVar[Reducer[Any]]
    """The reducer, with its options."""

    values: ClassVar[SearchStrategy[Any] | None] = None
    """What `add` is given one of, as a strategy of hypothesis; None: any values of its `inputs`, or, where it has none,
    any points with the fields that it `reads`."""

    sharing: ClassVar[Sequence[Reducer[Any]]] = ()
    """Other reducers with the same `state_key`, which are to make their results of its states."""

    examples: ClassVar[int] = 50
    """How many examples each law is tried with."""

    def word(self) -> Value:
        return self.reducer

    # -- what it says --------------------------------------------------------------------------------

    def test_of_nothing(self) -> None:
        """No points have a result too, such as null or 0, and to fold none changes nothing."""
        try:
            nothing = self.reducer.result(self.reducer.start())
        except Exception as error:
            raise AssertionError(f"result of no points fails: {in_one_line(error)}; return None, or 0") from None
        folded = self._of([])
        assert same(nothing, folded), f"result of no points is {shown(nothing)}, after a fold of none {shown(folded)}"

    def test_result_is_a_value(self) -> None:
        """What it says is what a point can hold: text, a number, a time, null, lists and dicts of these."""

        def law(values: list[Any]) -> None:
            result = self._of(values)
            found = next(_other_than(result, _VALUES, (list,)), None)
            assert found is None, f"the result {shown(result)} has a {found} in it, which no point can hold"

        self._check(law)

    def test_asking_changes_nothing(self) -> None:
        """`result` can be asked for at any time, and again; what it gave is not changed later on."""

        def law(values: list[Any], more: list[Any]) -> None:
            reducer = self.reducer
            state = reducer.fold(reducer.start(), values)
            first = reducer.result(state)
            before = shown(first, 10**6)
            again = reducer.result(state)
            assert same(again, first), f"result is {shown(first)}, and {shown(again)} when asked again"
            asked = reducer.result(reducer.fold(state, more))
            assert shown(first, 10**6) == before, (
                f"the result {before} has become {shown(first)} when more was added; return a copy of the state"
            )
            unasked = self._of([*values, *more])
            assert same(asked, unasked), f"with a result in between it is {shown(asked)}, without {shown(unasked)}"

        self._check(law, more=self._lists())

    def test_answer(self) -> None:
        """`answer` is the result, or null for a reason that is given."""

        def law(values: list[Any]) -> None:
            reasons: list[str] = []
            state = self.reducer.fold(self.reducer.start(), values)
            answer, result = self.reducer.answer(state, reasons.append), self._of(values)
            if reasons:
                assert answer is None or result is not None, f"answer is {shown(answer)}, and yet says: {reasons[0]}"
            else:
                assert same(answer, result), (
                    f"answer is {shown(answer)}, result {shown(result)}, and no reason is given"
                )

        self._check(law)

    # -- how the points come ---------------------------------------------------------------------------

    def test_starts_are_independent(self) -> None:
        """What one state is given, another does not have: `start` gives a fresh one each time."""

        def law(values: list[Any], more: list[Any]) -> None:
            reducer = self.reducer
            nothing, alone = reducer.result(reducer.start()), self._of(values)
            one, other = reducer.start(), reducer.start()
            for value in values:
                one = reducer.add(one, value)
                other = reducer.fold(other, more)
            among = reducer.result(one)
            assert same(among, alone), f"beside another state it is {shown(among)}, alone {shown(alone)}"
            fresh = reducer.result(reducer.start())
            assert same(fresh, nothing), (
                f"a state that has just been started is {shown(fresh)}, and was {shown(nothing)}"
            )

        self._check(law, more=self._lists())

    def test_values_are_not_changed(self) -> None:
        """The values are others' too: they stay as they were."""

        def law(values: list[Any]) -> None:
            before = copy.deepcopy(values)
            reducer = self.reducer
            state = reducer.fold(reducer.start(), values)
            for value in values:
                state = reducer.add(state, value)
            reducer.result(state)
            assert same(values, before), f"the values {shown(before)} were changed to {shown(values)}"

        self._check(law)

    def test_fold_is_add(self) -> None:
        """`fold` of many is `add` one by one, wherever they are cut."""

        def law(values: list[Any]) -> None:
            reducer = self.reducer
            state = reducer.start()
            for value in values:
                state = reducer.add(state, value)
            added = reducer.result(state)
            for cut in range(len(values) + 1):
                state = reducer.fold(reducer.fold(reducer.start(), values[:cut]), values[cut:])
                folded = reducer.result(state)
                assert same(folded, added), (
                    f"folded as {cut} and {len(values) - cut} values it is {shown(folded)}, added {shown(added)}"
                )

        self._check(law)

    def test_groups_are_folded_as_each_by_itself(self) -> None:
        """`fold_each` is `fold` of every group."""

        def law(groups: list[list[Any]], floats: list[list[float]], values: list[Any]) -> None:
            for each in (groups, floats if self._takes_floats() else []):
                kinds = {type(value) for group in each for value in group}
                ways: list[Sequence[Any]] = [each]
                if kinds == {float}:
                    ways.append([array("d", group) for group in each])
                for way in ways:
                    reducer = self.reducer
                    states = [reducer.fold(reducer.start(), values) for _ in each]
                    together = list(map(reducer.result, reducer.fold_each(states, way, kinds)))
                    alone = [self._of([*values, *group]) for group in each]
                    assert same(together, alone), f"fold_each gives {shown(together)}, fold {shown(alone)}"

        groups = st.lists(self._lists(), max_size=3)
        floats = st.lists(st.lists(st.floats(), max_size=40), max_size=3)
        self._check(law, groups=groups, floats=floats)

    def test_in_a_program(self) -> None:
        """In `reduce` it says the same, in batches of 1, of 2 and of all points."""

        def law(values: list[Any]) -> None:
            reducer = self.reducer
            answer = reducer.answer(reducer.fold(reducer.start(), values), lambda why: None)
            points = [self._point(value) for value in values]
            for batch in (1, 2, None):
                (point,) = run(points, reduce(x=reducer), batch=batch)
                expected = as_printed(answer)
                assert same(point["x"], expected), (
                    f"reduce says {shown(point['x'])} of batches of {batch or 'all'}, the reducer {shown(expected)}"
                )

        self._check(law)

    def test_reads(self) -> None:
        """The fields that it `reads` are enough: the others may be left out."""
        if self.reducer.inputs:
            raise SkipTest("it is given the values of its fields")

        def law(values: list[Point]) -> None:
            tops = {field.partition(".")[0] for field in self.reducer.reads}
            less = [{name: value for name, value in point.items() if name in tops} for point in values]
            whole, part = self._of(values), self._of(less)
            assert same(part, whole), f"with only the fields that it reads it is {shown(part)}, with all {shown(whole)}"

        self._check(law)

    # -- parts, in other processes ---------------------------------------------------------------------

    def test_merge(self) -> None:
        """`merge` of parts is what the points say together, wherever they are cut, and goes on so."""
        reducer = self._mergeable()

        def law(values: list[Any], cuts: tuple[int, int]) -> None:
            one, other = sorted(cut % (len(values) + 1) for cut in cuts)
            parts = values[:one], values[one:other], values[other:]
            whole = self._of(values)

            def states() -> list[Any]:
                return [reducer.fold(reducer.start(), part) for part in parts]

            a, b, c = states()
            left = reducer.result(reducer.merge(reducer.merge(a, b), c))
            a, b, c = states()
            right = reducer.result(reducer.merge(a, reducer.merge(b, c)))
            a, b, _ = states()
            on = reducer.result(reducer.fold(reducer.merge(a, b), parts[2]))
            cut = " and ".join(str(len(part)) for part in parts)
            for way, found in (("merged", left), ("merged from behind", right), ("merged and added to", on)):
                assert same(found, whole), (
                    f"{way}, parts of {cut} values make {shown(found)}, all of them {shown(whole)}; "
                    "leave merge out where it cannot be told"
                )

        self._check(law, cuts=st.tuples(st.integers(0, 20), st.integers(0, 20)))

    def test_merge_shares_nothing(self) -> None:
        """`merge` leaves the state on the right as it is, and what is changed later is no part of what it gives."""
        reducer = self._mergeable()
        self._check(lambda values, more: shares_nothing(reducer, values, more), more=self._lists())

    def test_remove(self) -> None:
        """`remove` leaves what the other points say, and goes on so; what is gone stays as it is."""
        reducer = self._mergeable()
        if not reducer.removable:
            raise SkipTest("it has no remove")
        self._check(
            lambda values, more, last: removes(reducer, values, more, last), more=self._lists(), last=self._lists()
        )

    def test_sliding(self) -> None:
        """In a window that slides, by one point or by many at once, it says what those say that are there."""
        steps = st.lists(st.tuples(st.lists(self._value(), max_size=3), st.integers(0, 4)), max_size=8)
        self._check(lambda steps: slides(self.reducer, steps), steps=steps)

    def test_state_is_plain_data(self) -> None:
        """Where there is a `merge`, a state goes from process to process: it is plain data, and goes on as before."""
        reducer = self._mergeable()

        def law(values: list[Any], more: list[Any]) -> None:
            state = reducer.fold(reducer.start(), values)
            found = next(_other_than(state, _PLAIN, _COLLECTIONS), None)
            assert found is None, f"the state has a {found} in it; it is to be of numbers, text, lists, dicts and such"
            again = reducer.result(reducer.fold(pickle.loads(pickle.dumps(state)), more))
            whole = self._of([*values, *more])
            assert same(again, whole), f"a state that was pickled goes on to {shown(again)}, not {shown(whole)}"

        self._check(law, more=self._lists())

    def test_settle(self) -> None:
        """`settle` changes no result, and the state goes on as before."""

        def law(values: list[Any], more: list[Any]) -> None:
            reducer = self.reducer

            def settled() -> Any:
                return reducer.settle(reducer.fold(reducer.start(), values))

            found, whole = reducer.result(settled()), self._of(values)
            assert same(found, whole), f"settled it is {shown(found)}, unsettled {shown(whole)}"
            ways: list[tuple[str, Any]] = [("added to", reducer.fold(settled(), more))]
            if reducer.mergeable:
                ways.append(("merged", reducer.merge(settled(), reducer.fold(reducer.start(), more))))
                ways.append(("settled twice and merged", reducer.merge(reducer.settle(settled()), self._settled(more))))
            whole = self._of([*values, *more])
            for way, state in ways:
                found = reducer.result(state)
                assert same(found, whole), f"settled and {way} it is {shown(found)}, unsettled {shown(whole)}"

        self._check(law, more=self._lists())

    def test_shared_states(self) -> None:
        """Those with the same `state_key` make their results of one state."""
        key = self.reducer.state_key
        try:
            hash(key)
        except TypeError as error:
            raise AssertionError(f"its state_key has no hash: {in_one_line(error)}") from None
        again = pickle.loads(pickle.dumps(self.reducer)).state_key
        assert again == key, f"its state_key is {key!r}, that of its equal {again!r}"
        for other in self.sharing:
            assert key is not None, f"it shares no state with {other!r}: its state_key is None"
            assert other.state_key == key, f"its state_key is {key!r}, that of {other!r} is {other.state_key!r}"

        def law(values: list[Any]) -> None:
            for other in self.sharing:
                state = self.reducer.fold(self.reducer.start(), values)
                self.reducer.result(state)
                borrowed, own = other.result(state), other.result(other.fold(other.start(), values))
                assert same(borrowed, own), f"{other!r} is {shown(own)}, and {shown(borrowed)} of a shared state"

        self._check(law)

    # -- what they share -------------------------------------------------------------------------------

    def _check(self, law: Callable[..., None], **drawn: SearchStrategy[Any]) -> None:
        names = law.__code__.co_varnames[: law.__code__.co_argcount]
        lists = {} if "values" not in names else {"values": self._lists()}
        check(law, self.examples, **lists, **drawn)

    def _lists(self) -> SearchStrategy[list[Any]]:
        return st.lists(self._value(), max_size=8)

    def _value(self) -> SearchStrategy[Any]:
        if self.values is not None:
            return self.values
        values = [TIMES if field == "time" else values_of(takes) for field, takes in self.reducer.inputs]
        if not values:
            return points_with({*self.reducer.reads, "other"}, values_of(None) | st.none())
        return values[0] if len(values) == 1 else st.tuples(*values)

    def _takes_floats(self) -> bool:
        takes = [takes for _, takes in self.reducer.inputs]
        return self.values is None and len(takes) == 1 and float in (takes[0] or {float})

    def _point(self, value: Any) -> Point:
        fields = [field for field, _ in self.reducer.inputs]
        if not fields:
            return value  # type: ignore[no-any-return]
        point: Point = {}
        for field, each in zip(fields, [value] if len(fields) == 1 else value, strict=True):
            point = with_field(point, field, each)
        return point

    def _of(self, values: Sequence[Any]) -> Any:
        return self.reducer.result(self.reducer.fold(self.reducer.start(), values))

    def _settled(self, values: Sequence[Any]) -> Any:
        return self.reducer.settle(self.reducer.fold(self.reducer.start(), values))

    def _mergeable(self) -> Reducer[Any]:
        if not self.reducer.mergeable:
            raise SkipTest("it has no merge")
        return self.reducer


def _other_than(value: object, plain: tuple[type, ...], collections: tuple[type, ...]) -> Iterator[str]:
    """The types in the value that are neither *plain* nor dicts or *collections* of such."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _other_than(name, plain, collections)
            yield from _other_than(each, plain, collections)
    elif isinstance(value, collections):
        for each in value:  # type: ignore[attr-defined]
            yield from _other_than(each, plain, collections)
    elif not isinstance(value, plain):
        yield type(value).__qualname__
