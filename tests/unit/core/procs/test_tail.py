"""tail: the last points."""

from __future__ import annotations

import pytest

from flume import memory, tail
from flume.errors import OptionError
from flume.testing import run
from flume.testing.listing import listed

POINTS = [{"host": "a", "n": 1}, {"host": "b", "n": 2}, {"host": "a", "n": 3}, {"host": "a", "n": 4}]


@pytest.mark.parametrize(("n", "passed"), [(0, []), (1, [4]), (3, [2, 3, 4]), (9, [1, 2, 3, 4])])
@pytest.mark.parametrize("batch", [1, 3, None])
def test_the_last_n_points_pass(n: int, passed: list[int], batch: int | None) -> None:
    """In the order of the stream; all of them where there are fewer."""
    assert [point["n"] for point in run(POINTS, tail(n), batch=batch)] == passed


@pytest.mark.parametrize(("n", "passed"), [(0, []), (1, [2, 4]), (2, [2, 3, 4])])
@pytest.mark.parametrize("batch", [1, 3, None])
def test_by_keeps_the_order_of_the_stream(n: int, passed: list[int], batch: int | None) -> None:
    """The groups are not put one behind the other."""
    assert [point["n"] for point in run(POINTS, tail(n, by="host"), batch=batch)] == passed


def test_what_is_left_out_is_booked() -> None:
    """The ledger says where the points went."""
    report = (listed(POINTS) | tail(1) | memory()).execute()
    assert report.limited == 3
    assert report.adds_up


def test_a_negative_number_is_an_error() -> None:
    """It is found before anything runs."""
    with pytest.raises(OptionError, match="tail: n is -2; give 0 or more"):
        tail(-2)
