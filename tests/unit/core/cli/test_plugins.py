"""flume plugins list and show: what is printed, where, and with which exit status."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType

import importlib_metadata
import pytest
from typer.testing import CliRunner, Result

from flume.adapting import Adapter
from flume.cli.plugins import app
from flume.errors import UnknownName
from flume.flow import Proc, Sink, Source
from flume.hookspecs import hookimpl
from flume.registry import Registry, use
from flume.testing.plugins import fake_plugin

IMPORT = "from flume.hookspecs import hookimpl\n"


class turn(Proc):
    """Turn every point
    around.

    More than anybody reads.
    """

    n: int = 1
    by: str | None = None


class bare(Proc):
    pass


def plain(field, *rest, deep: bool = False, **named):  # type: ignore[no-untyped-def]  # as strangers write them
    """A function."""


namespace = ModuleType("namespace", "Words in a row.")
exec("def second(): pass\ndef first(): pass\n_hidden = first\nfrom math import pi", vars(namespace))


class drain(Source):
    depth: float


class fill(Sink):
    pass


class Thing:
    """An object, not a class.

    What it is for is none of this test's business.
    """


class lake(Adapter):
    """Water."""

    Reader = drain
    Writer = fill


class Secretive:
    __signature__ = "none of your business"

    def __call__(self) -> None:
        """Do it."""


core = ModuleType("core")
core.flume_procs = hookimpl(lambda: {"turn": turn, "bare": bare})  # type: ignore[attr-defined]
core.flume_reducers = hookimpl(lambda: {"plain": plain, "space": namespace})  # type: ignore[attr-defined]
core.flume_views = hookimpl(lambda: {"thing": Thing(), "secretive": Secretive(), "made": Thing})  # type: ignore[attr-defined]
core.flume_adapters = hookimpl(lambda: {"lake": lake})  # type: ignore[attr-defined]


@pytest.fixture
def plugins(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One plugin in each state, and nothing that is installed for other reasons."""
    next(iter(importlib_metadata.distributions())).metadata  # noqa: B018 - what this and typer import late is on the path
    with use(Registry(discover=False, core=None)):  # that is removed below
        assert flume_plugins("list", "--json").exit_code == 0
    monkeypatch.setattr(sys, "path", [path for path in sys.path if not any(Path(path).glob("*-info"))])
    code = {
        "acme": IMPORT + "@hookimpl\ndef flume_adapters(): return {'sea': 'fake_acme:missing', 'pond': dict}\n"
        "@hookimpl\ndef flume_procs(): return {'turn': dict}\n",
        "old": "FLUME_API = 0",
        "shy": IMPORT + "@hookimpl\ndef flume_views(): return {}",
        "typo": "import nosuchlib",
        "unwanted": "raise SystemExit('touched')",
    }
    with ExitStack() as stack:
        for name, text in code.items():
            stack.enter_context(fake_plugin(f"{name}-flume", {name: f"fake_{name}"}, {f"fake_{name}": text}))
        stack.enter_context(use(Registry(core=core, allowed="-unwanted")))
        yield


def flume_plugins(*arguments: str) -> Result:
    """What `flume plugins ARGUMENTS` does."""
    return CliRunner().invoke(app, arguments)


@pytest.mark.usefixtures("plugins")
def test_the_list_shows_every_plugin_and_its_state() -> None:
    """An aligned table in plain text: what is offered, what is hidden, and why a plugin is not ok."""
    result = flume_plugins("list")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (
        "NAME      PACKAGE         VERSION  STATE         OFFERS\n"
        "core                               ok            "
        "procs bare turn; reducers plain space; adapters lake; views made secretive thing\n"
        "acme      acme-flume      1.0      ok            procs turn; adapters pond sea"
        " (core has its own 'turn': say 'acme.turn')\n"
        "old       old-flume       1.0      incompatible  written for plugin API 0; this flume has 1\n"
        "shy       shy-flume       1.0      ok            nothing yet\n"
        "typo      typo-flume      1.0      broken        ModuleNotFoundError: No module named 'nosuchlib'\n"
        "unwanted  unwanted-flume  1.0      blocked       FLUME_PLUGINS='-unwanted'\n"
    )


