"""flume docs: every word, by kind, and every page; or one of them: a word with its options and what it does."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from flume.errors import UnknownName

KINDS = {
    "source": "Sources: a pipeline begins with one",
    "proc": "Procs: points into points",
    "reducer": "Reducers: for reduce and put",
    "sink": "Sinks: a pipeline ends with one",
    "adapter": "Adapters: read('…') and write('…')",
    "parser": "Formats: format='…'",
    "codec": "Codecs: compression='…'",
    "view": "Views: what draws a chart",
    "runner": "Runners: --runner NAME, execute(runner='…')",
}
ALSO = "Also in scope"
FUNCTIONS = "Functions: in the expressions of filter, put and expr"
OWN = "Your own"
HOOK = "hook of plugins"
HOOKS = "Hooks: what a package implements to offer such words"
PAGES = "Pages: to be read from the top"
_SPOKEN = {"function": "function of expressions"}


def _begun(incomplete: str) -> list[str]:
    """The words that begin so, for the shell to complete."""
    from flume.cli.rc import own_words

    words = {word: thing for _, each in _everything(own_words()) for word, thing in each.items()}
    space = incomplete.partition(".")[0]
    inside = [f"{space}.{name}" for name in _members(words.get(space))] if "." in incomplete else []
    return sorted(word for word in [*words, *inside] if word.startswith(incomplete))


def docs(
    word: Annotated[
        str | None,
        typer.Argument(
            help="A word such as reduce, date.year or csv, or a page such as plugins.", autocompletion=_begun
        ),
    ] = None,
    no_rc: Annotated[bool, typer.Option("--no-rc", help="Do not read ~/.flumerc.py and ./.flumerc.py.")] = False,
) -> None:
    """List the words of the language and the pages of its documentation, or show one of them."""
    from flume.cli.rc import own_words

    own = {} if no_rc else own_words()
    _show("\n".join(_listing(own) if word is None else _page(word, own)) + "\n")


def _show(text: str) -> None:
    """Write it; on a terminal that it does not fit on, by the user's pager."""
    if sys.stdout.isatty() and text.count("\n") >= shutil.get_terminal_size().lines:
        import pydoc

        pydoc.pager(text)
    else:
        sys.stdout.write(text)


# -- all words ------------------------------------------------------------------------------------


def _listing(own: Mapping[str, Any]) -> Iterator[str]:
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 10_000
    for title, words in _everything(own):
        rows = {word: _summary(thing) for word, thing in words.items()}
        column = max(map(len, rows), default=0) + 4
        yield title
        for word, text in rows.items():
            line = f"  {word:<{column - 2}}{text}".rstrip()
            yield textwrap.fill(line, max(width, column + 20), subsequent_indent=" " * column) if text else line
        yield ""
    yield "flume docs NAME shows the options of a word, and what it does, or a page."


