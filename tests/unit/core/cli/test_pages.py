"""The pages of the documentation in a terminal."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from flume.cli import pages

ROOT = Path(__file__).parents[4]
FLUME = str(Path(sys.executable).with_name("flume"))
Flume = Callable[..., Any]


def test_every_page_of_the_site_is_installed() -> None:
    """As it stands in the checkout; the first adapter is the page of its example."""
    site = {path.stem: path for path in (ROOT / "docs").glob("*.md")}
    site["first-adapter"] = ROOT / "examples" / "flume-adapter-sqlite" / "README.md"
    assert pages.titles().keys() == site.keys(), "link each page of docs/ into flume-core/src/flume/pages/"
    for name, path in site.items():
        assert resources.files("flume").joinpath("pages", f"{name}.md").read_bytes() == path.read_bytes()


def test_a_page_is_shown(flume: Flume) -> None:
    """As it is written, but for what is said to its tests."""
    ended = flume("docs", "plugins")
    assert (ended.status, ended.err) == (0, "")
    assert ended.out.startswith("# Write a plugin\n\n")
    assert "<!--" in (ROOT / "docs" / "plugins.md").read_text(encoding="utf-8")
    assert "<!--" not in ended.out


@pytest.mark.parametrize(
    ("link", "first"),
    [
        ("write-a-sink.md", "# Write a sink"),
        ("plans.md#shared-among-processes", "# How a pipeline becomes a plan"),
        ("words/procs/head.md", "head(n: int = 1, by: Fields = None)    proc"),
        ("hooks/flume_sinks.md", "flume_sinks() -> Offer    hook of plugins"),
        ("words/index.md", "Sources: a pipeline begins with one"),
        ("index.md", "# flume"),
    ],
)
def test_a_link_of_a_page_can_be_followed(flume: Flume, link: str, first: str) -> None:
    """What it says is what one asks for."""
    assert flume("docs", link).out.partition("\n")[0] == first


def test_every_link_of_every_page_can_be_followed(flume: Flume) -> None:
    """There is something for each."""
    fence = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
    links = {
        link for name in pages.titles() for link in re.findall(r"\]\(([^):]+\.md)", fence.sub("", pages.page(name)))
    }
    assert len(links) > 20
    lost = {link: ended.err for link in sorted(links) if (ended := flume("docs", link)).status}
    assert not lost


def test_a_word_that_has_the_name_of_a_page(flume: Flume, here: Path) -> None:
    """The word is shown, and where the page is."""
    (here / ".flumerc.py").write_text('def speed():\n    """Mine."""\n')
    assert flume("docs", "speed").out == (
        "speed()    your own\n    Mine.\n\nflume docs speed.md shows the page 'Speed'.\n"
    )
    assert flume("docs", "speed.md").out.startswith("# Speed\n")


def test_pages_and_hooks_are_listed(flume: Flume) -> None:
    """By name, with what they are."""
    sections = dict(section.split("\n", 1) for section in flume("docs").out.split("\n\n") if "\n" in section)
    assert re.search(r"^  write-a-view +Write a view$", sections["Pages: to be read from the top"], re.MULTILINE)
    assert (
        "  flume_procs      Words that turn points" in sections["Hooks: what a package implements to offer such words"]
    )


def test_a_page_that_nobody_has_written(flume: Flume) -> None:
    """Close names are said."""
    assert "did you mean 'write-a-sink'" in flume("docs", "write-a-sinc").err


def on_a_terminal(*command: str, rows: int) -> str:
    """What a command shows on a terminal with a pager that marks what goes through it."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, 80, 0, 0))
    sizes = ("LINES", "COLUMNS")  # which would be believed before the terminal
    environ = {name: value for name, value in os.environ.items() if name not in sizes}
    environ |= {"PAGER": "sed s/^/paged:/", "TERM": "xterm"}
    process = subprocess.Popen([FLUME, *command], stdin=slave, stdout=slave, stderr=slave, env=environ)
    os.close(slave)
    shown = b""
    try:
        while data := os.read(master, 1 << 16):
            shown += data
    except OSError:  # the other end is closed
        pass
    assert process.wait(timeout=30) == 0
    os.close(master)
    return shown.decode()


def test_what_does_not_fit_on_the_terminal_is_paged() -> None:
    """What fits is not, nor is anything where there is no terminal."""
    assert on_a_terminal("docs", "plugins", rows=24).startswith("paged:# Write a plugin")
    assert on_a_terminal("docs", "plugins", rows=1000).startswith("# Write a plugin")
    assert on_a_terminal("docs", "head", rows=24).startswith("head(")
