"""The package of a new plugin: complete, tested, typed and formatted as it is written."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from flume.errors import FlumeError, UsageError
from flume.scaffolding.kinds import LICENSES, PREFIXES
from flume.scaffolding.naming import LONGEST
from flume.scaffolding.package import Package

NAMES = ("x", "y" * LONGEST)


def written(kind: str, name: str, place: Path) -> tuple[Path, dict[str, str]]:
    """A package, and the environment in which it is there without being installed."""
    package = Package(name, kind)
    folder = package.write(place)
    found = place / "found" / f"{package.module}-0.1.0.dist-info"
    found.mkdir(parents=True)
    (found / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package.distribution}\nVersion: 0.1.0\n")
    project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    points = project["entry-points"]["flume.plugins"]
    (found / "entry_points.txt").write_text("\n".join(["[flume.plugins]", *(f"{k} = {v}" for k, v in points.items())]))
    environ = {key: value for key, value in os.environ.items() if not key.startswith(("FLUME_", "PYTEST_", "COV_"))}
    return folder, environ | {
        "PYTHONPATH": f"{folder / 'src'}{os.pathsep}{found.parent}",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def run(*command: str, folder: Path, environ: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run a program of this environment there."""
    program, *arguments = command
    return subprocess.run(
        [str(Path(sys.executable).parent / program), *arguments],
        cwd=folder,
        env=environ,
        text=True,
        capture_output=True,
        timeout=300,
        check=False,
    )


@pytest.mark.parametrize("kind", list(PREFIXES))
def test_its_tests_pass(kind: str, tmp_path: Path) -> None:
    """Its tests, its docstrings and its README, with every warning an error."""
    folder, environ = written(kind, "thing", tmp_path)
    done = run("pytest", "-v", "-p", "no:cacheprovider", folder=folder, environ=environ)
    assert done.returncode == 0, done.stdout + done.stderr
    passed = {
        line.partition(" PASSED")[0].rpartition("::")[2] for line in done.stdout.splitlines() if " PASSED" in line
    }
    assert {"README.md", f"{Package('thing', kind).module}.{kind}.thing"} <= passed
    assert len(passed) > 5


@pytest.mark.parametrize("kind", list(PREFIXES))
def test_flume_finds_it(kind: str, tmp_path: Path) -> None:
    """The plugin is in good order, and offers its word and no other."""
    folder, environ = written(kind, "thing", tmp_path)
    done = run("flume", "plugins", "show", "thing", folder=folder, environ=environ)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"thing: {folder.name} 0.1.0, ok\n")
    assert f"\n{kind} thing" in done.stdout


@pytest.mark.parametrize("kind", list(PREFIXES))
def test_its_plugin_module_is_light(kind: str, tmp_path: Path) -> None:
    """To learn its names does not import what it does; the word is there all the same."""
    folder, environ = written(kind, "thing", tmp_path)
    module = Package("thing", kind).module
    code = f"""
import sys, {module}.plugin
assert not [name for name in sys.modules if name == "{module}.{kind}"]
from {module} import thing
assert thing.__module__ == "{module}.{kind}", thing
from {module} import thing as again
assert again is thing
"""
    done = run("python", "-c", code, folder=folder, environ=environ)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", NAMES)
def test_it_is_formatted(name: str, tmp_path: Path) -> None:
    """By the rules in its own pyproject.toml, with a short name and with a long one."""
    for kind in PREFIXES:
        (tmp_path / kind).mkdir()
        folder = Package(name, kind).write(tmp_path / kind)
        for command in (("ruff", "check"), ("ruff", "format", "--check", "--diff")):
            done = run(*command, "--no-cache", ".", folder=folder)
            assert done.returncode == 0, f"{kind}: {done.stdout}{done.stderr}"


def test_it_is_typed(tmp_path: Path) -> None:
    """`mypy --strict`, on the packages of all kinds at once."""
    for kind in PREFIXES:
        Package(f"x_{kind}", kind).write(tmp_path)
    folders = [str(path) for path in tmp_path.glob("*/*") if path.name in ("src", "tests")]
    done = run("mypy", "--strict", f"--cache-dir={tmp_path / 'cache'}", *folders, folder=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("license", LICENSES)
def test_it_has_the_license_that_was_chosen(license: str) -> None:
    """The text, its name in the metadata, and nothing left to fill in."""
    package = Package("thing", "proc", license)
    files = package.files()
    assert license.partition("-")[0] in files["LICENSE"]
    assert tomllib.loads(files["pyproject.toml"])["project"]["license"] == license
    assert not [path for path, text in files.items() if "$" in text.replace("$ ", "").replace("${{ matrix", "")]


def test_it_asks_for_this_core() -> None:
    """What was written for this core is not installed with an older one, nor with the next major one."""
    project = tomllib.loads(Package("thing", "proc").files()["pyproject.toml"])["project"]
    (asked,) = project["dependencies"]
    from importlib.metadata import version

    core = version("flume-core")
    assert asked == f"flume-core>={core},<{int(core.partition('.')[0]) + 1}"


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (("thing", "sauce"), "no kind called 'sauce'; there are source, sink,"),
        (("thing", "proc", "GPL"), "no text of the license 'GPL'; there are MIT, Apache-2.0, BSD-3-Clause"),
        (("run", "proc"), "'run' is what the package imports under that name"),
        (("json", "adapter"), "core has the name 'json'"),
        (("logging", "runner"), "'logging' is what the package imports"),
        (("pytest", "source"), "'pytest' is what the package imports"),
    ],
)
def test_what_cannot_be_written_is_refused(options: tuple[str, ...], reason: str) -> None:
    """Before there is a package at all."""
    with pytest.raises(UsageError, match=reason):
        Package(*options)


def test_a_folder_that_is_there_is_left_alone(tmp_path: Path) -> None:
    """Whatever is in it, and where it only points elsewhere."""
    package = Package("thing", "proc")
    (tmp_path / "flume-procs-thing").mkdir()
    with pytest.raises(UsageError, match="flume-procs-thing' is there already"):
        package.write(tmp_path)
    assert [path.name for path in tmp_path.rglob("*")] == ["flume-procs-thing"]
    (tmp_path / "flume-procs-thing").rmdir()
    (tmp_path / "flume-procs-thing").symlink_to("nowhere")
    with pytest.raises(UsageError, match="is there already"):
        package.write(tmp_path)


def test_no_directory_is_made_up(tmp_path: Path) -> None:
    """A misspelt directory is an error."""
    with pytest.raises(UsageError, match=r"no directory '.*missing"):
        Package("thing", "proc").write(tmp_path / "missing")


def test_half_a_package_is_never_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that fills up leaves nothing behind."""
    whole = Package("thing", "proc").files()
    monkeypatch.setattr(Package, "files", lambda self: {**whole, "LICENSE/below": "a file where a folder should be"})
    with pytest.raises(FlumeError, match=r"cannot write '.*flume-procs-thing': "):
        Package("thing", "proc").write(tmp_path)
    assert not [*tmp_path.iterdir()]


def test_others_may_read_it(tmp_path: Path) -> None:
    """Its folder has the permissions of any that is made here."""
    (tmp_path / "any").mkdir()
    folder = Package("thing", "proc").write(tmp_path)
    assert folder.stat().st_mode == (tmp_path / "any").stat().st_mode
