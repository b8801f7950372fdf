"""The adapter of the tutorial as others get it: made from an empty folder, and built, installed and tried elsewhere."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from tests.wheels.conftest import ROOT, Environment

PACKAGE = ROOT / "examples" / "flume-adapter-sqlite"
TESTING = ["pytest", "hypothesis"]


@pytest.fixture(scope="module")
def docs() -> ModuleType:
    """How pages are read and run."""
    spec = importlib.util.spec_from_file_location("documentation", ROOT / "tests" / "unit" / "test_docs.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["documentation"] = module
    spec.loader.exec_module(module)
    return module


def test_its_commands_typed_in_order_give_an_installed_adapter(
    wheels: dict[str, Path],
    fresh: Callable[[], Environment],
    docs: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With nothing there but flume and what its suites need."""
    environment = fresh()
    environment.pip(str(wheels["flume-core"]), *TESTING)

    def run(command: str, folder: Path) -> str:
        done = environment.run("/bin/sh", "-c", f"{{ {command} }} 2>&1", cwd=folder)
        return done.stdout

    monkeypatch.setattr(docs, "run", run)
    for block in docs.Block.all_of(PACKAGE / "README.md"):
        if block.reason:
            ((command, _),) = block.commands()
            assert environment.run("/bin/sh", "-c", command, cwd=tmp_path).returncode == 0
        else:
            docs.check(block, tmp_path, {})


def test_the_package_keeps_its_laws_where_it_is_installed(
    wheels: dict[str, Path], fresh: Callable[[], Environment], tmp_path: Path
) -> None:
    """Its wheel has all that it needs, and its own tests pass beside it."""
    environment = fresh()
    source = tmp_path / "source"
    shutil.copytree(PACKAGE, source, ignore=shutil.ignore_patterns("build", "*.egg-info", "__pycache__"))
    environment.pip(str(wheels["flume-core"]), str(source), *TESTING)
    shutil.rmtree(source / "src")
    done = environment.run("python", "-m", "pytest", "-q", ".", cwd=source)
    assert done.returncode == 0, done.stdout + done.stderr
    listed = environment.run("flume", "plugins", "list", "--strict")
    assert (listed.returncode, listed.stderr) == (0, "")
    assert "flume-adapter-sqlite" in listed.stdout
