"""flume plugins: which plugins there are, in what state, and what they offer."""

from __future__ import annotations

import shutil
import sys
import textwrap
from types import ModuleType
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
      "name": "elastic",                   of a package that has commands alone its own
      "package": "flume-adapter-elastic", "version": "1.0",
      "state": "ok",                       ok, blocked, broken or incompatible
      "offers": {"adapter": ["elastic"]},  names by kind; {} where not ok
      "commands": [],                      that its package adds to flume
      "reason": null,                      why it is not ok; if ok, what there is to know
      "seconds": 0.01,                     that its import took
      "file": "…/plugin.py"                null where it is not known
    }]}
    """
    from flume import registry
    from flume.cli import commands

    plugins = [*registry.default().plugins(), *commands.packages()]
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
    """Show each word that a plugin offers: what it is for, and its options with types and defaults."""
    from flume import hints, registry
    from flume.cli import commands
    from flume.errors import PluginError

    words = registry.default()
    plugin = next((each for each in commands.packages() if each.name == name), None) or words.plugin(name)
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
                typer.echo("\n".join(_described(kind, word, thing)))
    if plugin.offers:
        typer.echo("\nflume docs WORD shows all there is to say of a word.")


app.command("new")(new.new)


def _json(plugins: Sequence[PluginInfo]) -> str:
    import json

    from flume.hookspecs import API

    keys = ("name", "package", "version", "state", "offers", "commands", "reason", "seconds", "file")
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


def _described(kind: str, word: str, thing: Any) -> Iterator[str]:
    """What the word is for, and its options; an adapter has some to read, and others to write."""
    from flume.cli.describing import documentation, members

    inside = members(thing) if isinstance(thing, ModuleType) else {}
    yield f"{kind} {word}: {' '.join(inside)}" if inside else f"{kind} {word}"
    if summary := documentation(thing).partition("\n\n")[0]:
        yield textwrap.indent(summary, "    ")
    if kind != "adapter":
        yield from _options(thing, 4)
        return
    for verb, part in (("read", "Reader"), ("write", "Writer")):
        if (made := getattr(thing, part, None)) is not None:
            yield f"    {verb}({word!r}, …)"
            yield from _options(made, 8)


def _options(thing: Any, indent: int) -> Iterator[str]:
    """Each option of a word, with its type and its default."""
    from flume.cli.describing import parameters

    if not callable(thing):
        return
    try:
        options = parameters(thing)
    except (TypeError, ValueError):
        yield f"{' ' * indent}…"
        return
    for option in options:
        needed = option.default is option.empty and option.kind not in (option.VAR_POSITIONAL, option.VAR_KEYWORD)
        yield f"{' ' * indent}{option}{', needed' if needed else ''}"


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
