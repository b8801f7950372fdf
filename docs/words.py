"""A page for every word of the language, made from its docstring when the site is built.

mkdocs calls the functions `on_*` (see `hooks` in mkdocs.yml); the tests call `pages`.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import flume
from flume import registry
from flume.charts.charting import Charting
from flume.functions.registry import described, table
from flume.hookspecs import WORDS
from flume.parsing import Parser

KINDS = {
    "source": ("Sources", "where points come from"),
    "proc": ("Procs", "points in, points out"),
    "reducer": ("Reducers", "many points into one value, for `reduce` and `put`"),
    "sink": ("Sinks", "where points go"),
    "adapter": ("Adapters", "what `read` opens and `write` writes to"),
    "parser": ("Formats", "what `format=` means"),
    "view": ("Views", "what draws a chart"),
    "codec": ("Compressions", "what `compression=` means, beside what the standard library has"),
    "function": ("Functions", "what expressions can call"),
    "also": ("Others", "what stands inside words, or makes them"),
}


@dataclass(frozen=True)
class Page:
    """The page of one word."""

    kind: str
    name: str
    summary: str
    text: str

    @property
    def uri(self) -> str:
        return f"words/{KINDS[self.kind][0].lower()}/{self.name}.md"


def pages() -> list[Page]:
    """A page for every name that core and the installed plugins offer, kind by kind."""
    made: list[Page] = []
    for kind in KINDS:
        things = offered(kind)
        for name, thing in things.items():
            own = getattr(thing, "__name__", name)
            if own != name and things.get(own) is thing:
                text = f"# {name}\n\nAnother name of [`{own}`]({own}.md).\n"
                made.append(Page(kind, name, f"another name of `{own}`", text))
            else:
                made.append(Page(kind, name, summary(thing), page(kind, name, thing)))
    return made


def offered(kind: str) -> dict[str, Any]:
    """The things of a kind, by name."""
    words = registry.default()
    if kind == "also":
        things = {name: getattr(flume, name) for name in flume.__all__ if name.islower()}
        known = {name for each in WORDS for name in words.names(each)}
        return {n: t for n, t in sorted(things.items()) if n not in known and t.__module__.startswith("flume.")}
    names = words.names(kind, plugins=True)
    things = {name: words.find(kind, name) for name in names}
    if kind == "function":
        things = {name: described(call) for name, call in things.items()}
        things |= {name: function for name, function in table().items() if function.own}
    return dict(sorted(things.items()))


def page(kind: str, name: str, thing: Any) -> str:
    """The page: what it is, how it is written, what its docstring says."""
    parts = [f"# {name}"]
    if isinstance(thing, ModuleType):
        text = prose(thing)
        parts.append(markdown(text[:1].upper() + text[1:]))
        for member, value in members(thing):
            parts += [f"## {name}.{member}", code(call(f"{name}.{member}", value)), markdown(value.__doc__)]
    elif kind == "adapter":
        parts.append(markdown(thing.__doc__))
        for word, side in (("read", thing.Reader), ("write", thing.Writer)):
            if side is not None:
                parts += [f"## {word}", code(call(word, side, repr(name))), markdown(side.__doc__)]
    elif kind == "parser":
        word = "write" if getattr(thing, "parse", None) is Parser.parse else "read"
        parts += [code(call(word, thing, "…", f"format={name!r}")), markdown(thing.__doc__)]
        if getattr(thing, "render", None) is Parser.render:
            parts.append("This format can be read, not written.")
    elif kind == "view":
        parts += [code(call("barchart", thing, repr(name))), markdown(thing.__doc__)]
        parts.append("All views draw the same charts: see [Charts](../../charts.md#who-draws).")
    else:
        parts += [code(call(name, thing)), markdown(thing.__doc__)]
        if kind == "function":
            parts.append("[Expressions](../../expressions.md) has all functions on one page.")
        if isinstance(thing, type) and issubclass(thing, Charting):
            parts.append(f"[Charts](../../charts.md#{name}) shows it at work.")
    return "\n\n".join(part for part in parts if part) + "\n"


def index(made: list[Page]) -> str:
    """The page of all words."""
    lines = ["# All words", "", "Made from the docstrings; `flume docs WORD` shows the same in a terminal.", ""]
    for kind, (title, what) in KINDS.items():
        of_kind = [page for page in made if page.kind == kind]
        if of_kind:
            lines += [f"## {title}", "", f"{what[0].upper()}{what[1:]}.", ""]
            lines += [f"- [`{page.name}`]({page.uri.removeprefix('words/')}): {page.summary}" for page in of_kind]
            lines.append("")
    return "\n".join(lines)


# -- how a word is written ----------------------------------------------------------------------


def call(word: str, thing: Callable[..., Any], *given: str) -> str:
    """How it is called: on one line where it fits, else an option a line.

    >>> def head(n: int = 1, *fields: str, by=None): ...
    >>> call('head', head)
    'head(n: int = 1, *fields: str, by = None)'
    """
    parameters = list(inspect.signature(thing).parameters.values())
    options = [*given, *map(option, parameters)]
    kinds = [parameter.kind.name for parameter in parameters]
    if "KEYWORD_ONLY" in kinds and "VAR_POSITIONAL" not in kinds:
        options.insert(len(given) + kinds.index("KEYWORD_ONLY"), "*")
    line = f"{word}({', '.join(options)})"
    return line if len(line) <= 88 else f"{word}(\n" + "".join(f"    {each},\n" for each in options) + ")"


def option(parameter: inspect.Parameter) -> str:
    stars = {"VAR_POSITIONAL": "*", "VAR_KEYWORD": "**"}.get(parameter.kind.name, "")
    empty = inspect.Parameter.empty
    hint = parameter.annotation
    hint = "" if hint is empty else f": {hint if isinstance(hint, str) else inspect.formatannotation(hint)}"
    default = "" if parameter.default is empty else f" = {parameter.default!r}"
    return f"{stars}{parameter.name}{hint}{default}"


def members(module: ModuleType) -> Iterator[tuple[str, Any]]:
    """What a namespace such as `date` has: its public classes and functions, in the order written."""
    names = getattr(module, "__all__", None) or [
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and callable(value) and getattr(value, "__module__", None) == module.__name__
    ]
    return ((name, getattr(module, name)) for name in names)


# -- docstrings to Markdown ---------------------------------------------------------------------


def prose(thing: Any) -> str:
    """The docstring; that of a module without the name that it begins with."""
    text = inspect.cleandoc(thing.__doc__ or "")
    return text.partition(": ")[2] if isinstance(thing, ModuleType) else text


def summary(thing: Any) -> str:
    """The first sentence of the docstring."""
    text = " ".join(prose(thing).partition("\n\n")[0].split())
    return escaped(re.split(r"(?<=[.!?])\s", text)[0].rstrip("."))


OPTION = re.compile(r"(?:^|(?<=[.;])\s+)(?=\*\w[^*\n]*\*(?:, \*\w+\*)*(?: \([^)]*\))?(?:, \*\w+\*)*: )")
"""Where the description of an option begins: `*every*: …`."""


def markdown(docstring: str | None) -> str:
    """A docstring as Markdown: examples fenced, `:param x:` a list."""
    paragraphs = re.split(r"\n\s*\n", inspect.cleandoc(docstring or "").strip("\n"))
    return "\n\n".join(map(paragraph, paragraphs))


def paragraph(text: str) -> str:
    if text.startswith(">>>"):
        return fence("pycon", re.sub(r"\s+# doctest: \+\w+", "", text))
    if text.startswith("    "):
        return fence("python", inspect.cleandoc(text))
    if text.startswith(":"):
        return fields(text)
    if OPTION.match(text):
        return "\n".join(
            f"- {escaped(' '.join(each.split()).removesuffix(';'))}" for each in OPTION.split(text) if each
        )
    return escaped(re.sub(r"::$", ":", text))


def fields(text: str) -> str:
    """`:param n:`, `:returns:`, `:raises E:` as a list.

    >>> print(fields(":param low: :param high: where it ends. :param n: of ticks.\\n:returns: an axis."))
    - `low`, `high`: where it ends.
    - `n`: of ticks.
    - returns an axis.
    """
    lines = []
    for field in re.split(r"\n(?=:)|(?<=[.;])\s+(?=:param )", text):
        name, what = re.match(r":(.*?):\s*(.*)", field, flags=re.DOTALL).groups()  # type: ignore[union-attr]
        word, _, argument = name.partition(" ")
        while together := re.match(r":param (\w+):\s*(.*)", what, flags=re.DOTALL):
            argument, what = f"{argument}`, `{together[1]}", together[2]
        spoken = {
            "param": f"`{argument}`:",
            "returns": "returns",
            "return": "returns",
            "raises": f"raises `{argument}`:",
        }
        lines.append(f"- {spoken[word]} {escaped(' '.join(what.split()))}")
    return "\n".join(lines)


def escaped(text: str) -> str:
    """Prose in which `<` is no HTML; code between backticks stays as it is."""
    return "".join(part if i % 2 else part.replace("<", "&lt;") for i, part in enumerate(re.split(r"(`[^`]*`)", text)))


def code(text: str) -> str:
    return fence("python", text)


def fence(language: str, text: str) -> str:
    return f"```{language}\n{text}\n```"


# -- mkdocs -------------------------------------------------------------------------------------


def on_config(config: Any) -> Any:
    """Put the words into the navigation."""
    made = pages()
    tree: list[Any] = [{"All words": "words/index.md"}]
    for kind, (title, _) in KINDS.items():
        if of_kind := [{page.name: page.uri} for page in made if page.kind == kind]:
            tree.append({title: of_kind})
    for section in config.nav:
        if "Words" in section:
            section["Words"] = tree
    return config


def on_files(files: Any, config: Any) -> Any:
    """Add the pages, as if they were files."""
    from mkdocs.structure.files import File

    made = pages()
    files.append(File.generated(config, "words/index.md", content=index(made)))
    for page in made:
        files.append(File.generated(config, page.uri, content=page.text))
    return files
