"""Compiles grok patterns to functions that make a point of a line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from flume.errors import OptionError
from flume_adapter_grok.cost import safe_length
from flume_adapter_grok.expand import expand
from flume_adapter_grok.fields import Field, several, to_float, to_int
from flume_adapter_grok.library import Stock, read_patterns, stock
from flume_adapter_grok.oniguruma import parse
from flume_adapter_grok.translate import FLAGS, Translation, settle, translate
from flume_adapter_grok.tree import At, Atomic, Capture, Chars, Either, Node, Repeat, width
from flume_adapter_grok.tree import Sequence as Row

Match: TypeAlias = Callable[[str], dict[str, Any] | None]
Search: TypeAlias = Callable[[str], "re.Match[str] | None"]

SECONDS = 0.5
"""How long a line may take that cannot be bounded beforehand."""


class MatchTimeout(Exception):
    """A line that took too long to match: the pattern has more ways through it than can be tried."""


@dataclass(frozen=True, slots=True)
class Matcher:
    """Compiled grok patterns: `match` takes a line and returns a new point, or None where no pattern matches."""

    match: Match
    fields: tuple[str, ...]
    """The fields that a point may have, nested ones with dots."""


def compile_grok(
    pattern: str | Sequence[str],
    *,
    custom_patterns: Mapping[str, str] | None = None,
    patterns_dir: str | Path | Sequence[str | Path] | None = None,
    patterns: Stock = "flume",
    ecs: bool = False,
    anchored: bool = False,
    fields: frozenset[str] | None = None,
) -> Matcher:
    """Compile one grok pattern, or several that are tried in turn.

    - *custom_patterns*: names and patterns, before those of *patterns_dir* (a pattern file, a directory of them, or
      several), before those that come along (*patterns*: `'flume'` or `'pygrok'`; *ecs*: see `stock`)
    - *anchored*: the pattern must begin where the line begins; else it is searched for
    - *fields*: make only these (dotted) fields; None: all

    A name that captures nothing, or the empty text, makes no field; one that captures several times makes a list.
    `match` raises MatchTimeout for a line that runs into SECONDS; most patterns have no such line.
    Raises OptionError for a pattern that cannot be compiled.

    >>> compile_grok("%{IP:client} %{NUMBER:ms:int}").match("10.0.0.1 27")
    {'client': '10.0.0.1', 'ms': 27}
    """
    texts = [pattern] if isinstance(pattern, str) else list(pattern)
    if not texts:
        raise OptionError("pattern=[] has no pattern: give at least one")
    known = dict(stock(patterns, ecs))
    places = [patterns_dir] if isinstance(patterns_dir, str | Path) else patterns_dir or []
    for place in places:
        known |= read_patterns(place)
    known |= custom_patterns or {}
    compiled = [_compiled(text, known, anchored, fields) for text in texts]
    names = dict.fromkeys(name for _, names in compiled for name in names)
    return Matcher(_first_of([match for match, _ in compiled]), tuple(names))


def _first_of(matches: list[Match]) -> Match:
    if len(matches) == 1:
        return matches[0]

    def match(line: str) -> dict[str, Any] | None:
        for one in matches:
            point = one(line)
            if point is not None:
                return point
        return None

    return match


def _compiled(text: str, known: Mapping[str, str], anchored: bool, fields: frozenset[str] | None) -> tuple[Match, list[str]]:
    if not isinstance(text, str):
        raise OptionError(f"pattern={text!r} is no text")
    tree = settle(parse(expand(text, known)))
    written = translate(tree, lambda capture: not capture.name.startswith("#") and Field.named(capture.name).needed(fields))
    try:
        search = _search(text, tree, written, anchored)
    except (re.error, OverflowError, RecursionError) as problem:
        raise OptionError(f"the pattern {text!r} cannot be compiled: {problem}") from None
    sure = set(_sure(tree))
    groups = [
        (number, Field.named(capture.name), capture in sure and width(capture)[0] > 0)
        for number, capture in enumerate(written.captures, start=1)
        if not capture.name.startswith("#")
    ]
    groups = [(number, field, always) for number, field, always in groups if field.needed(fields)]
    point = _point_maker(text, groups, len(written.captures))
    return point(search, needle(tree)), [field.dotted for _, field, _ in groups]


# the search


def _search(text: str, tree: Node, written: Translation, anchored: bool) -> Search:
    """Return what finds the pattern in a line, in bounded time."""
    begins = _beginning(tree)
    anchored = anchored or begins == r"\A"
    longest = safe_length(tree, anchored or begins == "^")
    if not written.plain or longest == 0:
        return _bounded(text, written, anchored)
    pattern = re.compile(written.text, FLAGS)
    search: Search = pattern.match if anchored else pattern.search
    if begins == "^" and not anchored:
        search = _at_line_starts(pattern)
    if longest is None:
        return search
    bounded: list[Search] = []  # made when the first long line comes

    def either(line: str) -> re.Match[str] | None:
        if len(line) <= longest:
            return search(line)
        if not bounded:
            bounded.append(_bounded(text, written, anchored))
        return bounded[0](line)

    return either


def _at_line_starts(pattern: re.Pattern[str]) -> Search:
    match, search = pattern.match, pattern.search
    return lambda line: search(line) if "\n" in line else match(line)


def _bounded(text: str, written: Translation, anchored: bool) -> Search:
    """Return a search that gives up after SECONDS, by the `regex` package: slower, and it can be stopped."""
    import regex

    pattern = regex.compile(written.text, regex.DOTALL | regex.MULTILINE | regex.VERSION0)
    search = pattern.match if anchored else pattern.search

    def bounded(line: str) -> re.Match[str] | None:
        try:
            found: re.Match[str] | None = search(line, timeout=SECONDS)
        except TimeoutError:
            raise MatchTimeout(f"took longer than {SECONDS} s to match {text}") from None
        return found

    return bounded


def _beginning(tree: Node) -> str | None:
    """Return the place that a match must begin at, if the pattern says so."""
    match tree:
        case At(text):
            return text
        case Row((head, *_)) | Capture(head) | Atomic(head):
            return _beginning(head)
    return None


def needle(tree: Node) -> str:
    """Return the longest text that each match surely holds; the empty text if none is known.

    >>> needle(parse("a*bc(?:d|e)fgh?"))
    'bc'
    """
    runs = [""]
    for text in _runs(tree):
        if text is None:
            runs.append("")
        else:
            runs[-1] += text
    return max(runs, key=len)


def _runs(node: Node) -> Iterator[str | None]:
    """Yield the texts that must stand in a match, None where something unknown comes between."""
    match node:
        case Chars(charset, folded):
            yield None if folded else charset.only
        case Row(items):
            for item in items:
                yield from _runs(item)
        case Capture(body) | Atomic(body):
            yield from _runs(body)
        case Either():
            yield None
        case Repeat(body, least, most):
            if least and least == most and least <= 8:
                for _ in range(least):
                    yield from _runs(body)
            elif least:
                yield from _runs(body)
                yield None
            else:
                yield None


def _sure(node: Node) -> Iterator[Capture]:
    """Yield the captures that take part in each match."""
    match node:
        case Capture(body):
            yield node
            yield from _sure(body)
        case Row(items):
            for item in items:
                yield from _sure(item)
        case Atomic(body):
            yield from _sure(body)
        case Repeat(body, least) if least:
            yield from _sure(body)


# the point

_Groups: TypeAlias = list[tuple[int, Field, bool]]


def _point_maker(text: str, groups: _Groups, count: int) -> Callable[[Search, str], Match]:
    """Write and compile the function that makes a point of a match: no loop, no look-up of names.

    Names of fields go in as constants only, never as code.
    """
    values: dict[tuple[str, ...], tuple[str, bool]] = {}  # of each field: its expression, and whether it is always there
    by_path: dict[tuple[str, ...], _Groups] = {}
    for number, field, always in groups:
        by_path.setdefault(field.path, []).append((number, field, always))
    for path, same in by_path.items():
        for length in range(1, len(path)):
            if path[:length] in by_path:
                raise OptionError(f"the pattern {text!r} makes {path[:length][-1]!r} both a field and the holder of {'.'.join(path)!r}")
        if len(same) > 1:
            values[path] = (f"several({', '.join(_value(number, field, None) for number, field, _ in same)})", False)
        else:
            number, field, always = same[0]
            values[path] = (_value(number, field, always), always)
    body = _Body(values)
    lines = [f"{body.names(count)}= found.groups()"] if count else []
    lines += body.of((), "point")
    source = "\n".join(
        [
            "def make(search, needle):",
            " def match(line):",
            "  if needle not in line:",
            "   return None",
            "  found = search(line)",
            "  if found is None:",
            "   return None",
            *("  " + line for line in lines),
            "  return point",
            " return match",
        ]
    )
    names: dict[str, Any] = {"several": several, "to_int": to_int, "to_float": to_float}
    exec(compile(source, "<grok>", "exec"), names)
    maker: Callable[[Search, str], Match] = names["make"]
    return maker


def _value(number: int, field: Field, always: bool | None) -> str:
    if field.kind is None:
        return f"g{number}"
    converted = f"to_{field.kind}(g{number})"
    return converted if always else f"(None if g{number} is None else {converted})"


class _Body:
    """The lines that build the point, nested fields as their own dicts."""

    def __init__(self, values: dict[tuple[str, ...], tuple[str, bool]]) -> None:
        self.values = values
        self.holders = 0

    def names(self, count: int) -> str:
        return "".join(f"g{number}, " for number in range(1, count + 1))

    def of(self, prefix: tuple[str, ...], target: str) -> list[str]:
        """Return the lines that make *target* the dict of the fields under *prefix*, in the order of the pattern."""
        lines: list[str] = []
        ready: list[str] = []
        keys = dict.fromkeys(path[len(prefix)] for path in self.values if path[: len(prefix)] == prefix)
        for key in keys:
            path = (*prefix, key)
            if path in self.values:
                value, always = self.values[path]
                if always and not lines:
                    ready.append(f"{key!r}: {value}")
                elif always:
                    lines.append(f"{target}[{key!r}] = {value}")
                else:
                    lines += self.optional(target, key, value)
            else:
                self.holders += 1
                holder = f"d{self.holders}"
                lines += self.of(path, holder)
                lines += [f"if {holder}:", f" {target}[{key!r}] = {holder}"]
        return [f"{target} = {{{', '.join(ready)}}}", *lines]

    def optional(self, target: str, key: str, value: str) -> list[str]:
        if value.startswith("g"):
            return [f"if {value}:", f" {target}[{key!r}] = {value}"]
        return [f"v = {value}", "if v is not None:", f" {target}[{key!r}] = v"]
