"""Words: what the names that a text uses mean; only those are looked up, and imported."""

from __future__ import annotations

import builtins
from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

from flume.cli.script import Script
from flume.errors import FlumeError, UnknownName
from flume.hookspecs import WORDS
from flume.registry import default


def scope(script: Script, own: Mapping[str, Any]) -> dict[str, Any]:
    """The names that *script* uses, and what they mean: the user's *own* first, then flume's words, then Python's.

    Raises `UnknownName` or `NameConflict`, with the place in the text.  In a file a name may come from elsewhere, so
    one that means nothing is left to `evaluate`.
    """
    names: dict[str, Any] = {}
    for name in script.names():
        try:
            names[name] = own[name] if name in own else meaning(name, script.attributes(name))
        except UnknownName as error:
            if not script.module:
                raise script.unknown(_hinted(error, name, list(own)), name) from None
        except FlumeError as error:
            raise script.unknown(error, name) from error
    for name in script.rebound_names():
        if name in own or _is_core(name):
            names[name] = own[name] if name in own else default().word(name)
    return names


def evaluate(script: Script, names: dict[str, Any]) -> Any:
    """The value of *script* where its names mean *names*.

    Raises what it raises; for a name that means nothing an `UnknownName`.
    """
    known = list(names)
    try:
        return script.run(names)
    except NameError as error:
        if error.name not in script.names():
            raise
        try:
            meaning(error.name)
        except UnknownName as unknown:
            raise script.unknown(_hinted(unknown, error.name, known), error.name) from error
        raise


def meaning(name: str, asked: Sequence[str] = ()) -> Any:
    """What *name* means where the user has not said it; *asked*: what is asked of it, where it may be a plugin's name.

    Core's words win over Python's own: `filter`, `sum`.  Of plugins only one that is called so does; to ask the others
    would load them all for each `len`.  Raises `UnknownName` or `NameConflict`.
    """
    import flume

    words = default()
    if _is_core(name):
        return words.word(name)
    if name in flume.__all__:  # expr, env, and what words are made of
        return getattr(flume, name)
    if hasattr(builtins, name):
        with suppress(UnknownName):
            return words.word(f"{name}.{name}")
        return getattr(builtins, name)
    if asked and any(plugin.name.replace("-", "_") == name for plugin in words.plugins(load=False)):
        return SimpleNamespace(**{word: words.word(f"{name}.{word}") for word in asked})
    return words.word(name)


def _is_core(name: str) -> bool:
    words = default()
    return any(name in words.names(kind) for kind in WORDS)


def _hinted(error: UnknownName, name: str, own: list[str]) -> UnknownName:
    """*error*, with a name of the user's own that is close."""
    from difflib import get_close_matches

    close = get_close_matches(name, own, 1, 0.7)
    first, *more = str(error).split("\n")
    return UnknownName("\n".join([first, f"  did you mean your own {close[0]!r}?", *more])) if close else error
