"""Registry: from names to things.  Nothing is imported until a name needs it.

Where a name is looked for, with the same outcome however much has been loaded before:

1. among core's names;
2. `plugin.name` is always that plugin's;
3. in the plugin whose own name is the word, which alone is loaded;
4. in all plugins: the one that offers it; two of them are a `NameConflict`, none an `UnknownName`.

A plugin that does not load is kept with the reason, and stops nothing: it is spoken of where a
name is not found, and by `flume plugins list`.
"""

from __future__ import annotations

import builtins
import functools
import os
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pluggy

from flume import hints, hookspecs
from flume.errors import PluginError, UsageError, in_one_line
from flume.hookspecs import API, HOOKS, WORDS
from flume.importing import importing
from flume.plugin import Plugin, PluginInfo, discovered, file_of

if TYPE_CHECKING:
    from importlib_metadata import IDistribution

__all__ = ["PluginInfo", "Registry", "default", "use"]


class Registry:
    """All that has a name: core's things, those of installed plugins, and those of plugins added by hand.

    *discover*: look for installed plugins; *core*: the plugin whose names come first, as an object or the name of
    its module; *allowed*: which installed plugins may be used, as `FLUME_PLUGINS` says it (`"a,b"` only these,
    `""` none, `"-a"` all but these, None all); *strict*: a needed plugin that does not load is a `PluginError`.

    >>> class mine:
    ...     @staticmethod
    ...     @hookspecs.hookimpl
    ...     def flume_reducers():
    ...         return {'biggest': max}
    >>> registry = Registry(discover=False)
    >>> registry.add(mine, name='mine')
    >>> registry.find('reducer', 'biggest'), registry.word('mine.biggest')
    (<built-in function max>, <built-in function max>)
    """

    def __init__(
        self,
        discover: bool = True,
        core: object | None = "flume.builtins",
        *,
        allowed: str | None = None,
        strict: bool = False,
    ) -> None:
        self.strict = strict
        self._discover = discover
        self._allowed = allowed
        self._core = None
        if core is not None:
            load = functools.partial(import_module, core) if isinstance(core, str) else lambda: core
            self._core = Plugin("core", load, _core_distribution)
        self._strangers: list[Plugin] | None = None  # None: not looked for yet
        self._lock = threading.RLock()  # one plugin is loaded at a time; core's names need no lock
        self._manager = pluggy.PluginManager("flume")
        self._manager.add_hookspecs(hookspecs)

    # -- names to things --------------------------------------------------------------------------

    def find(self, kind: str, name: str) -> Any:
        """The thing of this *kind* ("source", "proc", "reducer", "parser", "sink", "adapter", "view", "runner",
        "function", "codec").

        Raises `UnknownName`, `NameConflict`, or a `PluginError` where the thing itself cannot be imported.
        """
        if kind not in HOOKS:
            raise ValueError(f"no kind called {kind!r}; there are {', '.join(HOOKS)}")
        return self._look_up((kind,), name)

    def word(self, name: str) -> Any:
        """The source, proc, reducer or sink of this name.  Raises what `find` does."""
        return self._look_up(WORDS, name)

    def names(self, kind: str, plugins: bool = False) -> list[str]:
        """The names of this *kind* in order: core's, without loading anything, or with those of all *plugins*.

        A plugin's name that needs the longer form, because core, Python or another plugin has it too, is given in it.
        """
        core = self._core_offers(kind)
        if not plugins:
            return sorted(core)
        names = set(core)
        with self._lock:
            self._load_all(self.strict)
            owners: dict[str, list[Plugin]] = {}
            for plugin in self._found():
                for name in plugin.offers.get(kind, ()):
                    owners.setdefault(name, []).append(plugin)
        for name, offering in owners.items():
            for plugin in offering:
                single = len(offering) == 1 and not _is_pythons(kind, name)
                short = name not in core and (single or plugin.name == name)
                names.add(name if short else f"{plugin.name}.{name}")
        return sorted(names)

    def _look_up(self, kinds: Sequence[str], name: str) -> Any:
        if not isinstance(name, str):
            raise UsageError(f"the name of {hints.a(kinds)} is text, not {name!r}")
        for kind in kinds:
            if name in self._core_offers(kind):
                assert self._core is not None
                return self._thing(self._core, kind, name)
        with self._lock:
            plugin, kind = self._resolve(kinds, name)
        return self._thing(plugin, kind, name.rpartition(".")[2])  # not under the lock: importing it may take long

    def _resolve(self, kinds: Sequence[str], name: str) -> tuple[Plugin, str]:
        """The plugin that *name* means, and as which kind it offers it."""
        qualifier, _, bare = name.rpartition(".")
        namesake = self._named(qualifier or name)
        if namesake is not None:
            self._load(namesake, self.strict)
            if kind := namesake.kind_of(bare, kinds):
                return namesake, kind
        if qualifier:
            raise hints.unknown_qualified(kinds, name, [plugin.info() for plugin in self._all()], self._allowed)
        self._load_all(self.strict)
        offering = [(plugin, kind) for plugin in self._found() if (kind := plugin.kind_of(name, kinds))]
        if len(offering) == 1:
            return offering[0]
        if offering:
            raise hints.conflict(name, [plugin.info() for plugin, _ in offering])
        raise hints.unknown_name(kinds, name, [plugin.info() for plugin in self._all()], self._allowed)

    def _thing(self, plugin: Plugin, kind: str, name: str) -> Any:
        """What the plugin offers under this name, imported if need be."""
        thing = plugin.offers[kind][name]
        if isinstance(thing, str):
            try:
                with importing():
                    thing = _imported(thing)
            except KeyboardInterrupt:
                raise
            except BaseException as error:  # a plugin may even call sys.exit()
                whose = f"the {kind} {name!r} of {plugin.info().label}"
                raise PluginError(f"{whose} cannot be imported: {in_one_line(error)}") from error
            plugin.offers[kind][name] = thing
        return thing

    # -- plugins ----------------------------------------------------------------------------------

    def add(self, plugin: object, name: str) -> None:
        """Use *plugin* (a module, or any object with hook implementations) as if it were installed as *name*.

        Raises `PluginError` where the name is taken, or the plugin is not one.
        """
        with self._lock:
            if name == "core" or self._named(name) is not None:
                raise PluginError(f"there is a plugin called {name!r} already; give this one another name")
            added = Plugin(name, lambda: plugin)
            self._load(added, strict=True)
            self._found().append(added)
            self._found().sort(key=lambda each: each.name)

    def plugins(self, load: bool = True) -> list[PluginInfo]:
        """What is known of each plugin, core first; all are loaded to know it, unless *load* is false."""
        with self._lock:
            if load:
                self._load_all(strict=False)
            return [self._info(plugin) for plugin in self._all()]

    def plugin(self, name: str) -> PluginInfo:
        """What is known of the one plugin, loaded; *name* is its own or that of its package.

        Raises `UnknownName`, with close matches.
        """
        with self._lock:
            found = self._named(name) or next((p for p in self._all() if p.package[0] == name), None)
            if found is None:
                raise hints.unknown_plugin(name, [plugin.info() for plugin in self._all()])
            self._load(found, strict=False)
            return self._info(found)

    def _info(self, plugin: Plugin) -> PluginInfo:
        """What is known of a plugin; of one that is ok, what its user or its author may want to know."""
        info = plugin.info()
        if plugin.state != "ok" or plugin is self._core:
            return info
        remarks = [hints.hidden(plugin.name, owner, name) for name, owner in self._shared(plugin)]
        remarks += hints.burdens(info.seconds, plugin.prints)
        return replace(info, reason="; ".join(remarks) or None)

    def _shared(self, plugin: Plugin) -> Iterator[tuple[str, str]]:
        """The names of a plugin that mean something else where they stand alone, or nothing, and who has them too."""
        for kind, names in plugin.offers.items():
            kinds = WORDS if kind in WORDS else (kind,)
            for name in sorted(names):
                if any(name in self._core_offers(k) for k in kinds):
                    yield name, "core"
                elif plugin.name.replace("-", "_") != name:
                    if _is_pythons(kind, name):
                        yield name, "Python"
                    others = (each for each in self._found() if each is not plugin and each.kind_of(name, kinds))
                    yield from ((name, other.info().label) for other in others)

    def _core_offers(self, kind: str) -> dict[str, Any]:
        if self._core is None:
            return {}
        if self._core.state != "ok":
            with self._lock:
                self._load(self._core, strict=True)
        return self._core.offers.get(kind, {})

    def _all(self) -> list[Plugin]:
        return [*([self._core] if self._core else []), *self._found()]

    def _named(self, name: str) -> Plugin | None:
        """The plugin of this name, which a program, being Python, writes with `_` for `-`."""
        return next((plugin for plugin in self._all() if plugin.name.replace("-", "_") == name.replace("-", "_")), None)

    def _found(self) -> list[Plugin]:
        """The plugins that are no part of core, in order of their names."""
        if self._strangers is None:
            self._strangers = list(discovered(self._allowed)) if self._discover else []
        return self._strangers

    def _load_all(self, strict: bool) -> None:
        for plugin in self._all():
            self._load(plugin, strict)

    def _load(self, plugin: Plugin, strict: bool) -> None:
        """Import the plugin if that was not tried yet; what goes wrong is kept, and raised only where *strict*."""
        if plugin.state == "found":
            # What a look-up of the plugin itself sees, while it is imported.
            plugin.state, plugin.reason = "broken", "it is still being imported"
            began = time.perf_counter()
            with importing() as printed:
                try:
                    self._register(plugin, plugin.load())
                except KeyboardInterrupt:
                    plugin.state, plugin.reason = "found", None
                    raise
                except BaseException as error:  # a plugin may even call sys.exit()
                    plugin.reason, plugin.error = in_one_line(error), error
            plugin.seconds, plugin.prints = time.perf_counter() - began, bool(printed)
        if strict and plugin.state in ("broken", "incompatible"):
            raise PluginError(hints.trouble(plugin.info())) from plugin.error

    def _register(self, plugin: Plugin, loaded: Any) -> None:
        """Check the plugin against the hooks and take what it offers, or leave no trace of it."""
        plugin.file = file_of(loaded)
        api = getattr(loaded, "FLUME_API", API)
        if api != API:
            plugin.state, plugin.reason = "incompatible", f"written for plugin API {api!r}; this flume has {API}"
            return
        try:
            self._manager.register(loaded, name=plugin.name)
            self._check_hooks(loaded)
            plugin.offers = self._offers(loaded)
        except BaseException:
            if self._manager.get_plugin(plugin.name) is loaded:
                self._manager.unregister(name=plugin.name)
            raise
        plugin.state, plugin.reason = "ok", None

    def _check_hooks(self, loaded: Any) -> None:
        """A `PluginError` where it marks as a hook what is none, unless that is optional."""
        callers = self._manager.get_hookcallers(loaded) or []
        required = {each.name for each in callers for i in each.get_hookimpls() if not i.optionalhook}
        for hook in sorted(required - {*HOOKS.values()}):
            raise PluginError(hints.unknown_hook(hook))

    def _offers(self, loaded: Any) -> dict[str, dict[str, Any]]:
        """What the plugin's hooks return; a `PluginError` where the contract is not kept."""
        offers: dict[str, dict[str, Any]] = {}
        for kind, hook in HOOKS.items():
            implementations = [i for i in getattr(self._manager.hook, hook).get_hookimpls() if i.plugin is loaded]
            if not implementations and hasattr(loaded, hook):
                raise PluginError(f"{hook} must be a function marked with @hookimpl")
            for implementation in implementations:
                offers.setdefault(kind, {}).update(hookspecs.check_offer(hook, implementation.function()))
        if not self._manager.get_hookcallers(loaded):
            raise PluginError("it implements none of flume's hooks; is @hookimpl missing?")
        for name, count in Counter(name for kind in WORDS for name in offers.get(kind, ())).items():
            if count > 1:
                raise PluginError(f"it offers {name!r} as more than one of {', '.join(WORDS)}")
        return {kind: names for kind, names in offers.items() if names}


