"""Checks of a plugin that need no code: what it offers is looked at, name by name.

`flume plugins check NAME` runs them, and so does `pytest --flume-plugin NAME`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from flume.checking.check import Check as Check
from flume.checking.check import CheckFailed as CheckFailed
from flume.checking.check import Outcome as Outcome
from flume.checking.check import Package, Part, parts

if TYPE_CHECKING:
    from flume.plugin import PluginInfo

__all__ = ["Check", "CheckFailed", "Outcome", "checks_of"]


def checks_of(name: str) -> Iterator[Check]:
    """The checks of the plugin *name* (its own or its package's), which this process sees; `core` is one too.

    Those that make no sense where an earlier one fails are left out.  Raises `UnknownName` where there is no such
    plugin.

    >>> checks = list(checks_of('core'))
    >>> [check.name for check in checks if check.subject == 'proc head']
    ['import', 'kind', 'documented', 'options', 'example', 'values']
    >>> next(check for check in checks if check.subject == 'proc head' and check.name == 'options').run()
    'n, by'
    """
    from flume.registry import default

    plugin = default().plugin(name)
    yield from _of_package(plugin)
    yield Check("loads", plugin.name, lambda: _check_loads(plugin))
    if plugin.state != "ok":
        return
    yield Check("names", plugin.name, lambda: _check_names(plugin))
    seen: set[int] = set()
    for kind, names in plugin.offers.items():
        for word in names:
            yield Check("import", f"{kind} {word}", functools.partial(_check_import, kind, plugin.name, word))
            for part in _imported(kind, plugin.name, word):
                if id(part.thing) not in seen:
                    seen.add(id(part.thing))
                    yield from _of_part(part)


def _of_package(plugin: PluginInfo) -> Iterator[Check]:
    """What is looked at of what is installed; nothing of a plugin that was added by hand."""
    from flume.checking import alone, dependencies, packaging
    from flume.hookspecs import COMMANDS

    found = _package(plugin)
    if found is None:
        return
    package, value = found
    loaded = functools.cache(functools.partial(alone.load_alone, plugin.name))
    if plugin.name != "core":
        yield Check("entry-point", plugin.name, lambda: packaging.check_entry_point(plugin.name, value))
    if plugin.state == "blocked":
        return
    if plugin.state != "ok":
        return  # `loads` says why
    yield Check("alone", plugin.name, lambda: alone.check_alone(loaded()))
    yield Check("light", plugin.name, lambda: alone.check_light(plugin.name, loaded()))
    yield Check("api", plugin.name, lambda: packaging.check_api(package))
    yield Check("typed", plugin.name, lambda: packaging.check_typed(package))
    yield Check("dependencies", plugin.name, lambda: dependencies.check_dependencies(package))
    for entry in package.distribution.entry_points.select(group=COMMANDS):
        yield Check("command", f"command {entry.name}", functools.partial(packaging.check_command, entry))


def _package(plugin: PluginInfo) -> tuple[Package, str] | None:
    """The package of a plugin, and what its entry point is."""
    import importlib_metadata

    from flume.plugin import entry_points

    if plugin.name == "core":
        return Package(plugin, importlib_metadata.distribution("flume-core"), "flume.builtins"), ""
    for entry in entry_points():
        if entry.name == plugin.name and entry.dist is not None:
            return Package(plugin, entry.dist, entry.value.partition(":")[0].strip()), entry.value
    return None


def _of_part(part: Part) -> Iterator[Check]:
    from types import ModuleType

    from flume.checking import examples, words

    yield Check("kind", part.title, lambda: words.check_kind(part))
    yield Check("documented", part.title, lambda: words.check_documented(part))
    if part.kind == "adapter" or isinstance(part.thing, ModuleType):
        return
    made = functools.cache(functools.partial(examples.run_example, part))
    yield Check("options", part.title, lambda: words.check_options(part))
    yield Check("example", part.title, lambda: _check_example(made))
    if isinstance(part.thing, type):
        yield Check("values", part.title, lambda: _check_values(made))


def _check_example(made: Callable[[], list[Any]]) -> str:
    return f"{len(values)} made" if (values := made()) else ""


def _check_values(made: Callable[[], list[Any]]) -> str:
    from flume.checking.values import check_values

    try:
        values = made()
    except CheckFailed:
        raise CheckFailed("what its example makes cannot be looked at", "mend the example first") from None
    return check_values(values)


def _check_loads(plugin: PluginInfo) -> str:
    from flume.hints import offers

    if plugin.state != "ok":
        see = "mend it, flume plugins list --verbose shows where" if plugin.state == "broken" else "change that first"
        raise CheckFailed(f"it is {plugin.state}, {plugin.reason}", see)
    if not plugin.offers:
        raise CheckFailed("it offers nothing", "return from one of its hooks a dict of names and places")
    return offers(plugin)


def _check_names(plugin: PluginInfo) -> str:
    """No name is hidden by one of core's; that names are good is known where the plugin loads."""
    from flume.functions import table
    from flume.hookspecs import WORDS
    from flume.registry import default

    for name in sorted({*plugin.offers.get("function", ())} & {*table()}):  # which core offers by no hook
        raise CheckFailed(f"flume has the function {name!r} itself, which hides it", "give it another name")
    for kind, names in plugin.offers.items():
        for other in (WORDS if kind in WORDS else (kind,)) if plugin.name != "core" else ():
            for name in sorted(set(names) & set(default().names(other))):
                raise CheckFailed(
                    f"core has a {other} {name!r} itself, which hides its {kind} of that name", "give it another name"
                )
    return f"{sum(map(len, plugin.offers.values()))} of them"


def _check_import(kind: str, plugin: str, word: str) -> str:
    from flume.errors import PluginError
    from flume.registry import default

    try:
        default().find(kind, f"{plugin}.{word}")
    except PluginError as error:
        raise CheckFailed(str(error), "mend the place that its hook returns, or what it imports") from error
    return ""


def _imported(kind: str, plugin: str, word: str) -> list[Part]:
    """What there is to check of a word; nothing where it cannot be imported, which is said by a check of its own."""
    from flume.errors import PluginError
    from flume.registry import default

    try:
        thing: Any = default().find(kind, f"{plugin}.{word}")
    except PluginError:
        return []
    return list(parts(kind, word, thing))
