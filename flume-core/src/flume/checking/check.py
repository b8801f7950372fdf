"""Check: one thing that is looked at, and what is said where it is not as it should be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

from flume.diverting import diverted
from flume.errors import FlumeError, in_one_line

if TYPE_CHECKING:
    from importlib_metadata import IDistribution

    from flume.plugin import PluginInfo


class CheckFailed(FlumeError):
    """Something is not as it should be: what was *found*, and what is to be done.

    >>> print(CheckFailed('flume_acme has no py.typed', 'add the empty file'))
    flume_acme has no py.typed: add the empty file
    """

    def __init__(self, found: str, advice: str) -> None:
        super().__init__(f"{found}: {advice}")
        self.found, self.advice = found, advice


class Outcome(NamedTuple):
    """How a check went: whether all is well, what was found, and, where it is not well, what is to be done."""

    ok: bool
    found: str
    advice: str = ""


@dataclass(frozen=True)
class Check:
    """One check of one thing.

    :param name: which check, `"options"`. :param subject: of what, `"parser grok"`. :param run: gives what was found,
        in a few words or none; raises `CheckFailed`.
    """

    name: str
    subject: str
    run: Callable[[], str]

    def outcome(self) -> Outcome:
        """Run it; whatever it raises is an outcome too, and what it prints is none."""
        try:
            with diverted():
                return Outcome(True, self.run())
        except CheckFailed as failure:
            return Outcome(False, failure.found, failure.advice)
        except Exception as error:  # a stranger's objects may raise whatever is asked of them
            return Outcome(False, f"to look at it raises {in_one_line(error)}", "mend what raises it")


@dataclass(frozen=True)
class Package:
    """What is installed of a plugin: its distribution, and the module that its entry point names."""

    plugin: PluginInfo
    distribution: IDistribution
    module: str

    @property
    def top(self) -> str:
        """The import package that the module is in, or the module itself."""
        return self.module.partition(".")[0]


@dataclass(frozen=True)
class Part:
    """A class or function that a word stands for: itself, an adapter's reader or writer, a word of a namespace."""

    kind: str
    name: str
    thing: Any
    parent: Any = None  # the adapter that it belongs to, the docstring of which may speak of it

    @property
    def title(self) -> str:
        """How it is spoken of: `reducer date.year`, `reader elastic`."""
        return f"{self.kind} {self.name}"

    @cached_property
    def documentation(self) -> str:
        """What its docstring says, and that of the adapter that it belongs to."""
        from flume.cli.describing import documentation

        return "\n\n".join(filter(None, map(documentation, (self.thing, self.parent))))


def parts(kind: str, name: str, thing: Any) -> Iterator[Part]:
    """What there is to check of a word.

    >>> from flume.adapters.stdio import stdio
    >>> [part.title for part in parts('adapter', 'stdio', stdio)]
    ['adapter stdio', 'reader stdio', 'writer stdio']
    """
    from flume.cli.describing import members

    yield Part(kind, name, thing)
    if isinstance(thing, ModuleType):
        yield from (Part(kind, f"{name}.{inside}", member) for inside, member in members(thing).items())
    elif kind == "adapter":
        for end, attribute in (("reader", "Reader"), ("writer", "Writer")):
            if (step := getattr(thing, attribute, None)) is not None:
                yield Part(end, name, step, thing)
