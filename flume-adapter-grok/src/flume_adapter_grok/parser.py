"""grok: lines of text, read with patterns that have names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from flume.errors import OptionError
from flume.flow import Needed
from flume.parsing import Origin, Parser, Records, split_lines
from flume_adapter_grok.capturing import Match
from flume_adapter_grok.matching import Matcher, MatchTimeout, compile_grok, texts


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
        return compile_grok(
            self.pattern,
            custom_patterns=self.custom_patterns,
            patterns_dir=self.patterns_dir,
            patterns=self.patterns,
            ecs=self.ecs,
            anchored=self.anchored,
            fields=fields,
        )

    def parse(self, blocks: Iterable[bytes], origin: Origin) -> Iterator[Records]:
        match = self.matcher(None).match
        first = True
        for block in origin.blocks(blocks):
            yield self._records(match, split_lines(block), origin)
            if first and origin.needed is not None:
                match = self.matcher(origin.needed).match
            first = False

    def _records(self, match: Match, lines: list[str], origin: Origin) -> Records:
        slow: dict[int, str] = {}
        try:
            found = [match(line) for line in lines]
        except MatchTimeout:
            found = []
            for number, line in enumerate(lines, origin.first):
                try:
                    found.append(match(line))
                except MatchTimeout as reason:
                    found.append(None)
                    slow[number] = str(reason)
        points = [point for point in found if point is not None]
        if len(points) == len(lines):
            return Records(points, origin, range(origin.first, origin.first + len(points)))
        numbers = []
        for number, (line, point) in enumerate(zip(lines, found, strict=True), origin.first):
            if point is not None:
                numbers.append(number)
            elif line:
                origin.reject(number, slow.get(number, self._mismatch), line)
        return Records(points, origin, numbers)

    @property
    def _mismatch(self) -> str:
        patterns = texts(self.pattern)
        shown = [text if len(text) <= 60 else f"{text[:59]}…" for text in patterns[:3]]
        more = f" and {len(patterns) - 3} more" if len(patterns) > 3 else ""
        return f"does not match {' or '.join(shown)}{more}"
