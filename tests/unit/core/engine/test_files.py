"""No file that a program reads or writes is lost."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flume import emit, memory, put, read, seq, write
from flume.errors import UsageError
from flume.flow import Flow

LINES = '{"a": 1}\n{"a": 2}\n'


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with a file, a link of each kind to it, and one more file."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.jsonl").write_text(LINES)
    (tmp_path / "soft.jsonl").symlink_to("a.jsonl")
    os.link("a.jsonl", "hard.jsonl")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "b.jsonl").write_text(LINES)
    (tmp_path / "link").symlink_to("in")
    return tmp_path


def contents() -> dict[str, str]:
    """Every file that there is."""
    return {str(path): path.read_text() for path in Path().rglob("*") if path.is_file()}


def refused(flow: Flow) -> str:
    """The message of a program that is refused; nothing has changed."""
    before = contents()
    with pytest.raises(UsageError) as raised:
        flow.execute()
    assert contents() == before
    assert "\n" not in str(raised.value)
    return str(raised.value)


def reading(file: Any, **options: Any) -> Flow:
    """What reads *file* and keeps the points."""
    return read("stdio", file=file, **options) | memory()


@pytest.mark.parametrize(
    ("file", "rejects"),
    [
        ("a.jsonl", "a.jsonl"),
        ("a.jsonl", "./in/../a.jsonl"),
        ("a.jsonl", "soft.jsonl"),
        ("soft.jsonl", "a.jsonl"),
        ("a.jsonl", "hard.jsonl"),
        ("a*", "a.jsonl"),
        ("s*", "hard.jsonl"),
        (["in", "a.jsonl"], "a.jsonl"),
        (["missing*", "a.jsonl"], "a.jsonl"),
        (".", "a.jsonl"),
        (".", "new.jsonl"),
        ("link", "in/new.jsonl"),
        ("*.jsonl", "new.jsonl"),
        ("l*/*", "in/new.jsonl"),
        ("**/*.jsonl", "new.jsonl"),
        ("**/*.jsonl", "in/new.jsonl"),
        ("**", "new.jsonl"),
    ],
)
def test_what_is_rejected_is_not_kept_in_a_file_that_is_read(file: Any, rejects: str) -> None:
    """Not in one that the next run would read either; whatever the file is called."""
    message = refused(reading(file, rejects=rejects))
    assert message.startswith(
        f"rejects={rejects!r} of step 1 is a file that step 1 reads, and would overwrite it; give"
    )


@pytest.mark.parametrize(
    ("file", "rejects"),
    [("a.jsonl", "b.jsonl"), ("*.jsonl", ".new.jsonl"), (".", "in/new.jsonl"), ("*.jsonl", "in/b.jsonl"), (".", "n/n")],
)
def test_other_files_may_keep_it(file: str, rejects: str) -> None:
    """Those that are not read."""
    Path("n").mkdir()
    assert (reading(file, rejects=rejects)).execute().read in (2, 6)


def test_a_file_that_another_source_reads_is_safe_too() -> None:
    """Whichever way the sources stand together."""
    a, b = read("stdio", file="a.jsonl"), read("stdio", file="in/b.jsonl", rejects="a.jsonl")
    assert "rejects='a.jsonl' of step 2 is a file that step 1 reads" in refused((a, b) | memory())
    assert "rejects='a.jsonl' of step 1 is a file that step 1 reads" in refused(seq(a, b) | memory())


@pytest.mark.parametrize("file", ["a.jsonl", "soft.jsonl", "hard.jsonl"])
def test_nothing_is_appended_to_what_is_read(file: str) -> None:
    """That would never end."""
    message = refused(read("stdio", file="a.jsonl") | put(b=1) | write("stdio", file=file, append=True))
    assert message == (
        f"step 3 appends to {file!r}, which step 1 reads: it would never end; "
        "leave out append=True to replace it at the end, or write another file"
    )


def test_a_pattern_does_not_find_what_is_appended() -> None:
    """Though the file is not there before the run."""
    assert "appends to 'new.jsonl'" in refused(
        read("stdio", file="*.jsonl") | write("stdio", file="new.jsonl", append=True)
    )


@pytest.mark.parametrize("file", ["a.jsonl", "soft.jsonl", "hard.jsonl"])
def test_what_is_read_may_be_replaced(file: str) -> None:
    """Once it was read to its end."""
    (read("stdio", file="a.jsonl") | put(b=1) | write("stdio", file=file)).execute()
    assert Path(file).read_text() == '{"a": 1, "b": 1}\n{"a": 2, "b": 1}\n'
    (read("stdio", file="*.jsonl") | write("stdio", file="all.jsonl")).execute()
    assert Path("all.jsonl").read_text().count("\n") == 6


@pytest.mark.parametrize("other", ["out.jsonl", "./out.jsonl", "in/../out.jsonl", "to-out"])
@pytest.mark.parametrize("append", [False, True])
def test_two_writes_do_not_share_a_file(other: str, append: bool) -> None:
    """One would overwrite what the other wrote."""
    Path("to-out").symlink_to("out.jsonl")
    sinks = write("stdio", file="out.jsonl"), write("stdio", file=other, append=append)
    message = refused(emit(points=[{"a": 1}]) | sinks)
    same = "" if other == "out.jsonl" else f" ({other!r} is the same file)"
    assert message == (
        f"steps 2 and 3 would both write 'out.jsonl'{same}, and points would be lost; "
        "give each a file of its own, or merge the branches before one write"
    )


@pytest.mark.parametrize("append", [False, True])
def test_what_is_rejected_is_not_kept_in_a_file_that_is_written(append: bool) -> None:
    """For the same reason."""
    flow = read("stdio", file="a.jsonl", rejects="out.jsonl") | write("stdio", file="./out.jsonl", append=append)
    assert refused(flow) == (
        "steps 1 and 2 would both write 'out.jsonl' ('./out.jsonl' is the same file), and points would be lost; "
        "give rejects= a file of its own"
    )
    assert refused(seq(flow) | memory()).startswith("step 1 would write 'out.jsonl' twice")


def test_sources_share_a_file_for_what_they_reject_by_any_name() -> None:
    """It is one file, so neither loses what the other wrote."""
    for name in ("x", "y"):
        Path(name).write_text(f"garbage {name}\n")
    Path("other").symlink_to("bad.jsonl")
    names = zip(("x", "y", "x"), ("bad.jsonl", "./bad.jsonl", "other"), strict=True)
    sources = tuple(read("stdio", file=file, rejects=rejects, errors="skip") for file, rejects in names)
    (sources | memory()).execute()
    assert Path("bad.jsonl").read_text().count("\n") == 3


def test_devices_and_pipes_are_no_files() -> None:
    """What is written there is not lost by being written twice."""
    null = write("stdio", file="/dev/null")
    append = write("stdio", file="/dev/null", append=True)
    (read("stdio", file="/dev/null", rejects="/dev/null") | (null, null, append)).execute()


def test_a_file_is_not_replaced_where_its_bad_records_would_be_gone() -> None:
    """Unless they are kept, or the user does not want them."""
    bad = f"{LINES}garbage\n"
    changing = put(b=1) | write("stdio", file="b.jsonl")
    sources: list[Callable[..., Flow]] = [
        lambda **options: read("stdio", file="b.jsonl", **options),
        lambda **options: (
            (read("stdio", file="b.jsonl", **options), read("stdio", file="a.jsonl", rejects="c")) | put(c=1)
        ),
    ]
    for source in sources:
        Path("b.jsonl").write_text(bad)
        with pytest.raises(Exception, match=r"'b.jsonl' was not replaced: it was read, and 1 bad record would be gone"):
            (source() | changing).execute()
        assert Path("b.jsonl").read_text() == bad
        (source(rejects="bad.jsonl") | changing).execute()
        assert "garbage" in Path("bad.jsonl").read_text()
        assert "garbage" not in Path("b.jsonl").read_text()
        Path("b.jsonl").write_text(bad)
        (source(errors="skip") | changing).execute()
        assert "garbage" not in Path("b.jsonl").read_text()
    Path("b.jsonl").write_text(bad)
    (read("stdio", file="b.jsonl") | write("stdio", file="other.jsonl")).execute()
    assert sorted(os.listdir(".")) == sorted(
        ["a.jsonl", "b.jsonl", "bad.jsonl", "hard.jsonl", "in", "link", "other.jsonl", "soft.jsonl"]
    )


def test_it_is_said_of_the_plan_too() -> None:
    """Before anything runs."""
    with pytest.raises(UsageError, match="would overwrite it"):
        reading("a.jsonl", rejects="a.jsonl").explain()
