"""Packaging: what the package of a plugin says of itself, and what must be in it."""

from __future__ import annotations

import importlib.util
import re
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from flume.checking.check import CheckFailed, Package
from flume.errors import PluginError
from flume.hookspecs import API, wrong_plugin_name

if TYPE_CHECKING:
    from importlib_metadata import EntryPoint

_MODULE = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")


def check_entry_point(plugin: str, value: str) -> str:
    """The entry point has a name that a program can write, and names a module."""
    if wrong := wrong_plugin_name(plugin):
        raise CheckFailed(wrong, "rename the entry point in pyproject.toml")
    if not _MODULE.fullmatch(value):
        raise CheckFailed(
            f"its entry point is {value!r}, and no module", "name the module with the hooks: 'flume_acme.plugin'"
        )
    return f"{plugin} = {value!r}"


def check_api(package: Package) -> str:
    """The module says which version of flume's hooks it was written for."""
    module = import_module(package.module)
    written = getattr(module, "FLUME_API", None)
    if written is None:
        raise CheckFailed(
            f"{package.module} does not say for which hooks it was written", f"write FLUME_API = {API} into it"
        )
    return f"FLUME_API = {written}"  # one that is another has no plugin that is ok


def check_typed(package: Package) -> str:
    """The package has the file that tells type checkers to look at its types."""
    folder = folder_of(package.top)
    if folder is None:
        raise CheckFailed(
            f"{package.top} is a single module, which cannot say that it is typed",
            f"make it a package: {package.top}/__init__.py and {package.top}/py.typed",
        )
    if not (folder / "py.typed").is_file():
        raise CheckFailed(
            f"{package.top} has no py.typed, so that type checkers do not look at it",
            "add the empty file, and in pyproject.toml the package-data for it",
        )
    return ""


def check_command(entry: EntryPoint) -> str:
    """A command has a name that can be typed, that none of flume's has, and leads to something to call."""
    from flume.cli import OWN
    from flume.cli.commands import loaded

    if wrong := wrong_plugin_name(entry.name):
        raise CheckFailed(wrong.replace("a plugin's name", "a command's name"), "rename it in pyproject.toml")
    if entry.name in OWN:
        raise CheckFailed(f"flume has the command {entry.name!r} itself, which hides it", "rename it in pyproject.toml")
    try:
        loaded(entry)
    except PluginError as error:
        raise CheckFailed(str(error), "mend its place in pyproject.toml, or what it imports") from error
    return entry.value


def folder_of(top: str) -> Path | None:
    """The folder of an import package; None for a module."""
    spec = sys.modules[top].__spec__ if top in sys.modules else importlib.util.find_spec(top)
    places = spec.submodule_search_locations if spec is not None else None
    return Path(next(iter(places))) if places else None


def file_of(top: str) -> Path | None:
    """The file of a module that is no package; None where it has none."""
    spec = sys.modules[top].__spec__ if top in sys.modules else importlib.util.find_spec(top)
    return Path(spec.origin) if spec is not None and spec.has_location and spec.origin else None
