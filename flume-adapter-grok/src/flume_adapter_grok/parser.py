"""grok: lines of text, read with patterns that have names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypedDict

from flume.errors import OptionError
from flume.flow import Needed, Point
from flume.parsing import BadRecord, Origin, Parser, Records, split_lines
from flume.tables import Table
from flume_adapter_grok.blockwise import compile_blockwise
from flume_adapter_grok.capturing import Match
from flume_adapter_grok.linewise import read_lines
from flume_adapter_grok.matching import Matcher, MatchTimeout, compile_grok, expanded, texts
from flume_adapter_grok.tabling import Tabling


class _Library(TypedDict):
    """The options of `compile_grok` that say where the names of a pattern are looked up."""

    custom_patterns: Mapping[str, str] | None
    patterns_dir: str | Sequence[str] | None
    patterns: str
    ecs: bool


class Grok(Parser):
    r"""Lines that match a grok pattern; what the pattern names becomes the fields.

    - *pattern*: text with `%{NAME:field}`, or a list of such texts that are tried in turn
    - *custom_patterns*: your own names and patterns; *patterns_dir*: a file of them, a directory of such files, or a
      list of these
    - *patterns*: the patterns that come along, `'flume'` or `'pygrok'`; *ecs*: flume's with the field names of the
      Elastic Common Schema
    - *anchored*: the pattern must begin where the line begins; without, it is searched for

    A line that does not match is a rejected record; an empty one is passed over.

    >>> from flume.testing import parse
    >>> parse(Grok('%{WORD:verb} %{URIPATH:path} %{NUMBER:ms:float}'), 'GET /index.html 0.8\n')
    [{'verb': 'GET', 'path': '/index.html', 'ms': 0.8}]
    """

    word = "grok"
    splits = True

    pattern: str | Sequence[str]
    custom_patterns: Mapping[str, str] | None = None
    patterns_dir: str | Sequence[str] | None = None
    patterns: str = "flume"
    ecs: bool = False
    anchored: bool = False

    def check(self) -> None:
        own = self.custom_patterns
        if own is not None and not isinstance(own, Mapping):
            raise OptionError(f"grok: custom_patterns takes a dict of names and patterns, not {own!r}")
        given = {
            "pattern": self.pattern,
            "patterns_dir": self.patterns_dir or (),
            "custom_patterns": (*own, *own.values()) if own else (),
        }
        for option, value in given.items():
            for text in value if isinstance(value, tuple) else [value]:
                if not isinstance(text, str):
                    raise OptionError(f"grok: {option} takes text, not {text!r}")
        self.matcher(None)

    def matcher(self, fields: Needed) -> Matcher:
        """Return the compiled pattern; *fields*: those that it has to make, None: all."""
        return compile_grok(self.pattern, anchored=self.anchored, fields=fields, **self._library)

    @property
    def _library(self) -> _Library:
        """Where the names of the pattern are looked up."""
        return {
            "custom_patterns": self.custom_patterns,
            "patterns_dir": self.patterns_dir,
            "patterns": self.patterns,
            "ecs": self.ecs,
        }

    def parse(self, blocks: Iterable[bytes], origin: Origin) -> Iterator[Records | Table]:
        match = self.matcher(None).match
        if origin.tables and origin.needed is not None:
            tabling = self._tabling(match, origin, origin.needed)
            for block in origin.blocks(blocks):
                yield tabling.table(block)
            return
        first = True
        for block in origin.blocks(blocks):
            yield read_lines(match, split_lines(block), origin, self._mismatch)
            # a point that a step refuses is kept whole
            if first and origin.needed is not None and origin.run.policy.rejects is None:
                match = self.matcher(origin.needed).match
            first = False

    def parse_event(self, text: str) -> Point | None:
        try:
            point = self.matcher(None).match(text)
        except MatchTimeout as slow:
            raise BadRecord(str(slow)) from None
        if point is None and text:
            raise BadRecord(self._mismatch)
        return point

    def _tabling(self, whole: Match, origin: Origin, needed: frozenset[str]) -> Tabling:
        blockwise = compile_blockwise(expanded(self.pattern, **self._library), self.anchored, needed)
        return Tabling(origin, needed, self._mismatch, whole, lambda: self.matcher(needed).match, blockwise)

    @property
    def _mismatch(self) -> str:
        patterns = texts(self.pattern)
        shown = [text if len(text) <= 60 else f"{text[:59]}…" for text in patterns[:3]]
        more = f" and {len(patterns) - 3} more" if len(patterns) > 3 else ""
        return f"does not match {' or '.join(shown)}{more}"


grok = Grok
"""The word, as it is written in programs."""
