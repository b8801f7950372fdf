"""What `flume plugins new` writes: a package of each kind, built as a wheel, installed and checked.

core is installed from its wheel as well, and is what writes them: its templates have to be in the wheel.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.wheels.conftest import Environment, built, environment

from flume.scaffolding.kinds import PREFIXES


@dataclass(frozen=True)
class Scaffolds:
    """The packages of all kinds, by their kind, and the environment that they are installed in."""

    environment: Environment
    folders: dict[str, Path]


@pytest.fixture(scope="module")
def scaffolds(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Scaffolds:
    """Each kind, written, built and installed."""
    place = tmp_path_factory.mktemp("scaffolds")
    wheels = place / "wheels"
    made = environment(place / "environment")
    core = built(wheels, sources / "flume-core")["flume-core"]
    made.pip(f"{core}[testing]")
    folders = {}
    for kind in PREFIXES:
        (place / kind).mkdir()
        done = made.run("flume", "plugins", "new", f"my_{kind}", "--kind", kind, "--directory", str(place / kind))
        assert done.returncode == 0, done.stderr
        (folders[kind],) = (place / kind).iterdir()
    made.pip(*map(str, built(wheels, *folders.values()).values()))
    return Scaffolds(made, folders)


@pytest.mark.parametrize("kind", list(PREFIXES))
def test_its_tests_pass(scaffolds: Scaffolds, kind: str) -> None:
    """Those in its folder, and the examples of the README and of what is installed."""
    folder = scaffolds.folders[kind]
    module = folder.name.replace("-", "_")
    done = scaffolds.environment.run("pytest", "-q", "--pyargs", module, "tests", "README.md", cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("kind", list(PREFIXES))
def test_it_is_checked(scaffolds: Scaffolds, kind: str) -> None:
    """`flume plugins check` finds nothing wrong."""
    done = scaffolds.environment.run("flume", "plugins", "check", f"my_{kind}")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("kind", list(PREFIXES))
def test_its_commands_do_what_the_readme_says(scaffolds: Scaffolds, kind: str, tmp_path: Path) -> None:
    """The commands that use the word print what stands below them."""
    readme = (scaffolds.folders[kind] / "README.md").read_text(encoding="utf-8")
    block = re.search(r"On the command line:\n\n```console\n(.+?)```", readme, re.DOTALL)
    assert block
    shown = re.findall(r"^\$ (.+)\n((?:(?!\$ ).*\n)*)", block[1], re.MULTILINE)
    assert shown
    for command, printed in shown:
        done = scaffolds.environment.run("sh", "-c", command, cwd=tmp_path)
        assert (done.stdout, done.stderr) == (printed, "")


def test_they_live_together(scaffolds: Scaffolds) -> None:
    """All are in good order where all are installed."""
    done = scaffolds.environment.run("flume", "plugins", "list", "--strict")
    assert done.returncode == 0, done.stdout
    assert all(f"my_{kind}" in done.stdout for kind in PREFIXES)
