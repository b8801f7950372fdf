r"""Tells whether a repetition can take the same text in two ways, so that the work to fail doubles with each character.

It is decided on the position automaton of the repetition: two walks that part from one state must not come back to one
state by the same text.  What takes no text (`\b`, looks) is left out, and counted repetitions count as endless ones:
that can only find too many.

Source: Weber and Seidl, On the degree of ambiguity of finite automata (1991).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

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

MANY = 16  # a repetition that may take more counts as one without end
_STATES = 200


def ambiguous(node: Node) -> bool:
    """Tell whether *node* has a repetition that can take the same text in two ways.

    >>> from flume_adapter_grok.oniguruma import parse
    >>> ambiguous(parse("(?:a|b|ab)*c")), ambiguous(parse("(?:a|b|cb)*c"))
    (True, False)
    """
    if isinstance(node, Repeat) and (node.most is None or node.most > MANY) and not isinstance(node.body, Chars):
        once_only = node.mode == "possessive" or isinstance(node.body, Atomic)
        if not once_only:
            return _Automaton(node).ambiguous()
    return any(ambiguous(child) for child in children(node))


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
                first, last, empty = [], [], False
                for branch in branches:
                    begin, end, skippable = self.read(branch)
                    first, last, empty = first + begin, last + end, empty or skippable
                return first, last, empty
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
        if self.twice or any(ambiguous(body) for body in self.nested):
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