def _is_pythons(kind: str, name: str) -> bool:
    """Whether a program means what Python has by a name of this kind."""
    return kind in WORDS and hasattr(builtins, name)


def _core_distribution() -> IDistribution:
    import importlib_metadata

    return importlib_metadata.distribution("flume-core")


def _imported(place: str) -> Any:
    """The thing at `"module:attribute"` or `"module"`."""
    module, _, attribute = place.partition(":")
    thing: Any = import_module(module)
    if attribute:
        thing = functools.reduce(getattr, attribute.split("."), thing)
    if not hookspecs.is_thing(thing):
        raise PluginError(f"{place} is a {type(thing).__name__}")
    return thing


# -- the registry of this process -----------------------------------------------------------------

_default: Registry | None = None
_making = threading.Lock()


def default() -> Registry:
    """The registry of this process, made when it is first asked for, as `FLUME_PLUGINS` and `FLUME_STRICT` say."""
    global _default
    if _default is None:
        with _making:
            if _default is None:
                strict = os.environ.get("FLUME_STRICT", "") not in ("", "0")
                _default = Registry(allowed=os.environ.get("FLUME_PLUGINS"), strict=strict)
    return _default


@contextmanager
def use(registry: Registry) -> Iterator[Registry]:
    """Make *registry* the one that this process uses, for as long as the block lasts.

    >>> with use(Registry(discover=False)) as mine:
    ...     default() is mine
    True
    """
    global _default
    before, _default = _default, registry
    try:
        yield registry
    finally:
        _default = before
