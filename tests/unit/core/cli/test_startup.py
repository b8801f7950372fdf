"""What a command line must not import."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {"flume.engine", "flume.registry", "flume.flow", "pluggy", "rich", "pydantic", "msgspec", "dateutil"}


def imported(*args: str, home: Path) -> set[str]:
    """The modules that are there after `flume ARGS`."""
    code = "import sys\nfrom flume.cli import main\nmain(sys.argv[1:])\nprint(*sys.modules, file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", code, *args],
        check=True,
        capture_output=True,
        text=True,
        cwd=home,
        env={"HOME": str(home), "FLUME_PLUGINS": ""},
    )
    return set(done.stderr.split())


@pytest.mark.parametrize("args", [(), ("--help",), ("-h",)])
def test_the_help_imports_nothing_heavy(args: tuple[str, ...], tmp_path: Path) -> None:
    """No engine, no plugin system, and nothing that typer would like to have for colours and types."""
    assert not imported(*args, home=tmp_path) & HEAVY


@pytest.mark.parametrize("args", [("run", "--help"), ("plugins", "list", "--help"), ("docs", "--help")])
def test_the_help_of_a_command_imports_nothing_of_flumes(args: tuple[str, ...], tmp_path: Path) -> None:
    """What typer needs for it is typer's business."""
    assert not imported(*args, home=tmp_path) & {"flume.engine", "flume.registry", "flume.flow", "pluggy", "rich"}


def test_the_version_imports_nothing_heavy(tmp_path: Path) -> None:
    """Nor typer."""
    assert not imported("--version", home=tmp_path) & (HEAVY | {"typer"})


def test_a_program_needs_no_typer(tmp_path: Path) -> None:
    """Nor what belongs to steps that it does not use."""
    modules = imported("--stats", "emit(limit=1, start='2020-01-01')", home=tmp_path)
    assert "flume.engine.local" in modules
    assert not modules & {"typer", "rich", "pydantic", "dateutil", "difflib", "flume.procs.reduce", "flume.cli.docs"}
