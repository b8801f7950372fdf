"""The packages built as wheels, and fresh environments to install them into."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
import venv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

pytest_plugins = ["flume_adapter_elastic.testing.fixtures"]

ROOT = Path(__file__).parents[2]
PACKAGES = sorted(path.parent.name for path in ROOT.glob("flume-*/pyproject.toml"))
VERSION = tomllib.loads((ROOT / "flume-core" / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]


@dataclass(frozen=True)
class Environment:
    """A virtual environment, used from an empty home."""

    place: Path

    def run(self, *command: str, **options: object) -> subprocess.CompletedProcess[str]:
        """Run a command of this environment; its output is that of both streams apart."""
        home = self.place / "home"
        home.mkdir(exist_ok=True)
        environ = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PYTHON", "FLUME_", "VIRTUAL_ENV"))
        }
        environ |= {"HOME": str(home), "PATH": f"{self.place / 'bin'}{os.pathsep}{os.environ['PATH']}"}
        where = {"cwd": home} | options
        return subprocess.run(command, env=environ, text=True, capture_output=True, timeout=300, check=False, **where)  # type: ignore[call-overload,no-any-return]

    def pip(self, *arguments: str) -> None:
        """Install; a failure shows what pip said."""
        done = self.run("python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments)
        assert done.returncode == 0, done.stderr


@pytest.fixture(scope="session")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packages as they stand in the checkout, without what earlier builds left there."""
    place = tmp_path_factory.mktemp("sources")
    for package in PACKAGES:
        left = shutil.ignore_patterns("build", "dist", "*.egg-info", "__pycache__")
        shutil.copytree(ROOT / package, place / package, ignore=left)
    return place


def built(place: Path, *projects: Path) -> dict[str, Path]:
    """A wheel in *place* of each of these folders, by the folder's name."""
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--disable-pip-version-check"]
    command = [*pip, "--wheel-dir", str(place), *map(str, projects)]
    done = subprocess.run(command, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    return {project.name: next(place.glob(f"{project.name.replace('-', '_')}-*.whl")) for project in projects}


@pytest.fixture(scope="session")
def wheels(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A wheel of each package."""
    return built(tmp_path_factory.mktemp("wheels"), *(sources / package for package in PACKAGES))


def environment(place: Path) -> Environment:
    """A fresh one, with nothing in it but pip."""
    venv.create(place, with_pip=True, symlinks=True)
    return Environment(place)


@pytest.fixture(scope="session")
def bare(wheels: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """Core, and nothing else of flume."""
    made = environment(tmp_path_factory.mktemp("bare"))
    made.pip(str(wheels["flume-core"]))
    return made


@pytest.fixture(scope="session")
def full(wheels: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """All packages, from their wheels."""
    made = environment(tmp_path_factory.mktemp("full"))
    made.pip(*map(str, wheels.values()))
    return made


@pytest.fixture(scope="session")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Environment]:
    """What makes an empty environment."""
    return lambda: environment(tmp_path_factory.mktemp("fresh"))
