"""Commands of plugins: found by name, imported when they are called, and never before."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from flume.registry import Registry, use
from flume.testing.plugins import fake_plugin

Flume = Callable[..., Any]
Install = Callable[..., None]

SERVE = """
import sys

sys.stdout.write("imported\\n")


def serve(args):
    sys.stdout.write(f"serving {args}\\n")
    return 7 if args else None
"""


@pytest.fixture
def install() -> Iterator[Install]:
    """Install a package with a command, and perhaps with a plugin."""
    with ExitStack() as stack:

        def install(package: str = "flume-serve", code: str = SERVE, command: str = "serve", **plugins: str) -> None:
            module = package.replace("-", "_")
            place = {command: f"{module}:serve"}
            stack.enter_context(fake_plugin(package, plugins, {module: code}, commands=place, editable=True))

        yield install


def test_a_command_is_called_with_what_stands_behind_its_name(flume: Flume, install: Install) -> None:
    """What it returns is the exit status; what its module prints when it is imported is no output of it."""
    install()
    assert flume("serve") == (0, "serving []\n", "imported\n")
    assert flume("serve", "--port", "80", "--help") == (7, "serving ['--port', '80', '--help']\n", "")


def test_the_help_names_it_and_imports_nothing(flume: Flume, install: Install) -> None:
    """Nor does a program, or a list of plugins."""
    install()
    assert "\n  serve    A command of flume-serve.\n" in flume("--help").out
    assert flume("emit(points=[{'a': 1}])").out == '{"a": 1}\n'
    assert flume("plugins", "list").status == 0
    assert "flume_serve" not in sys.modules


def test_the_list_of_plugins_names_it(flume: Flume, install: Install) -> None:
    """With what else its package offers."""
    hooks = "from flume import hookimpl\n@hookimpl\ndef flume_procs(): return {'acme': dict}\n"
    install(code=hooks, acme="flume_serve")
    with use(Registry()):
        listed = flume("plugins", "list").out.splitlines()
        shown = json.loads(flume("plugins", "list", "--json").out)["plugins"]
    assert [line.split(None, 4)[4] for line in listed if line.startswith("acme")] == ["procs acme; commands serve"]
    assert [plugin["commands"] for plugin in shown if plugin["name"] == "acme"] == [["serve"]]


def test_the_list_of_plugins_names_a_package_that_has_nothing_else(
    flume: Flume, install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the name of the package, with nothing imported; one that `FLUME_PLUGINS` keeps out is blocked."""
    install()
    line = ["flume-serve", "flume-serve", "1.0", "ok", "commands serve"]
    assert [each.split(None, 4) for each in flume("plugins", "list").out.splitlines() if "serve" in each] == [line]
    (shown,) = [p for p in json.loads(flume("plugins", "list", "--json").out)["plugins"] if p["commands"]]
    assert (shown["name"], shown["state"], shown["offers"], shown["seconds"]) == ("flume-serve", "ok", {}, 0)
    assert flume("plugins", "show", "flume-serve").out == "flume-serve: flume-serve 1.0, ok\noffers commands serve\n"
    assert "flume_serve" not in sys.modules
    monkeypatch.setenv("FLUME_PLUGINS", "-serve")
    (line,) = [each.split(None, 4) for each in flume("plugins", "list").out.splitlines() if "serve" in each]
    assert line[3:] == ["blocked", "FLUME_PLUGINS='-serve'"]


def test_the_help_forgets_what_is_no_longer_installed(flume: Flume) -> None:
    """Each time it looks at what there is."""
    assert "serve" not in flume("--help").out


@pytest.mark.parametrize("command", ["run", "plugins"])
def test_no_command_of_flumes_is_replaced(flume: Flume, install: Install, command: str) -> None:
    """It is not even named."""
    install(command=command)
    assert "A command of" not in flume("--help").out
    assert "flume-core" in flume("plugins", "list").out
    assert flume("run", "emit(points=[{'a': 1}])").out == '{"a": 1}\n'
    assert "flume_serve" not in sys.modules


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import nosuchlib", "cannot be imported: ModuleNotFoundError: No module named 'nosuchlib'"),
        ("raise SystemExit('gone')", "cannot be imported: SystemExit: gone"),
        ("def other(): pass", "cannot be imported: AttributeError: "),
        ("serve = 3", "is no function: flume_serve:serve"),
    ],
)
def test_a_command_that_is_none(flume: Flume, install: Install, code: str, said: str) -> None:
    """One line, with the package."""
    install(code=code)
    ended = flume("serve")
    assert (ended.status, ended.out) == (1, "")
    assert ended.err.startswith(f"flume: the command 'serve' of flume-serve 1.0 {said}")
    assert ended.err.count("\n") == 1


def test_two_packages_with_the_same_command(flume: Flume, install: Install) -> None:
    """Neither is called, and both are named."""
    install()
    install("flume-other")
    ended = flume("serve")
    assert (ended.status, ended.out) == (2, "")
    assert ended.err == (
        "flume: flume-other 1.0 and flume-serve 1.0 both have a command 'serve'; uninstall one of them\n"
    )


@pytest.mark.parametrize(
    ("allowed", "plugins", "status"),
    [("", {}, 2), ("serve", {}, 0), ("acme", {"acme": "flume_serve"}, 0), ("-acme", {"acme": "flume_serve"}, 2)],
)
def test_flume_plugins_keeps_it_out(
    flume: Flume,
    install: Install,
    monkeypatch: pytest.MonkeyPatch,
    allowed: str,
    plugins: dict[str, str],
    status: int,
) -> None:
    """It goes with the plugin of its package; where there is none, by its own name."""
    monkeypatch.setenv("FLUME_PLUGINS", allowed)
    install(**plugins)
    assert flume("serve").status == status


def test_a_misspelt_command_is_recognized(flume: Flume, install: Install) -> None:
    """Those of plugins are as near as flume's own."""
    install()
    assert "did you mean flume serve?" in flume("sevre", "80").err


def test_what_it_raises_is_said_in_one_line(flume: Flume, install: Install) -> None:
    """As of any command; `sys.exit` ends it as well."""
    install(code="def serve(args):\n    if args: raise SystemExit(5)\n    raise OSError(2, 'No such file', 'a')")
    assert flume("serve", "x").status == 5
    ended = flume("serve")
    assert (ended.status, ended.err) == (1, "flume: a: no such file\n")
