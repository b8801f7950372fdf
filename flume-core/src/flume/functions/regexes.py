"""Regexes whose work is bounded, whatever the text.

`re` goes back over every way to match, and nothing stops it: `(a+)+$` takes it ages on forty letters.  The library
`regex` can be stopped.  `re` is ten times as fast as that, and does where a regex repeats too little to take long.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from flume.caret import quoted

_SECONDS: Final = 0.25  # of work for any text
_PACE: Final = 1e7  # characters that get a second more
_LONGEST: Final = 20_000  # characters of a pattern; to compile so many takes a tenth of a second
_SHORT: Final = 10_000  # characters in which one repetition takes no more than some tenths of a second
_REPEATS: Final = re.compile(r"[*+]|\(\?[^:P]|\\[1-9]")
"""What is repeated; looks and references count too, for they may look at all of the text once more."""
_CHOICES: Final = re.compile(r"[?|]")
_MANIFOLD: Final = re.compile(r"\)[*+]|\{")
"""A repetition of what may itself match in several ways, or of a number of times."""


def _is_tame(pattern: str) -> bool:
    """Whether `re` cannot take long: it can go back to one repetition, and to few choices."""
    few = len(_REPEATS.findall(pattern)) < 2 and len(_CHOICES.findall(pattern)) < 8
    return few and not _MANIFOLD.search(pattern)


class Regex:
    """A regex that all of a text must match, or with *anywhere* a part of it; *dotall*: its `.` is a line end too.

    :raises ValueError: it is no regex, or too long.

    >>> Regex('(a+)+$', anywhere=True)('a' * 100 + 'b')
    False
    """

    def __init__(self, pattern: str, *, anywhere: bool, dotall: bool = False) -> None:
        if len(pattern) > _LONGEST:
            raise ValueError(f"a regex has at most {_LONGEST:,} characters, not {len(pattern):,}")
        self.pattern = pattern
        self.anywhere = anywhere
        self.dotall = dotall
        self._quick = self._compiled(re, re.error)
        self._stoppable: Callable[..., re.Match[str] | None] | None = None
        self._longest = _SHORT if _is_tame(pattern) else -1

    def __call__(self, text: str) -> bool:
        """Whether the text matches; a `ValueError` where that takes too long to find out."""
        return self.match(text) is not None

    def match(self, text: str) -> re.Match[str] | None:
        """The match, if there is one; a `ValueError` where that takes too long to find out."""
        if len(text) <= self._longest:
            return self._quick(text)
        if self._stoppable is None:
            import regex

            self._stoppable = self._compiled(regex, regex.error)
        try:
            return self._stoppable(text, timeout=_SECONDS + len(text) / _PACE)
        except (TimeoutError, MemoryError):
            raise ValueError(f"{quoted(self.pattern)} takes too long on a text of {len(text):,} characters") from None

    @property
    def groups(self) -> tuple[str, ...]:
        """The names of its groups, in the order in which they open."""
        return tuple(re.compile(self.pattern).groupindex)

    def _compiled(self, library: Any, error: type[Exception]) -> Callable[..., re.Match[str] | None]:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of what a later Python may read otherwise
                compiled = library.compile(self.pattern, library.DOTALL if self.dotall else 0)
        except (error, OverflowError, RecursionError) as wrong:
            reason = str(wrong).replace("\\\\", "\\")  # it quotes names
            raise ValueError(f"{quoted(self.pattern)} is no regex: {reason}") from None
        return compiled.search if self.anywhere else compiled.fullmatch  # type: ignore[no-any-return]


@lru_cache(maxsize=256)
def regex(pattern: str, *, anywhere: bool = False, dotall: bool = False) -> Regex:
    """The `Regex` of a text, made once."""
    return Regex(pattern, anywhere=anywhere, dotall=dotall)
