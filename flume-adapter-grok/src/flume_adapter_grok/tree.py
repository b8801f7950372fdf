"""A regular expression as a tree."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from flume_adapter_grok.charset import ANY, BEYOND, CharSet

Mode: TypeAlias = Literal["greedy", "lazy", "possessive"]


class Chars(Struct, frozen=True):
    """One character of a set; *folded*: in either case."""

    charset: CharSet
    folded: bool = False

    @property
    def mask(self) -> int:
        """The characters that it takes, as bits."""
        mask = self.charset.mask
        if not self.folded:
            return mask
        letters = mask & _LETTERS
        return mask | (letters >> 32) & _LETTERS | (letters << 32) & _LETTERS | BEYOND  # U+212A folds to k


_LETTERS = CharSet.between("a", "z").ascii | CharSet.between("A", "Z").ascii


class Sequence(Struct, frozen=True):
    """One after the other; of nothing: the empty text."""

    items: tuple[Node, ...]


class Either(Struct, frozen=True):
    """The first branch that leads to a match."""

    branches: tuple[Node, ...]


class Repeat(Struct, frozen=True):
    """The body again and again, *most* times or (None) as often as it comes."""

    body: Node
    least: int
    most: int | None
    mode: Mode = "greedy"


class Capture(Struct, frozen=True):
    """A group whose text is kept. A group without a name is called `#1`, `#2`, …"""

    body: Node
    name: str


class Atomic(Struct, frozen=True):
    """A group that is matched one way only: `(?>…)`."""

    body: Node


class Look(Struct, frozen=True):
    """A look ahead or behind, which takes no text."""

    body: Node
    behind: bool
    negative: bool


class At(Struct, frozen=True):
    """A place between characters, as `re` writes it (with MULTILINE)."""

    text: str


class Back(Struct, frozen=True):
    """The same text again that a capture took."""

    name: str


Node: TypeAlias = Chars | Sequence | Either | Repeat | Capture | Atomic | Look | At | Back

EMPTY = Sequence(())


def children(node: Node) -> tuple[Node, ...]:
    """Return the nodes right below *node*."""
    match node:
        case Sequence(items):
            return items
        case Either(branches):
            return branches
        case Repeat() | Capture() | Atomic() | Look():
            return (node.body,)
    return ()


def walk(node: Node) -> Iterator[Node]:
    """Yield *node* and all below it, in the order of the text."""
    ahead = [node]
    while ahead:
        node = ahead.pop()
        yield node
        ahead += reversed(children(node))


def width(node: Node) -> tuple[int, int | None]:
    """Return how many characters *node* takes: at least, and at most (None: no bound)."""
    match node:
        case Chars():
            return 1, 1
        case Sequence(items):
            widths = [width(item) for item in items]
            return sum(low for low, _ in widths), _total([high for _, high in widths])
        case Either(branches):
            widths = [width(branch) for branch in branches]
            highs = [high for _, high in widths]
            return min(low for low, _ in widths), None if None in highs else max(h for h in highs if h is not None)
        case Repeat(body, least, most):
            low, high = width(body)
            return low * least, high * most if high is not None and most is not None else 0 if high == 0 else None
        case Capture(body) | Atomic(body):
            return width(body)
        case Look() | At():
            return 0, 0
        case Back():
            return 0, None


def _total(widths: list[int | None]) -> int | None:
    known = [wide for wide in widths if wide is not None]
    return sum(known) if len(known) == len(widths) else None


def first(node: Node) -> int:
    """Return the characters that *node* may begin with, as bits; what takes no text adds none."""
    match node:
        case Chars():
            return node.mask
        case Sequence(items):
            mask = 0
            for item in items:
                mask |= first(item)
                if width(item)[0]:
                    break
            return mask
        case Either(branches):
            mask = 0
            for branch in branches:
                mask |= first(branch)
            return mask
        case Repeat(body, _, most):
            return 0 if most == 0 else first(body)
        case Capture(body) | Atomic(body):
            return first(body)
        case Look() | At():
            return 0
        case Back():
            return ANY


def joined(node: Repeat) -> Node:
    """Join a greedy repetition of a greedy one: `(?:a*)*` is `a*`. Takes the same text, with less to go back to."""
    inner = node.body
    simple = {(0, 1), (0, None), (1, None)}
    if (
        isinstance(inner, Repeat)
        and node.mode == inner.mode == "greedy"
        and (node.least, node.most) in simple
        and (inner.least, inner.most) in simple
    ):
        both = node.most == inner.most == 1
        return Repeat(inner.body, node.least * inner.least, 1 if both else None)
    return node


def without_numbers(node: Node) -> Node:
    """The tree without the captures that have no name."""
    match node:
        case Sequence(items):
            return Sequence(tuple(without_numbers(item) for item in items)) if items else EMPTY
        case Either(branches):
            return Either(tuple(without_numbers(branch) for branch in branches))
        case Capture(body, name) if name.startswith("#"):
            return without_numbers(body)
        case Repeat(body):
            return joined(replace(node, body=without_numbers(body)))
        case Capture(body) | Atomic(body) | Look(body):
            return replace(node, body=without_numbers(body))
    return node
