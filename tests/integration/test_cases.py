"""Golden cases: what is typed at a prompt, and what must come out.

tests/cases/NAME/
    cmd             the text of a shell, run in a copy of this directory
    expected        what it prints
    expected.err    what it says on stderr; nothing, where there is no such file
    status          the exit status; 0, where there is no such file

What else is in the directory, the commands find there.  `$EXAMPLES` are the examples of the repository.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CASES = sorted(path.parent for path in (ROOT / "tests" / "cases").glob("*/cmd"))


def text(path: Path, default: str) -> str:
    """What is in the file, or what it means that there is none."""
    return path.read_text(encoding="utf-8") if path.exists() else default


def test_there_are_cases() -> None:
    """Nothing would be tested otherwise, and nobody would see."""
    assert CASES


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Path, tmp_path: Path) -> None:
    """What the case describes is what happens, to the letter."""
    here = tmp_path / "here"
    shutil.copytree(case, here)
    home = tmp_path / "home"
    home.mkdir()
    done = subprocess.run(
        ["/bin/sh", "cmd"],
        cwd=here,
        env={
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(home),
            "EXAMPLES": str(ROOT / "examples"),
            "LANG": "C.UTF-8",
            "COLUMNS": "80",
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.stdout, done.stderr, done.returncode) == (
        text(case / "expected", ""),
        text(case / "expected.err", ""),
        int(text(case / "status", "0")),
    )
