"""Fields that were named and that no point has."""

from __future__ import annotations

import pytest

from flume import expr, keep, put
from flume import filter as filter_
from flume.flow import Step
from flume.testing import run

POINTS = [{"user": {"name": "Ann", "id": 1}, "n": 1}, {"user": None, "n": 2}, {"user": {"name": "Bob"}}]


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (keep("user.nme"), "'user.nme' was in none of 3 points; 'user.name' was in 2 of the first 3"),
        (put(x="{usr.name}"), "'usr.name' was in none of 3 points"),
        (put(x=expr("pi * 2")), "'pi' was in none of 3 points; pi() is a function"),
        (filter_("n > now"), "'now' was in none of 3 points; now() is a function"),
    ],
)
def test_what_is_said_of_a_missing_field(step: Step, said: str, caplog: pytest.LogCaptureFixture) -> None:
    """Once, with what may have been meant."""
    run(POINTS, step)
    assert [record.message for record in caplog.records] == [f"{step!r}: {said}"]
