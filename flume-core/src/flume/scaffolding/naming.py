"""Naming: which names a new plugin can have."""

from __future__ import annotations

import builtins
import keyword
import re

from flume.errors import UsageError
from flume.hookspecs import HOOKS, is_name

LONGEST = 24
"""Characters of a name: people type it."""

OWN = {*HOOKS, "core", "plugin"}
"""What modules of a package, and flume itself, are called."""


def check_name(name: str) -> None:
    """A `UsageError` that says why a new plugin, and the word that it offers, cannot be called so.

    >>> check_name("head")
    Traceback (most recent call last):
        ...
    flume.errors.UsageError: core has the name 'head' already; choose another
    """
    if keyword.iskeyword(name) or hasattr(builtins, name):
        raise UsageError(f"{name!r} is a word of Python, which the package needs itself; choose another name")
    if not is_name(name) or name.endswith("_") or "__" in name:
        raise UsageError(f"{name!r} is no name: it takes lower-case letters, digits and _, a letter first{_like(name)}")
    if len(name) > LONGEST:
        raise UsageError(f"{name!r} has {len(name)} characters; a name that people type has {LONGEST} at most")
    if name in OWN or name.startswith("test"):
        raise UsageError(f"{name!r} says what it is, or is for a test, not what it does; choose another name")
    if name in taken():
        raise UsageError(f"core has the name {name!r} already; choose another")


def taken() -> set[str]:
    """The names of core: its words of every kind, and what `from flume import *` gives."""
    import flume
    from flume.registry import Registry

    core = Registry(discover=False)
    return {name for kind in HOOKS for name in core.names(kind)} | set(flume.__all__)


def _like(name: str) -> str:
    """A name like this one that can be had."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    close = re.sub(r"[^a-z0-9]+", "_", apart).rstrip("_").lstrip("0123456789_")
    return f"; {close!r} would do" if is_name(close) else ""
