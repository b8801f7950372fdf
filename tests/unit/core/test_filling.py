"""Groups that do not fit into memory."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flume import count, last, memory, read, reduce
from flume.errors import LimitError
from flume.testing.listing import listed

T0 = datetime(2020, 1, 1, tzinfo=UTC)
POINTS = [{"time": T0 + timedelta(seconds=number), "host": f"host-{number}", "n": number} for number in range(5000)]


@pytest.mark.parametrize(
    "step",
    [
        reduce(n=count(), by="host"),
        reduce(n=count(), every="1h", by="host"),
        reduce(n=last("n"), every="1 minute", by="host"),
        reduce(n=count(), every="1h", by="host", reset=False),
    ],
    ids=repr,
)
@pytest.mark.parametrize("batch", [1, 700, None])
def test_too_many_groups_are_an_error(step: reduce, batch: int | None) -> None:
    """It says how many there were, and what to do; with more memory the step goes on."""
    flow = listed(POINTS, batch=batch, in_order=False) | step
    with pytest.raises(LimitError) as error:
        flow.execute(memory="300K")
    text = str(error.value)
    assert " groups fill about " in text
    assert "more than the 300K that a step may hold; --memory (memory=) lets it hold more" in text
    assert error.value.__notes__ == [f"in step 2: {step!r}"]
    assert len((flow | memory()).execute(memory="100M").points) >= 5000


def test_windows_that_close_make_room() -> None:
    """In order of time, only the groups of the open window are held."""
    flow = listed(POINTS, batch=100) | reduce(n=count(), every="1 minute", by="host") | memory()
    assert len(flow.execute(memory="300K").points) == 5000


@pytest.mark.parametrize("jobs", [1, 3])
def test_of_a_file(tmp_path: Path, jobs: int) -> None:
    """Read as tables, by one process or several."""
    file = tmp_path / "a.jsonl"
    file.write_text("".join(f'{{"host": "{point["host"]}", "n": 1}}\n' for point in POINTS))
    flow = read("stdio", file=file) | reduce(n=count(), by="host") | memory()
    with pytest.raises(LimitError, match="groups fill about"):
        flow.execute(memory="800K", jobs=jobs)
    assert len(flow.execute(memory="100M", jobs=jobs).points) == 5000
