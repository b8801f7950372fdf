"""pytest --flume-plugin NAME: as an author runs it, and as everybody else never sees it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What pytest does in this folder."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "pytest", "-W", "error", "-p", "no:cacheprovider", *arguments]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def test_it_works_in_an_empty_folder(install, tmp_path: Path) -> None:
    """Every check is a test, with a name of its own."""
    install()
    ran = run(tmp_path, "--flume-plugin", "acme", "-v")
    assert ran.returncode == 0, ran.stdout
    assert "27 checks of acme" in ran.stdout
    assert "flume-plugin-acme::proc turn::options PASSED" in ran.stdout
    assert "27 passed" in ran.stdout


def test_it_runs_beside_other_tests(install, tmp_path: Path) -> None:
    """An author's own tests run as well, and -k chooses among all."""
    install()
    (tmp_path / "test_acme.py").write_text("def test_of_ones_own(): pass\n")
    ran = run(tmp_path, "--flume-plugin", "flume-acme", "-k", "names or own", "-v")
    assert ran.returncode == 0, ran.stdout
    assert "2 passed, 26 deselected" in ran.stdout


def test_a_failure_is_a_sentence(install, tmp_path: Path) -> None:
    """No traceback: what was found, and what to do."""
    install("turn", "n: int = 1", "n: int = 1\n    by_the_way: int = 0")
    ran = run(tmp_path, "--flume-plugin", "acme", "-k", "turn and options")
    assert ran.returncode == 1
    sentence = "its docstring does not say what the option 'by_the_way' is for: say it, with type and unit"
    assert re.search(rf"__ proc turn: options __+\n{re.escape(sentence)}\n=", ran.stdout), ran.stdout
    assert "Traceback" not in ran.stdout


def test_a_plugin_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    """One line, and the status that pytest has for it."""
    ran = run(tmp_path, "--flume-plugin", "nosuch")
    assert ran.returncode == pytest.ExitCode.USAGE_ERROR
    assert ran.stderr.strip() == "ERROR: --flume-plugin nosuch: no plugin called 'nosuch'"


def test_nobody_else_sees_it(tmp_path: Path) -> None:
    """A run without the option imports nothing of flume but the module that has it."""
    (tmp_path / "test_imports.py").write_text(
        "import sys\n"
        "def test_imports():\n"
        "    assert [m for m in sys.modules if m.startswith('flume')] == ['flume', 'flume._pytest']\n"
        "    assert 'pluggy' in sys.modules and 'msgspec' not in sys.modules\n"
    )
    ran = run(tmp_path)
    assert ran.returncode == 0, ran.stdout
    assert "1 passed" in ran.stdout


def test_flume_may_be_imported_before_pytest(tmp_path: Path) -> None:
    """Where warnings are errors, that is none."""
    (tmp_path / "test_nothing.py").write_text("def test_nothing(): pass\n")
    code = "import flume.flow, pytest, sys; sys.exit(pytest.main(['-W', 'error', '-p', 'no:cacheprovider']))"
    ran = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
