"""The rules of the tree: what keeps it easy to find one's way in."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from flume import builtins

ROOT = Path(__file__).parents[1]
PROJECTS = sorted(ROOT.glob("flume-*/pyproject.toml"))
MODULES = sorted(module for module in ROOT.glob("flume-*/src/*/**/*.py"))
CORE = ROOT / "flume-core" / "src" / "flume"
LONGEST = 400

WORDS = {
    "sources": builtins.flume_sources(),
    "procs": builtins.flume_procs(),
    "reducers": builtins.flume_reducers(),
    "parsers": builtins.flume_parsers(),
    "adapters": builtins.flume_adapters(),
    "sinks": builtins.flume_sinks(),
    "views": builtins.flume_views(),
    "codecs": builtins.flume_codecs(),
}
WORD_MODULES = [
    (kind, module.stem)
    for kind in WORDS
    for module in sorted((CORE / kind).glob("*.py"))
    if not module.stem.startswith("_") and (kind not in ("adapters", "parsers", "views") or module.stem in WORDS[kind])
]
"""Every module in a folder of words; an adapter, a format or a view may need more than one."""

LAYERS = [
    {"errors"},
    {
        "arithmetic",
        "bounds",
        "budget",
        "caret",
        "closing",
        "duration",
        "exact",
        "files",
        "generated",
        "keeping",
        "missing",
        "moment",
        "relative",
        "strftime",
        "zones",
        "timestamps",
        "ordering",
        "panes",
        "point",
        "value",
        "width",
        "report",
        "rejects",
        "run",
        "screen",
        "spilling",
        "streams",
        "diverting",
        "hookspecs",
        "importing",
        "member",
        "tables",
    },
    {"flow", "stage"},
    {
        "expression",
        "grammar",
        "mistakes",
        "terms",
        "compiling",
        "comparing",
        "generated",
        "functions",
        "predicate",
        "template",
    },
    {
        "reducing",
        "sketches",
        "sliding",
        "scanning",
        "trailing",
        "filling",
        "folding",
        "gathering",
        "groups",
        "holding",
        "joins",
        "windows",
        "parsing",
        "viewing",
        "adapting",
        "absorbing",
        "yielding",
        "running",
        "timing",
        "interleaving",
        "compressing",
    },
    {"sources", "procs", "reducers", "parsers", "adapters", "sinks", "views", "charts", "absorbed", "codecs"},
    {"builtins"},
    {"hints", "plugin", "registry"},
    {"engine"},
    {"testing", "scaffolding", "cli", "notebook", "checking", "_pytest"},
]
"""What a module may import when it is imported itself: its own layer and those above."""


def relative(path: Path) -> str:
    """The path as it is spoken of."""
    return path.relative_to(ROOT).as_posix()


def tracked() -> list[Path]:
    """The files that belong to the repository: what git knows or would add."""
    try:
        git = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
        listed = subprocess.run(git, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    return sorted(path for name in listed.split("\0") if name and (path := ROOT / name).is_file())


def imports(module: Path, *, at_once: bool) -> Iterator[str]:
    """What a module imports; *at_once*: only what it needs when it is imported itself."""
    waiting: list[ast.AST] = [ast.parse(module.read_text(encoding="utf-8"))]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{relative(module)}:{node.lineno}: imports are written in full"
            assert node.module is not None
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif at_once and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        elif at_once and isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            waiting.extend(node.orelse)
        else:
            waiting.extend(ast.iter_child_nodes(node))


def layer(name: str) -> int | None:
    """Where a dotted name of core stands; None: not a module of a layer (`flume.head`, the package itself)."""
    parts = name.split(".")
    return next((i for i, names in enumerate(LAYERS) if parts[0] == "flume" and parts[1:] and parts[1] in names), None)


# -- modules ------------------------------------------------------------------------------------


@pytest.mark.parametrize("module", MODULES, ids=relative)
def test_a_module_is_short_enough_to_be_read(module: Path) -> None:
    """No module is longer than what can be read in one sitting."""
    lines = len(module.read_text(encoding="utf-8").splitlines())
    assert lines <= LONGEST, f"{relative(module)} has {lines} lines: split it by concept"


@pytest.mark.parametrize("module", MODULES, ids=relative)
def test_a_module_is_named_after_its_concept(module: Path) -> None:
    """A file says what is in it: no drawer for odds and ends."""
    vague = {"utils", "util", "helpers", "helper", "common", "base", "misc", "tools"}
    assert not vague & {part.strip("_") for part in module.relative_to(ROOT).with_suffix("").parts}


@pytest.mark.parametrize("module", MODULES, ids=relative)
def test_a_module_says_what_it_is(module: Path) -> None:
    """Every module begins with a docstring, but for empty files."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    assert not tree.body or ast.get_docstring(tree), f"{relative(module)} has no docstring"


