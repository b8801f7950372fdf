"""Mistaken: what was meant by words that are neither a command nor a program."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence

from flume.caret import quoted
from flume.errors import UnknownName, UsageError

_PATH = re.compile(r"[\w.~-]*/[\w./~-]*|[\w-]+\.py")  # what can be no pipeline: names divided, or the `py` of one


def check_words(words: Sequence[str]) -> None:
    """A `UsageError` unless *words* is the one text of a program."""
    if not words:
        raise UsageError("there is no program; one is like: flume \"emit(limit=3) | write('stdio')\"")
    first = words[0]
    if len(words) > 1:
        meant = _commands(first) or [
            "  a program is one text: put it into double quotes, and the texts in it into single ones"
        ]
        found = f"there is no command called {first!r}" if _is_word(first) else f"there are {len(words)} programs"
        raise UsageError("\n".join([found, *meant]))
    if os.path.isfile(first):
        raise UsageError(
            f"{quoted(first)} is a file\n  to run the program in it: flume -f {first}"
            f"\n  to read it: flume \"read('stdio', file={first!r})\""
        )
    if _PATH.fullmatch(first):
        raise UsageError(f"{quoted(first)} is no program, and there is no such file")


def unknown_word(word: str, error: UnknownName) -> UsageError:
    """The error for a program that is a single word, which nobody knows; *error* has close words."""
    _, *hints = str(error).split("\n")
    return UsageError("\n".join([f"{word!r} is neither a command nor a program", *_commands(word), *hints]))


def _is_word(text: str) -> bool:
    return text.replace("-", "_").isidentifier()


def _commands(word: str) -> list[str]:
    from difflib import get_close_matches

    from flume.cli import OWN
    from flume.cli.commands import named

    close = get_close_matches(word, [*OWN, "help", "version", *named()], 1, 0.6)
    if not close:
        return []
    option = close[0] in ("help", "version")
    return [f"  did you mean flume {'--' if option else ''}{close[0]}?"]
