"""sample: some of the points, by chance or by count."""

from __future__ import annotations

import json
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flume import emit, memory, read, sample
from flume.errors import OptionError
from flume.testing import run
from flume.testing.listing import listed


def numbered(count: int) -> list[dict[str, Any]]:
    """So many points, with their numbers."""
    return [{"n": n} for n in range(count)]


def passed(count: int, step: sample, size: int | None = None) -> list[int]:
    """The numbers of the points that pass."""
    return [point["n"] for point in run(numbered(count), step, batch=size)]


SAMPLES = st.builds(lambda n, seed: sample(n, seed=seed), st.integers(0, 8), st.integers()) | st.builds(
    lambda rate, seed: sample(rate=rate, seed=seed), st.floats(0, 1), st.integers()
)


@given(SAMPLES, st.integers(0, 30), st.integers(1, 7))
def test_with_a_seed_the_same_points_pass(step: sample, count: int, size: int) -> None:
    """However they come; in the order of the stream, none twice."""
    found = passed(count, step)
    assert found == passed(count, step, size)
    assert found == sorted(set(found))
    assert len(found) == min(step.n, count) if step.n is not None else len(found) <= count


@given(st.integers(1, 9), st.integers(0, 30), st.sampled_from([1, 2, 3, None]))
def test_every_nth_point(every: int, count: int, size: int | None) -> None:
    """The first one, and so on."""
    assert passed(count, sample(every=every), size) == list(range(0, count, every))


def test_every_choice_is_as_likely() -> None:
    """Two points of five can be chosen in ten ways: chi squared over 5,000 seeds, 9 degrees of freedom."""
    seeds = 5000
    chosen = Counter(tuple(passed(5, sample(2, seed=seed))) for seed in range(seeds))
    expected = seeds / 10
    assert set(chosen) == set(combinations(range(5), 2))
    assert sum((count - expected) ** 2 / expected for count in chosen.values()) < 27.9  # p = 0.001


def test_a_rate_is_the_chance_of_each_point() -> None:
    """Of 100,000, about so many pass: within four standard deviations."""
    assert abs(len(passed(100_000, sample(rate=0.3, seed=1))) - 30_000) < 4 * (100_000 * 0.3 * 0.7) ** 0.5
    assert passed(5, sample(rate=0, seed=1)) == []
    assert passed(5, sample(rate=1, seed=1)) == [0, 1, 2, 3, 4]


def test_without_a_seed_each_run_takes_others() -> None:
    """The same step, run twice: the chance that both take the same is one in 10 ** 80 or less."""
    step = sample(50)
    assert passed(1000, step) != passed(1000, step)


def test_none_of_them_stops_the_source() -> None:
    """As head(0) does."""
    report = (emit(start="2016-07-17", every="1s") | sample(0) | memory()).execute()
    assert report.points == []


@pytest.mark.parametrize("step", [sample(20, seed=3), sample(rate=0.01, seed=3), sample(every=100)], ids=repr)
def test_several_processes_change_nothing(step: sample, tmp_path: Path) -> None:
    """They share the reading of a file at most."""
    path = tmp_path / "points.jsonl"
    path.write_text("".join(json.dumps(point) + "\n" for point in numbered(3000)), encoding="utf-8")
    one, two = ((read("file", file=str(path)) | step | memory()).execute(jobs=jobs).points for jobs in (1, 2))
    assert one == two
    assert one == run(numbered(3000), step)


def test_what_is_left_out_is_in_the_ledger() -> None:
    """As filtered, whichever way."""
    for step, left in ((sample(2), 2), (sample(every=2), 5), (sample(rate=0), 0)):
        account = (listed(numbered(10)) | step | memory()).execute().accounts[1]
        assert account.taken == {"filtered": 10 - left}


def test_options_are_checked() -> None:
    """What to give is said."""
    for options in ({}, {"n": 1, "rate": 0.5}, {"rate": 0.5, "every": 2}):
        with pytest.raises(OptionError, match=r"sample takes one of n=100, rate=0\.01 and every=100"):
            sample(**options)  # type: ignore[arg-type]
    with pytest.raises(OptionError, match="n is -1; give 0 or more"):
        sample(-1)
    for rate in (-0.1, 1.5, float("nan")):
        with pytest.raises(OptionError, match="give 0 to 1"):
            sample(rate=rate)
    with pytest.raises(OptionError, match="every is 0; give 1 or more"):
        sample(every=0)
    with pytest.raises(OptionError, match="every takes a whole number or None, not '1m'"):
        sample(every="1m")  # type: ignore[arg-type]
    with pytest.raises(OptionError, match="leave out seed"):
        sample(every=2, seed=1)
