r"""Reads a regular expression as grok writes it: in Oniguruma's Ruby syntax.

What differs from `re`: `.` takes a newline, `^` and `$` stand at every line, `\h` is a hex digit, `\w`, `\d` and `\s`
are ASCII but `[[:alnum:]]` is Unicode, classes nest and intersect (`[a-z&&[^aeiou]]`), `{n,m}+` repeats a repetition,
names of groups may be anything, and `(?i)` rules to the end of its group.

Source: Oniguruma's doc/RE (ONIG_SYNTAX_RUBY).
"""

from __future__ import annotations

import re
from functools import cache

from msgspec import Struct
from msgspec.structs import replace

from flume.errors import OptionError
from flume_adapter_grok.charset import DIGIT, EVERYTHING, HEX, SPACE, WORD, CharSet, named
from flume_adapter_grok.tree import (
    At,
    Atomic,
    Back,
    Capture,
    Chars,
    Either,
    Look,
    Mode,
    Node,
    Repeat,
    Sequence,
    joined,
    walk,
    without_numbers,
)

_CLASSES = {"d": DIGIT, "w": WORD, "s": SPACE, "h": HEX}
_PLACES = {
    "A": At(r"\A"),
    "z": At(r"\Z"),
    "Z": At(r"(?=\n?\Z)"),
    "b": At(r"\b"),
    "B": At(r"\B"),
}
_CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v", "a": "\a", "e": "\x1b"}
_INTERVAL = re.compile(r"\{(?:(\d{1,9})(,(\d{0,9}))?|,(\d{1,9}))\}", re.ASCII)
_FLAGS = re.compile(r"\?([imx]*)(?:-([imx]*))?([:)])")
_NAME = re.compile(r"\?P?<(?![=!])([^>]+)>|\?'([^']+)'")
_RETURN_AND_NEWLINE = Sequence((Chars(CharSet.of("\r")), Chars(CharSet.of("\n"))))
_LINE_END = Atomic(Either((_RETURN_AND_NEWLINE, Chars(CharSet.of("\n\v\f\r\x85\u2028\u2029")))))
_LOOKS = {"?=": (False, False), "?!": (False, True), "?<=": (True, False), "?<!": (True, True)}
_MOST = 100_000  # Oniguruma's own bound of an interval


def parse(text: str) -> Node:
    """Parse *text* to a tree.

    Returns the tree; where a group has a name, the groups without one do not capture.
    Raises OptionError where *text* is no regular expression, or has what only Oniguruma knows (`\\K`, `\\g<name>`).

    >>> parse("^|$")
    Either(branches=(At(text='^'), At(text='$')))
    """
    reader = _Reader(text)
    try:
        tree = reader.alternatives(_Flags())
    except RecursionError:
        raise OptionError(f"the pattern {_short(text)} is nested too deeply") from None
    if reader.more:
        raise reader.error("has a ) without its (")
    return _checked(tree, reader)


@cache
def _single(character: str) -> CharSet:
    return CharSet.of(character)


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "…")


class _Flags(Struct, frozen=True):
    ignorecase: bool = False
    extended: bool = False
    dotall: bool = True


