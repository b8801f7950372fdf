r"""All lines of a block at once, where the package pcre2 is installed.

    \G(?>[EASY]*?PATTERN)[EASY]*\n

is replaced, line by line, by the texts of the groups that make the needed fields, each with a separator behind it: cut
there, and every so-manieth piece is of one group.  From a line on that does not match nothing is replaced, and so a
newline is left.  Then the same is done with

    (?m)^(?>[EASY]*?PATTERN)[EASY]*(\n)|^[^\n]*\n

and the end of the line, if it was captured, is one more piece.

A line is easy if it is ASCII, holds no separator and is not so long that it could take long.  No class of the pattern
takes anything else, so that it matches easy lines only, and looks at nothing beyond the line; for a pattern where the
engines may differ in what it captures there is no such way (`_is_plain`).  The lines that are not easy are for `re`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import import_module
from itertools import combinations
from typing import Any, TypeAlias

from msgspec.structs import replace

from flume.tables import Column
from flume_adapter_grok.capturing import Group, groups_of
from flume_adapter_grok.charset import ASCII, EVERYTHING, CharSet
from flume_adapter_grok.fields import Field, to_float, to_int
from flume_adapter_grok.matching import Prepared, prepare
from flume_adapter_grok.translate import FLAGS, translate
from flume_adapter_grok.tree import (
    At,
    Atomic,
    Back,
    Capture,
    Chars,
    Either,
    Look,
    Node,
    Repeat,
    Sequence,
    children,
    width,
)

SEPARATOR = b"\x1f"
_EASY = CharSet(ASCII) & ~CharSet.of("\n" + SEPARATOR.decode())
_LONGEST = 65_535  # what pcre2 counts to
_LIMIT = 100_000  # of pcre2: a line that needs more goes to `re`, with the others of its block
_ENDS = {r"\A": At("^"), r"\Z": At("$"), r"(?=\n?\Z)": At("$")}
_SKIPPED = Repeat(Chars(EVERYTHING), 0, None, "lazy")
_MATCHING = r"(*LF)(*LIMIT_MATCH=%d)(?m)\G(?>%s)%s*\n"
_EVERY = r"(*LF)(*LIMIT_MATCH=%d)(?m)^%s(?>%s)%s*(\n)|^[^\n]*\n"

_Make: TypeAlias = Callable[[list[str]], Column]


@dataclass(frozen=True, slots=True)
class Blockwise:
    """A pattern for all lines of a block.

    :param matching: gives the pattern for lines that match, from the first to one that does not; *every* that for each
        line, of any length, and *bounded* one that passes over those longer than *longest*.
    :param template: what stands for a line. :param makers: what makes the columns.
    """

    matching: Any
    every: Callable[[], Any]
    bounded: Callable[[], Any]
    longest: int | None
    template: bytes
    makers: tuple[tuple[str, _Make], ...]

    def all_columns(self, block: bytes) -> tuple[dict[str, Column], int] | None:
        """Return the fields of all lines, and how many these are.  None: some of them do not match, or take long."""
        block = _with_ends(block)
        if not _has_only(block, self.longest):
            return None
        try:
            text, lines = self.matching.subn(self.template, block)
        except import_module("pcre2").LibraryError:
            return None
        return None if b"\n" in text else (self._made(_cut(text, len(self.makers))), lines)

    def columns(self, block: bytes) -> tuple[dict[str, Column], list[str]] | None:
        """Return the fields of all lines, and for each line whether it matched: a newline, or nothing.

        None: the block has a line that takes long.
        """
        block = _with_ends(block)
        try:
            pattern = self.every() if _has_only(block, self.longest) else self.bounded()
            text = pattern.sub(b"%b${%d}%b" % (self.template, pattern.groups, SEPARATOR), block)
        except import_module("pcre2").LibraryError:
            return None
        *cells, ends = _cut(text, len(self.makers) + 1)
        return self._made(cells), ends

    def _made(self, cells: list[list[str]]) -> dict[str, Column]:
        return {field: make(texts) for (field, make), texts in zip(self.makers, cells, strict=True)}

    def easy(self, line: str) -> bool:
        """Tell whether what was found of this line is right."""
        return line.isascii() and SEPARATOR.decode() not in line and (self.longest is None or len(line) <= self.longest)


def compile_blockwise(expanded: Iterable[str], anchored: bool, fields: frozenset[str]) -> Blockwise | None:
    """Compile patterns that are tried in turn, with columns for *fields*.

    None: they are left to `re`, or there is no pcre2.
    """
    try:
        pcre2 = import_module("pcre2")
    except ImportError:
        return None
    return _compiled(pcre2, tuple(expanded), anchored, fields)


@lru_cache(maxsize=16)
def _compiled(pcre2: Any, expanded: tuple[str, ...], anchored: bool, fields: frozenset[str]) -> Blockwise | None:
    def wanted(capture: Capture) -> bool:
        return not capture.name.startswith("#") and Field.named(capture.name).path[0] in fields

    def compiled(pattern: str, *parts: str) -> Any:
        return pcre2.compile((pattern % (_LIMIT, *parts, written.text, _EASY.text())).encode("ascii"))

    patterns = [prepare(text, anchored) for text in expanded]
    longest = min((one.longest for one in patterns if one.longest is not None), default=None)
    if longest == 0 or not all(_is_plain(one.tree, wanted) for one in patterns):
        return None
    branches = tuple(map(_from_line_start, patterns))
    tree = _in_line(branches[0] if len(branches) == 1 else Either(branches))
    written = translate(tree, wanted)
    columns = _columns(groups_of(tree, written, wanted))
    if columns is None or not written.plain:
        return None
    try:
        matching = compiled(_MATCHING)
    except pcre2.LibraryError:  # too large, or no code can be made on this machine
        return None
    longest = longest and min(longest, _LONGEST)
    every = cache(lambda: compiled(_EVERY, ""))
    bounded = cache(lambda: compiled(_EVERY, f"(?=[^\\n]{{0,{longest}}}+\\n)"))
    cells = [b"".join([b"${%d}" % number for number in groups]) for _, groups, _ in columns]
    template = b"".join([cell + SEPARATOR for cell in cells])
    makers = tuple((field, make) for field, _, make in columns)
    return Blockwise(matching, every, bounded, longest, template, makers)


def _with_ends(block: bytes) -> bytes:
    """Return the same lines, each with a plain newline."""
    if b"\r" in block:
        block = block.replace(b"\r\n", b"\n")
    if block and not block.endswith(b"\n"):
        block = block.removesuffix(b"\r") + b"\n"
    return block


def _cut(text: bytes, width: int) -> list[list[str]]:
    """Return the pieces that stand before separators, in so many columns."""
    pieces = text.decode("ascii").split(SEPARATOR.decode())
    del pieces[-1]
    return [pieces[at::width] for at in range(width)]


def _has_only(block: bytes, longest: int | None) -> bool:
    """Tell whether no line of *block* is longer than that."""
    at, end = 0, len(block) if longest is not None else 0
    while at < end:
        at = block.rfind(b"\n", at, at + (longest or 0) + 1) + 1
        if not at:
            return False
    return True


def _from_line_start(pattern: Prepared) -> Node:
    """Return what begins where the line begins and ends where a match ends that is searched for."""
    if pattern.anchored or pattern.begins == "^":
        return pattern.tree
    return Sequence((_SKIPPED, pattern.tree))


def _is_plain(node: Node, wanted: Callable[[Capture], bool], once: bool = True) -> bool:
    """Tell whether the engines surely agree on *node*; *once*: it is no part of a repetition or a look."""
    match node:
        case Back():
            return False
        case Capture() if not once and wanted(node):
            return False
        case Repeat(body, _, most):
            if most != 1 and not isinstance(body, Chars) and not width(body)[0]:
                return False
            once = once and most == 1
        case Look():
            once = False
    return all(_is_plain(child, wanted, once) for child in children(node))


def _in_line(node: Node) -> Node:
    """Return what takes the same easy lines where they stand among others."""
    match node:
        case Chars():
            return Chars(_easy(node))
        case At(text):
            return _ENDS.get(text, node)
        case Sequence(items):
            return Sequence(tuple(map(_in_line, items)))
        case Either(branches):
            return Either(tuple(map(_in_line, branches)))
        case Capture(body) | Atomic(body) | Look(body) | Repeat(body):
            return replace(node, body=_in_line(body))
    return node


@lru_cache(maxsize=1024)
def _easy(chars: Chars) -> CharSet:
    charset = chars.charset
    bits = charset.ascii
    if chars.folded:  # what that takes is for `re` to say
        takes = re.compile(f"(?i:{charset.text()})", FLAGS).fullmatch
        bits = sum(1 << code for code in range(128) if takes(chr(code)))
    return CharSet(bits) & _EASY


def _columns(groups: Iterable[Group]) -> list[tuple[str, list[int], _Make]] | None:
    """Return each field, its groups and what makes its column; None where one may be a list, or holds other fields."""
    by_field: dict[str, list[Group]] = {}
    for group in groups:
        by_field.setdefault(group.field.path[0], []).append(group)
    for same in by_field.values():
        if any(len(group.field.path) > 1 for group in same):
            return None
        if not all(one.excludes(other) and one.field == other.field for one, other in combinations(same, 2)):
            return None
    makers = {None: _texts, "int": _ints, "float": _floats}
    return [
        (field, [group.number for group in same], _sure_texts if _is_sure_text(same) else makers[same[0].field.kind])
        for field, same in by_field.items()
    ]


def _is_sure_text(same: list[Group]) -> bool:
    return len(same) == 1 and same[0].always and same[0].field.kind is None


def _sure_texts(cells: list[str]) -> Column:
    return cells


def _texts(cells: list[str]) -> Column:
    return [cell or None for cell in cells] if "" in cells else cells


def _ints(cells: list[str]) -> Column:
    if "".join(cells).isdecimal():
        try:
            return list(map(int, cells))
        except ValueError:  # an empty one, or a very long one
            pass
    return [to_int(cell) if cell else None for cell in cells]


def _floats(cells: list[str]) -> Column:
    return [to_float(cell) if cell else None for cell in cells]
