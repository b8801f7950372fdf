"""Commands of plugins: `flume NAME …`, named by the metadata of a package and imported when it is called.

A package says where a command is, beside its words or without any::

    [project.entry-points."flume.commands"]
    serve = "flume_serve.command:serve"

`flume serve --port 80` calls `serve(["--port", "80"])`; what it returns is the exit status, None is 0.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from flume.cli import OWN

if TYPE_CHECKING:
    from importlib_metadata import EntryPoint

    from flume.plugin import PluginInfo

GROUP = "flume.commands"  # flume.hookspecs has it too, and takes longer to import than to name the commands
_NAME = re.compile(r"[a-z][a-z0-9_-]*")
_SECTION = re.compile(rf"^\[{re.escape(GROUP)}\]$(.*?)(?=^\[|\Z)", re.MULTILINE | re.DOTALL)


def named() -> dict[str, str]:
    """The name of each command, and of the package that has it, as far as they stand in plain files.

    It reads those itself: to ask importlib.metadata takes longer than all the rest of the help.
    """
    return {name: package for folder in dict.fromkeys(sys.path) for name, package in _named_in(folder or ".")}


def find(name: str) -> Callable[[list[str]], object] | None:
    """What the command is; None where there is none of this name.

    Raises `NameConflict` where two packages have it, `PluginError` where it cannot be imported.
    """
    from flume.plugin import entry_points

    found = [entry for entry in entry_points(GROUP) if entry.name == name and _is_allowed(entry)]
    if not found:
        return None
    if len(found) > 1:
        from flume.errors import NameConflict

        packages = " and ".join(sorted(_label(entry) for entry in found))
        raise NameConflict(f"{packages} both have a command {name!r}; uninstall one of them")
    return loaded(found[0])


def packages() -> list[PluginInfo]:
    """The packages that have commands and no plugin, in order of their names; nothing of them is imported."""
    from flume.hookspecs import GROUP as PLUGINS
    from flume.plugin import PluginInfo, entry_points

    plugins = {entry.dist.name for entry in entry_points(PLUGINS) if entry.dist is not None}
    commands: dict[tuple[str, str], list[EntryPoint]] = {}
    for entry in entry_points(GROUP):
        if entry.dist is not None and entry.dist.name not in plugins:
            commands.setdefault((entry.dist.name, entry.dist.version), []).append(entry)
    return [
        PluginInfo(name, name, version, "ok", commands=sorted(entry.name for entry in allowed))
        if (allowed := [entry for entry in entries if _is_allowed(entry)])
        else PluginInfo(name, name, version, "blocked", reason=f"FLUME_PLUGINS={os.environ.get('FLUME_PLUGINS')!r}")
        for (name, version), entries in sorted(commands.items())
    ]


def loaded(entry: EntryPoint) -> Callable[[list[str]], object]:
    """What the entry point of a command leads to; a `PluginError` where it cannot be imported or called."""
    from flume.diverting import diverted
    from flume.errors import PluginError, in_one_line

    whose = f"the command {entry.name!r} of {_label(entry)}"
    try:
        with diverted():
            command: object = entry.load()
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a plugin may even call sys.exit()
        raise PluginError(f"{whose} cannot be imported: {in_one_line(error)}") from error
    if not callable(command):
        raise PluginError(f"{whose} is no function: {entry.value}")
    return command


def _named_in(folder: str) -> Iterator[tuple[str, str]]:
    try:
        with os.scandir(folder) as entries:
            packages = [entry for entry in entries if entry.name.endswith((".dist-info", ".egg-info"))]
    except OSError:
        return
    for package in packages:
        try:
            with open(os.path.join(package.path, "entry_points.txt"), encoding="utf-8") as file:
                text = file.read()
        except (OSError, ValueError):
            continue
        for section in _SECTION.findall(text) if GROUP in text else ():
            for line in section.splitlines():
                name, equals, _ = line.partition("=")
                if equals and _NAME.fullmatch(name.strip()) and name.strip() not in OWN:
                    distribution = package.name.rpartition(".")[0].partition("-")[0].replace("_", "-")
                    yield name.strip(), distribution if distribution.isascii() else "a plugin"


def _is_allowed(entry: EntryPoint) -> bool:
    """Whether `FLUME_PLUGINS` allows a plugin of its package, or, where there is none, its own name."""
    from flume.hookspecs import GROUP as PLUGINS
    from flume.plugin import allows

    allowed = os.environ.get("FLUME_PLUGINS")
    plugins = [each.name for each in entry.dist.entry_points.select(group=PLUGINS)] if entry.dist is not None else []
    return any(allows(allowed, name) for name in plugins or [entry.name])


def _label(entry: EntryPoint) -> str:
    return f"{entry.dist.name} {entry.dist.version}" if entry.dist is not None else entry.value
