"""Writes a tree as an expression of `re` (3.11: atomic groups, possessive repetitions), to be compiled with FLAGS."""

from __future__ import annotations

import re
from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace

from flume_adapter_grok.charset import ANY
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
    first,
    walk,
    width,
)

FLAGS = re.DOTALL | re.MULTILINE


class Translation(Struct, frozen=True):
    """An expression of `re`, the captures in the order of its groups, and the branches that each stands in.

    A branch is the number of a choice and of one of its branches: of two captures in two branches of the same choice
    only one takes part in a match.
    """

    text: str
    captures: tuple[Capture, ...]
    branches: tuple[tuple[tuple[int, int], ...], ...]
    plain: bool  # False: only the `regex` package compiles it (a look behind of no fixed width)


def translate(tree: Node, wanted: Callable[[Capture], bool] = lambda capture: True) -> Translation:
    r"""Write *tree* for `re`; only *wanted* captures, and those that a `\k<name>` needs, become groups.

    >>> from flume_adapter_grok.oniguruma import parse
    >>> translate(settle(parse(r"(?<key>\h+)=(?<value>.*)"))).text
    '([0-9A-Fa-f]++)=(.*)'
    """
    writer = _Writer(wanted, frozenset(node.name for node in walk(tree) if isinstance(node, Back)))
    text = writer.write(tree)
    return Translation(text, tuple(writer.captures), tuple(writer.branches), writer.plain)


def settle(tree: Node) -> Node:
    """Make repetitions possessive where going back could not help: no character of theirs can come next.

    The result takes the same text.
    """
    return _settled(tree, ANY)[0]


def _settled(node: Node, after: int) -> tuple[Node, int, bool]:
    """Settle *node*; return it, the characters that it may begin with, and whether it may take no text.

    *after* holds the characters, as bits, with which the rest of the pattern may go on; all where it may end.
    """
    match node:
        case Chars():
            return node, node.mask, False
        case Sequence(items):
            settled = []
            begin, empty = 0, True
            follow = after
            for item in reversed(items):
                new, mask, skippable = _settled(item, follow)
                settled.append(new)
                follow = mask | (follow if skippable else 0)
                begin = mask | (begin if skippable else 0)
                empty = empty and skippable
            return Sequence(tuple(reversed(settled))), begin, empty
        case Either(branches):
            parts = [_settled(branch, after) for branch in branches]
            begin = 0
            for _, mask, _ in parts:
                begin |= mask
            return Either(tuple(new for new, _, _ in parts)), begin, any(empty for _, _, empty in parts)
        case Repeat(body, least, most):
            if isinstance(body, Chars):
                new, mask, empty = body, body.mask, False
                mode = node.mode if most == 1 or mask & after else "possessive"
            else:
                new, mask, empty = _settled(body, after if most == 1 else after | first(body))
                mode = node.mode
            return Repeat(new, least, most, mode), 0 if most == 0 else mask, empty or least == 0
        case Capture(body, name):
            new, mask, empty = _settled(body, after)
            return Capture(new, name), mask, empty
        case Atomic(body):
            new, mask, empty = _settled(body, ANY)
            return Atomic(new), mask, empty
        case Look(body):
            return replace(node, body=_settled(body, ANY)[0]), 0, True
        case Back():
            return node, ANY, True
    return node, 0, True


class _Writer:
    def __init__(self, wanted: Callable[[Capture], bool], referred: frozenset[str]) -> None:
        self.wanted = wanted
        self.referred = referred
        self.captures: list[Capture] = []
        self.branches: list[tuple[tuple[int, int], ...]] = []
        self.inside: list[tuple[int, int]] = []
        self.choices = 0
        self.repeating = 0
        self.plain = True

    def write(self, node: Node) -> str:
        match node:
            case Chars(charset, folded):
                text = charset.text()
                return f"(?i:{text})" if folded else text
            case Sequence(items):
                return "".join(f"(?:{self.write(i)})" if isinstance(i, Either) else self.write(i) for i in items)
            case Either(branches):
                return self.either(branches)
            case Repeat():
                return self.repeat(node)
            case Capture(body, name):
                if not self.wanted(node) and name not in self.referred and name.partition(":")[0] not in self.referred:
                    return f"(?:{self.write(body)})"
                self.captures.append(node)
                self.branches.append(tuple(self.inside))
                return f"({self.write(body)})"
            case Atomic(body):
                return f"(?>{self.write(body)})"
            case Look():
                return self.look(node)
            case At(text):
                return text
            case Back(name):
                return self.back(name)

    def either(self, branches: tuple[Node, ...]) -> str:
        self.choices += 1
        choice = self.choices
        written = []
        for number, branch in enumerate(branches):
            if not self.repeating:  # a repetition may take one branch now and another then
                self.inside.append((choice, number))
            written.append(self.write(branch))
            if not self.repeating:
                self.inside.pop()
        return "|".join(written)

    def repeat(self, node: Repeat) -> str:
        self.repeating += node.most != 1
        body = self.write(node.body)
        self.repeating -= node.most != 1
        inner = body if isinstance(node.body, Chars) and not node.body.folded else f"(?:{body})"
        match node.least, node.most:
            case 0, None:
                times = "*"
            case 1, None:
                times = "+"
            case 0, 1:
                times = "?"
            case least, None:
                times = f"{{{least},}}"
            case least, most:
                times = f"{{{least}}}" if least == most else f"{{{least},{most}}}"
        if node.least == node.most:
            return f"{inner}{times}"
        if node.mode == "possessive" and not isinstance(node.body, Chars):  # `re` loses groups in `(?:b(a)|)++`
            return f"(?>{inner}{times})"
        return inner + times + {"greedy": "", "lazy": "?", "possessive": "+"}[node.mode]

    def look(self, node: Look) -> str:
        """Write a look; one behind with branches of several widths becomes several looks."""
        sign = ("?<" if node.behind else "?") + ("!" if node.negative else "=")
        if not node.behind:
            return f"({sign}{self.write(node.body)})"
        branches = node.body.branches if isinstance(node.body, Either) else (node.body,)
        if any(low != high for low, high in map(width, branches)):
            self.plain = False
        looks = [f"({sign}{self.write(branch)})" for branch in branches]
        return "".join(looks) if node.negative or len(looks) == 1 else f"(?:{'|'.join(looks)})"

    def back(self, name: str) -> str:
        """Write a reference; where several groups have the name, to the last of them that took part."""
        groups = [
            number
            for number, capture in enumerate(self.captures, start=1)
            if capture.name == name or capture.name.partition(":")[0] == name
        ]
        if not groups:  # refers to a group behind it
            return "(?!)"
        return "(?:" + "|".join(f"\\{number}" for number in reversed(groups)) + ")"
