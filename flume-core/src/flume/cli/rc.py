"""The user's own words: `~/.flumerc.py`, then `./.flumerc.py`, whose names win."""

from __future__ import annotations

import os
import stat
import sys
from types import ModuleType
from typing import Any

from flume.cli.saying import say
from flume.cli.script import RC, Script, decoded
from flume.cli.words import evaluate, scope

NAME = ".flumerc.py"


def own_words() -> dict[str, Any]:
    """The names that the user's files define.

    A file that belongs to somebody else, or that others can write to, is not read, and that is said: it is code.
    """
    own: dict[str, Any] = {}
    seen: set[tuple[int, int]] = set()
    for path in (os.path.expanduser(f"~/{NAME}"), NAME):
        text = _text(path, seen)
        if text is not None:
            own.update(_names(Script(text, path, module=True), own))
    return own


def _names(script: Script, own: dict[str, Any]) -> dict[str, Any]:
    """The names that *script* gives a meaning to, run as a module of its own."""
    module = ModuleType(RC)
    sys.modules[RC] = module  # classes that it defines look for their module
    given = scope(script, own)
    names = module.__dict__
    names.update(given)
    evaluate(script, names)
    return {k: v for k, v in names.items() if not k.startswith("_") and not (k in given and given[k] is v)}


def _text(path: str, seen: set[tuple[int, int]]) -> str | None:
    """What is in the file; None where there is none, where it was *seen*, or where it is not to be trusted."""
    try:
        # not blocking: what has this name may be a pipe
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except FileNotFoundError:
        return None
    except OSError as error:
        say(f"{path} was not read: {(error.strerror or str(error)).lower()}")
        return None
    try:
        status = os.fstat(descriptor)
        if (status.st_dev, status.st_ino) in seen:
            return None
        seen.add((status.st_dev, status.st_ino))
        if doubt := _doubt(path, status):
            say(f"{path} was not read: {doubt}")
            return None
        with open(descriptor, "rb", closefd=False) as file:
            return decoded(file.read(), path)
    finally:
        os.close(descriptor)


def _doubt(path: str, status: os.stat_result) -> str:
    """Why the file is not to be trusted, nothing where it is."""
    if not stat.S_ISREG(status.st_mode):
        return "it is no file"
    if not hasattr(os, "geteuid"):
        return ""
    if {status.st_uid, os.lstat(path).st_uid} != {os.geteuid()}:  # a link can be laid by anybody
        return "it belongs to another user"
    if status.st_mode & stat.S_IWOTH:
        return f"everybody can write to it; chmod o-w {path}"
    return ""
