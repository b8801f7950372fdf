"""skip: all but the first points."""

from __future__ import annotations

import pytest

from flume import skip
from flume.errors import OptionError
from flume.testing import run

POINTS = [{"host": "a", "n": 1}, {"host": "b", "n": 2}, {"host": "a", "n": 3}, {"host": "a", "n": 4}]


@pytest.mark.parametrize(("n", "passed"), [(0, [1, 2, 3, 4]), (1, [2, 3, 4]), (3, [4]), (9, [])])
@pytest.mark.parametrize("batch", [1, 3, None])
def test_all_but_the_first_n_points_pass(n: int, passed: list[int], batch: int | None) -> None:
    """In the order of the stream."""
    assert [point["n"] for point in run(POINTS, skip(n), batch=batch)] == passed


@pytest.mark.parametrize("batch", [1, 3, None])
def test_by_counts_in_each_group(batch: int | None) -> None:
    """Each group loses its own first points."""
    assert [point["n"] for point in run(POINTS, skip(1, by=["host"]), batch=batch)] == [3, 4]
    assert run(POINTS, skip(0, by=["host"]), batch=batch) == POINTS


def test_a_negative_number_is_an_error() -> None:
    """It is found before anything runs."""
    with pytest.raises(OptionError, match="skip: n is -1; give 0 or more"):
        skip(-1)
