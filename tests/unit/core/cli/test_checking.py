"""flume plugins check: what is printed, and with which exit status."""

from __future__ import annotations

import json
import sys

from flume.flow import Proc, Stage
from flume.hookspecs import hookimpl
from flume.registry import Registry, use

NOTHING: dict[str, object] = {}


class turn(Proc):
    """Turn points round.

    >>> turn()
    turn()
    """

    n: int = 1

    def start(self, run):
        return Stage()


class mine:
    """A plugin that is not installed."""

    flume_procs = staticmethod(hookimpl(lambda: {"turn": turn}))


class empty:
    """One that offers nothing."""

    flume_procs = staticmethod(hookimpl(lambda: NOTHING))


def added(**plugins: object) -> Registry:
    """A registry with these plugins."""
    registry = Registry(discover=False)
    for name, plugin in plugins.items():
        registry.add(plugin, name=name)
    return registry


def test_each_check_is_a_line(flume) -> None:
    """And the last one says how it went."""
    with use(added(mine=mine)):
        ended = flume("plugins", "check", "mine")
    lines = [line.split(None, 4) for line in ended.out.splitlines()]
    assert (ended.status, ended.err) == (1, "")
    assert [line[:4] for line in lines[2:4]] == [["ok", "proc", "turn", "import"], ["ok", "proc", "turn", "kind"]]
    (failed,) = [line for line in ended.out.splitlines() if line.startswith("FAIL")]
    assert (
        failed.split()
        == (
            "FAIL proc turn options its docstring does not say what the option 'n' is for: say it, with type and unit"
        ).split()
    )
    assert ended.out.splitlines()[-1] == "8 checks of plugin 'mine', 1 failed"


def test_all_is_well(flume) -> None:
    """Exit status 0."""
    ended = flume("plugins", "check", "flume-viz-gnuplot")
    assert (ended.status, ended.err) == (0, "")
    assert ended.out.splitlines()[-1].endswith(", all is well")


def test_json_is_for_programs(flume) -> None:
    """These keys and values are a promise."""
    with use(added(empty=empty)):
        ended = flume("plugins", "check", "empty", "--json")
    assert (ended.status, ended.err) == (1, "")
    assert json.loads(ended.out) == {
        "api": 1,
        "plugin": "empty",
        "package": "",
        "version": "",
        "ok": False,
        "checks": [
            {
                "name": "loads",
                "subject": "empty",
                "ok": False,
                "found": "it offers nothing",
                "advice": "return from one of its hooks a dict of names and places",
            },
            {"name": "names", "subject": "empty", "ok": True, "found": "0 of them", "advice": ""},
        ],
    }


def test_help_documents_the_json(flume) -> None:
    """The promise is where a user looks for it."""
    shown = flume("plugins", "check", "--help").out
    for key in ("api", "plugin", "package", "version", "ok", "checks", "name", "subject", "found", "advice"):
        assert f'"{key}"' in shown


def test_a_plugin_that_is_not_there(flume) -> None:
    """One line, with close matches, and the status of wrong usage."""
    with use(added(mine=mine)):
        ended = flume("plugins", "check", "mime")
    assert (ended.status, ended.out) == (2, "")
    assert ended.err == "flume: no plugin called 'mime'; did you mean 'mine'?\n"


class noisy(Proc):
    """Print.

    >>> noisy()
    made
    noisy()
    """

    def __init__(self) -> None:
        sys.stdout.write("made\n")
        self._set()

    def start(self, run):
        return Stage()


class _Odd(type(Proc)):  # type: ignore[misc]
    @property
    def start(cls):
        raise RuntimeError("no start")


class broken(Proc, metaclass=_Odd):
    """What raises where it is asked for anything."""


class odd:
    """A plugin with words that misbehave when they are looked at."""

    flume_procs = staticmethod(hookimpl(lambda: {"noisy": noisy, "broken": broken}))


def test_what_words_print_or_raise_spoils_nothing(flume) -> None:
    """The JSON is JSON, and an error is an outcome of one check."""
    with use(added(odd=odd)):
        ended = flume("plugins", "check", "odd", "--json")
    outcomes = {(check["name"], check["subject"]): check for check in json.loads(ended.out)["checks"]}
    assert "made\n" in ended.err
    kind = outcomes["kind", "proc broken"]
    assert (kind["ok"], kind["found"]) == (False, "to look at it raises RuntimeError: no start")
    assert outcomes["example", "proc noisy"]["ok"]
