"""Compiles grok patterns to functions that make a point of a line."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import Any, NamedTuple, TypeAlias

from flume.errors import OptionError
from flume_adapter_grok.capturing import Match, groups_of, write_match
from flume_adapter_grok.cost import safe_length
from flume_adapter_grok.expand import expand
from flume_adapter_grok.fields import Field
from flume_adapter_grok.library import read_patterns, stock
from flume_adapter_grok.needle import beginning, needle
from flume_adapter_grok.oniguruma import parse
from flume_adapter_grok.translate import FLAGS, Translation, settle, translate
from flume_adapter_grok.tree import Capture, Node

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
    patterns_dir: str | Sequence[str] | None = None,
    patterns: str = "flume",
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
    whole = expanded(pattern, custom_patterns=custom_patterns, patterns_dir=patterns_dir, patterns=patterns, ecs=ecs)
    compiled = [_compiled(text, one, anchored, fields) for text, one in zip(texts(pattern), whole, strict=True)]
    names = dict.fromkeys(name for _, names in compiled for name in names)
    return Matcher(_first_of([match for match, _ in compiled]), tuple(names))


def expanded(
    pattern: str | Sequence[str],
    *,
    custom_patterns: Mapping[str, str] | None = None,
    patterns_dir: str | Sequence[str] | None = None,
    patterns: str = "flume",
    ecs: bool = False,
) -> list[str]:
    """Return the patterns with those that they name in their places; the options are those of `compile_grok`."""
    if not texts(pattern):
        raise OptionError("grok: pattern is an empty list; give at least one pattern")
    if not custom_patterns and not texts(patterns_dir):
        return [_of_stock(text, patterns, ecs) for text in texts(pattern)]
    known = dict(stock(patterns, ecs))
    for place in texts(patterns_dir):
        known |= read_patterns(place)
    known |= custom_patterns or {}
    return [expand(text, known) for text in texts(pattern)]


@lru_cache(maxsize=128)
def _of_stock(text: str, patterns: str, ecs: bool) -> str:
    return expand(text, stock(patterns, ecs))


class Prepared(NamedTuple):
    """The tree of a pattern, where its matches begin, if that is known, and how long a line it can safely take."""

    tree: Node
    begins: str | None
    anchored: bool
    longest: int | None


@lru_cache(maxsize=128)
def prepare(expanded: str, anchored: bool) -> Prepared:
    """Read an expanded pattern; *anchored*: it must begin where the line begins."""
    tree = settle(parse(expanded))
    begins = beginning(tree)
    anchored = anchored or begins == r"\A"
    return Prepared(tree, begins, anchored, safe_length(tree, anchored or begins == "^"))


def texts(given: str | Sequence[str] | None) -> Sequence[str]:
    """Return the texts of an option that takes one or several.

    >>> texts("a"), texts(["a", "b"]), texts(None)
    (['a'], ['a', 'b'], [])
    """
    return [] if given is None else [given] if isinstance(given, str) else given


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


@lru_cache(maxsize=128)
def _compiled(text: str, expanded: str, anchored: bool, fields: frozenset[str] | None) -> tuple[Match, tuple[str, ...]]:
    """Return the function, and the fields that it makes, of a pattern and of what it expands to."""

    def wanted(capture: Capture) -> bool:
        return not capture.name.startswith("#") and Field.named(capture.name).needed(fields)

    tree, begins, anchored, longest = prepare(expanded, anchored)
    written = translate(tree, wanted)
    groups = groups_of(tree, written, wanted)
    bounded = _Bounded(text, written, anchored)
    search: Search = bounded
    try:
        if written.plain and longest != 0:
            search = _plain(written, anchored, begins)
        else:
            bounded.prepare()
            longest = None
    except Exception as problem:  # `re` and `regex` have errors of their own, and of many kinds
        raise OptionError(f"the pattern {text!r} cannot be compiled: {problem}") from None
    match = write_match(groups, len(written.captures), needle(tree), longest)(search, bounded)
    return match, tuple(group.field.dotted for group in groups)


def _plain(written: Translation, anchored: bool, begins: str | None) -> Search:
    """Return a search by `re`."""
    pattern = re.compile(written.text, FLAGS)
    match, search = pattern.match, pattern.search
    if begins == "^" and not anchored:
        return lambda line: search(line) if "\n" in line else match(line)
    return match if anchored else search


class _Bounded:
    """A search that gives up after SECONDS, by the `regex` package, which can be stopped; compiled when first used."""

    def __init__(self, text: str, written: Translation, anchored: bool) -> None:
        self.text = text
        self.written = written
        self.anchored = anchored
        self.search: Callable[..., re.Match[str] | None] | None = None

    def prepare(self) -> Callable[..., re.Match[str] | None]:
        """Compile the expression, and return what matches it."""
        regex: Any = import_module("regex")
        pattern = regex.compile(self.written.text, regex.DOTALL | regex.MULTILINE | regex.VERSION0)
        self.search = pattern.match if self.anchored else pattern.search
        return self.search

    def __call__(self, line: str) -> re.Match[str] | None:
        search = self.search or self.prepare()
        try:
            return search(line, timeout=SECONDS)
        except TimeoutError:
            raise MatchTimeout(f"took longer than {SECONDS} s to match {self.text}") from None
