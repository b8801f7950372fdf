"""Tells how long a line may be before a match could take long.

`re` goes back over every way to match, and nothing bounds its work.  Two shapes are known to be dear:

- a repetition that can take the same text in two ways, `(?:a+b?)+`: each further character doubles the work (see
  `ambiguity`);
- repetitions one after the other that can take over from each other, `.*?: .*?: .*?`: with n characters and d of them
  the work grows with n to the power of d.  d is counted on the safe side, and the search for the place to begin is one.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from flume_adapter_grok.ambiguity import MANY, ambiguous
from flume_adapter_grok.charset import ANY
from flume_adapter_grok.tree import (
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
)

STEPS = 20_000_000  # of `re`, in some tenths of a second
_CHAINS = 12


def safe_length(tree: Node, anchored: bool = False) -> int | None:
    """Return the longest line that `re` surely matches against *tree* in less than a second; None: any.

    *tree* is as `settle` leaves it; *anchored*: it is only tried at the line's start.

    >>> from flume_adapter_grok.oniguruma import parse
    >>> safe_length(parse("(?:a|b|ab)*c"))
    0
    >>> safe_length(parse("a+b"), anchored=True) is None
    True
    """
    if ambiguous(tree):
        return 0
    chains = _Chains()
    chains.behind(tree, [] if anchored else [_Chain(1, ANY, 1)], last=True)
    return min((int(unit * STEPS ** (1 / degree)) for degree, unit in chains.costs.items() if degree > 1), default=None)


# the power of the length


class _Chain(Struct, frozen=True):
    """Repetitions that can all take one text over and over: how many, of which characters, how long it is at least."""

    degree: int
    mask: int
    unit: int
    between: frozenset[int] = frozenset()  # what stands behind the last of them: a next one must take that, too
    length: int = 0  # of what stands between

    def past(self, mask: int) -> _Chain:
        between = self.between if mask in self.between else self.between | {mask}
        return _Chain(self.degree, self.mask, self.unit, between, self.length + 1)

    def grown(self, mask: int, needed: frozenset[int]) -> _Chain | None:
        common = self.mask & mask
        if not common or not all(common & other for other in self.between | needed):
            return None
        return _Chain(self.degree + 1, common, max(self.unit, self.length))


class _Chains(Struct):
    """The chains of a pattern; *costs* holds those that something behind them can fail: degree to shortest text."""

    costs: dict[int, int] = {}

    def note(self, chains: Iterable[_Chain]) -> None:
        for chain in chains:
            self.costs[chain.degree] = min(chain.unit, self.costs.get(chain.degree, chain.unit))

    def behind(self, node: Node, chains: list[_Chain], last: bool) -> list[_Chain]:
        """Return the chains behind *node*, given those before it; *last*: it ends the pattern."""
        match node:
            case Chars():
                mask = node.mask
                return [chain.past(mask) for chain in chains if chain.mask & mask]
            case Sequence(items):
                for item in items:
                    chains = self.behind(item, chains, last and item is items[-1])
            case Either(branches):
                return _pruned(chain for branch in branches for chain in self.behind(branch, chains, last))
            case Capture(body) | Atomic(body):
                return self.behind(body, chains, last)
            case Look(body):
                self.behind(body, chains, False)
            case Repeat():
                return self.behind_repeat(node, chains, last)
        return chains

    def behind_repeat(self, node: Repeat, chains: list[_Chain], last: bool) -> list[_Chain]:
        if node.most is not None and node.most <= MANY:
            reached = [] if node.least else list(chains)
            for _ in range(node.most if _loops(node.body) else min(node.most, 1)):
                chains = self.behind(node.body, chains, last and node.most == 1)
                reached += chains
            return chains if node.least == node.most else _pruned(reached)
        if not isinstance(node.body, Chars):
            self.behind(node.body, chains, False)
        mask = _all_characters(node.body)
        skipped = [] if node.least else chains
        needed = frozenset(_needed(node.body))
        grown = [longer for chain in chains if (longer := chain.grown(mask, needed))]
        if not last:  # the last repetition of a pattern is never gone back over
            self.note(grown)
        if node.mode == "possessive":  # it is read again for each way to come here, but never gone back over
            passed = [chain.past(mask) for chain in chains if chain.mask & mask]
            return _pruned([*passed, *skipped])
        return _pruned([_Chain(1, mask, 1), *grown, *skipped])


def _loops(node: Node) -> bool:
    endless = isinstance(node, Repeat) and (node.most is None or node.most > MANY)
    return endless or any(map(_loops, children(node)))


def _pruned(chains: Iterable[_Chain]) -> list[_Chain]:
    kept = sorted(set(chains), key=lambda chain: (-chain.degree, chain.unit, -chain.mask.bit_count(), chain.length))
    return kept[:_CHAINS]


def _all_characters(node: Node) -> int:
    if isinstance(node, Chars):
        return node.mask
    mask = ANY if isinstance(node, Back) else 0
    for child in children(node):
        if not isinstance(child, Look):
            mask |= _all_characters(child)
    return mask


def _needed(node: Node) -> Iterable[int]:
    """Yield the masks of characters that each text of *node* has."""
    match node:
        case Chars():
            yield node.mask
        case Sequence(items):
            for item in items:
                yield from _needed(item)
        case Capture(body) | Atomic(body):
            yield from _needed(body)
        case Repeat(body, least) if least:
            yield from _needed(body)
