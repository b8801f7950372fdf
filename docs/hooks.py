"""A page for every hook of plugins, made when the site is built: its arguments, what it returns, what a thing is.

mkdocs calls the functions `on_*` (see `hooks` in mkdocs.yml); the tests call `pages`.
"""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from functools import cached_property
from typing import Any

from words import KINDS, call, code, markdown

import flume
from flume import hookspecs, parsing, registry, running, viewing
from flume.adapting import Adapter
from flume.compressing import Codec, Compressor, Decompressor
from flume.flow import Step
from flume.run import Run
from flume.stage import Stage

CLASSES: dict[str, tuple[type, ...]] = {
    "flume_sources": (flume.Source, Run),
    "flume_procs": (flume.Proc, Stage, Run),
    "flume_reducers": (flume.Reducer,),
    "flume_sinks": (flume.Sink, Stage, Run),
    "flume_adapters": (Adapter,),
    "flume_parsers": (flume.Parser, flume.LineParser, parsing.Rendering, parsing.Origin),
    "flume_views": (flume.View, flume.Canvas, viewing.Target, flume.Chart, viewing.Axis, viewing.Series, flume.Picture),
    "flume_runners": (flume.Runner, running.Settings),
    "flume_functions": (),
    "flume_codecs": (Codec, Compressor, Decompressor),
}
"""What an author writes a subclass of, and what it is given, for each hook."""

PAGES = {
    "flume_sources": ("write-a-source.md", "Write a source"),
    "flume_procs": ("write-a-proc.md", "Write a proc"),
    "flume_reducers": ("write-a-reducer.md", "Write a reducer"),
    "flume_sinks": ("write-a-sink.md", "Write a sink"),
    "flume_adapters": ("write-an-adapter.md", "Write an adapter"),
    "flume_parsers": ("write-a-parser.md", "Write a format"),
    "flume_views": ("write-a-view.md", "Write a view"),
    "flume_runners": ("write-a-runner.md", "Write a runner"),
    "flume_functions": ("plugins.md#functions-of-expressions", "Write a plugin"),
    "flume_codecs": ("plugins.md#compressions", "Write a plugin"),
}
"""Where an author reads how to write one."""

REMARK = re.compile(r"^ +self\.(?P<name>[a-z]\w*)(?P<type>: [^=\n]+)? = [^#\n]*  # (?P<text>.+)$", re.MULTILINE)
"""An attribute that is set when an object is made, with what is said of it."""

SHARED = (Step,)
"""Classes whose methods are shown with those of their subclasses; of others, only the subclass's own."""