@pytest.mark.usefixtures("plugins")
def test_the_list_is_wrapped_on_a_narrow_terminal() -> None:
    """The last column stays in its place, and nothing is lost."""
    from flume.cli.plugins import _table
    from flume.registry import default

    infos = default().plugins()
    wide, narrow = list(_table(infos, None, False)), list(_table(infos, 80, False))
    lines = "\n".join(narrow).splitlines()
    assert max(map(len, lines)) <= 80
    assert max(map(len, wide)) > 80
    assert "\n".join(narrow).split() == "\n".join(wide).split()
    assert all(line.startswith((" " * lines[0].index("OFFERS"), "NAME", *(i.name for i in infos))) for line in lines)
    assert list(_table(infos, 40, False)) == wide  # there is no room to wrap in


@pytest.mark.usefixtures("plugins")
def test_json_is_for_programs() -> None:
    """These keys and values are a promise."""
    result = flume_plugins("list", "--json")
    shown = json.loads(result.stdout)
    assert (result.exit_code, result.stderr, list(shown), shown["api"]) == (0, "", ["api", "plugins"], 1)
    plugins = {plugin["name"]: plugin for plugin in shown["plugins"]}
    assert list(plugins) == ["core", "acme", "old", "shy", "typo", "unwanted"]
    acme = plugins["acme"]
    assert Path(acme.pop("file")).name == "fake_acme.py"
    assert acme.pop("seconds") > 0
    assert acme == {
        "name": "acme",
        "package": "acme-flume",
        "version": "1.0",
        "state": "ok",
        "offers": {"proc": ["turn"], "adapter": ["pond", "sea"]},
        "commands": [],
        "reason": "core has its own 'turn': say 'acme.turn'",
    }
    assert (plugins["shy"]["offers"], plugins["shy"]["reason"]) == ({}, None)
    assert (plugins["typo"]["state"], plugins["typo"]["file"]) == ("broken", None)
    assert (plugins["unwanted"]["state"], plugins["unwanted"]["seconds"]) == ("blocked", 0)
    assert plugins["old"]["state"] == "incompatible"


@pytest.mark.parametrize("arguments", [["--strict"], ["--strict", "--json"], ["--strict", "--verbose"]])
@pytest.mark.usefixtures("plugins")
def test_strict_fails_where_a_plugin_does(arguments: list[str]) -> None:
    """The same is printed; the exit status is 1."""
    result = flume_plugins("list", *arguments)
    assert result.exit_code == 1
    assert "nosuchlib" in result.stdout


def test_strict_passes_where_all_is_well() -> None:
    """And a registry that is strict makes the list so."""
    with use(Registry(discover=False, core=core, strict=True)):
        assert flume_plugins("list", "--strict").exit_code == 0
        assert flume_plugins("list").exit_code == 0


@pytest.mark.usefixtures("plugins")
def test_flume_strict_fails_after_the_list() -> None:
    """With FLUME_STRICT=1 the list is still printed whole."""
    with use(Registry(core=core, strict=True)):
        result = flume_plugins("list")
    assert result.exit_code == 1
    assert "unwanted-flume" in result.stdout


@pytest.mark.usefixtures("plugins")
def test_verbose_adds_file_seconds_and_traceback() -> None:
    """What an author of a plugin wants to see."""
    result = flume_plugins("list", "--verbose")
    assert "fake_acme.py, 0." in result.stdout
    assert "s to import" in result.stdout
    assert "    Traceback (most recent call last):\n" in result.stdout
    assert "    ModuleNotFoundError: No module named 'nosuchlib'\n" in result.stdout


@pytest.mark.parametrize("arguments", [["list"], ["list", "--verbose"], ["list", "--json"], ["show", "core"]])
@pytest.mark.usefixtures("plugins")
def test_nothing_is_coloured(arguments: list[str]) -> None:
    """The output is plain text even where colours are allowed."""
    assert "\x1b" not in CliRunner().invoke(app, arguments, color=True).output


