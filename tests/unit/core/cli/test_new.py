"""flume plugins new: what is written, and what is said."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from flume.cli.app import app
from flume.cli.plugins import app as plugins
from flume.errors import UsageError


def test_it_says_what_to_do_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three lines, to be typed in order."""
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(plugins, ["new", "tally", "--kind", "view", "--license", "Apache-2.0"])
    assert done.exit_code == 0
    assert done.output.splitlines() == [
        "cd flume-viz-tally && pip install -e '.[dev]'",
        "pytest",
        "flume plugins check tally",
    ]
    assert "Apache License" in (tmp_path / "flume-viz-tally" / "LICENSE").read_text(encoding="utf-8")


def test_a_directory_with_a_space_is_quoted(tmp_path: Path) -> None:
    """The line can be pasted."""
    place = tmp_path / "my plugins"
    place.mkdir()
    done = CliRunner().invoke(plugins, ["new", "tally", "--kind", "view", "--directory", str(place)])
    assert done.output.startswith(f"cd '{place}/flume-viz-tally' && ")


def test_a_wrong_name_writes_nothing(tmp_path: Path) -> None:
    """The error is that of the name."""
    done = CliRunner().invoke(plugins, ["new", "head", "--kind", "proc", "--directory", str(tmp_path)])
    assert isinstance(done.exception, UsageError)
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("flume plugins new thing --kind s", ["source", "sink"]),
        ("flume plugins new thing --kind ", 8),
        ("flume plugins new thing --license B", ["BSD-3-Clause"]),
    ],
)
def test_the_shell_completes_its_options(words: str, expected: list[str] | int) -> None:
    """The kinds and the licenses."""
    env = {"COMP_WORDS": words, "COMP_CWORD": str(len(words.split(" ")) - 1), "_FLUME_COMPLETE": "complete_bash"}
    found = CliRunner().invoke(app, [], prog_name="flume", env=env).output.split()
    assert len(found) == expected if isinstance(expected, int) else sorted(found) == sorted(expected)


def test_its_help_has_examples() -> None:
    """A line for each of three kinds."""
    text = CliRunner().invoke(plugins, ["new", "--help"], terminal_width=200).output
    assert "flume plugins new sqlite --kind adapter" in text
