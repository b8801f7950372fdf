"""regex: lines of text, read with the named groups of a regex."""

from __future__ import annotations

from flume.caret import quoted
from flume.errors import OptionError
from flume.flow import Point
from flume.functions import regexes
from flume.parsers.inferring import infer
from flume.parsing import BadRecord, LineParser
from flume.width import shortened

_SHOWN = 60  # columns of the pattern in a reason


class regex(LineParser):
    r"""Lines in which a regex of Python's is found; its named groups, `(?P<name>…)`, become the fields.

    *pattern*: the regex; it may be found anywhere in the line, so begin it with `^` and end it with `$` where it is to
    say all of the line.  *infer*: read numbers, true and false, and nothing as null, as csv does; otherwise what a
    group matched stays text.

    A group that has no part in the match, as in `(?: (?P<user>\w+))?`, makes no field.  A line that does not match is a
    rejected record, and so is one that would take longer than a quarter of a second; empty lines that do not match are
    passed over.  Where `multiline=` joins lines, `.` matches their ends too.  This format can only be read.

    >>> from flume.testing import parse
    >>> parse(regex(r'^(?P<host>\S+) (?P<status>\d+)(?: (?P<user>\w+))?'), 'a.org 200\nb.org 404 ann\n')
    [{'host': 'a.org', 'status': 200}, {'host': 'b.org', 'status': 404, 'user': 'ann'}]

    Without types, what is read stays text:

    >>> parse(regex(r'id=(?P<id>\w+)', infer=False), 'id=007\n')
    [{'id': '007'}]
    """

    plain = True

    pattern: str
    infer: bool = True

    def check(self) -> None:
        try:
            found = regexes.regex(self.pattern, anywhere=True, dotall=True)
        except ValueError as error:
            hint = "; a name is written (?P<name>…)" if "unknown extension ?<" in str(error) else ""
            raise OptionError(f"regex: pattern {error}{hint}") from None
        if not found.groups:
            raise OptionError(f"regex: pattern {quoted(self.pattern)} names no field; write a group as (?P<name>…)")

    def parse_line(self, line: str) -> Point | None:
        try:
            match = regexes.regex(self.pattern, anywhere=True, dotall=True).match(line)
        except ValueError as slow:
            raise BadRecord(str(slow)) from None
        if match is None:
            if not line:
                return None
            raise BadRecord(f"does not match {shortened(quoted(self.pattern), _SHOWN)}")
        found = match.groupdict().items()
        if not self.infer:
            return {name: text for name, text in found if text is not None}
        return {name: infer(text) for name, text in found if text is not None}
