"""flume plugins check: what is looked at of a plugin, and what is not as it should be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from flume.cli.completing import begun

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flume.checking import Check, Outcome
    from flume.plugin import PluginInfo


def check(
    name: Annotated[str, typer.Argument(help="The plugin, or its package.", autocompletion=begun)],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
) -> None:
    """Look at what a plugin offers, name by name: is it light, typed, documented, declared?

    Exits with 1 if anything is not as it should be. pytest --flume-plugin NAME runs the same checks.

    With --json, these keys will stay as they are; there may be further checks:

    \b
    {"api": 1, "plugin": "elastic", "package": "flume-adapter-elastic",
     "version": "1.0", "ok": false, "checks": [{
      "name": "options",             which check
      "subject": "reader elastic",   of what
      "ok": false,
      "found": "…",                  one sentence, "" where there is nothing to say
      "advice": "…"                  what to do; "" where all is well
    }]}
    """
    from flume import registry
    from flume.checking import checks_of

    plugin = registry.default().plugin(name)
    outcomes: list[tuple[Check, Outcome]] = []
    for each in checks_of(plugin.name):
        outcome = each.outcome()
        outcomes.append((each, outcome))
        if not as_json:
            typer.echo(_line(each, outcome))
    failed = sum(not outcome.ok for _, outcome in outcomes)
    if as_json:
        typer.echo(_json(plugin, outcomes))
    else:
        typer.echo(f"{len(outcomes)} checks of {plugin.label}, {f'{failed} failed' if failed else 'all is well'}")
    if failed:
        raise typer.Exit(1)


def _line(check: Check, outcome: Outcome) -> str:
    from flume.cli.saying import printable

    said = outcome.found
    if outcome.advice:
        said += f" {outcome.advice}" if said.endswith("?") else f": {outcome.advice}"
    return printable(f"{'ok  ' if outcome.ok else 'FAIL'}  {check.subject:<20}  {check.name:<12}  {said}".rstrip())


def _json(plugin: PluginInfo, outcomes: Sequence[tuple[Check, Outcome]]) -> str:
    import json

    from flume.hookspecs import API

    checks = [{"name": check.name, "subject": check.subject, **outcome._asdict()} for check, outcome in outcomes]
    shown = {"api": API, "plugin": plugin.name, "package": plugin.package, "version": plugin.version}
    return json.dumps(shown | {"ok": all(outcome.ok for _, outcome in outcomes), "checks": checks}, indent=2)
