"""Pattern files."""

from __future__ import annotations

from pathlib import Path

import pytest

from flume.errors import OptionError
from flume_adapter_grok.library import read_patterns, stock
from flume_adapter_grok.matching import compile_grok


def test_a_file(tmp_path: Path) -> None:
    """Comments and blank lines are skipped, the first run of blanks parts name and pattern, the later name wins."""
    file = tmp_path / "mine"
    file.write_text("# mine\n\n  # indented\nA   a b \nB\t\tb\r\nA c  \nalone\n", encoding="utf-8")
    assert read_patterns(file) == {"A": "c", "B": "b"}


def test_a_directory(tmp_path: Path) -> None:
    """Files count in the order of their names; hidden ones and folders do not."""
    (tmp_path / "b").write_text("X from-b\nY y", encoding="utf-8")
    (tmp_path / "a").write_text("X from-a", encoding="utf-8")
    (tmp_path / ".hidden").write_text("X hidden", encoding="utf-8")
    (tmp_path / "sub").mkdir()
    assert read_patterns(tmp_path) == {"X": "from-b", "Y": "y"}


def test_who_wins(tmp_path: Path) -> None:
    """The user's own patterns stand before those of the files, and these before those that come along."""
    (tmp_path / "p").write_text("WORD file\nIP file", encoding="utf-8")
    options = {"patterns_dir": str(tmp_path), "custom_patterns": {"IP": "own"}}
    assert compile_grok("%{WORD:a} %{IP:b} %{INT:c}", **options).match("file own 1") == {
        "a": "file",
        "b": "own",
        "c": "1",
    }


def test_what_cannot_be_read(tmp_path: Path) -> None:
    """A missing place and a file that is no text are errors of one line."""
    with pytest.raises(OptionError, match="cannot be read: No such file"):
        read_patterns(tmp_path / "missing")
    (tmp_path / "bytes").write_bytes(b"A \xff")
    with pytest.raises(OptionError, match="not UTF-8"):
        read_patterns(tmp_path)


def test_pygrok() -> None:
    """The patterns that come with pygrok can be used in place of flume's."""
    patterns = stock("pygrok")
    assert len(patterns) > 290
    assert compile_grok("%{SYSLOGLINE}", patterns="pygrok").match("Jul 17 13:59:44 localhost kernel: usb") == {
        "timestamp": "Jul 17 13:59:44",
        "logsource": "localhost",
        "program": "kernel",
        "message": "usb",
    }


def test_names_of_pygrok_are_all_here() -> None:
    """Whoever comes from pygrok finds each name."""
    assert set(stock("pygrok")) <= set(stock())


def test_the_same_names_in_both_sets() -> None:
    """Whoever changes to the Elastic Common Schema keeps the names of the patterns."""
    assert {name for name in stock() if not name.startswith("_")} <= set(stock(ecs=True))


@pytest.mark.parametrize(
    ("options", "message"), [({"name": "other"}, "'flume' and 'pygrok'"), ({"name": "pygrok", "ecs": True}, "ecs")]
)
def test_unknown_sets(options: dict[str, object], message: str) -> None:
    """Another set of patterns is an error that names those there are."""
    with pytest.raises(OptionError, match=message):
        stock(**options)  # type: ignore[arg-type]