class _Reader:
    """The text and the place in it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.unnamed = 0

    @property
    def more(self) -> bool:
        return self.at < len(self.text)

    def ahead(self, text: str) -> bool:
        return self.text.startswith(text, self.at)

    def take(self) -> str:
        if not self.more:
            raise self.error("ends too early")
        self.at += 1
        return self.text[self.at - 1]

    def skip(self, text: str) -> bool:
        if self.ahead(text):
            self.at += len(text)
            return True
        return False

    def error(self, what: str) -> OptionError:
        around = self.text[max(0, self.at - 20) : self.at + 20]
        return OptionError(f"the pattern {_short(self.text)} {what}, near {around!r}")

    # groups

    def alternatives(self, flags: _Flags) -> Node:
        branches = [self.sequence(flags)]
        while self.skip("|"):
            branches.append(self.sequence(flags))
        return branches[0] if len(branches) == 1 else Either(tuple(branches))

    def sequence(self, flags: _Flags) -> Node:
        items: list[Node] = []
        while self.more and self.text[self.at] not in "|)":
            if flags.extended and self.extended_blank():
                continue
            node = self.atom(flags)
            if node is not None:
                items.append(self.repeated(node, flags))
        return items[0] if len(items) == 1 else Sequence(tuple(items))

    def extended_blank(self) -> bool:
        if self.text[self.at].isspace():
            self.at += 1
            return True
        if self.ahead("#"):
            end = self.text.find("\n", self.at)
            self.at = len(self.text) if end < 0 else end
            return True
        return False

    def atom(self, flags: _Flags) -> Node | None:
        character = self.take()
        match character:
            case "\\":
                return self.escape(flags)
            case "[":
                return Chars(self.charset(), flags.ignorecase)
            case "(":
                return self.group(flags)
            case ".":
                return Chars(EVERYTHING if flags.dotall else ~CharSet.of("\n"))
            case "^" | "$":
                return At(character)
            case "*" | "+" | "?":
                raise self.error(f"has a {character} with nothing to repeat")
        return Chars(_single(character), flags.ignorecase)

    def group(self, flags: _Flags) -> Node | None:
        """Read a group, behind its `(`. None: a comment."""
        if self.skip("?:"):
            return self.closed(flags)
        for opening, (behind, negative) in _LOOKS.items():
            if self.skip(opening):
                return Look(self.closed(flags), behind, negative)
        if self.skip("?>"):
            return Atomic(self.closed(flags))
        if self.skip("?#"):
            while self.take() != ")":
                pass
            return None
        if found := _NAME.match(self.text, self.at):
            self.at = found.end()
            return Capture(self.closed(flags), found[1] or found[2])
        if found := _FLAGS.match(self.text, self.at):
            self.at = found.end()
            changed = flags
            for letters, value in ((found[1], True), (found[2] or "", False)):
                if "i" in letters:
                    changed = replace(changed, ignorecase=value)
                if "x" in letters:
                    changed = replace(changed, extended=value)
                if "m" in letters:
                    changed = replace(changed, dotall=value)
            return self.closed(changed) if found[3] == ":" else self.alternatives(changed)
        if self.ahead("?"):
            raise self.error("has a group of a kind that grok does not know here")
        self.unnamed += 1
        number = f"#{self.unnamed}"
        return Capture(self.closed(flags), number)

    def closed(self, flags: _Flags) -> Node:
        node = self.alternatives(flags)
        if not self.skip(")"):
            raise self.error("has a ( without its )")
        return node

    # repetitions

    def repeated(self, node: Node, flags: _Flags) -> Node:
        while self.more:
            if flags.extended and self.extended_blank():
                continue
            if self.text[self.at] not in "*+?{":
                break
            least, most, interval = 0, None, False
            if self.skip("*"):
                pass
            elif self.skip("+"):
                least = 1
            elif self.skip("?"):
                most = 1
            elif found := _INTERVAL.match(self.text, self.at):
                interval = True
                self.at = found.end()
                least = int(found[1] or 0)
                end = found[4] or (found[3] if found[2] else found[1])
                most = int(end) if end else None
                if max(least, most or 0) > _MOST or (most is not None and most < least):
                    raise self.error("has an interval that cannot be")
            else:
                break
            if isinstance(node, At) or (isinstance(node, Look) and node.behind):
                raise self.error("repeats what takes no text")
            mode: Mode = "greedy"
            if not (interval and least == most) and self.skip("?"):
                mode = "lazy"
            elif not interval and self.skip("+"):
                mode = "possessive"
            node = joined(Repeat(node, least, most, mode))
        return node

    # escapes and classes

    def escape(self, flags: _Flags) -> Node:
        character = self.take()
        if character.lower() in _CLASSES or character in "pP":
            return Chars(self.escaped_class(character), flags.ignorecase)
        if character in _PLACES:
            return _PLACES[character]
        if character == "R":
            return _LINE_END
        if character == "k" and (found := re.compile(r"<([^>]+)>|'([^']+)'").match(self.text, self.at)):
            self.at = found.end()
            return Back(found[1] or found[2])
        if character in "123456789":
            while self.more and self.text[self.at] in "0123456789":
                character += self.take()
            return Back(f"#{character}")
        if character in "GKXgyYNO":
            raise self.error(f"has \\{character}, which grok does not know here")
        return Chars(CharSet.of(self.escaped(character)), flags.ignorecase)

    def escaped_class(self, character: str) -> CharSet:
        if character.lower() in _CLASSES:
            charset = _CLASSES[character.lower()]
        else:
            found = re.compile(r"\{(\^?)([\w ]+)\}").match(self.text, self.at)
            if not found:
                raise self.error(f"has \\{character} without {{a property}}")
            self.at = found.end()
            charset = self.property(found[2])
            if found[1]:
                charset = ~charset
        return ~charset if character.isupper() else charset

    def property(self, name: str) -> CharSet:
        try:
            return named(name)
        except KeyError:
            raise self.error(f"names the unknown kind of character {name!r}") from None

    def escaped(self, character: str) -> str:
        """Return the one character that an escape stands for."""
        if character in _CONTROLS:
            return _CONTROLS[character]
        if character == "0":
            found = re.compile("[0-7]{1,2}").match(self.text, self.at)
            return self.code(found, 8) if found else "\0"
        if character == "x":
            if found := re.compile(r"\{([0-9A-Fa-f]{1,8})\}").match(self.text, self.at):
                return self.code(found, 16)
            if found := re.compile("[0-9A-Fa-f]{1,2}").match(self.text, self.at):
                return self.code(found, 16)
            raise self.error("has \\x without digits")
        if character == "u":
            if found := re.compile("[0-9A-Fa-f]{4}").match(self.text, self.at):
                return self.code(found, 16)
            raise self.error("has \\u without four digits")
        if character == "c" or (character == "C" and self.skip("-")):
            return chr(ord(self.take()) & 0x1F)
        return character

    def code(self, found: re.Match[str], base: int) -> str:
        self.at = found.end()
        number = int(found[0].strip("{}"), base)
        if number > 0x10FFFF:
            raise self.error("has the code of no character")
        return chr(number)

    def charset(self) -> CharSet:
        """Read a class, behind its `[`."""
        negated = self.skip("^")
        left: CharSet | None = None  # what stands before &&
        charset = CharSet()
        begin = self.at
        try:
            while True:
                if not self.more:
                    raise self.error("has a [ without its ]")
                if self.ahead("]") and self.at > begin:
                    self.at += 1
                    break
                if self.skip("&&"):
                    left = charset if left is None else left & charset
                    charset = CharSet()
                    continue
                charset |= self.class_item()
            if left is not None:
                charset = left & charset
        except ValueError as problem:
            if isinstance(problem, OptionError):
                raise
            raise self.error(f"has {problem}, which cannot be written here") from None
        return ~charset if negated else charset

    def class_item(self) -> CharSet:
        if found := re.compile(r"\[:(\^?)(\w+):\]").match(self.text, self.at):
            self.at = found.end()
            charset = self.property(found[2])
            return ~charset if found[1] else charset
        if self.skip("["):
            return self.charset()
        begin = self.class_character()
        if isinstance(begin, CharSet):
            return begin
        if self.ahead("-") and not self.ahead("-]") and not self.ahead("-["):
            self.at += 1
            end = self.class_character()
            if isinstance(end, CharSet):  # [a-\d]: the dash is meant
                return CharSet.of(begin + "-") | end
            if end < begin:
                raise self.error(f"has the empty range {begin}-{end}")
            return CharSet.between(begin, end)
        return CharSet.of(begin)

    def class_character(self) -> str | CharSet:
        character = self.take()
        if character != "\\":
            return character
        character = self.take()
        if character.lower() in _CLASSES or character in "pP":
            return self.escaped_class(character)
        return "\b" if character == "b" else self.escaped(character)


def _checked(tree: Node, reader: _Reader) -> Node:
    """Take the captures from unnamed groups where others have names, and check what refers to groups."""
    names = {node.name for node in walk(tree) if isinstance(node, Capture)}
    named_ones = {name for name in names if not name.startswith("#")}
    for node in walk(tree):
        if isinstance(node, Back):
            if node.name.startswith("#") and named_ones:
                raise reader.error(f"has \\{node.name[1:]} where groups have names: use \\k<name>")
            if not any(name == node.name or name.partition(":")[0] == node.name for name in names):
                raise reader.error(f"refers to {node.name.lstrip('#')!r}, a group that it does not have")
    return without_numbers(tree) if named_ones or not any(isinstance(node, Back) for node in walk(tree)) else tree
