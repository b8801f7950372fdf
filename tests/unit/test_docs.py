"""What the documentation shows is true: every program in it is run, and its output compared.

How a page is written:

- a block `console` holds commands after `$ ` (a `> ` goes on with one) and below each what it prints, stderr too;
  a line `...` stands for any lines, `...` in a line for any text;
- a block `python` with `>>>` is a doctest; another one must compile; one with `title="NAME"` is written to that file,
  or is the same as that file of the repository;
- `<!-- not run: the reason -->` on the line before a block leaves it alone, `<!-- needs NAME -->` where there is no
  such program, or no such module for a block in Python: then a skipped test says so.

The blocks of a page are run in order, in one folder that has a copy of `examples/` and is home as well.
"""

from __future__ import annotations

import ast
import doctest
import importlib.util
import inspect
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import flume
from flume.functions import table

ROOT = Path(__file__).parents[2]
PAGES = [
    *sorted(ROOT.glob("*.md")),
    *sorted(ROOT.glob("flume-*/README.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
MADE = ("words/", "hooks/", "first-adapter.md")
"""Where links lead to pages that are made when the site is built, which looks for them then."""
FENCE = re.compile(r"^```(?P<language>\w*)(?P<info>[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block of a page."""

    place: str  # file:line
    language: str
    title: str | None
    text: str
    reason: str | None  # why it is not run

    @classmethod
    def all_of(cls, page: Path) -> Iterator[Block]:
        """The blocks of a page, in order."""
        text = page.read_text(encoding="utf-8")
        for found in FENCE.finditer(text):
            before = text[: found.start()]
            place = f"{page.relative_to(ROOT)}:{before.count(chr(10)) + 1}"
            title = re.search(r'title="([^"]+)"', found["info"])
            skipped = re.search(r"<!-- (not run: .+?|needs (?P<name>\w+)) -->\s*\Z", before)
            reason = skipped[1] if skipped else None
            if skipped and skipped["name"] and installed(skipped["name"], found["language"]):
                reason = None
            yield cls(place, found["language"], title and title[1], found["text"], reason)

    def commands(self) -> Iterator[tuple[str, str]]:
        """The commands of a console block, each with what it should print."""
        command, expected = "", ""
        for line in self.text.splitlines(keepends=True):
            if line.startswith("$ "):
                if command:
                    yield command, expected
                command, expected = line[2:], ""
            elif line.startswith("> ") and not expected:
                command += line[2:]
            else:
                assert command, f"{self.place}: a console block begins with a command after '$ '"
                expected += line
        if command:
            yield command, expected


def installed(name: str, language: str) -> bool:
    """Whether what a block needs is here: a program, or, for one in Python, a module."""
    return (shutil.which if language == "console" else importlib.util.find_spec)(name) is not None


def matches(expected: str, printed: str) -> bool:
    """Whether that was printed; `...` stands for any lines, or any text in a line."""
    lines = [line.rstrip() for line in expected.rstrip().splitlines()]
    parts = [r"(?:.*\n)*?" if line == "..." else re.escape(line).replace(r"\.\.\.", ".*") + r"\n" for line in lines]
    shown = "".join(f"{line.rstrip()}\n" for line in printed.rstrip().splitlines())
    return re.fullmatch("".join(parts), shown) is not None


def run(command: str, folder: Path) -> str:
    """What a command prints, on both streams, in a plain terminal of a person with an empty home."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("FLUME_")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{environ['PATH']}"
    environ |= {"HOME": str(folder), "PATH": path, "LC_ALL": "C.UTF-8", "TZ": "UTC", "COLUMNS": "80", "NO_COLOR": "1"}
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=folder,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )
    return done.stdout


def check(block: Block, folder: Path, names: dict[str, object]) -> None:
    """Run one block; *names*: what the doctests of the page have defined so far."""
    if block.title and (ROOT / block.title).is_file():
        shown = (ROOT / block.title).read_text(encoding="utf-8")
        assert block.text == shown, f"{block.place}: {block.title} has become another"
    elif block.title:
        (folder / block.title).parent.mkdir(parents=True, exist_ok=True)
        (folder / block.title).write_text(block.text, encoding="utf-8")
        assert block.language != "python" or compile(block.text, block.place, "exec")
    elif block.language == "console":
        for command, expected in block.commands():
            printed = run(command, folder)
            assert matches(expected, printed), f"{block.place}: {command}printed\n{printed}"
    elif block.language in ("python", "pycon") and ">>>" in block.text:
        test = doctest.DocTestParser().get_doctest(block.text, names, block.place, block.place, 0)
        said: list[str] = []
        runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
        runner.run(test, out=said.append, clear_globs=False)
        names.update(test.globs)
        assert not said, "".join(said)
    elif block.language == "python":
        compile(block.text, block.place, "exec")
    else:
        assert block.language not in ("bash", "sh", "shell", ""), f"{block.place}: say what it is: console, text, …"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_shows_what_happens(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every block of a page does what the page says."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    names: dict[str, object] = {}
    for block in Block.all_of(page):
        if not block.reason:
            check(block, tmp_path, names)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_a_page_needs_is_there(page: Path) -> None:
    """Or it is said here which of its blocks were not run above."""
    if left := [
        f"{block.place} {block.reason}" for block in Block.all_of(page) if (block.reason or "")[:6] == "needs "
    ]:
        pytest.skip(", ".join(left))


WORDS = re.compile(r"^\| [^|]*\| ([^|]*) \|", re.MULTILINE)
"""What stands in the second column of a table."""


@pytest.mark.parametrize("page", ["from-juttle.md", "from-pandas.md"])
def test_a_word_that_others_are_led_to_is_there(page: str) -> None:
    """What the tables name of flume: each word is one, and has the options."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    named = set()
    for row in WORDS.finditer(text):
        for code in re.findall(r"`([a-z_]+\(.*?\))`", row[1]):
            named |= called(code)
    assert len(named) > 30
    assert not [name for name in named if not offered(name)]


def called(code: str) -> set[str]:
    """The words that a program calls, and their options, as `join.kind`."""
    names = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            names |= {node.func.id, *(f"{node.func.id}.{key.arg}" for key in node.keywords)}
    return names


def offered(name: str) -> bool:
    """Whether there is such a word, in programs or in expressions, or such an option of it."""
    word, _, option = name.partition(".")
    thing = getattr(flume, word, None)
    thing = thing if callable(thing) else getattr(table().get(word), "call", None)
    if not option or thing is None:
        return thing is not None
    own = inspect.signature(thing).parameters
    return option in own or any(each.kind is each.VAR_KEYWORD for each in own.values())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_links_to_what_is_there(page: Path) -> None:
    """A link within the repository leads to a file."""
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", FENCE.sub("", page.read_text(encoding="utf-8")))
    missing = [
        target
        for target in targets
        if "://" not in target and not target.startswith(MADE) and not (page.parent / target).exists()
    ]
    assert not missing


# -- how a page is read -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expected", "printed", "same"),
    [
        ("a\nb\n", "a\nb\n", True),
        ("a\n", "a   \n\n", True),
        ("a\nb\n", "a\n", False),
        ("a\n", "a\nb\n", False),
        ("a\n...\nd\n", "a\nb\nc\nd\n", True),
        ("a\n...\n", "a\n", True),
        ("a\n...\nd\n", "a\nb\n", False),
        ('{"time": "...-07-17"}', '{"time": "2024-07-17"}', True),
        ("a.c\n", "abc\n", False),
    ],
)
def test_printed_text_is_compared(expected: str, printed: str, same: bool) -> None:
    """Lines are compared to their ends; three dots are the only freedom."""
    assert matches(expected, printed) is same


def test_a_command_may_take_several_lines(tmp_path: Path) -> None:
    """A line after `> ` goes on with the command before it; after its output it is output."""
    page = ROOT / "README.md"
    block = Block(str(page), "console", None, '$ echo "a\n> b"\na\nb\n$ echo c\nc\n> d\n', None)
    assert list(block.commands()) == [('echo "a\nb"\n', "a\nb\n"), ("echo c\n", "c\n> d\n")]


def test_a_wrong_page_is_found_out(tmp_path: Path) -> None:
    """A page that shows another output than the real one does not pass, nor one that shows another program."""
    with pytest.raises(AssertionError, match=r"docs/words\.py has become another"):
        check(Block("page:1", "python", "docs/words.py", "import flume", None), tmp_path, {})
    with pytest.raises(AssertionError, match=r"printed\n *hello"):
        check(Block("page:1", "console", None, "$ echo hello\ngoodbye\n", None), tmp_path, {})
    with pytest.raises(AssertionError, match="Expected"):
        check(Block("page:1", "python", None, ">>> 1 + 1\n3\n", None), tmp_path, {})
