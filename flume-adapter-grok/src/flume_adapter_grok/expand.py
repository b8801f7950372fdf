"""Puts the patterns that a grok pattern names in their places."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches

from flume.errors import OptionError

_REFERENCE = re.compile(r"%\{(\w+)(?::([@\[\]\w:.-]+))?", re.ASCII)
_LONGEST = 1_000_000  # characters; a pattern that names another ten times, which names another ten times, …


def expand(pattern: str, patterns: Mapping[str, str]) -> str:
    r"""Return *pattern* as a regular expression without names of other patterns.

    `%{NAME}` becomes a group, `%{NAME:field}`, `%{NAME:field:int}` and `%{NAME:[a][b]}` a group of that name,
    `%{NAME=\d+}` defines NAME on the spot; what else stands before the `}` is ignored, as jls-grok does.

    Raises OptionError for a name that *patterns* does not have, and for patterns that name each other in a circle.

    >>> expand("%{KEY:key}=%{N=[0-9]+}", {"KEY": "[a-z]+"})
    '(?<key>[a-z]+)=(?:[0-9]+)'
    """
    expansion = _Expansion(dict(patterns))
    return expansion.of(pattern, ())


class _Expansion:
    def __init__(self, patterns: dict[str, str]) -> None:
        self.patterns = patterns
        self.length = 0

    def of(self, text: str, inside: tuple[str, ...]) -> str:
        """Expand *text*, which stands in the patterns *inside*, the outermost first."""
        written = []
        at = 0
        while at < len(text):
            next_ = _next_special(text, at)
            written.append(text[at:next_])
            at = next_
            if text.startswith("\\", at):
                written.append(text[at : at + 2])
                at += 2
            elif at < len(text):
                found = _REFERENCE.match(text, at)
                end = _closing(text, found.end()) if found else -1
                if not found or end < 0:
                    written.append("%")
                    at += 1
                    continue
                name, field = found[1], found[2]
                if text.startswith("=", found.end()):
                    self.patterns[name] = text[found.end() + 1 : end]
                body = self.named(name, inside)
                written.append(f"(?<{field}>{body})" if field else f"(?:{body})")
                at = end + 1
        result = "".join(written)
        self.length += len(result)
        if self.length > _LONGEST:
            which = f"the pattern %{{{inside[0]}}}" if inside else "the pattern"
            raise OptionError(f"{which} becomes longer than {_LONGEST:,} characters: name fewer patterns in it")
        return result

    def named(self, name: str, inside: tuple[str, ...]) -> str:
        if name in inside:
            circle = " → ".join([*inside[inside.index(name) :], name])
            raise OptionError(f"the pattern %{{{name}}} names itself: {circle}")
        text = self.patterns.get(name)
        if text is None:
            close = get_close_matches(name, self.patterns, n=3) or get_close_matches(name.upper(), self.patterns, n=3)
            where = f" (in %{{{inside[-1]}}})" if inside else ""
            hint = f"did you mean {' or '.join(close)}?" if close else "define it with custom_patterns or patterns_dir"
            raise OptionError(f"there is no pattern named {name!r}{where}: {hint}")
        return self.of(text, (*inside, name))


def _next_special(text: str, at: int) -> int:
    found = re.compile(r"\\|%\{").search(text, at)
    return found.start() if found else len(text)


def _closing(text: str, at: int) -> int:
    """Return the place of the `}` that closes a reference; braces in a definition are counted. -1: there is none."""
    if not text.startswith("=", at):
        return text.find("}", at)
    depth = 0
    while at < len(text):
        if text[at] == "\\":
            at += 1
        elif text[at] == "{":
            depth += 1
        elif text[at] == "}":
            if not depth:
                return at
            depth -= 1
        at += 1
    return -1