@pytest.mark.usefixtures("plugins")
def test_the_other_project_of_this_name_is_warned_of() -> None:
    """A distribution called flume overwrites the files of this one; the warning is on stderr, JSON stays JSON."""
    with fake_plugin("flume", {}, {}, version="0.5.0"):
        result = flume_plugins("list", "--json")
    assert result.stderr == (
        "flume: the package 'flume' 0.5.0 is another project with the same import name; "
        "pip uninstall flume, then pip install --force-reinstall flume-core\n"
    )
    assert json.loads(result.stdout)["api"] == 1


@pytest.mark.usefixtures("plugins")
def test_show_explains_each_word() -> None:
    """Options with types and defaults, and the first paragraph of what the author wrote."""
    result = flume_plugins("show", "core")
    assert result.exit_code == 0
    assert result.stdout == (
        "core: ok\n"
        "\n"
        "proc bare\n"
        "\n"
        "proc turn\n"
        "    Turn every point\n"
        "    around.\n"
        "    n: int = 1\n"
        "    by: str | None = None\n"
        "\n"
        "reducer plain\n"
        "    A function.\n"
        "    field, needed\n"
        "    *rest\n"
        "    deep: bool = False\n"
        "    **named\n"
        "\n"
        "reducer space: first second\n"
        "    Words in a row.\n"
        "\n"
        "adapter lake\n"
        "    Water.\n"
        "    read('lake', …)\n"
        "        depth: float, needed\n"
        "    write('lake', …)\n"
        "\n"
        "view made\n"
        "    An object, not a class.\n"
        "\n"
        "view secretive\n"
        "    …\n"
        "\n"
        "view thing\n"
        "    An object, not a class.\n"
        "\n"
        "flume docs WORD shows all there is to say of a word.\n"
    )


@pytest.mark.usefixtures("plugins")
def test_show_goes_on_after_a_word_that_cannot_be_imported() -> None:
    """The reason stands in its place; a word that core has too is the plugin's here."""
    lines = flume_plugins("show", "acme-flume").stdout.splitlines()
    assert lines[:2] == ["acme: acme-flume 1.0, ok", "core has its own 'turn': say 'acme.turn'"]
    assert {"proc turn", "adapter pond"} <= set(lines)
    after = lines[lines.index("adapter sea") + 1]
    assert after.startswith("    the adapter 'sea' of acme-flume 1.0 cannot be imported: AttributeError: ")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("shy", "shy: shy-flume 1.0, ok\noffers nothing yet\n"),
        ("typo", "typo: typo-flume 1.0, broken\nModuleNotFoundError: No module named 'nosuchlib'\n"),
        ("old", "old: old-flume 1.0, incompatible\nwritten for plugin API 0; this flume has 1\n"),
        ("unwanted", "unwanted: unwanted-flume 1.0, blocked\nFLUME_PLUGINS='-unwanted'\n"),
    ],
)
@pytest.mark.usefixtures("plugins")
def test_show_says_why_there_is_nothing_to_show(name: str, shown: str) -> None:
    """A plugin that offers nothing, and one that could not be loaded."""
    assert flume_plugins("show", name).stdout == shown


@pytest.mark.usefixtures("plugins")
def test_show_of_an_unknown_plugin_suggests_a_close_one() -> None:
    """One line and the status of wrong usage: the command line makes both of the error."""
    result = flume_plugins("show", "acne")
    assert isinstance(result.exception, UnknownName)
    assert str(result.exception) == "no plugin called 'acne'; did you mean 'acme'?"
    assert result.exception.status == 2


def test_help_documents_the_json() -> None:
    """The promise is where a user looks for it, line by line as it was written."""
    shown = flume_plugins("list", "--help").stdout
    for key in ("name", "package", "version", "state", "offers", "reason", "seconds", "file"):
        assert f'"{key}"' in shown
    assert '\n    "state": "ok", ' in shown
