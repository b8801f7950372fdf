"""Tells how long a line may be before its match could take long.

`re` goes back over every way to match, and nothing bounds its work.  Two shapes are known to be dear:

- a repetition that can take the same text in two ways, `(?:a+b?)+`: each further character doubles the work.  Whether
  there is one is decided on the automaton of the repetition: no two ways round may take the same text;
- repetitions one after the other that can take over from each other, `.*?: .*?: .*?`: with n characters and d of them
  the work grows with n to the power of d.  d is counted on the safe side.

Source: Weber and Seidl, On the degree of ambiguity of finite automata (1991).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from flume_adapter_grok.tree import (
    ANY,
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

STEPS = 50_000_000  # of `re`, in some tenths of a second
_MANY = 16  # a repetition that may take more counts as one without end
_CHAINS = 12
_STATES = 200


def safe_length(tree: Node, anchored: bool = False) -> int | None:
    """Return the longest line that `re` surely matches against *tree* in less than a second; None: any.

    *tree* is as `settle` leaves it; *anchored*: it is only tried at the line's start.

    >>> from flume_adapter_grok.oniguruma import parse
    >>> safe_length(parse("(?:a|b|ab)*c"))
    0
    >>> safe_length(parse("a+b"), anchored=True) is None
    True
    """
    if _doubles(tree):
        return 0
    chains = _Chains()
    chains.behind(tree, [] if anchored else [_Chain(1, ANY, 1)], last=True)
    return min((int(unit * STEPS ** (1 / degree)) for degree, unit in chains.costs.items() if degree > 1), default=None)


# the power of the length


@dataclass(frozen=True, slots=True)
class _Chain:
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


@dataclass(slots=True)
class _Chains:
    """The chains of a pattern; *costs* holds those that something behind them can fail: degree to shortest text."""

    costs: dict[int, int] = field(default_factory=dict)

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
        if node.most is not None and node.most <= _MANY:
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
            return _pruned([*(chain.past(mask) for chain in chains if chain.mask & mask), *skipped])
        return _pruned([_Chain(1, mask, 1), *grown, *skipped])


def _loops(node: Node) -> bool:
    return isinstance(node, Repeat) and (node.most is None or node.most > _MANY) or any(map(_loops, children(node)))


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


# the doubling


def _doubles(node: Node) -> bool:
    """Tell whether *node* has a repetition that can take the same text in two ways."""
    if isinstance(node, Repeat) and (node.most is None or node.most > _MANY) and not isinstance(node.body, Chars):
        once_only = node.mode == "possessive" or isinstance(node.body, Atomic)
        if not once_only:
            return _Automaton(node).ambiguous()
    return any(_doubles(child) for child in children(node))


class _Automaton:
    """The position automaton of a repetition: one state for each character that the pattern names.

    Source: Glushkov, The abstract theory of automata (1961). What takes no text is left out, which only adds ways.
    """

    def __init__(self, repeat: Repeat) -> None:
        self.masks: list[int] = []
        self.edges: dict[int, dict[int, int]] = defaultdict(dict)  # from, to: the characters that lead there
        self.twice = False  # two ways lead from one state to another by the same character
        self.possessive: set[int] = set()
        first, last, _ = self.read(repeat.body)
        self.join(last, first)
        self.nested = [look.body for look in _looks(repeat.body)]

    def state(self, mask: int) -> int:
        self.masks.append(mask)
        return len(self.masks) - 1

    def join(self, last: Iterable[int], first: Iterable[int], inside: bool = False) -> None:
        for begin in last:
            for end in first:
                mask = self.masks[end]
                if begin in self.possessive and not inside:
                    mask &= ~self.masks[begin]
                if mask & self.edges[begin].get(end, 0):
                    self.twice = True
                self.edges[begin][end] = mask | self.edges[begin].get(end, 0)

    def read(self, node: Node) -> tuple[list[int], list[int], bool]:
        """Add *node*; return the states that it may begin and end with, and whether it may be empty."""
        match node:
            case Chars():
                state = self.state(node.mask)
                return [state], [state], False
            case Back():
                state = self.state(ANY)
                self.join([state], [state])
                return [state], [state], True
            case Sequence(items):
                first: list[int] = []
                last: list[int] = []
                empty = True
                for item in items:
                    begin, end, skippable = self.read(item)
                    self.join(last, begin)
                    if empty:
                        first = first + begin
                    last = last + end if skippable else end
                    empty = empty and skippable
                return first, last, empty
            case Either(branches):
                read = [self.read(branch) for branch in branches]
                return [s for f, _, _ in read for s in f], [s for _, l, _ in read for s in l], any(e for _, _, e in read)
            case Capture(body) | Atomic(body):
                return self.read(body)
            case Repeat(body, least, most, mode):
                if least == most and least <= 8 and isinstance(body, Chars):
                    return self.read(Sequence((body,) * least))
                first, last, empty = self.read(body)
                if most is None or most > 1:
                    self.join(last, first, inside=True)
                    if mode == "possessive" and isinstance(body, Chars):
                        self.possessive.update(first)
                return first, last, empty or least == 0
        return [], [], True

    def ambiguous(self) -> bool:
        """Tell whether some text leads from a state back to itself in two ways."""
        if self.twice or any(_doubles(body) for body in self.nested):
            return True
        if all(self.parts(state) for state in range(len(self.masks))):
            return False
        return len(self.masks) > _STATES or self.meets()

    def parts(self, state: int) -> bool:
        """Tell whether from *state* each character leads to one state only."""
        taken = 0
        for mask in self.edges[state].values():
            if mask & taken:
                return False
            taken |= mask
        return True

    def meets(self) -> bool:
        """Tell whether two walks part from one state and come back to one, by the same text."""
        parted = {
            (one, other)
            for edges in self.edges.values()
            for one, by in edges.items()
            for other, also_by in edges.items()
            if one < other and by & also_by
        }
        seen = set(parted)
        waiting = list(parted)
        while waiting:
            one, other = waiting.pop()
            for next_one, by in self.edges[one].items():
                for next_other, also_by in self.edges[other].items():
                    if not by & also_by:
                        continue
                    if next_one == next_other:
                        return True  # all states of a repetition reach each other
                    pair = (min(next_one, next_other), max(next_one, next_other))
                    if pair not in seen:
                        seen.add(pair)
                        waiting.append(pair)
        return False


def _looks(node: Node) -> list[Look]:
    found = [node] if isinstance(node, Look) else []
    return found + [look for child in children(node) for look in _looks(child)]
