"""The packages as users get them: built as wheels, installed away from the checkout, and tried there."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import pytest
from tests.wheels.conftest import PACKAGES, ROOT, VERSION, Environment, environment

SYSLOG = "read('stdio', format='grok', pattern='%{SYSLOGLINE}', file='syslog', time='timestamp', now='2016-07-18')"


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


def test_core_has_its_documentation_with_it(bare: Environment) -> None:
    """The pages that are links in the checkout are files in the wheel."""
    done = bare.run("flume", "docs", "write-a-sink")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (ROOT / "docs" / "write-a-sink.md").read_text(encoding="utf-8").replace(
        "<!-- laws of SinkSuite -->\n", ""
    )


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
