"""Multiline: which lines begin an event, where one may have several.

A rule looks at one line after another and remembers little.  Some lines begin an event whatever stands before them:
there a file may be cut into parts, and each part joined by itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, TypeAlias

from flume.errors import OptionError
from flume.functions.regexes import Regex, regex
from flume.value import Value

Begins: TypeAlias = Callable[[str], bool]
"""Told line after line of an input, says of each whether it begins an event."""

_NAME: Final = r"[^\W\d][\w.<>]*"
_TRACEBACK: Final = re.compile(r"(\s*\+ Exception Group )?Traceback \(most recent call last\):")
_FRAME: Final = re.compile(r'\s+File ".*", line \d+')
_RAISED: Final = re.compile(rf"{_NAME}(?:: .*|:)?")
_CHAINED: Final = (
    "During handling of the above exception, another exception occurred:",
    "The above exception was the direct cause of the following exception:",
)
_CAUSE: Final = re.compile(r"(?:Caused by|Suppressed|Wrapped by): |\.\.\. \d+ (?:more|common frames omitted)")
_AT: Final = re.compile(r"\s+at ")
_THROWN: Final = re.compile(r"(?:(?:[a-z_][\w$]*\.)+[A-Z][\w$.]*|[A-Z][\w$]*(?:Exception|Error|Throwable))(?::\s.*|:)?")


class Multiline(Value):
    """How lines join to events: *rule* is a regex that is found in the first line of one, or a name.

    `'indent'`: a line that begins with white space goes on.  `'traceback'`: so it does, and what Python prints of an
    exception, with all that it was caused by.  `'java'`: the same for stack traces of Java.  Both join the line just
    before, with which it was logged.  In all three an empty line begins no event.

    >>> begins = Multiline('indent').start()
    >>> [begins(line) for line in ('a', '  b', 'c')]
    [True, False, True]
    """

    rule: str

    def check(self) -> None:
        try:
            if isinstance(self.rule, str) and self.rule and self.rule not in _RULES:
                regex(self.rule, anywhere=True)
        except ValueError as error:
            raise OptionError(f"read: multiline={error}; {', '.join(map(repr, _RULES))} are rules, too") from None
        if not isinstance(self.rule, str) or not self.rule:
            rules = f"a regex that the first line of an event has, or {', '.join(map(repr, _RULES))}"
            raise OptionError(f"read: multiline takes {rules}, not {self.rule!r}")

    def start(self) -> Begins:
        """The rule, told no line yet."""
        rule = _RULES.get(self.rule)
        return _found(regex(self.rule, anywhere=True)) if rule is None else rule().begins

    def surely_begins(self, line: str) -> bool:
        """Whether the line begins an event whatever stands before it."""
        rule = _RULES.get(self.rule)
        return self.start()(line) if rule is None else not rule.is_part(line)


def _found(pattern: Regex) -> Begins:
    """A regex; a line in which it takes too long to find is none that begins something."""
    match = pattern.match

    def begins(line: str) -> bool:
        try:
            return match(line) is not None
        except ValueError:
            return False

    return begins


class _Indent:
    """White space before a line that goes on."""

    @staticmethod
    def is_part(line: str) -> bool:
        """Whether the line may be part of an event that began before."""
        return not line or line[0].isspace()

    def begins(self, line: str) -> bool:
        return not self.is_part(line)


class _Traceback:
    """What Python prints of an exception."""

    # of the event: any other line; frames, behind which the exception is named; it was named; another one follows
    _OUTSIDE, _FRAMES, _RAISED, _CHAINED = range(4)

    def __init__(self) -> None:
        self._state = self._OUTSIDE

    @staticmethod
    def is_part(line: str) -> bool:
        """Whether the line may be part of an event that began before."""
        return (
            _Indent.is_part(line)
            or _TRACEBACK.match(line) is not None
            or line in _CHAINED
            or _RAISED.fullmatch(line) is not None
        )

    def begins(self, line: str) -> bool:
        before = self._state
        if found := _TRACEBACK.match(line):
            # of a group all lines are indented
            self._state = self._RAISED if found[1] else self._FRAMES
            return before == self._RAISED
        if _Indent.is_part(line):
            if _FRAME.match(line):
                self._state = self._FRAMES
            return False
        if before == self._FRAMES and _RAISED.fullmatch(line):
            self._state = self._RAISED
            return False
        if before == self._RAISED and line in _CHAINED:
            self._state = self._CHAINED
            return False
        self._state = self._OUTSIDE
        return True


class _Java:
    """What Java prints of an exception."""

    def __init__(self) -> None:
        self._thrown = False  # whether the event has an exception, or its frames

    @staticmethod
    def is_part(line: str) -> bool:
        """Whether the line may be part of an event that began before."""
        return _Indent.is_part(line) or _CAUSE.match(line) is not None or _THROWN.fullmatch(line) is not None

    def begins(self, line: str) -> bool:
        if _THROWN.fullmatch(line):
            before, self._thrown = self._thrown, True
            return before
        if self.is_part(line):
            self._thrown = self._thrown or _AT.match(line) is not None
            return False
        self._thrown = False
        return True


_RULES: Final[dict[str, type[_Indent | _Traceback | _Java]]] = {
    "traceback": _Traceback,
    "java": _Java,
    "indent": _Indent,
}
