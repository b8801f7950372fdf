"""Hints: what to say when a name is not found, and of plugins that do not load."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from flume.caret import quoted
from flume.errors import NameConflict, OptionError, UnknownName

if TYPE_CHECKING:
    from flume.plugin import PluginInfo

PACKAGES = {
    ("adapter", "elastic"): "flume-adapter-elastic",
    ("parser", "grok"): "flume-adapter-grok",
    ("view", "gnuplot"): "flume-viz-gnuplot",
    ("view", "pygal"): "flume-viz-pygal",
}
"""Where to get the names that flume's own packages offer."""

_EXAMPLES = {("adapter", "sqlite"): "flume-adapter-sqlite"}
"""Names that a package in the repository's folder of examples offers."""

SLOW = 1.0
"""Seconds to import a plugin that its user is told of."""

_SPOKEN = {
    "adapter": "read({0!r}, …) or write({0!r}, …)",
    "parser": "format={0!r}",
    "codec": "compression={0!r}",
    "view": "barchart({0!r}, …)",
    "reducer": "reduce(x={0}(…))",
    "function": "filter('{0}(…)')",
    "runner": "execute(runner={0!r})",
}
"""How a name of each kind is written in a program, where that is not `name(…)`."""


def unknown_name(kinds: Sequence[str], name: str, plugins: Sequence[PluginInfo], allowed: str | None) -> UnknownName:
    """The error for a name that nobody offers as one of these *kinds*; *plugins* are all there are, core too."""
    elsewhere = dict.fromkeys(kind for plugin in plugins for kind, names in plugin.offers.items() if name in names)
    package = next((p for (kind, word), p in PACKAGES.items() if word == name), None)
    installed = {plugin.package for plugin in plugins}
    lines = [f"{name!r} is {a([kind])}: {_SPOKEN.get(kind, '{0}(…)').format(name)}" for kind in elsewhere]
    if package and package not in installed:
        lines.append(f"pip install {package}")
    lines += [
        f"a package for it is among the examples in flume's repository: pip install ./examples/{example}"
        for (kind, word), example in _EXAMPLES.items()
        if word == name and kind in kinds and example not in installed
    ]
    if not lines:
        namesake = next((p for p in plugins if p.name == name and p.state == "ok"), None)
        if namesake:
            return UnknownName(f"{namesake.label} is installed but does not offer the {_one(kinds)} {name!r} yet")
        lines += _close(name, kinds, plugins, installed)
    return _unknown(kinds, name, [*lines, *_file(kinds, name), *_troubles(plugins, allowed, name)])


def unknown_qualified(
    kinds: Sequence[str], name: str, plugins: Sequence[PluginInfo], allowed: str | None
) -> UnknownName:
    """The error for a name `plugin.word` that the plugin does not offer, or whose plugin does not exist or load."""
    qualifier, _, bare = name.rpartition(".")
    plugin = next((plugin for plugin in plugins if plugin.name == qualifier), None)
    if plugin is None:
        missing = f"no plugin is called {qualifier!r}" + _did_you_mean(qualifier, [plugin.name for plugin in plugins])
        return _unknown(kinds, name, _file(kinds, name) or [missing])
    if plugin.state == "ok":
        return UnknownName(f"{plugin.label} does not offer the {_one(kinds)} {bare!r}\n  it offers {offers(plugin)}")
    return _unknown(kinds, name, _troubles([plugin], allowed))


def unknown_plugin(name: str, plugins: Sequence[PluginInfo]) -> UnknownName:
    """The error for a plugin that is not there."""
    known = [word for plugin in plugins for word in (plugin.name, plugin.package) if word]
    package = next((p for (_, word), p in PACKAGES.items() if name in (word, p)), None)
    return UnknownName(
        f"no plugin called {name!r}" + (f"; pip install {package}" if package else _did_you_mean(name, known))
    )


def unknown_hook(name: str) -> str:
    """What to say of a function that a plugin marks as a hook, and that is none."""
    from flume.hookspecs import HOOKS

    return f"unknown hook {name!r}" + (
        _did_you_mean(name, HOOKS.values()) or f"; there are {', '.join(HOOKS.values())}"
    )


def conflict(name: str, plugins: Sequence[PluginInfo]) -> NameConflict:
    """The error for a name that several plugins offer."""
    # as Python writes them
    qualified = {plugin.package or plugin.name: f"{plugin.name.replace('-', '_')}.{name}" for plugin in plugins}
    *first, last = (f"{package} ({word})" for package, word in qualified.items())
    all_of_them = "both" if len(first) == 1 else "all"
    return NameConflict(f"{', '.join(first)} and {last} {all_of_them} offer {name!r}; use the longer name")


def trouble(plugin: PluginInfo) -> str:
    """Why a plugin cannot be used, in one line."""
    package = f" ({plugin.label})" if plugin.package else ""
    return f"plugin {plugin.name!r}{package} is {plugin.state}: {plugin.reason}"


