'''The ways a package can extend flume: one hook for each kind of thing.

A plugin is a light module that says which names its package has, and where they are::

    from flume import hookimpl

    FLUME_API = 1

    @hookimpl
    def flume_parsers():
        """What `format=name` means."""
        return {"grok": "flume_adapter_grok.parser:Grok"}

A name is a lower-case identifier.  What it stands for is the thing itself, `"module:attribute"`, or
`"module"` where the module itself is the thing; text is imported the first time that its name is
used, so a plugin that imports nothing heavy costs nothing until then.  The package tells flume of
the module in its `pyproject.toml`, under the name that it is best known for::

    [project.entry-points."flume.plugins"]
    grok = "flume_adapter_grok.plugin"

`FLUME_API` is the version of this contract that the plugin was written for (leave it out: the
present one).  Within a version hooks and arguments are only ever added.
'''

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping
from typing import Any, TypeAlias

import pluggy

from flume.errors import PluginError

API = 1
GROUP = "flume.plugins"
COMMANDS = "flume.commands"
"""The groups of entry points: modules with hooks, and commands, `serve = "flume_serve.command:serve"`."""

Offer: TypeAlias = Mapping[str, Any]
"""Names, and for each the thing itself or the text `"module:attribute"` or `"module"`."""

hookspec = pluggy.HookspecMarker("flume")
hookimpl = pluggy.HookimplMarker("flume")


@hookspec
def flume_sources() -> Offer:
    """Words that make points, with no adapter to name: `emit(limit=3)`.  Subclasses of `flume.Source`."""
    return {}


@hookspec
def flume_procs() -> Offer:
    """Words that turn points into points: `head(5)`.  Subclasses of `flume.Proc`."""
    return {}


@hookspec
def flume_reducers() -> Offer:
    """Words that fold many points into one value: `reduce(n=count())`.  Subclasses of `flume.Reducer`."""
    return {}


@hookspec
def flume_parsers() -> Offer:
    """What `format=name` means when reading or writing.  Subclasses of `flume.Parser`."""
    return {}


@hookspec
def flume_sinks() -> Offer:
    """Words that consume points, with no adapter to name: `memory()`.  Subclasses of `flume.Sink`."""
    return {}


@hookspec
def flume_adapters() -> Offer:
    """What `read(name, …)` can open and `write(name, …)` can write to.  Subclasses of `flume.adapting.Adapter`."""
    return {}


@hookspec
def flume_views() -> Offer:
    """What can draw a chart: `barchart(name, …)`."""
    return {}


@hookspec
def flume_runners() -> Offer:
    """What can run a pipeline: `execute(runner=name)`, `flume --runner name`.  Subclasses of `flume.Runner`."""
    return {}


@hookspec
def flume_functions() -> Offer:
    """Functions of expressions: `filter("shout(name) == 'ADA'")`.  Functions of Python."""
    return {}


@hookspec
def flume_codecs() -> Offer:
    """Compressions, used where they are named: `compression='lz4'`.  Subclasses of `flume.codec.Codec`."""
    return {}


HOOKS = {
    "source": "flume_sources",
    "proc": "flume_procs",
    "reducer": "flume_reducers",
    "sink": "flume_sinks",
    "adapter": "flume_adapters",
    "parser": "flume_parsers",
    "view": "flume_views",
    "runner": "flume_runners",
    "function": "flume_functions",
    "codec": "flume_codecs",
}
"""The hook of each kind of thing."""

WORDS = ("source", "proc", "reducer", "sink")
"""The kinds whose names stand by themselves in a program; they share one namespace."""

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_PLUGIN = re.compile(r"[a-z][a-z0-9_]*(-[a-z0-9_]+)*")
_PLACE = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*(:[A-Za-z_]\w*(\.[A-Za-z_]\w*)*)?")
_DATA = (type(None), bool, int, float, complex, str, bytes, list, tuple, dict, set, frozenset)


def check_offer(hook: str, offer: object) -> dict[str, Any]:
    """What an implementation of *hook* returned, as a dict; a `PluginError` where the contract is not kept.

    >>> check_offer('flume_parsers', {'grok': 'flume_adapter_grok.parser:Grok'})
    {'grok': 'flume_adapter_grok.parser:Grok'}
    >>> check_offer('flume_parsers', ['grok'])
    Traceback (most recent call last):
        ...
    flume.errors.PluginError: flume_parsers returned a list; it must be a mapping of names to things
    """
    if not isinstance(offer, Mapping):
        raise PluginError(f"{hook} returned a {type(offer).__name__}; it must be a mapping of names to things")
    for name, thing in offer.items():
        if not is_name(name):
            raise PluginError(f"{hook} offers {name!r}; a name must be a lower-case identifier and no Python keyword")
        if isinstance(thing, str):
            if not _PLACE.fullmatch(thing):
                raise PluginError(f"{hook} offers {name!r} as the text {thing!r}; it must be 'module:attribute'")
        elif not is_thing(thing):
            raise PluginError(f"{hook} offers {name!r} as a {type(thing).__name__}; it must be a thing or its place")
    return dict(offer)


def is_name(value: object) -> bool:
    """Whether a plugin can offer a thing under this name.

    >>> is_name('word_count'), is_name('Word'), is_name('import')
    (True, False, False)
    """
    return isinstance(value, str) and _NAME.fullmatch(value) is not None and not keyword.iskeyword(value)


def wrong_plugin_name(name: str) -> str | None:
    """Why a plugin cannot be called *name*; None where it can.

    >>> wrong_plugin_name('acme-lake')
    >>> wrong_plugin_name('Größe')
    "a plugin's name must be lower-case letters a to z, digits, - and _, not 'Größe'"
    """
    if name == "core":
        return "the name 'core' is flume's own"
    if not _PLUGIN.fullmatch(name):
        shown = "".join(character if character.isprintable() else "�" for character in name)
        return f"a plugin's name must be lower-case letters a to z, digits, - and _, not {shown!r}"
    return None


def is_thing(value: object) -> bool:
    """Whether a name can stand for *value*: a class, a function, a module, an object, but not plain data.

    >>> is_thing(len), is_thing({})
    (True, False)
    """
    return not isinstance(value, _DATA)
