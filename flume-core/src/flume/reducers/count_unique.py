"""count_unique: how many different values."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, TypeAlias

from flume.keeping import stacked
from flume.point import keys
from flume.reducing import Reducer
from flume.sketches import check_sketches, distinct, united, with_keys
from flume.value import check_fields

Sets: TypeAlias = tuple[frozenset[Hashable], ...]
"""The different values, each in one of the sets."""

State: TypeAlias = Sets | bytes
"""Sets, or a sketch of the values."""


class count_unique(Reducer[State]):
    """How many different values a field has; 0 where it has none.

    It is exact, and all different values are kept. They are compared by value and type, as JSON does: 1 and 1.0 are
    one, 1, '1' and true are three; lists and dicts are one where all in them is; a NaN equals itself.

    :param field: the field whose values are counted.
    :param approx: keep a sketch of the values, of 16 KB at most, in place of them: see below.
    :raises OptionError: *approx* needs `flume-core[sketches]`, which is not installed.

    >>> from flume import reduce
    >>> from flume.testing import run
    >>> run([{'user': 'ann'}, {'user': 'bob'}, {'user': 'ann'}, {}], reduce(users=count_unique('user')))
    [{'users': 2}]

    With `approx=True` it keeps a HyperLogLog of 2**14 registers (P. Flajolet and others, "HyperLogLog: the analysis of
    a near-optimal cardinality estimation algorithm", 2007, as Apache DataSketches has it). Up to 1,500 values it is off
    by one at most, and rarely; of more its standard error is 0.81 %: of 100 answers 95 are within 1.6 %, and nearly all
    within 2.4 % (`hll_sketch.get_rel_err`). It does not depend on the order of the points, or on how they were cut.

    >>> run([{'n': n % 1000} for n in range(10_000)], reduce(numbers=count_unique('n', approx=True)))
    [{'numbers': 1000}]
    """

    field: str
    approx: bool = False

    @property
    def grows(self) -> bool:  # type: ignore[override]  # a sketch does not
        return not self.approx

    def check(self) -> None:
        check_fields(type(self), "field", self.field)
        if self.approx:
            check_sketches(type(self).__name__)

    def start(self) -> State:
        return b"" if self.approx else ()

    def add(self, state: State, value: Any) -> State:
        return self.fold(state, (value,))

    def fold(self, state: Any, values: Sequence[Any]) -> State:
        known = frozenset(keys(values))
        return with_keys(state, known) if self.approx else _with(state, known)

    def result(self, state: Any) -> int:
        return distinct(state) if self.approx else sum(map(len, state))

    def merge(self, left: Any, right: Any) -> State:
        if self.approx:
            return united(left, right)
        for values in right:
            left = _with(left, values)
        return left  # type: ignore[no-any-return]


def _with(state: Sets, values: frozenset[Hashable]) -> Sets:
    for known in state:
        values -= known
    return stacked(state, values, frozenset.union) if values else state