def hidden(plugin: str, owner: str, name: str) -> str:
    """What to say of a name of a plugin that core, Python or another plugin, the *owner*, has too."""
    return f"{owner} has its own {name!r}: say '{plugin.replace('-', '_')}.{name}'"


def burdens(seconds: float, prints: bool) -> list[str]:
    """What there is to say of a plugin that works, and that its author should mend."""
    slow = [f"it takes {seconds:.1f} s to import"] if seconds >= SLOW else []
    return slow + (["it prints when it is imported"] if prints else [])


def offers(plugin: PluginInfo) -> str:
    """What a plugin offers: `sources emit read; procs head`."""
    offered = {f"{kind}s": names for kind, names in plugin.offers.items()}
    if plugin.commands:
        offered["commands"] = plugin.commands
    return "; ".join(f"{kinds} {' '.join(names)}" for kinds, names in offered.items()) or "nothing yet"


def a(kinds: Sequence[str]) -> str:
    """`an adapter`, `a parser`, `a word`."""
    return f"{'an' if _one(kinds)[0] in 'aeiou' else 'a'} {_one(kinds)}"


def no_step(found: object, first: bool) -> OptionError:
    """The error for a thing beside a pipe that is no step, *first*: on its left.

    >>> print(no_step(3, False))
    after | stands a step such as filter('x > 1') or write('stdio'), not 3
    """
    from flume.reducing import Reducer
    from flume.value import Value, spoken

    place, example = ("before", "read('stdio')") if first else ("after", "filter('x > 1') or write('stdio')")
    shown = found if isinstance(found, str) else " ".join(repr(found).split())
    shown = quoted(shown[:60]) if isinstance(found, str) else shown if len(shown) <= 60 else f"{shown[:59]}…"
    if isinstance(found, type) and issubclass(found, Value):
        shown, hint = f"the word {spoken(found)} itself", f"write {spoken(found)}(…)"
    elif callable(found):
        shown = f"the function {getattr(found, '__name__', shown)}"
        hint = "write filter(f) or put(x=f), which call it with each point, or make it one that yields points"
    elif isinstance(found, list) and first and found and isinstance(found[0], dict):
        hint = "write emit(points=[…])"
    elif isinstance(found, (list, tuple)):
        hint = "branches stand in a tuple of at least one step: (head(1), tail(1))"
    elif isinstance(found, Reducer):
        hint = f"a reducer stands in reduce or put: reduce(x={found!r})"
    elif isinstance(found, str) and not first:
        hint = "an expression stands in filter('…') or put(x=expr('…'))"
    else:
        hint = ""
    return OptionError(f"{place} | stands a step such as {example}, not {shown}{hint and f'; {hint}'}")


def _one(kinds: Sequence[str]) -> str:
    return kinds[0] if len(kinds) == 1 else "word"


def _unknown(kinds: Sequence[str], name: str, lines: Iterable[str]) -> UnknownName:
    return UnknownName("\n  ".join([f"no {_one(kinds)} called {name!r}", *lines]))


def _close(name: str, kinds: Sequence[str], plugins: Sequence[PluginInfo], installed: set[str]) -> list[str]:
    """Names like this one: what is offered, what a plugin's own name promises, what can be installed."""
    known = {word for plugin in plugins for kind in kinds for word in plugin.offers.get(kind, ())}
    known |= {plugin.name for plugin in plugins if not plugin.offers and plugin.name != name}
    missing = {word: p for (kind, word), p in PACKAGES.items() if kind in kinds and p not in installed}
    close = _matches(name, known | set(missing))
    if not close:
        return []
    return [
        f"did you mean {' or '.join(map(repr, close))}?",
        *(f"for {word!r}: pip install {missing[word]}" for word in close if word in missing and word not in known),
    ]


def _did_you_mean(name: str, known: Iterable[str]) -> str:
    close = _matches(name, set(known))
    return f"; did you mean {' or '.join(map(repr, close))}?" if close else ""


def _matches(name: str, known: set[str]) -> list[str]:
    from difflib import get_close_matches

    return get_close_matches(name[:100], sorted(known), 2, 0.7)


def _file(kinds: Sequence[str], name: str) -> list[str]:
    """A name that looks like a path was meant as a file."""
    if "adapter" not in kinds or not ("." in name or "/" in name):
        return []
    return [f"for a file: read('stdio', file={name!r})"]


def _troubles(plugins: Iterable[PluginInfo], allowed: str | None, name: str = "") -> list[str]:
    """The plugins that might have had the name, those first that are called so."""
    plugins = list(plugins)
    likely = sorted(plugins, key=lambda plugin: name not in (plugin.name, plugin.package.rpartition("-")[2]))
    lines = [trouble(plugin) for plugin in likely if plugin.state in ("broken", "incompatible")]
    blocked = [plugin.name for plugin in plugins if plugin.state == "blocked"]
    return [*lines, *([f"FLUME_PLUGINS={allowed!r} keeps out {', '.join(blocked)}"] if blocked else [])]
