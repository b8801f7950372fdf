"""ReducerSuite: a reducer that breaks a law fails its test."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence, Set
from typing import Any, ClassVar

import pytest

from flume import Reducer
from flume.flow import Point
from flume.testing import ReducerSuite
from flume.value import Value

SHARED: list[Any] = []


class adding(Reducer[Any]):
    """The sum of whole numbers; each class below spoils it in one way."""

    field: str = "x"
    takes: ClassVar = frozenset({int})

    def start(self) -> Any:
        return 0

    def add(self, state: Any, value: Any) -> Any:
        return state + value

    def result(self, state: Any) -> Any:
        return state

    def merge(self, left: Any, right: Any) -> Any:
        return left + right


class failing_of_nothing(adding):
    def result(self, state: Any) -> Any:
        return state if state else 1 // 0


class giving_a_set(adding):
    def result(self, state: Any) -> Any:
        return [state, {"inner": {state}}]


class collecting(adding):
    """Keeps the values, and gives the very list that it goes on with."""

    def start(self) -> Any:
        return []

    def add(self, state: Any, value: Any) -> Any:
        state.append(value)
        return state


class used_up(collecting):
    def result(self, state: Any) -> Any:
        return state.pop() if state else None


class answering_more(adding):
    def answer(self, state: Any, note: Callable[[str], None]) -> Any:
        return state + 1


class shared(collecting):
    def start(self) -> Any:
        return SHARED

    def result(self, state: Any) -> Any:
        return len(state)


class changing(adding):
    takes: ClassVar = None

    def add(self, state: Any, value: Any) -> Any:
        if isinstance(value, list):
            value.append(1)
        return state


class folding_otherwise(adding):
    def fold(self, state: Any, values: Sequence[Any]) -> Any:
        return state + len(values)


class by_batch(adding):
    """Says how many batches came."""

    def fold(self, state: Any, values: Sequence[Any]) -> Any:
        return state + 1


class groups_mixed_up(adding):
    def fold_each(self, states: Sequence[Any], values: Sequence[Any], kinds: Set[type]) -> Sequence[Any]:
        return [state + sum(values[0]) for state in states]


class reading_more(Reducer[Any]):
    """Reads a field that it does not tell of."""

    def start(self) -> Any:
        return 0

    def add(self, state: Any, value: Point) -> Any:
        return state + ("other" in value)

    def result(self, state: Any) -> Any:
        return state


class merging_otherwise(adding):
    def merge(self, left: Any, right: Any) -> Any:
        return max(left, right)


class of_any_order(adding):
    """Is no sum: the last value counts, and merge forgets which was last."""

    def add(self, state: Any, value: Any) -> Any:
        return value

    def merge(self, left: Any, right: Any) -> Any:
        return left or right


class taking_over(collecting):
    """Goes on with the list of the other state, where it has none of its own."""

    def result(self, state: Any) -> Any:
        return len(state)

    def merge(self, left: Any, right: Any) -> Any:
        return [*left, *right] if left else right


class removing_otherwise(adding):
    grows: ClassVar = True

    def remove(self, state: Any, gone: Any) -> Any:
        return state - min(gone, 100)


class removing_before_it_is_settled(adding):
    """Finds what is gone no more once another has asked."""

    grows: ClassVar = True

    def start(self) -> Any:
        return 0, False

    def add(self, state: Any, value: Any) -> Any:
        return state[0] + value, state[1]

    def settle(self, state: Any) -> Any:
        return state[0], True

    def result(self, state: Any) -> Any:
        return state[0]

    def merge(self, left: Any, right: Any) -> Any:
        return left[0] + right[0], left[1]

    def remove(self, state: Any, gone: Any) -> Any:
        return state if state[1] else (state[0] - gone[0], False)


class _Box:
    def __init__(self, value: int) -> None:
        self.value = value


class boxed(adding):
    """Has a state of a class of its own."""

    def start(self) -> Any:
        return _Box(0)

    def add(self, state: Any, value: Any) -> Any:
        return _Box(state.value + value)

    def result(self, state: Any) -> Any:
        return state.value

    def merge(self, left: Any, right: Any) -> Any:
        return _Box(left.value + right.value)


class settling_to_another(adding):
    def settle(self, state: Any) -> Any:
        return state + 1


class without_hash(adding):
    @property
    def state_key(self) -> Hashable:
        return ["no", "hash"]  # type: ignore[return-value]


class lending(adding):
    """Says that its state is that of any other of its class."""

    start_with: int = 0

    @property
    def state_key(self) -> Hashable:
        return "lending"

    def start(self) -> Any:
        return self.start_with


# -- what is no value --------------------------------------------------------------------------


class unreadable(adding):
    def __repr__(self) -> str:
        return f"<adding of {self.field}>"


class half_readable(adding):
    def __repr__(self) -> str:
        return "half_readable()"


class holding_code(adding):
    def check(self) -> None:
        object.__setattr__(self, "function", lambda value: value)


class hashed_by_place(adding):
    def __hash__(self) -> int:
        return id(self)


class holding_a_list(adding):
    values: Any = ()

    def check(self) -> None:
        object.__setattr__(self, "values", [])


class changeable(adding):
    pass


def _set(self: Value, name: str, value: object) -> None:
    object.__setattr__(self, name, value)


changeable.__setattr__ = _set  # type: ignore[method-assign,assignment]

BROKEN: list[tuple[Reducer[Any], str, str]] = [
    (failing_of_nothing(), "test_of_nothing", "result of no points fails: ZeroDivisionError"),
    (giving_a_set(), "test_result_is_a_value", "has a set in it, which no point can hold"),
    (collecting(), "test_asking_changes_nothing", "return a copy of the state"),
    (used_up(), "test_asking_changes_nothing", "when asked again"),
    (answering_more(), "test_answer", "answer is 1, result 0, and no reason is given"),
    (shared(), "test_starts_are_independent", "beside another state it is"),
    (changing(), "test_values_are_not_changed", "were changed to"),
    (folding_otherwise(), "test_fold_is_add", "folded as"),
    (by_batch(), "test_in_a_program", "reduce says"),
    (groups_mixed_up(), "test_groups_are_folded_as_each_by_itself", "fold_each gives"),
    (reading_more(), "test_reads", "with only the fields that it reads it is"),
    (merging_otherwise(), "test_merge", "leave merge out where it cannot be told"),
    (of_any_order(), "test_merge", "merged"),
    (taking_over(), "test_merge_shares_nothing", "merged with one that goes on, a state has become 2, and was 1"),
    (removing_otherwise(), "test_remove", "leave remove out where it cannot be told"),
    (removing_before_it_is_settled(), "test_sliding", "in a window it says"),
    (boxed(), "test_state_is_plain_data", "the state has a _Box in it"),
    (settling_to_another(), "test_settle", "settled it is 1, unsettled 0"),
    (without_hash(), "test_shared_states", "its state_key has no hash"),
    (lending(), "test_shared_states", "of a shared state"),
    (unreadable(), "test_its_repr_reads_back", "cannot be read back: SyntaxError"),
    (half_readable("y"), "test_its_repr_reads_back", "is an option left out"),
    (holding_code(), "test_it_is_pickled", "open and compile things in start, not before"),
    (hashed_by_place(), "test_equal_words_hash_alike", "has another hash than its equal"),
    (holding_a_list(), "test_its_options_cannot_be_changed", "holds a list in its option 'values'"),
    (changeable(), "test_its_options_cannot_be_changed", "lets its option 'field' be changed"),
]


def suite_of(word: Reducer[Any]) -> ReducerSuite:
    """The suite of a reducer, as a test of it has it."""

    class Suite(ReducerSuite):
        reducer = word
        sharing = (lending("x", 5),) if isinstance(word, lending) else ()
        examples = 30

    return Suite()


@pytest.mark.parametrize(("word", "law", "said"), BROKEN, ids=lambda each: each if isinstance(each, str) else None)
@pytest.mark.usefixtures("same_draws")
def test_what_is_spoilt_is_found(word: Reducer[Any], law: str, said: str) -> None:
    """By the law that it breaks, with a sentence that says how."""
    SHARED.clear()
    with pytest.raises(AssertionError) as caught:
        getattr(suite_of(word), law)()
    assert said in str(caught.value)
    assert "\n" not in str(caught.value).partition("\nassert")[0]


def test_what_is_not_spoilt_passes(broken_laws: Any) -> None:
    """No law is broken by a plain sum."""
    assert broken_laws(suite_of(adding())) == {}


def test_every_law_is_proven(all_laws: Any) -> None:
    """A law that is added needs a reducer that breaks it."""
    assert all_laws(ReducerSuite) == {law for _, law, _ in BROKEN}


def test_values_of_ones_own() -> None:
    """What `add` is given can be said by the author."""
    from hypothesis import strategies as st

    given: list[Any] = []

    class noting(adding):
        def add(self, state: Any, value: Any) -> Any:
            given.append(value)
            return state + value

    class Suite(ReducerSuite):
        reducer = noting()
        values = st.sampled_from([7, 8])

    Suite().test_fold_is_add()
    assert set(given) == {7, 8}
