"""The help, and what typer is told of the options."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from flume.cli.app import app
from flume.cli.arguments import OPTIONS

Flume = Callable[..., Any]


@pytest.mark.parametrize("args", [(), ("--help",), ("-h",), ("--debug",), ("--no-rc", "--help"), ("emit()", "--help")])
def test_the_help(flume: Flume, args: tuple[str, ...]) -> None:
    """Real examples, every option, every command; without an error."""
    ended = flume(*args)
    assert (ended.status, ended.err) == (0, "")
    assert 'Usage: flume [OPTIONS] "PROGRAM" | COMMAND ...' in ended.out
    assert "flume \"emit(limit=10) | write('stdio')\"\n" in ended.out
    for said in ("--implicit-sink", "--version", "--install-completion", "run ", "explain ", "docs ", "plugins "):
        assert f"\n  {said}" in ended.out
    assert max(map(len, ended.out.splitlines())) <= 80


@pytest.mark.parametrize("command", ["run", "explain"])
def test_the_help_of_a_command_shows_its_options(flume: Flume, command: str) -> None:
    """Those that are read, and no others."""
    out = flume(command, "--help").out
    for option in OPTIONS:
        for flag in option.flags:
            assert (f" {flag} " in out or f" {flag}," in out or f" {flag};" in out) == (command in option.commands), (
                flag
            )


def test_the_version(flume: Flume) -> None:
    """Of the package that is installed."""
    from importlib.metadata import version

    assert flume("--version") == (0, f"flume {version('flume-core')}\n", "")


def test_wrong_usage_of_a_command_of_typers(flume: Flume) -> None:
    """typer says it, with the same status."""
    ended = flume("docs", "--nonsense")
    assert ended.status == 2
    assert "No such option: --nonsense" in ended.err


def test_completion_offers_commands_and_options() -> None:
    """The script that the shell is given asks flume itself."""
    result = CliRunner().invoke(
        app,
        [],
        prog_name="flume",
        env={"_FLUME_COMPLETE": "complete_bash", "COMP_WORDS": "flume exp", "COMP_CWORD": "1"},
    )
    assert result.output == "explain\n"
    result = CliRunner().invoke(
        app,
        [],
        prog_name="flume",
        env={"_FLUME_COMPLETE": "complete_bash", "COMP_WORDS": "flume run --no-", "COMP_CWORD": "2"},
    )
    assert result.output.split() == ["--no-optimize", "--no-progress", "--no-rc"]


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("docs redu", ["reduce"]),
        ("docs math.is", ["math.isinf", "math.isnan"]),
        ("docs nothing", []),
        ("docs write-a-s", ["write-a-sink", "write-a-source"]),
        ("docs flume_pr", ["flume_procs"]),
        ("plugins show cor", ["core"]),
    ],
)
def test_completion_offers_words_and_plugins(line: str, offered: list[str]) -> None:
    """Where a command takes the name of one."""
    words = {"COMP_WORDS": f"flume {line}", "COMP_CWORD": str(len(line.split()))}
    result = CliRunner().invoke(app, [], prog_name="flume", env={"_FLUME_COMPLETE": "complete_bash", **words})
    assert result.output.split() == offered


def test_main_leaves_completion_to_typer(flume: Flume, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever stands on the line so far."""
    monkeypatch.setenv("_FLUME_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "flume plu")
    monkeypatch.setenv("COMP_CWORD", "1")
    assert flume() == (0, "plugins\n", "")


def test_typer_prints_no_tracebacks_of_its_own() -> None:
    """flume says what went wrong."""
    assert isinstance(app, typer.Typer)
    assert not app.pretty_exceptions_enable
