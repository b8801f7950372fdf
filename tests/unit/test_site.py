"""The pages and pictures that are made from the code: there is one of everything, and none has become another.

Their makers are the modules in docs/.
"""

from __future__ import annotations

import ast
import doctest
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

import functions
import hooks
import how_to
import lateness
import plans
import pytest
import windows
import words

from flume import hookspecs, reduce, registry
from flume.functions import table
from flume.scaffolding.kinds import PREFIXES

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
TESTS = ROOT / "tests"
PAGES = {(page.kind, page.name): page for page in words.pages()}
HOOKS = [name for name, value in vars(hookspecs).items() if hasattr(value, "flume_spec")]
OFFERED = [
    *((kind, name) for kind in hookspecs.HOOKS for name in registry.default().names(kind, plugins=True)),
    *(("function", name) for name, one in table().items() if one.own),  # tests register others
]
"""All that a program can say, of core and of the packages beside it."""


# -- words --------------------------------------------------------------------------------------


def of_core(kind: str, name: str) -> bool:
    """Whether core offers it, and no plugin."""
    thing = words.offered(kind)[name]
    return str(getattr(thing, "__module__", None) or thing.__name__).startswith("flume.")


@pytest.mark.parametrize(("kind", "name"), OFFERED)
def test_a_word_has_a_page_with_an_example(kind: str, name: str) -> None:
    """What it is, in a sentence, and how it is used."""
    page = PAGES.get((kind, name))
    assert page is not None, f"no page in the site: add the kind {kind!r} to KINDS of docs/words.py"
    assert page.summary, "its docstring says nothing"
    assert re.search(">>>|Another name of", page.text), "its docstring has no example"


TWICE = ("source", "proc", "reducer", "sink", "adapter", "parser")
"""The kinds of words whose pages of core have two examples."""
ONE_EXAMPLE = {"http"}
"""What needs a server, of which a docstring has none: its page has programs that are run beside one."""


@pytest.mark.parametrize(
    ("kind", "name"), [(kind, name) for kind, name in OFFERED if kind in TWICE and of_core(kind, name)]
)
def test_a_word_of_core_has_two_examples(kind: str, name: str) -> None:
    """Programs that use it, each with what it gives."""
    page = PAGES[kind, name]
    if "Another name of" not in page.text:
        found = len(examples(page))
        assert found >= 2 or name in ONE_EXAMPLE, f"its page shows what it gives {found} times; write another one"
        assert found < 2 or name not in ONE_EXAMPLE, "it has two: take it from ONE_EXAMPLE"


def examples(page: words.Page) -> list[str]:
    """The programs of a page that use its word and show what they give: neither an error nor the program itself."""
    namespace = isinstance(words.offered(page.kind)[page.name], ModuleType)
    used = re.compile(rf"\b{page.name}\.\w+\(" if namespace else rf"\b{page.name}\b")
    found, source = [], ""
    for block in re.findall(r"^```pycon\n(.*?)^```", page.text, re.MULTILINE | re.DOTALL):
        for step in doctest.DocTestParser().get_examples(block):
            source += step.source
            itself = "".join(step.want.split()) == "".join(step.source.split())
            if step.want and not step.exc_msg and not itself and used.search(without_imports(source)):
                found.append(source)
            source = "" if step.want else source
    return found


def without_imports(source: str) -> str:
    return "\n".join(line for line in source.splitlines() if not re.match("from|import", line))


@pytest.mark.parametrize(("kind", "name"), OFFERED)
def test_a_word_is_named_by_a_test(kind: str, name: str) -> None:
    """Whoever changes it finds where it is tested."""
    things = words.offered(kind)
    package = getattr(things[name], "__module__", "flume").partition(".")[0].rpartition("_")[2]
    folder = TESTS / "unit" / ("core" if package == "flume" or package not in FOLDERS else package)
    assert name in named(folder), f"no test in {folder.relative_to(ROOT)} names the {kind} {name!r}"


FOLDERS = {path.name for path in (TESTS / "unit").iterdir() if path.is_dir()}


@cache
def named(folder: Path) -> frozenset[str]:
    """The names in the code of the tests, and in its texts, but for docstrings."""
    found: set[str] = set()
    for path in folder.rglob("test_*.py"):
        found.update(names_in(ast.parse(path.read_text(encoding="utf-8"))))
    return frozenset(found)


def names_in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.alias | ast.FunctionDef):
            yield node.name
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            node.value.value = None  # a docstring
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from re.findall(r"\w+", node.value)


# -- hooks --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", HOOKS)
def test_a_hook_has_a_page(name: str) -> None:
    """What it is given, what it returns, what a thing is, and where one reads how to write one."""
    page = next((hook for hook in hooks.pages() if hook.name == name), None)
    assert page is not None
    text = page.page()
    assert f"def {name}(" in text
    assert "It returns" in text
    assert name in hooks.CLASSES, f"say in CLASSES of docs/hooks.py what class a thing of {name} is"
    assert name in hooks.PAGES, f"say in PAGES of docs/hooks.py where an author reads how to write one for {name}"
    promised = (TESTS / "public.txt").read_text(encoding="utf-8")
    for cls in hooks.CLASSES[name]:
        assert f"## {cls.__name__}\n" in text
        assert re.search(rf"^class flume(\.\w+)*\.{cls.__name__}\b", promised, re.MULTILINE), f"{cls} is not promised"
    page_of_kind = hooks.PAGES[name][0].partition("#")[0]
    assert (DOCS / page_of_kind).is_file()
    assert f"(hooks/{name}.md)" in (DOCS / page_of_kind).read_text(encoding="utf-8"), f"{page_of_kind} does not link it"


