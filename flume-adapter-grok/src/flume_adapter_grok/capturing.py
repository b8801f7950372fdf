"""Writes the function that makes a point of a match: no loop, no look-up of names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from typing import Any, TypeAlias

from msgspec import Struct

from flume.errors import OptionError
from flume_adapter_grok.fields import Field, several, to_float, to_int
from flume_adapter_grok.needle import sure
from flume_adapter_grok.translate import Translation
from flume_adapter_grok.tree import Capture, Node, width

Match: TypeAlias = Callable[[str], dict[str, Any] | None]


class Group(Struct, frozen=True):
    """A group of the expression, from 1, and the field that it makes; whether each match has text there."""

    number: int
    field: Field
    always: bool
    branches: tuple[tuple[int, int], ...]  # as Translation has them

    def excludes(self, other: Group) -> bool:
        """Tell whether no match has text in both groups."""
        return any(mine == its and one != two for mine, one in self.branches for its, two in other.branches)


def groups_of(tree: Node, written: Translation, wanted: Callable[[Capture], bool]) -> list[Group]:
    """Return the groups of *wanted* captures; *written*: what became of *tree*."""
    always = {capture for capture in sure(tree) if width(capture)[0]}
    return [
        Group(number, Field.named(capture.name), capture in always, branches)
        for number, (capture, branches) in enumerate(zip(written.captures, written.branches, strict=True), start=1)
        if wanted(capture)
    ]


class _Value(Struct, frozen=True):
    """An expression of the function, and the one that tells that there is no value: None if there always is one."""

    text: str
    missing: str | None


def write_match(groups: Iterable[Group], count: int, needle: str, longest: int | None) -> Callable[..., Match]:
    """Return a maker: called with a search, and one for lines longer than *longest*, it returns the function.

    *count*: how many groups the expression has; *needle*: a text that each matching line holds.
    Names of fields and the needle stand in the function as constants, never as code.
    Raises OptionError where a field is to hold both a value and other fields.
    """
    point = _Writer(groups).dict_of((), "point")
    search = "search(line)" if longest is None else f"search(line) if len(line) <= {longest} else search_long(line)"
    lines = [
        "def make(search, search_long):",
        " def match(line):",
        *([f"  if {needle!r} not in line:", "   return None"] if needle else []),
        f"  found = {search}",
        "  if found is None:",
        "   return None",
        *([f"  {' '.join(f'g{n},' for n in range(1, count + 1))} = found.groups()"] if count else []),
        *(f"  {line}" for line in point),
        "  return point",
        " return match",
    ]
    names: dict[str, Any] = {"several": several, "to_int": to_int, "to_float": to_float}
    exec(compile("\n".join(lines), "<grok>", "exec"), names)
    maker: Callable[..., Match] = names["make"]
    return maker


class _Writer:
    """Writes the lines that build the point: a dict of all fields, then without those that are missing."""

    def __init__(self, groups: Iterable[Group]) -> None:
        self.by_path: dict[tuple[str, ...], list[Group]] = {}
        for group in groups:
            self.by_path.setdefault(group.field.path, []).append(group)
        for path in self.by_path:
            for length in range(1, len(path)):
                if path[:length] in self.by_path:
                    outer = ".".join(path[:length])
                    raise OptionError(f"the field {outer!r} cannot hold both a text and the field {path[length]!r}")
        self.names = 0

    def name(self) -> str:
        self.names += 1
        return f"v{self.names}"

    def dict_of(self, prefix: tuple[str, ...], target: str) -> list[str]:
        """Return the lines that make *target* the dict of the fields under *prefix*, in the order of the pattern."""
        before: list[str] = []
        items: list[str] = []
        behind: list[str] = []
        for key in dict.fromkeys(path[len(prefix)] for path in self.by_path if path[: len(prefix)] == prefix):
            path = (*prefix, key)
            if path not in self.by_path:
                inner = self.name()
                before += self.dict_of(path, inner)
                value = _Value(inner, f"not {inner}")
            else:
                value = self.value(self.by_path[path], before)
            items.append(f"{key!r}: {value.text}")
            if value.missing:
                behind += [f"if {value.missing}:", f" del {target}[{key!r}]"]
        return [*before, f"{target} = {{{', '.join(items)}}}", *behind]

    def value(self, groups: Sequence[Group], before: list[str]) -> _Value:
        """Return the value of the groups that make one field; lines that it needs go to *before*."""
        group = groups[0]
        if len(groups) == 1:
            name, missing = f"g{group.number}", None if group.always else f"not g{group.number}"
        elif all(a.excludes(b) and a.field == b.field for a, b in combinations(groups, 2)):
            name = self.name()
            before.append(f"{name} = {' or '.join(f'g{group.number}' for group in groups)}")
            missing = f"not {name}"
        else:
            name = self.name()
            values = (_converted(group.field, f"g{group.number}", False) for group in groups)
            before.append(f"{name} = several({', '.join(values)})")
            return _Value(name, f"{name} is None")
        return _Value(_converted(group.field, name, missing is None), missing)


def _converted(field: Field, name: str, always: bool) -> str:
    if field.kind is None:
        return name
    return f"to_{field.kind}({name})" if always else f"({name} and to_{field.kind}({name}))"