# -- layers -------------------------------------------------------------------------------------


@pytest.mark.parametrize("module", sorted(CORE.rglob("*.py")), ids=relative)
def test_nothing_imports_downwards(module: Path) -> None:
    """A module is understood without those that build on it."""
    own = ".".join(module.relative_to(CORE.parent).with_suffix("").parts).removesuffix(".__init__")
    if own in ("flume", "flume.__main__"):
        return
    place = layer(own)
    assert place is not None, f"{own} stands in no layer: add it to LAYERS in {Path(__file__).name}"
    below = {name for name in imports(module, at_once=True) if (there := layer(name)) is not None and there > place}
    assert not below, f"{own} imports {', '.join(sorted(below))}, which builds on it: import it where it is used"


@pytest.mark.parametrize("module", sorted(CORE.rglob("*.py")), ids=relative)
def test_core_knows_no_plugin(module: Path) -> None:
    """Core imports no plugin, not even late."""
    assert not [name for name in imports(module, at_once=False) if name.startswith("flume_")]


# -- words --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(WORDS))
def test_a_package_of_words_holds_no_code(kind: str) -> None:
    """`flume.procs.head` is a module; were `head` imported into `flume.procs`, it would be two things."""
    body = ast.parse((CORE / kind / "__init__.py").read_text(encoding="utf-8")).body
    assert [type(node) for node in body] == [ast.Expr]


@pytest.mark.parametrize(("kind", "word"), WORD_MODULES)
def test_a_word_is_offered_where_it_is_written(kind: str, word: str) -> None:
    """One file is one word of the language: the file `head.py` is what `head` means."""
    place = f"flume.{kind}.{word}"
    assert WORDS[kind].get(word) in (place, f"{place}:{word}")


@pytest.mark.parametrize(("kind", "word"), WORD_MODULES)
def test_a_word_is_tested(kind: str, word: str) -> None:
    """Every word has a test file of its own, which is found without searching."""
    assert (ROOT / "tests" / "unit" / "core" / kind / f"test_{word}.py").is_file()


@pytest.mark.parametrize(("kind", "name", "place"), [(k, n, p) for k, offer in WORDS.items() for n, p in offer.items()])
def test_what_is_offered_is_there(kind: str, name: str, place: str) -> None:
    """What core offers stands in the folder of its kind."""
    module, _, attribute = place.partition(":")
    assert module.startswith(f"flume.{kind}.")
    path = CORE.parent.joinpath(*module.split(".")).with_suffix(".py")
    assert path.is_file()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    defined = {node.name for node in tree.body if isinstance(node, ast.ClassDef | ast.FunctionDef)}
    assigned = {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    assert not attribute or attribute in defined | assigned


# -- packages -----------------------------------------------------------------------------------


def project(path: Path) -> dict[str, object]:
    """The [project] table of a pyproject.toml."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))["project"]
    assert isinstance(table, dict)
    return table


def test_all_packages_have_one_version() -> None:
    """The packages are released together."""
    assert len({project(path)["version"] for path in PROJECTS}) == 1


@pytest.mark.parametrize("path", [path for path in PROJECTS if path.parent.name != "flume-core"], ids=relative)
def test_a_plugin_asks_for_the_core_it_was_released_with(path: Path) -> None:
    """A plugin never meets an older core than it was tested with, nor the next major one."""
    version = str(project(path)["version"])
    major = int(version.partition(".")[0])
    dependencies = project(path)["dependencies"]
    assert isinstance(dependencies, list)
    assert f"flume-core>={version},<{major + 1}" in dependencies


@pytest.mark.parametrize("path", PROJECTS, ids=relative)
def test_a_package_carries_the_licence(path: Path) -> None:
    """Every wheel has the text of the licence in it."""
    assert (path.parent / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()


def test_the_changelog_knows_the_version() -> None:
    """What is released is described."""
    version = str(project(PROJECTS[0])["version"]).partition(".dev")[0]
    headings = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert version in headings


# -- files --------------------------------------------------------------------------------------


def test_no_file_knows_a_machine() -> None:
    """Nobody's folders and no registry's host names: they are the business of the machine that installs."""
    folders = [
        "/".join(("", *parts, ""))
        for parts in (("root",), ("work", "main"), ("work", "shared"), ("opt", "wheels"), ("Users",))
    ]
    hosts = [
        ".".join(name)
        for name in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com"), ("crates", "io"))
    ]
    forbidden = re.compile("|".join(map(re.escape, [*folders, *hosts])))
    found = []
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{relative(path)}: {match.group()}" for match in forbidden.finditer(text)]
    assert not found