@pytest.mark.parametrize("name", HOOKS)
def test_a_hook_is_named_by_a_test(name: str) -> None:
    """A plugin in the tests implements it."""
    assert name in named(TESTS / "unit" / "core"), f"no test in tests/unit/core names the hook {name!r}"


def test_a_method_is_described_with_its_exact_arguments() -> None:
    """As it is written, types and defaults too."""
    text = hooks.Hook("flume_parsers").page()
    assert "**`render(*, live: bool = False) -> Rendering`**" in text
    assert text.count("**`render(") == 1
    assert "Picture(media_type, data)" in hooks.Hook("flume_views").page()


def test_what_a_run_has_is_described() -> None:
    """What is said of it where it is set."""
    text = hooks.Hook("flume_sources").page()
    assert "**`needed: frozenset[str] | None`**\n\n:   The fields that are read of this source; None: all." in text


# -- pages for authors --------------------------------------------------------------------------


@pytest.mark.parametrize("kind", PREFIXES)
def test_a_kind_of_plugin_has_a_page(kind: str) -> None:
    """It makes a package of that kind, and shows the whole of it."""
    page = (DOCS / hooks.PAGES[hookspecs.HOOKS[kind]][0]).read_text(encoding="utf-8")
    assert re.search(rf"^\$ flume plugins new \w+ --kind {kind}$", page, re.MULTILINE)
    assert len(re.findall(r'^```python title="flume-', page, re.MULTILINE)) == 2


@pytest.mark.parametrize("page", how_to.PAGES, ids=lambda page: page.name)
def test_what_is_shown_of_others_is_as_it_is_now(page: Path) -> None:
    """The files of new packages, and the laws of suites."""
    text = page.read_text(encoding="utf-8")
    assert how_to.renewed(text) == text, f"docs/{page.name} shows what was: run python docs/how_to.py"


def test_the_functions_on_the_page_of_expressions_are_as_they_are_now() -> None:
    """All that flume has, with what each example gives when it is done as an expression."""
    text = functions.PAGE.read_text(encoding="utf-8")
    assert functions.renewed(text) == text, "docs/expressions.md shows what was: run python docs/functions.py"
    own = {name: function for name, function in table().items() if function.own}
    assert set(re.findall(r"^#### (\w+)$", text, re.MULTILINE)) == own.keys()
    for name, function in own.items():
        assert any(re.search(rf"\b{name}\(", example) for example, _ in functions.examples(function)), name


def test_examples_of_functions_are_of_both_worlds() -> None:
    """What a docstring says in Python is what an expression gives."""
    for function in table().values():
        wanted = [e.want.strip() or "None" for e in doctest.DocTestParser().get_examples(function.__doc__ or "")]
        if function.own and function.name != "has":
            assert [value for _, value in functions.examples(function)] == wanted, function.name


# -- pictures -----------------------------------------------------------------------------------


def test_pictures_of_plans_are_what_the_plans_are(tmp_path: Path) -> None:
    """Each is drawn anew, of the program above it."""
    plans.draw(tmp_path)
    drawn = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
    kept = {path.name: path.read_text(encoding="utf-8") for path in (DOCS / "plans").iterdir()}
    assert drawn, "no page shows a plan"
    assert drawn == kept, "a plan is another by now: run python docs/plans.py"


def test_every_picture_of_a_plan_is_drawn_of_a_program() -> None:
    """A page shows none whose program the drawing does not find."""
    text = "".join(page.read_text(encoding="utf-8") for page in DOCS.glob("*.md"))
    assert sorted(re.findall(r"\(plans/([\w-]+)\.svg\)", text)) == sorted(name for name, _, _ in plans.shown())


def test_the_picture_of_lateness_is_of_the_points_of_its_page() -> None:
    """It is drawn anew, of the file that the page makes."""
    kept = (DOCS / "time.svg").read_text(encoding="utf-8")
    assert lateness.drawn() == kept, "the points are others by now: run python docs/lateness.py"


def test_pictures_of_windows_are_of_the_programs_above_them(tmp_path: Path) -> None:
    """Each is drawn anew, of what its program gives."""
    windows.draw(tmp_path)
    drawn = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
    kept = {path.name: path.read_text(encoding="utf-8") for path in (DOCS / "windows").iterdir()}
    assert drawn, "the page shows no windows"
    assert drawn == kept, "the programs are others by now: run python docs/windows.py"


def test_every_picture_of_windows_stands_below_a_program() -> None:
    """No page shows one of a program that the drawing does not find."""
    text = "".join(page.read_text(encoding="utf-8") for page in DOCS.glob("*.md"))
    assert sorted(re.findall(r"\(windows/([\w-]+)\.svg\)", text)) == sorted(name for name, _ in windows.shown())


def test_a_bar_of_windows_holds_the_points_that_it_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many dots lie within its ends, in its group, as the number in it says."""
    seen: list[int] = []

    def compared(step: reduce, points: list[windows.Point], results: list[windows.Point]) -> str:
        for bar in windows.bars_of(step, points, results):
            closed = step.every is None or not bar.final
            own = [point["time"] for point in points if windows.group_of(step, point) == bar.group]
            within = [time for time in own if bar.start <= time < bar.end or (closed and time == bar.end)]
            assert len(within) == int(bar.says), bar
            seen.append(len(within))
        return ""

    monkeypatch.setattr(windows, "picture", compared)
    windows.draw(tmp_path)
    assert len(seen) > 30
