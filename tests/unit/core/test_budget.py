"""How much memory the steps of a run may fill."""

from __future__ import annotations

from pathlib import Path

import pytest

from flume import budget, emit
from flume.errors import OptionError
from flume.run import Run


@pytest.mark.parametrize(
    ("text", "size"),
    [
        (1000, 1000),
        ("1000", 1000),
        ("1k", 1024),
        (" 512M ", 512 << 20),
        ("2GB", 2 << 30),
        ("2 GiB", 2 << 30),
        ("1.5g", 3 << 29),
        ("1T", 1 << 40),
        ("25%", budget.memory() // 4),
    ],
)
def test_a_size_is_bytes_or_a_text(text: object, size: int) -> None:
    """Units are powers of 1024, a percentage is of the memory there is."""
    assert budget.size_of(text, "memory") == size


@pytest.mark.parametrize("value", ["", "lots", "-1G", "0", "0.1", "1X", "1e3", "5%%", 0, -1, True, 1.5, "9" * 5000, []])
def test_what_is_no_size_is_an_error(value: object) -> None:
    """The message says what one looks like."""
    with pytest.raises(OptionError, match=r"^execute: memory takes a size such as '512M', '2G' or '25%'"):
        emit(limit=1).execute(memory=value)  # type: ignore[arg-type]


def test_a_quarter_of_the_memory_is_the_default() -> None:
    """A run is told what the user asked for, and knows a default."""
    run = Run()
    assert run.memory == budget.memory() // 4
    run.memory_asked = 5
    assert run.memory == 5


@pytest.mark.parametrize(
    ("file", "text", "limit"),
    [("memory.max", "1000\n", 1000), ("memory.max", "max\n", None), ("missing", "", None)],
)
def test_a_control_group_limits_it(tmp_path: Path, file: str, text: str, limit: int | None) -> None:
    """Where there is one, and it does."""
    if text:
        (tmp_path / file).write_text(text)
    assert budget._limit(str(tmp_path / file)) == limit


def test_the_groups_around_the_process_are_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of both kinds, each from the root down."""
    groups = tmp_path / "cgroup"
    groups.write_text("4:memory:/a\n3:cpu:/\n0::/b/c\n")
    monkeypatch.setattr(budget, "_GROUPS", str(groups))
    assert list(budget._limits()) == [
        "/sys/fs/cgroup/memory.max",
        "/sys/fs/cgroup/b/memory.max",
        "/sys/fs/cgroup/b/c/memory.max",
        "/sys/fs/cgroup/memory/memory.limit_in_bytes",
        "/sys/fs/cgroup/memory/a/memory.limit_in_bytes",
    ]
