"""flume plugins: which plugins there are, in what state, and what they offer."""

from __future__ import annotations

import inspect
import shutil
import sys
import textwrap
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flume.cli import new
from flume.cli.checking import check
from flume.cli.completing import begun

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flume.registry import PluginInfo

app = typer.Typer(
    help="See which plugins there are, and what they offer; begin one.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


app.command()(check)


@app.command("list")
def list_(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 if any is broken or incompatible.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Add files, seconds and tracebacks.")] = False,
) -> None:
    """List core and all installed plugins; each is loaded to see what it offers.

    The states are ok, blocked (by FLUME_PLUGINS), broken and incompatible.

    FLUME_PLUGINS="a,b" allows only these plugins, "" none, "-a" all but these. FLUME_STRICT=1 makes a broken one an
    error as soon as it is needed, and implies --strict here.

    With --json, these keys will stay as they are:

    \b
    {"api": 1, "plugins": [{
      "name": "elastic", "package": "flume-adapter-elastic", "version": "1.0",
      "state": "ok",                       ok, blocked, broken or incompatible
      "offers": {"adapter": ["elastic"]},  names by kind; {} where not ok
      "reason": null,                      why it is not ok; if ok, what there is to know
      "seconds": 0.01,                     that its import took
      "file": "…/plugin.py"                null where it is not known
    }]}
    """
    from flume import registry

    plugins = registry.default().plugins()
    if as_json:
        typer.echo(_json(plugins))
    else:
        width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
        for line in _table(plugins, width, verbose):
            typer.echo(line)
    _warn_of_namesake()
    if (strict or registry.default().strict) and any(p.state in ("broken", "incompatible") for p in plugins):
        raise typer.Exit(1)


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="The plugin, or its package.", autocompletion=begun)],
) -> None:
    """Show each word that a plugin offers, with its options and what it does."""
    from flume import hints, registry
    from flume.errors import PluginError

    words = registry.default()
    plugin = words.plugin(name)
    typer.echo(f"{plugin.name}: {plugin.label}, {plugin.state}" if plugin.package else f"{plugin.name}: {plugin.state}")
    if plugin.reason:
        typer.echo(plugin.reason)
    if plugin.state == "ok" and not plugin.offers:
        typer.echo(f"offers {hints.offers(plugin)}")
    for kind, offered in plugin.offers.items():
        for word in offered:
            typer.echo()
            try:
                thing = words.find(kind, f"{plugin.name}.{word}")
            except PluginError as error:
                typer.echo(f"{kind} {word}\n    {error}")
            else:
                typer.echo("\n".join(_forms(kind, word, thing)))
                if summary := _summary(thing):
                    typer.echo(textwrap.indent(summary, "    "))


app.command("new")(new.new)


def _json(plugins: Sequence[PluginInfo]) -> str:
    import json

    from flume.hookspecs import API

    keys = ("name", "package", "version", "state", "offers", "reason", "seconds", "file")
    shown = [{key: getattr(plugin, key) for key in keys} | {"seconds": round(plugin.seconds, 6)} for plugin in plugins]
    return json.dumps({"api": API, "plugins": shown}, indent=2)


def _table(plugins: Sequence[PluginInfo], width: int | None, verbose: bool) -> Iterator[str]:
    """The table's lines; the last column is wrapped where the terminal has a *width*."""
    rows = [("NAME", "PACKAGE", "VERSION", "STATE", "OFFERS")]
    rows += [(p.name, p.package, p.version, p.state, _offers(p)) for p in plugins]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    indent = " " * (sum(widths) + 8)
    for row, plugin in zip(rows, [None, *plugins], strict=True):
        line = "  ".join([*(cell.ljust(w) for cell, w in zip(row, widths, strict=False)), row[4]]).rstrip()
        if width and width > len(indent) + 20:
            yield textwrap.fill(line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
        else:
            yield line
        if verbose and plugin:
            yield f"    {plugin.file or 'file not known'}, {plugin.seconds:.3f} s to import"
            if plugin.traceback:
                yield textwrap.indent(plugin.traceback.rstrip(), "    ")


def _offers(plugin: PluginInfo) -> str:
    from flume import hints

    if plugin.state != "ok":
        return plugin.reason or ""
    return hints.offers(plugin) + (f" ({plugin.reason})" if plugin.reason else "")


class _Bare(str):
    """An annotation that was written as text, shown without quotes."""

    __slots__ = ()
    __repr__ = str.__str__


def _forms(kind: str, word: str, thing: Any) -> Iterator[str]:
    """How the word is written, with its options; an adapter is written in one way to read, in another to write."""
    if kind != "adapter":
        yield f"{kind} {word}{_signature(thing)}"
        return
    yield f"{kind} {word}"
    for verb, part in (("read", "Reader"), ("write", "Writer")):
        if (made := getattr(thing, part, None)) is not None:
            options = _signature(made)[1:]
            yield f"    {verb}({word!r}{'' if options == ')' else ', '}{options}"


def _signature(thing: Any) -> str:
    """The options of a word: `(n: int = 1)`; of a namespace the words in it; of any other object nothing."""
    if inspect.ismodule(thing):
        inside = [n for n, v in vars(thing).items() if getattr(v, "__module__", None) == thing.__name__ and n[0] != "_"]
        return f": {' '.join(sorted(inside))}"
    if not callable(thing):
        return ""
    # A word's class explains wrong options by its metaclass, which hides __init__ from inspect.signature(thing).
    made = thing.__init__ if isinstance(thing, type) else thing  # type: ignore[misc]
    if made is object.__init__:
        return "()"
    try:
        signature = inspect.signature(made)
    except (TypeError, ValueError):
        return "(…)"
    parameters = [
        p.replace(annotation=_Bare(p.annotation)) if isinstance(p.annotation, str) else p
        for p in list(signature.parameters.values())[isinstance(thing, type) :]
    ]
    return str(signature.replace(parameters=parameters, return_annotation=signature.empty))


def _summary(thing: Any) -> str:
    """The first paragraph of the docstring that was written for it, none where a dataclass made one up."""
    doc = getattr(thing, "__doc__", None)
    if not isinstance(doc, str) or doc.startswith(f"{getattr(thing, '__name__', '')}("):
        return ""
    return inspect.cleandoc(doc).partition("\n\n")[0]


def _warn_of_namesake() -> None:
    """An older project has the same import name, and overwrites these files when it is installed."""
    import importlib_metadata

    try:
        version = importlib_metadata.version("flume")
    except Exception:  # it is not installed, as it should be
        return
    typer.echo(
        f"flume: the package 'flume' {version} is another project with the same import name; "
        "pip uninstall flume, then pip install --force-reinstall flume-core",
        err=True,
    )
