"""The tutorial for authors of adapters: from an empty folder, each of its steps does what it says."""

from __future__ import annotations

import importlib.util
import os
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
TUTORIAL = ROOT / "examples" / "flume-adapter-sqlite" / "README.md"


@pytest.fixture(scope="module")
def docs() -> ModuleType:
    """How pages are read and run."""
    spec = importlib.util.spec_from_file_location("documentation", Path(__file__).parent / "test_docs.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["documentation"] = module
    spec.loader.exec_module(module)
    return module


def install(folder: Path, project: Path) -> str:
    """What `pip install -e` does, without a network: the path on which Python finds the package and its metadata."""
    said = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    name, version = said["name"], said["version"]
    metadata = folder / ".installed" / f"{name.replace('-', '_')}-{version}.dist-info"
    metadata.mkdir(parents=True)
    needs = "".join(f"Requires-Dist: {need}\n" for need in said["dependencies"])
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needs}")
    points = "".join(f"{key} = {place}\n" for key, place in said["entry-points"]["flume.plugins"].items())
    (metadata / "entry_points.txt").write_text(f"[flume.plugins]\n{points}")
    return os.pathsep.join(map(str, (project / "src", metadata.parent)))


def test_every_step_of_the_tutorial(docs: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The blocks of its page, one after the other; it installs its package once."""
    monkeypatch.chdir(tmp_path)
    installed = 0
    for block in docs.Block.all_of(TUTORIAL):
        if block.reason:
            assert block.text == "$ pip install -e ./flume-adapter-sqlite\n", (
                f"{block.place} is not run: {block.reason}"
            )
            monkeypatch.setenv("PYTHONPATH", install(tmp_path, tmp_path / "flume-adapter-sqlite"))
            installed += 1
        else:
            docs.check(block, tmp_path, {})
    assert installed == 1
