"""Plugin: a package that extends flume; found by its metadata, and loaded when one of its names is needed."""

from __future__ import annotations

import functools
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from flume.hookspecs import COMMANDS, GROUP, wrong_plugin_name

if TYPE_CHECKING:
    from importlib_metadata import EntryPoint, IDistribution

State: TypeAlias = Literal["ok", "found", "blocked", "broken", "incompatible"]


@dataclass(frozen=True)
class PluginInfo:
    """What is known of a plugin."""

    name: str
    package: str  # the distribution, "" for a plugin that was added by hand
    version: str
    state: State
    offers: dict[str, list[str]] = field(default_factory=dict)  # kind → names
    commands: list[str] = field(default_factory=list)  # of its package, whatever its state
    reason: str | None = None  # why it is not ok; of one that is, what there is to know
    seconds: float = 0.0  # that its import took
    file: str | None = None
    traceback: str | None = None

    @property
    def label(self) -> str:
        """How it is spoken of: by package and version, where it has them."""
        return f"{self.package} {self.version}".rstrip() if self.package else f"plugin {self.name!r}"


class Plugin:
    """A plugin as the registry keeps it: found first, loaded when it is needed."""

    def __init__(
        self,
        name: str,
        load: Callable[[], Any],
        distribution: Callable[[], IDistribution | None] = lambda: None,
    ) -> None:
        self.name = name
        self.load = load
        self.distribution = distribution
        self.state: State = "found"
        self.offers: dict[str, dict[str, Any]] = {}  # kind → name → the thing, or where it is
        self.reason: str | None = None
        self.error: BaseException | None = None
        self.seconds = 0.0
        self.prints = False  # on what would be the data's way
        self.file: str | None = None

    @functools.cached_property
    def package(self) -> tuple[str, str]:
        """The distribution's name and version, as far as its metadata can be read."""
        with suppress(Exception):
            distribution = self.distribution()
            if distribution is not None:
                return distribution.name or "", distribution.version or ""
        return "", ""

    @functools.cached_property
    def commands(self) -> list[str]:
        """The commands of its distribution, as far as its metadata can be read."""
        with suppress(Exception):
            distribution = self.distribution()
            if distribution is not None:
                return sorted(distribution.entry_points.select(group=COMMANDS).names)
        return []

    def kind_of(self, name: str, kinds: Iterable[str]) -> str | None:
        """As which of these kinds it offers the name."""
        return next((kind for kind in kinds if name in self.offers.get(kind, ())), None)

    def info(self) -> PluginInfo:
        """What is known now."""
        trace = None
        if self.error is not None:
            import traceback

            trace = "".join(traceback.format_exception(self.error))
        return PluginInfo(
            name=self.name,
            package=self.package[0],
            version=self.package[1],
            state=self.state,
            offers={kind: sorted(names) for kind, names in self.offers.items()},
            commands=self.commands,
            reason=self.reason,
            seconds=self.seconds,
            file=self.file,
            traceback=trace,
        )


# -- installed plugins ----------------------------------------------------------------------------


def discovered(allowed: str | None) -> Iterator[Plugin]:
    """The installed plugins, by their metadata alone, in order of their names."""
    entries = sorted(entry_points(), key=lambda entry: entry.name)
    namesakes = Counter(entry.name for entry in entries)
    for entry in entries:
        plugin = Plugin(entry.name, entry.load, functools.partial(getattr, entry, "dist"))
        if not allows(allowed, entry.name):
            plugin.state, plugin.reason = "blocked", f"FLUME_PLUGINS={allowed!r}"
        elif wrong := wrong_plugin_name(entry.name):
            plugin.state, plugin.reason = "broken", wrong
        elif namesakes[entry.name] > 1:  # which of them a name would mean, nobody could tell
            plugin.state, plugin.reason = "broken", "another package calls its plugin the same; uninstall one of them"
        yield plugin


def entry_points(group: str = GROUP) -> Iterable[EntryPoint]:
    """The entry points of a group, in no order: those of plugins, or others."""
    import importlib_metadata

    try:
        return importlib_metadata.entry_points(group=group)
    except Exception:  # one package whose metadata cannot be read fails the call for all: read each by itself
        found: dict[str, Iterable[EntryPoint]] = {}
        for distribution in importlib_metadata.distributions():
            with suppress(Exception):
                name = re.sub(r"[-_.]+", "-", distribution.name).lower()  # the first on the path counts
                found.setdefault(name, distribution.entry_points.select(group=group))
        return [entry for entries in found.values() for entry in entries]


def allows(allowed: str | None, name: str) -> bool:
    """Whether `FLUME_PLUGINS` allows the plugin.

    >>> allows(None, 'a'), allows('a,b', 'a'), allows('', 'a'), allows('-a', 'a'), allows('-a', 'b')
    (True, True, False, False, True)
    """
    if allowed is None:
        return True
    listed = [word.strip() for word in allowed.split(",") if word.strip()]
    refused = [word[1:] for word in listed if word.startswith("-")]
    wanted = [word for word in listed if not word.startswith("-")]
    return name not in refused and (name in wanted or (not wanted and bool(refused)))


def file_of(loaded: Any) -> str | None:
    """The file that a plugin, a module or any object, is written in."""
    module = sys.modules.get(getattr(loaded, "__module__", ""), loaded)
    file = getattr(module, "__file__", None)
    return file if isinstance(file, str) else None
