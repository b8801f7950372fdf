"""Programs that the tests draw with, and a display that they draw on."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest

pytest_plugins = ["flume_adapter_elastic.testing.fixtures"]

Program = Callable[..., None]


@pytest.fixture(scope="session")
def lacking(request: pytest.FixtureRequest) -> Callable[[str], NoReturn]:
    """Where a program is missing: CI fails, elsewhere a line says what was not tried."""

    def give_up(reason: str) -> NoReturn:
        if os.environ.get("CI"):
            pytest.fail(reason)
        with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
            print(f"\nNOT TESTED: {reason}")  # noqa: T201
        pytest.skip(reason)

    return give_up


@pytest.fixture
def need(request: pytest.FixtureRequest, lacking: Callable[[str], NoReturn]) -> Program:
    """What stops a test that needs a program which is missing."""

    def check(*programs: str) -> None:
        missing = [program for program in programs if not shutil.which(program)]
        if missing:
            lacking(f"{request.node.name}: {' and '.join(missing)} must be installed: apt install gnuplot-x11 xvfb")

    return check


@pytest.fixture
def screen(need: Program, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A display, and the file that has its pixels."""
    need("Xvfb")
    folder = tmp_path_factory.mktemp("screen")
    read, write = os.pipe()
    display = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x800x24", "-fbdir", str(folder), "-nolisten", "tcp"],
        pass_fds=[write],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as told:
        monkeypatch.setenv("DISPLAY", f":{told.readline().strip()}")
    yield folder / "Xvfb_screen0"
    display.terminate()
    display.wait()
