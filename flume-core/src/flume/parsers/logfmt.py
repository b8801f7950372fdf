"""logfmt: key=value pairs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from flume.flow import Batch, Point
from flume.parsers.inferring import as_text, infer
from flume.parsing import BadRecord, LineParser, Origin, Rendering, encode
from flume.tables import Table

_SPACES = "".join(map(chr, range(33)))  # those of Unicode are text
_PAIR = re.compile(  # a carriage return separates nothing: lines that end with it alone would become one point
    r"""[\x00-\x0c\x0e-\x20]*([^\x00-\x20="]+)
    (?:=(?:"([^"\\]*(?:\\.[^"\\]*)*)"|([^\x00-\x20"]*))(?=[\x00-\x20]|\Z))?""",
    re.DOTALL | re.VERBOSE,
)
_ESCAPE = re.compile(
    r"\\(u[dD][89abAB]..\\u[dD][c-fC-F]..|u[0-9a-fA-F]{4}|.)".replace("..", "[0-9a-fA-F]{2}"), re.DOTALL
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}
_NEEDS_QUOTES = re.compile(r'[\x00-\x20="\\]')
_NO_KEY = re.compile(r'[\x00-\x20="]+')


class logfmt(LineParser):
    """Lines of `key=value` pairs; values with spaces in quotes, a key alone is true, `key=` is null.

    *infer*: read numbers, true and false as such; quoted values stay text.

    >>> from flume.testing import parse, render
    >>> parse(logfmt(), 'level=info status=200 msg="all is well" debug')
    [{'level': 'info', 'status': 200, 'msg': 'all is well', 'debug': True}]
    >>> render(logfmt(), [{'msg': 'all is well', 'n': 1}])
    'msg="all is well" n=1\\n'
    """

    plain = True

    infer: bool = True

    def parse(self, blocks: Iterable[bytes], origin: Origin) -> Iterator[Batch | Table]:
        if not origin.tables:
            yield from super().parse(blocks, origin)
            return
        from flume.parsers.logfmt_tables import LogfmtTables

        tables = LogfmtTables(origin, self.parse_line, infer=self.infer)
        for _ in origin.blocks(blocks):
            yield tables.read()

    def parse_line(self, line: str) -> Point | None:
        line = line.rstrip(_SPACES)
        if not line:
            return None
        if "=" not in line:
            raise BadRecord("has no key=value pair")
        point: Point = {}
        at = 0
        while at < len(line):
            match = _PAIR.match(line, at)
            if match is None or match.end() == at:
                raise BadRecord(f"has no key=value pair at column {at + 1}")
            key, quoted, bare = match.groups()
            point[key] = _unescape(quoted) if quoted is not None else self._bare(bare)
            at = match.end()
        return point

    def _bare(self, text: str | None) -> Any:
        if text is None:
            return True
        return infer(text) if self.infer else text or None

    def render(self, *, live: bool = False) -> Rendering:
        return _Pairs()


class _Pairs(Rendering):
    def push(self, batch: Batch) -> bytes:
        return encode("".join([" ".join([_pair(*item) for item in point.items()]) + "\n" for point in batch]))


def _pair(key: str, value: Any) -> str:
    text = as_text(value, key)
    key = _NO_KEY.sub("_", key) or "_"
    # text that would be read back as something else is quoted
    if isinstance(value, str) and (not text or _NEEDS_QUOTES.search(text) or infer(text) != text):
        return f'{key}="{_escape(text)}"'
    return f'{key}="{_escape(text)}"' if isinstance(value, (list, dict)) else f"{key}={text}"


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")


def _unescape(text: str) -> str:
    if "\\" not in text:
        return text
    return _ESCAPE.sub(_unescaped, text)


def _unescaped(match: re.Match[str]) -> str:
    escape = match[1]
    if len(escape) == 1:
        return _ESCAPES.get(escape, escape)
    code = int(escape[1:5], 16)
    if len(escape) == 11:  # a pair of surrogates is one character
        code = 0x10000 + ((code - 0xD800) << 10) + int(escape[7:], 16) - 0xDC00
    return chr(code)
