"""Words: what the names of a plugin stand for, and whether each can be used and understood."""

from __future__ import annotations

import inspect
import re
from types import ModuleType
from typing import Any

from flume.checking.check import CheckFailed, Part
from flume.errors import FlumeError, in_one_line

_VARIABLE = inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL


def check_kind(part: Part) -> str:
    """It is what a name of its kind must stand for, with the methods that have no default."""
    kind, methods = _contract(part.kind)
    thing = part.thing
    if kind is None or isinstance(thing, ModuleType):
        return ""
    if not isinstance(thing, type):
        if callable(thing) or isinstance(thing, kind):
            return ""
        found = type(thing).__name__
        raise CheckFailed(f"it stands for {_article(found)} {found}", f"offer a subclass of {kind.__qualname__}")
    name = thing.__name__
    if not issubclass(thing, kind):
        if "__call__" in dir(thing):
            return ""  # it makes them, as funcr does
        raise CheckFailed(f"{name} is no {kind.__qualname__}", f"write class {name}({kind.__name__})")
    for method in methods:
        if _is_default(thing, kind, method):
            raise CheckFailed(f"{name} has no {method}", f"write its method {method}")
    if part.kind == "adapter" and all(_is_default(thing, kind, end) for end in ("Reader", "Writer")):
        raise CheckFailed(f"{name} can neither be read nor written", "give it a Reader, a Writer, or both")
    if part.kind == "parser" and all(_is_default(thing, kind, method) for method in ("parse", "render")):
        raise CheckFailed(f"{name} can neither read nor write", "write its method parse, render, or both")
    return f"{_article(kind.__name__)} {kind.__name__}"


def check_options(part: Part) -> str:
    """Each option has a type, and a default that is of use or none; the docstring says what it is for."""
    from flume.cli.describing import documentation, parameters

    options = parameters(part.thing) if callable(part.thing) else []
    bases = part.thing.__mro__[1:] if isinstance(part.thing, type) else ()
    told = "\n".join([part.documentation, *map(documentation, bases)])
    for parameter in options:
        name = parameter.name
        if parameter.annotation is parameter.empty:
            raise CheckFailed(f"the option {name!r} has no type", f"write {name}: int, or whatever it takes")
        if isinstance(parameter.default, (list, dict, set)):
            default = type(parameter.default).__name__
            raise CheckFailed(
                f"the default of {name!r} is a {default}, which all would share", "make it a tuple or None"
            )
        if parameter.kind not in _VARIABLE and not re.search(rf"\b{re.escape(name.rstrip('_'))}_?\b", told):
            raise CheckFailed(
                f"its docstring does not say what the option {name!r} is for", "say it, with type and unit"
            )
    said = set(re.findall(r"^ *:param (\w+):", documentation(part.thing), re.MULTILINE))
    known = {parameter.name for parameter in options}
    for name in sorted(said - known) if not any(each.kind in _VARIABLE for each in options) else ():
        raise CheckFailed(
            f"its docstring tells of an option {name!r}, which it does not have",
            f"write {name}: str = …, with its type",
        )
    if isinstance(part.thing, type) and all(map(_optional, options)):
        try:
            part.thing()
        except FlumeError:
            pass  # it may ask for one of several
        except Exception as error:
            raise CheckFailed(
                f"every option has a default, and yet {part.thing.__name__}() raises {in_one_line(error)}",
                "take the default away from what must be given",
            ) from error
    return ", ".join(parameter.name for parameter in options)


def check_documented(part: Part) -> str:
    """It says what it does, in a docstring of its own."""
    from flume.cli.describing import sentence

    said = sentence(part.thing)
    if not said and part.parent is None:
        raise CheckFailed("it has no docstring", "say in one sentence what it does, and show an example below")
    if not part.documentation:
        raise CheckFailed("neither it nor the adapter has a docstring", "say what it does, and show an example below")
    return said


def _contract(kind: str) -> tuple[Any, tuple[str, ...]]:
    """What a word of this kind is, and the methods that it must have."""
    from flume import flow
    from flume.adapting import Adapter
    from flume.compressing import Codec
    from flume.parsing import Parser
    from flume.reducing import Reducer
    from flume.running import Runner
    from flume.viewing import View

    step = ("start",)
    contracts: dict[str, tuple[Any, tuple[str, ...]]] = {
        "source": (flow.Source, step),
        "reader": (flow.Source, step),
        "proc": (flow.Proc, step),
        "sink": (flow.Sink, step),
        "writer": (flow.Sink, step),
        "reducer": (Reducer, ("start", "add", "result")),
        "adapter": (Adapter, ()),
        "parser": (Parser, ()),
        "view": (View, ("open",)),
        "runner": (Runner, ()),
        "codec": (Codec, ("compressor", "decompressor")),
    }
    return contracts.get(kind, (None, ()))


def _is_default(thing: type, kind: type, attribute: str) -> bool:
    return getattr(thing, attribute) is getattr(kind, attribute)


def _optional(parameter: inspect.Parameter) -> bool:
    return parameter.default is not parameter.empty or parameter.kind in _VARIABLE


def _article(name: str) -> str:
    return "an" if name[0].lower() in "aeiou" else "a"
