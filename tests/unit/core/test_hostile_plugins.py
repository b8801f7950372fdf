"""All that a package can do wrong, installed at once: core goes on as if it were not there, and each is named."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from flume.hookspecs import HOOKS
from flume.registry import Registry
from flume.testing.plugins import fake_plugin

HOOK = "from flume import hookimpl\n@hookimpl\ndef {}(): {}\n"
PROC = "from flume import Proc, Stage\nclass {0}(Proc):\n    def start(self, run):\n        return Stage()\n"
LAKE = HOOK.format("flume_adapters", "return {'lake': dict}")

HOSTILE = {
    "unimportable": "import nosuchlib",
    "exiting": "raise SystemExit('gone')",
    "misspelt": HOOK.format("flume_source", "return {}"),
    "raising": HOOK.format("flume_procs", "raise RuntimeError('out of order')"),
    "mistyped": HOOK.format("flume_procs", "return ['lake']"),
    "empty": None,  # its entry point leads to nothing
    "thief": HOOK.format("flume_procs", "return {'head': 'hostile_thief:head'}"),
    "acme": LAKE,
    "other": LAKE,
    "old": "FLUME_API = 0",
    "größe": HOOK.format("flume_procs", "return {}"),
    "slow": "import time; time.sleep(3)\n" + HOOK.format("flume_procs", "return {'late': dict}"),
    "noisy": "print('hello')\n" + HOOK.format("flume_procs", "print('hooked'); return {'loud': 'hostile_loud:loud'}"),
}
WORDS = {"hostile_loud": "print('word')\n" + PROC.format("loud")}

REASONS = {
    "unimportable": ("broken", "ModuleNotFoundError: No module named 'nosuchlib'"),
    "exiting": ("broken", "SystemExit: gone"),
    "misspelt": ("broken", "unknown hook 'flume_source'"),
    "raising": ("broken", "RuntimeError: out of order"),
    "mistyped": ("broken", "flume_procs returned a list; it must be a mapping of names to things"),
    "empty": ("broken", "No module named 'hostile_empty'"),
    "thief": ("ok", "core has its own 'head': say 'thief.head'"),
    "acme": ("ok", "other-flume 1.0 has its own 'lake': say 'acme.lake'"),
    "other": ("ok", "acme-flume 1.0 has its own 'lake': say 'other.lake'"),
    "old": ("incompatible", "written for plugin API 0; this flume has 1"),
    "größe": ("broken", "a plugin's name must be lower-case letters a to z, digits, - and _, not 'größe'"),
    "slow": ("ok", "it takes 3."),
    "noisy": ("ok", "it prints when it is imported"),
}


@pytest.fixture(scope="module", autouse=True)
def _installed() -> Iterator[None]:
    with ExitStack() as stack:
        for name, code in HOSTILE.items():
            module = "hostile_groesse" if name == "größe" else f"hostile_{name}"
            modules = {} if code is None else {module: code}
            if name == "noisy":
                modules |= WORDS
            package = f"{name}-flume".replace("größe", "groesse")
            stack.enter_context(fake_plugin(package, {name: module}, modules))
        yield


def python(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """What Python does with these arguments where all of them are installed."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONIOENCODING": "utf-8", **variables}
    return subprocess.run(
        [sys.executable, *arguments], env=environment, capture_output=True, encoding="utf-8", timeout=120, check=False
    )


def flume(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """What `flume ARGUMENTS` does."""
    return python("-c", "import sys; from flume.cli import main; sys.exit(main())", *arguments, **variables)


def test_core_names_touch_none_of_them() -> None:
    """Every name of core's is found, and no package but core is imported for it."""
    registry = Registry(strict=True)
    for kind in HOOKS:
        for name in registry.names(kind):
            registry.find(kind, name)
    states = {plugin.name: plugin.state for plugin in registry.plugins(load=False)}
    assert {name for name, state in states.items() if state == "ok"} == {"core"}
    assert HOSTILE.keys() <= states.keys()


@pytest.mark.parametrize(
    ("program", "output"),
    [
        ("emit(points=[{'n': 1}, {'n': 2}]) | head(1)", '{"n": 1}\n'),
        ("emit(points=[{'n': 1}, {'n': 2}]) | filter('n > 1') | put(m=sum('n'))", '{"n": 2, "m": 2}\n'),
        ("emit(points=[{'n': 1}]) | reduce(n=count() * math.floor(1.5))", '{"n": 1}\n'),
        ("emit(points=[{'n': 1}]) | write('stdio', format='csv')", "n\n1\n"),
    ],
)
def test_a_program_of_core_runs_and_says_nothing(program: str, output: str) -> None:
    """Nobody who uses none of them sees or waits for any of them."""
    ran = flume(program)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, output, "")


def test_what_a_plugin_prints_is_not_data() -> None:
    """A word of the noisy one is used: what it prints when it is imported is on stderr, stdout has the points alone."""
    ran = flume("emit(points=[{'n': 1}]) | noisy.loud()")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, '{"n": 1}\n', "hello\nhooked\nword\n")


def test_the_help_imports_nothing_more() -> None:
    """`flume --help` is as fast as without them: it imports the same modules."""
    code = "import sys; from flume.cli import main; main(['--help']); print(*sorted(sys.modules), file=sys.stderr)"
    installed = python("-c", code)
    alone = python("-c", code, PYTHONPATH="")
    assert installed.stdout == alone.stdout != ""
    assert installed.stderr == alone.stderr
    assert not {"flume.engine", "flume.registry", "pluggy"} & set(installed.stderr.split())


@pytest.fixture(scope="module")
def listed() -> subprocess.CompletedProcess[str]:
    """What `flume plugins list --json` does."""
    return flume("plugins", "list", "--json")


def test_the_list_is_json_whatever_they_print(listed: subprocess.CompletedProcess[str]) -> None:
    """What they print is on stderr."""
    assert listed.returncode == 0
    assert json.loads(listed.stdout)["api"] == 1
    assert listed.stderr == "hello\nhooked\n"


@pytest.mark.parametrize("name", HOSTILE)
def test_each_is_named_with_its_reason(listed: subprocess.CompletedProcess[str], name: str) -> None:
    """The list says of each what is wrong with it."""
    plugins: dict[str, Any] = {plugin["name"]: plugin for plugin in json.loads(listed.stdout)["plugins"]}
    state, reason = REASONS[name]
    assert plugins[name]["state"] == state
    assert reason in plugins[name]["reason"]


def test_the_list_is_printed_where_not_all_letters_can_be() -> None:
    """A name that the terminal's encoding has no letters for is shown all the same."""
    ran = flume("plugins", "list", FLUME_PLUGINS="größe", PYTHONIOENCODING="ascii")
    assert ran.returncode == 0
    assert "groesse-flume" in ran.stdout


def test_a_name_that_two_have_is_refused_with_both() -> None:
    """The program says which it means; nothing is read."""
    ran = flume("read('lake')")
    assert ran.returncode == 2
    assert "acme-flume (acme.lake) and other-flume (other.lake) both offer 'lake'" in ran.stderr
    assert ran.stdout == ""