class Hook:
    """One hook, as it is specified in `flume.hookspecs`."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.spec: Callable[..., Any] = getattr(hookspecs, name)

    @property
    def uri(self) -> str:
        return f"hooks/{self.name}.md"

    @property
    def sentence(self) -> str:
        return markdown(self.spec.__doc__).partition("\n\n")[0].replace("\n", " ")

    @cached_property
    def kind(self) -> str | None:
        return next((kind for kind, hook in hookspecs.HOOKS.items() if hook == self.name), None)

    def page(self) -> str:
        signature = inspect.signature(self.spec)
        parts = [
            f"# {self.name}",
            code(f"@hookimpl\ndef {self.name}{_bare(signature)}: ..."),
            markdown(self.spec.__doc__),
        ]
        options = getattr(self.spec, "flume_spec", {})
        if warning := options.get("warn_on_impl"):
            parts.append(f"**Deprecated.** {warning}")
        given = [f"- `{_unquoted(parameter)}`" for parameter in signature.parameters.values()]
        parts.append("\n".join(["It is given:", "", *given]) if given else "It is given nothing.")
        if signature.return_annotation in ("Offer", hookspecs.Offer):
            parts.append(
                "It returns a mapping: for each name, a lower-case identifier, the thing itself or its place, the text "
                '`"module:attribute"` or `"module"`, which is imported the first time that the name is used.'
            )
        else:
            parts.append(f"It returns `{signature.return_annotation}`.")
        if self.name in PAGES:
            page, title = PAGES[self.name]
            parts.append(f"[{title}](../{page}) shows one whole.")
        if self.kind in KINDS:
            folder = KINDS[self.kind][0].lower()
            links = [f"[`{name}`](../words/{folder}/{name}.md)" for name in registry.default().names(self.kind)]
            if links:
                parts.append(f"Core offers by it: {', '.join(links)}.")
        for each in CLASSES.get(self.name, ()):
            parts += described(each)
        return "\n\n".join(part for part in parts if part) + "\n"


def pages() -> list[Hook]:
    """Every hook, in the order of `flume.hookspecs`."""
    return [Hook(name) for name, value in vars(hookspecs).items() if hasattr(value, "flume_spec")]


def index(hooks: list[Hook]) -> str:
    """The page of all hooks."""
    rows = [f"| [`{hook.name}`]({hook.name}.md) | {hook.sentence} |" for hook in hooks]
    about = markdown(hookspecs.__doc__).replace("\n```\n\n```python\n", "\n\n")  # one example, with empty lines in it
    return "\n".join(["# Hooks", "", about, "", "| hook | what it offers |", "|---|---|", *rows]) + "\n"


# -- a class ------------------------------------------------------------------------------------


def described(cls: type) -> Iterator[str]:
    """A class, as its author wrote it: what it is, its attributes, its methods."""
    yield f"## {cls.__name__}"
    yield f"`{cls.__module__}.{cls.__qualname__}`"
    if issubclass(cls, tuple) or (is_dataclass(cls) and fields(cls)):
        yield code(fields_of(cls))
    yield markdown(inspect.getdoc(cls))
    if cls is Run:
        yield "Which of what it has will stay is said by [Versions and promises](../versions.md#what-you-can-count-on)."
    seen: set[str] = set()
    for owner in [cls, *(each for each in cls.__mro__[1:] if each in SHARED)]:
        if owner is not cls:
            yield f"As every {owner.__name__.lower()} it has these as well:"
        for name, annotation, doc in attributes(owner):
            yield f"**`{name}{annotation}`**\n\n{indented(doc)}"
        for name, member in vars(owner).items():
            if name not in seen:
                yield from method(name, member)
        seen |= vars(owner).keys()


def method(name: str, member: object) -> Iterator[str]:
    """A public method or property that has a docstring."""
    if isinstance(member, property):
        doc = member.__doc__
        shown = name
    elif inspect.isfunction(member):
        doc = member.__doc__
        signature = inspect.signature(member)
        shown = name + _bare(signature.replace(parameters=list(signature.parameters.values())[1:]))
    else:
        return
    if not name.startswith("_") and doc:
        yield f"**`{shown}`**\n\n{indented(markdown(doc))}"


class _Bare(str):
    """A type that was written as text, shown without quotes."""

    __slots__ = ()
    __repr__ = str.__str__


def _unquoted(parameter: inspect.Parameter) -> inspect.Parameter:
    hint = parameter.annotation
    return parameter.replace(annotation=_Bare(hint)) if isinstance(hint, str) else parameter


def _bare(signature: inspect.Signature) -> str:
    returned = signature.return_annotation
    given = list(map(_unquoted, signature.parameters.values()))
    shown = _Bare(returned) if isinstance(returned, str) else returned
    return str(signature.replace(parameters=given, return_annotation=shown))


def fields_of(cls: type) -> str:
    """How an object that consists of fields is made."""
    given = getattr(cls, "__annotations__", {})
    return call(cls.__name__, cls) if is_dataclass(cls) else f"{cls.__name__}({', '.join(given)})"


def attributes(cls: type) -> Iterator[tuple[str, str, str]]:
    """What a class says of its attributes, in a text below each or a remark behind it: name, type and value, text."""
    source = textwrap.dedent(inspect.getsource(cls))
    [tree] = ast.parse(source).body
    assert isinstance(tree, ast.ClassDef)
    for node, below in zip(tree.body, tree.body[1:], strict=False):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            name, text = node.target.id, below.value if isinstance(below, ast.Expr) else None
            if not name.startswith("_") and isinstance(text, ast.Constant) and isinstance(text.value, str):
                annotation = re.sub(r"^ClassVar\[(.*)\]$", r"\1", ast.unparse(node.annotation))
                value = "" if node.value is None else f" = {ast.unparse(node.value)}"
                yield name, f": {annotation}{value}", markdown(text.value)
    for found in REMARK.finditer(source):
        yield found["name"], found["type"] or "", f"{found['text'][:1].upper()}{found['text'][1:]}."


def indented(text: str) -> str:
    """The text of a definition, as Markdown has it."""
    return f":   {textwrap.indent(text, '    ').lstrip()}"


# -- mkdocs -------------------------------------------------------------------------------------


def on_config(config: Any) -> Any:
    """Put the hooks into the navigation."""
    tree = [{"All hooks": "hooks/index.md"}, *({hook.name: hook.uri} for hook in pages())]
    for section in config.nav:
        if "Hooks" in section:
            section["Hooks"] = tree
    return config


def on_files(files: Any, config: Any) -> Any:
    """Add the pages, as if they were files."""
    from mkdocs.structure.files import File

    made = pages()
    files.append(File.generated(config, "hooks/index.md", content=index(made)))
    for hook in made:
        files.append(File.generated(config, hook.uri, content=hook.page()))
    return files