def _everything(own: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The words of each kind, with those of plugins, and what else can be shown."""
    from flume.cli.pages import titles
    from flume.functions import table
    from flume.registry import default

    for kind, title in KINDS.items():
        if names := default().names(kind, plugins=True):
            yield title, {name: _thing(kind, name) for name in names}
    yield ALSO, {name: thing for name, thing in _also().items() if name.islower()}
    offered = {name: _thing("function", name) for name in default().names("function", plugins=True)}
    yield FUNCTIONS, dict(sorted({**table(), **offered}.items()))
    if own:
        yield OWN, own
    yield HOOKS, _hooks()
    yield PAGES, {name: _Told(title) for name, title in titles().items()}


def _hooks() -> dict[str, Any]:
    from flume import hookspecs

    return {name: thing for name, thing in vars(hookspecs).items() if hasattr(thing, "flume_spec")}


def _thing(kind: str, name: str) -> Any:
    """What the name means; where it cannot be imported, a text that says why."""
    from flume.errors import PluginError
    from flume.registry import default

    try:
        return default().find(kind, name)
    except PluginError as error:
        return _Told(str(error))


class _Told:
    """What is only told of: a page by its title, a word that cannot be had by the reason."""

    def __init__(self, text: str) -> None:
        self.__doc__ = text


def _also() -> dict[str, Any]:
    """What `from flume import *` gives that is no word of a kind: expr, env, what words are made of."""
    import flume
    from flume.hookspecs import WORDS
    from flume.registry import default

    words = {name for kind in WORDS for name in default().names(kind)}
    return {name: getattr(flume, name) for name in flume.__all__ if name not in words}


# -- one word -------------------------------------------------------------------------------------


def _page(asked: str, own: Mapping[str, Any]) -> Iterator[str]:
    """All that has this name, or a page, also by what links to it say; an `UnknownName` where nothing has it."""
    from flume.cli.pages import page, titles

    link = asked.partition("#")[0]
    linked = link.endswith(".md")
    folder, _, word = link.removesuffix(".md").rpartition("/") if linked else ("", "", asked)
    if linked and folder and word == "index":
        yield from _listing(own)
        return
    pages = titles()
    found = [] if linked and not folder and word in pages else list(_named(word, own))
    if not found and word in pages:
        yield page(word).rstrip("\n")
        return
    if not found:
        raise _unknown(asked, own)
    for number, (kind, thing) in enumerate(found):
        if number:
            yield ""
        yield from _described(word, kind, thing)
    if word in pages:
        yield f"\nflume docs {word}.md shows the page {pages[word]!r}."


def _named(word: str, own: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """What has this name, and as what; plugins are only loaded where core does not have it."""
    from flume.errors import UnknownName
    from flume.functions.registry import offered, table
    from flume.registry import default

    known = table().get(word)
    if word in own and not (known and getattr(known.call, "__wrapped__", None) is own[word]):
        yield "your own", own[word]
    found = [(kind, _thing(kind, word)) for kind in KINDS if word in default().names(kind)]
    namespace, _, inner = word.rpartition(".")
    for kind in KINDS:
        if namespace and namespace in default().names(kind):
            thing = _members(_thing(kind, namespace)).get(inner)
            found += [(kind, thing)] if thing is not None else []
    if word in (also := _also()):
        found.append(("also in scope", also[word]))
    if known is not None:
        found.append((_SPOKEN["function"], known))
    if word in (hooks := _hooks()):
        found.append((HOOK, hooks[word]))
    if not found:
        for kind in (*KINDS, "function"):
            try:
                thing = default().find(kind, word)
            except UnknownName:
                continue
            found.append((_SPOKEN.get(kind, kind), offered(word) or thing if kind == "function" else thing))
    yield from found


def _described(word: str, kind: str, thing: Any) -> Iterator[str]:
    from flume.adapting import Adapter
    from flume.cli.describing import documentation, signature

    if isinstance(thing, type) and issubclass(thing, Adapter):
        yield f"{word}    {kind}"
        yield from _indented(documentation(thing))
        for verb, step in (("read", thing.Reader), ("write", thing.Writer)):
            if step is not None:
                yield f"\n{verb}({word!r}, {signature(step)[1:]}"
                yield from _indented(documentation(step))
    elif isinstance(thing, ModuleType):
        yield f"{word}    {kind}, a namespace"
        yield from _indented(documentation(thing))
        yield ""
        for name, member in _members(thing).items():
            yield f"{word}.{name}{signature(member)}"
    else:
        called = f"format={word!r} with the options {signature(thing)}" if kind == "parser" else word + signature(thing)
        returned = f" -> {thing.__annotations__['return']}" if kind == HOOK else ""
        yield f"{called}{returned}    {kind}"
        yield from _indented(documentation(thing) or "It has no documentation.")


def _indented(text: str) -> list[str]:
    return [textwrap.indent(text, "    ")] if text else []


def _members(thing: Any) -> dict[str, Any]:
    from flume.cli.describing import members

    return members(thing) if isinstance(thing, ModuleType) else {}


def _summary(thing: Any) -> str:
    """The first sentence of a word's docstring; of a namespace, the words in it."""
    from flume.cli.describing import sentence

    if isinstance(thing, ModuleType):
        return f"{sentence(thing).partition(': ')[2] or sentence(thing)} ({' '.join(_members(thing))})"
    return sentence(thing)


def _unknown(word: str, own: Mapping[str, Any]) -> UnknownName:
    """The error for a word that nobody knows, with close ones of any kind."""
    from difflib import get_close_matches

    from flume.errors import UnknownName
    from flume.registry import default

    known = {name for _, words in _everything(own) for name in words}
    known |= {f"{name}.{m}" for _, words in _everything(own) for name, thing in words.items() for m in _members(thing)}
    close = get_close_matches(word, sorted(known), 2, 0.65)
    if close:
        return UnknownName(f"no word called {word!r}\n  did you mean {' or '.join(map(repr, close))}?")
    try:
        default().word(word)
    except UnknownName as error:  # it knows what can be installed
        return error
    return UnknownName(f"no word called {word!r}")
