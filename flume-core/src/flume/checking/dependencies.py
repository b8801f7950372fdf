"""Dependencies: what the sources of a package import, beside what its metadata says that it needs."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

from flume.checking.check import CheckFailed, Package
from flume.checking.packaging import file_of, folder_of

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_MISSING = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}
_BY_NAME = {"import_module", "__import__"}


def check_dependencies(package: Package) -> str:
    """Whatever its sources import is the standard library, its own, or declared.

    What is imported for type checkers alone, or where an ImportError is caught, need not be there.
    """
    declared = {canonical(match[0]) for text in package.distribution.requires or () if (match := _NAME.match(text))}
    own = _own(package)
    missing: dict[str, str] = {}
    for file in sorted(set(_sources(own))):
        for name, line in imports(ast.parse(file.read_bytes())):
            if name in own or name in sys.stdlib_module_names or name in missing:
                continue
            found = ["flume-core"] if name == "flume" else _installed().get(name, [])
            if not declared & {*map(canonical, found), canonical(name)}:
                whence = f"of {found[0]}" if found else "of no installed package"
                missing[name] = f"{name} {whence} ({file.parent.name}/{file.name}:{line})"
    if missing:
        raise CheckFailed(
            f"it imports what is not declared: {', '.join(missing.values())}",
            "add it to the dependencies in pyproject.toml and install again, or catch the ImportError",
        )
    return f"declared: {', '.join(sorted(declared))}" if declared else "none"


def imports(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """The packages that a module cannot do without, and the line of each import.

    >>> code = "import os.path, acme.lake"
    >>> list(imports(ast.parse(code)))
    [('os', 1), ('acme', 1)]
    """
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, ast.Import):
            yield from ((alias.name.partition(".")[0], node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level == 0 and node.module:
                yield node.module.partition(".")[0], node.lineno
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in _names(node.test):
            waiting[:0] = node.orelse
        elif isinstance(node, ast.Try) and any(_catches_missing(handler) for handler in node.handlers):
            waiting[:0] = [*node.handlers, *node.orelse, *node.finalbody]
        elif isinstance(node, ast.With) and _suppresses_missing(node):
            continue
        else:
            if isinstance(node, ast.Call) and _names(node.func) & _BY_NAME and node.args:
                named = node.args[0]
                if isinstance(named, ast.Constant) and isinstance(named.value, str) and named.value[:1] != ".":
                    yield named.value.partition(".")[0], node.lineno
            waiting[:0] = ast.iter_child_nodes(node)


def canonical(name: str) -> str:
    """A distribution's name as indexes compare it.

    >>> canonical('Backports.zstd')
    'backports-zstd'
    """
    return re.sub(r"[-_.]+", "-", name).lower()


@cache
def _installed() -> dict[str, list[str]]:
    """Of each import package, the distributions that have it."""
    return {name: sorted(set(found)) for name, found in packages_distributions().items()}


def _own(package: Package) -> set[str]:
    """The import packages of the distribution itself."""
    name = canonical(package.distribution.name)
    return {package.top} | {top for top, found in _installed().items() if name in map(canonical, found)}


def _sources(tops: Iterable[str]) -> Iterator[Path]:
    for top in tops:
        if (folder := folder_of(top)) is not None:
            yield from folder.rglob("*.py")
        elif (file := file_of(top)) is not None and file.suffix == ".py":
            yield file


def _names(node: ast.AST) -> set[str]:
    """The names in an expression, with those behind a dot."""
    found = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    return found | {each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute)}


def _catches_missing(handler: ast.ExceptHandler) -> bool:
    return handler.type is None or bool(_names(handler.type) & _MISSING)


def _suppresses_missing(node: ast.With) -> bool:
    return any("suppress" in (names := _names(item.context_expr)) and names & _MISSING for item in node.items)
