"""The packages as users get them: built as wheels, installed away from the checkout, and tried there."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = sorted(path.parent.name for path in ROOT.glob("flume-*/pyproject.toml"))
VERSION = tomllib.loads((ROOT / "flume-core" / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
SYSLOG = "read('stdio', format='grok', pattern='%{SYSLOGLINE}', file='syslog', time='timestamp', now='2016-07-18')"


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


@pytest.fixture(scope="session")
def wheels(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A wheel of each package."""
    place = tmp_path_factory.mktemp("wheels")
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--disable-pip-version-check"]
    command = [*pip, "--wheel-dir", str(place), *(f"./{package}" for package in PACKAGES)]
    done = subprocess.run(command, cwd=sources, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    return {package: next(place.glob(f"{package.replace('-', '_')}-*.whl")) for package in PACKAGES}


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


@pytest.mark.parametrize("package", PACKAGES)
def test_a_wheel_holds_the_package_and_the_licence(wheels: dict[str, Path], package: str) -> None:
    """A wheel has the typed package, the licence, its metadata, and nothing else."""
    with zipfile.ZipFile(wheels[package]) as wheel:
        names = wheel.namelist()
    module = "flume" if package == "flume-core" else package.replace("-", "_")
    metadata = f"{package.replace('-', '_')}-{VERSION}.dist-info"
    assert f"{module}/py.typed" in names
    assert f"{metadata}/licenses/LICENSE" in names
    assert {name.partition("/")[0] for name in names} == {module, metadata}


def test_flume_says_its_version(bare: Environment) -> None:
    """Core alone is a program that knows what it is."""
    done = bare.run("flume", "--version")
    assert (done.returncode, done.stderr) == (0, "")
    assert VERSION in done.stdout


def test_core_alone_runs_programs(bare: Environment) -> None:
    """Core needs no plugin for what it can do itself."""
    done = bare.run("flume", "emit(limit=2, start='2016-07-17') | put(n=count()) | write('stdio')")
    assert done.stderr == ""
    assert [json.loads(line)["n"] for line in done.stdout.splitlines()] == [1, 2]


def test_core_alone_says_how_to_get_a_plugin(bare: Environment) -> None:
    """Asked for a format of ours that is not installed, flume says what to install."""
    done = bare.run("flume", f"{SYSLOG} | write('stdio')")
    assert done.returncode == 2
    assert "pip install flume-adapter-grok" in done.stderr
    assert "Traceback" not in done.stderr


def test_all_plugins_are_found_and_load(full: Environment) -> None:
    """Every package of the repository is a plugin in good order."""
    done = full.run("flume", "plugins", "list", "--json")
    assert done.returncode == 0, done.stderr
    states = {plugin["package"]: plugin["state"] for plugin in json.loads(done.stdout)["plugins"]}
    assert states == dict.fromkeys(PACKAGES, "ok")


def test_the_syslog_program_runs(full: Environment, tmp_path: Path) -> None:
    """The program that flume was made for, on a copy of the example, away from the checkout."""
    shutil.copy(ROOT / "examples" / "grok" / "syslog", tmp_path)
    done = full.run("flume", f"{SYSLOG} | reduce(count=count(), every='1h') | write('stdio')", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert [json.loads(line)["count"] for line in done.stdout.splitlines()] == [27, 1, 110, 8, 118, 10]


def test_the_packages_install_from_their_folders(sources: Path, tmp_path: Path) -> None:
    """`pip install ./flume-core ./flume-adapter-grok` is all that it takes from a checkout."""
    made = environment(tmp_path / "venv")
    made.pip(str(sources / "flume-core"), str(sources / "flume-adapter-grok"))
    done = made.run("flume", "plugins", "list", "--json")
    assert {plugin["name"]: plugin["state"] for plugin in json.loads(done.stdout)["plugins"]} == {
        "core": "ok",
        "grok": "ok",
    }
