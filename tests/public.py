"""What programs and plugins may count on, as a listing; `python tests/public.py` writes it to tests/public.txt.

A line is a name, and how it is called; of a class that authors derive from or are given, each of its members.
"""

from __future__ import annotations

import dataclasses
import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, ForwardRef

from flume import hookspecs
from flume.registry import Registry

LISTING = Path(__file__).with_suffix(".txt")
NAMES = {
    "flume": "",
    "flume.testing": "",
    "flume.hookspecs": f"API GROUP HOOKS Offer WORDS hookimpl {' '.join(hookspecs.HOOKS.values())}",
    "flume.absorbing": "Unabsorbed",
    "flume.adapting": "Adapter make_parser writable",
    "flume.compressing": "Codec Compressor Decompressor",
    "flume.errors": "ExpressionError FlumeError LimitError MomentError NameConflict OptionError PluginError "
    "RecordError SinkError SourceError UnknownName UsageError",
    "flume.files": "Written",
    "flume.flow": "Batch Flow Joining Needed Pipeline Point Proc Sink Source Stage Step",
    "flume.parsing": "BadRecord LineParser Origin Parser Records Rendering Unwritable decode encode lines_of "
    "split_lines",
    "flume.reducing": "ANYTHING NUMBERS ORDERED QUANTITIES Reducer TEXT TIMES Takes",
    "flume.registry": "Registry default use",
    "flume.report": "Account Report",
    "flume.run": "Clock Run",
    "flume.running": "Runner Settings",
    "flume.value": "Fields Value check_fields field_list",
    "flume.viewing": "Axis Canvas Chart Kind PALETTE Picture Scale Screen Series Target Tick View",
    "flume.width": "padded shortened width",
}
"""The names that are promised, by their module; of the first two, whatever is in `__all__`."""


class _Bare(str):
    """An annotation, shown without quotes."""

    __slots__ = ()
    __repr__ = str.__str__


def names() -> dict[str, Any]:
    """Every public name in full, and what it means."""
    return {
        f"{module}.{name}": getattr(import_module(module), name)
        for module, given in NAMES.items()
        for name in sorted(given.split() or import_module(module).__all__)
    }


def listing() -> list[str]:
    """All lines, in order."""
    public = names()
    core = Registry(discover=False)
    words = {core.find(kind, name) for kind in hookspecs.HOOKS for name in core.names(kind)}
    bases = {thing for thing in public.values() if inspect.isclass(thing)} - words
    lines = [f"FLUME_API = {hookspecs.API}"]
    first: dict[Any, str] = {}
    for name, thing in public.items():
        if inspect.isclass(thing) and first.setdefault(thing, name) != name:
            lines.append(f"class {name} is {first[thing]}")
        elif inspect.isclass(thing) and thing not in words:
            above = [base.__name__ for base in thing.__bases__ if base is not object]
            lines.append(f"class {name}({', '.join(above)})")
            lines += sorted({f"{name}.{member}" for member in _members(thing, bases)})
        elif inspect.ismodule(thing):
            lines += sorted(f"{name}.{word}{_call(thing_)}" for word, thing_ in vars(thing).items() if _is_word(thing_))
        else:
            lines.append(f"{name}{_call(thing)}")
    return lines


def _is_word(thing: Any) -> bool:
    """Whether it is one of the words in a namespace, which know how they are called: `date.year`."""
    return inspect.isclass(thing) and "." in getattr(thing, "word", "")


def _members(cls: type, public: set[Any]) -> Iterator[str]:
    """What a class has that none of its public bases has."""
    for base in cls.__mro__:
        if base is not cls and (base in public or not base.__module__.startswith("flume")):
            continue
        annotated = inspect.get_annotations(base)
        defaults = {f.name: f.default for f in dataclasses.fields(base)} if dataclasses.is_dataclass(base) else {}
        for name in {**annotated, **vars(base)}:
            value = vars(base).get(name, dataclasses.MISSING)
            if name.startswith(("_", "test_", "pytest_")):
                continue
            if inspect.ismemberdescriptor(value) and name not in annotated:
                yield name
            elif name in annotated:
                kind = annotated[name]
                default = defaults.get(name, value)
                unknown = default is dataclasses.MISSING or inspect.isdatadescriptor(default)
                shown = kind.__forward_arg__ if isinstance(kind, ForwardRef) else kind
                yield f"{name}: {shown}" if unknown else f"{name}: {shown} = {_value(default)}"
            elif isinstance(value, property):
                assert value.fget
                yield f"{name}: {inspect.signature(value.fget).return_annotation}"
            else:
                yield f"{name}{_call(value)}"


def _call(thing: Any) -> str:
    """How it is called, and what that gives; of a constant, its type."""
    thing = getattr(thing, "__func__", thing)
    if not inspect.isfunction(thing) and not inspect.isclass(thing):
        return f": {type(thing).__name__}" if type(thing).__module__ == "builtins" else ""
    found = inspect.signature(thing)
    parameters = [p.replace(annotation=_bare(p.annotation)) for p in found.parameters.values()]
    shown = str(found.replace(parameters=parameters, return_annotation=_bare(found.return_annotation)))
    return re.sub(r"<function (\w+) at 0x\w+>", r"\1", shown)


def _bare(annotation: Any) -> Any:
    return _Bare(annotation) if isinstance(annotation, str) else annotation


def _value(value: Any) -> str:
    """A value as it is written, the members of a set in order."""
    return f"frozenset({sorted(value)})" if isinstance(value, frozenset) else repr(value)


if __name__ == "__main__":
    LISTING.write_text("\n".join(listing()) + "\n", encoding="utf-8")
