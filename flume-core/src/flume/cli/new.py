"""flume plugins new: a package to begin with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def _kinds(incomplete: str) -> list[str]:
    from flume.scaffolding.kinds import PREFIXES

    return [kind for kind in PREFIXES if kind.startswith(incomplete)]


def _licenses(incomplete: str) -> list[str]:
    from flume.scaffolding.kinds import LICENSES

    return [license for license in LICENSES if license.startswith(incomplete)]


def new(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="The plugin, and the word that it offers: a lower-case identifier.")
    ],
    kind: Annotated[
        str,
        typer.Option(
            "--kind",
            "-k",
            help="source, sink, adapter, proc, reducer, parser, view or runner.",
            metavar="KIND",
            autocompletion=_kinds,
        ),
    ],
    license: Annotated[
        str,
        typer.Option(help="MIT, Apache-2.0 or BSD-3-Clause.", metavar="LICENSE", autocompletion=_licenses),
    ] = "MIT",
    directory: Annotated[Path, typer.Option(help="Where its folder is made.", metavar="DIR")] = Path(),
) -> None:
    """Write the package of a new plugin: a small word of its kind, with tests that pass, to be made another.

    \b
    flume plugins new sqlite --kind adapter
    flume plugins new word_count --kind reducer --license Apache-2.0
    flume plugins new tally --kind view --directory ~/projects

    The folder is called after the kind, as flume-adapter-sqlite is. In it are the word and its documentation, tests
    that inherit the laws of its kind, pyproject.toml, README.md, LICENSE and what GitHub checks it with.
    """
    from flume.scaffolding.package import Package

    package = Package(name, kind, license)
    folder = package.write(directory)
    typer.echo(f"cd {_quoted(folder)} && pip install -e '.[dev]'")
    typer.echo("pytest")
    typer.echo(f"flume plugins check {name}")


def _quoted(folder: Path) -> str:
    """As a shell takes it."""
    from shlex import quote

    return quote(str(folder))
