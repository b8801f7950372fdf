"""What the checks of a plugin find: each is shown a plugin that is spoilt in one place."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from flume.checking import Outcome, checks_of
from flume.checking.check import Part
from flume.checking.examples import run_example
from flume.errors import UnknownName
from flume.hookspecs import hookimpl
from flume.registry import Registry, default, use
from flume.testing.plugins import fake_plugin


def outcome(check: str, subject: str) -> Outcome:
    """How this check of the plugin goes."""
    (found,) = [each for each in checks_of("acme") if (each.name, each.subject) == (check, subject)]
    return found.outcome()


@pytest.mark.parametrize("plugin", ["core", "elastic", "grok", "gnuplot", "pygal"])
def test_our_own_pass(plugin: str) -> None:
    """Core and the packages of this repository are as they ask others to be."""
    outcomes = {(check.name, check.subject): check.outcome() for check in checks_of(plugin)}
    assert {key: outcome for key, outcome in outcomes.items() if not outcome.ok} == {}


def test_what_is_looked_at(install) -> None:
    """A plugin that passes, and all that it passes."""
    install()
    names: dict[str, list[str]] = {}
    for check in checks_of("flume-acme"):
        assert check.outcome().ok, check
        names.setdefault(check.subject, []).append(check.name)
    word = ["kind", "documented", "options", "example", "values"]
    assert names == {
        "acme": ["entry-point", "alone", "light", "api", "typed", "dependencies", "loads", "names"],
        "proc turn": ["import", *word],
        "adapter lake": ["import", "kind", "documented"],
        "reader lake": word,
        "writer lake": word,
    }


@pytest.mark.parametrize(
    ("spoilt", "check", "subject", "found"),
    [
        (("plugin", "FLUME_API = 1"), "api", "acme", "acme_flume.plugin does not say for which hooks it was written"),
        (("turn", "", "import numpy, regex as r"), "dependencies", "acme", "regex of regex (acme_flume/turn.py:"),
        (("lake", "", "import nosuchlib"), "dependencies", "acme", "nosuchlib of no installed package (acme_flume/"),
        (("plugin", "", "print('hello', 'you')"), "alone", "acme", "it prints 'hello you' when it is imported"),
        (("plugin", "", "import time; time.sleep(0.3)"), "light", "acme", " s, for acme_flume (2)"),
        (("plugin", "", "import pytest"), "light", "acme", "modules, most of them of"),
        (("plugin", '"turn": "acme', '"head": "acme'), "names", "acme", "core has a proc 'head' itself"),
        (("plugin", ".turn:turn", ".turn:twist"), "import", "proc turn", "has no attribute 'twist'"),
        (("turn", "class turn(Proc)", "class turn"), "kind", "proc turn", "turn is no Proc"),
        (("turn", "def start", "def begin"), "kind", "proc turn", "turn has no start"),
        (("turn", "class turn(", "turn = object()\nclass other("), "kind", "proc turn", "it stands for an object"),
        (("lake", "Reader = Drain\n    Writer = Fill"), "kind", "adapter lake", "lake can neither be read nor written"),
        (("turn", "n: int = 1", "def __init__(self, n=1): self._set()"), "options", "proc turn", "'n' has no type"),
        (("turn", "; *by*: of each value of this field"), "options", "proc turn", "say what the option 'by' is for"),
        (("turn", ">>> turn(2)", ":param m: n\n\n    >>> turn(2)"), "options", "proc turn", "of an option 'm'"),
        (("turn", "n: int = 1", "def __init__(self, n: list = []): self._set()"), "options", "proc turn", "is a list"),
        (("turn", "by: str", "def check(self): {}[self.n]\n    by: str"), "options", "proc turn", "turn() raises KeyE"),
        (("turn", '"""Turn', '""\n    """Turn'), "documented", "proc turn", "it has no docstring"),
        (("turn", ">>> turn(2)\n    turn(2)"), "example", "proc turn", "its docstring has no example"),
        (("turn", ">>> turn(2)", ">>> turn(3)"), "example", "proc turn", "'turn(3)' gives 'turn(3)', not 'turn(2)'"),
        (("turn", ">>> turn(2)", ">>> turn(m=2)"), "example", "proc turn", "raises OptionError: turn has no"),
        (("turn", ">>> turn(2)\n    turn(2)", ">>> 1\n    1"), "example", "proc turn", "its example makes no turn"),
        (("turn", "def start", "__hash__ = None\n    def start"), "values", "proc turn", "hash(turn(2)) raises"),
        (("turn", "def start", "__eq__ = lambda *_: 0\n    def start"), "values", "proc turn", "is not equal to"),
        (("turn", "def start", "__reduce__ = None\n    def start"), "values", "proc turn", "to pickle turn(2) raises"),
        (("turn", "turn(2)\n    turn(2)", "str(turn(2))\n    'x'\n    "), "values", "proc turn", "cannot be looked at"),
    ],
)  # fmt: skip
def test_what_is_not_as_it_should_be(install, spoilt: tuple[str, ...], check: str, subject: str, found: str) -> None:
    """One sentence says what was found, and another what to do."""
    module, old, new = (*spoilt, "")[:3]
    install(module, old, new)
    ok, said, advice = outcome(check, subject)
    assert not ok
    assert found in said
    assert advice
    assert "\n" not in said + advice


@pytest.mark.parametrize(
    ("fine", "check", "subject"),
    [
        (("lake", '"""Write into it."""\n'), "documented", "writer lake"),  # the adapter says it
        (("turn", "", "try:\n    import nosuchlib\nexcept ImportError:\n    pass"), "dependencies", "acme"),
        (("turn", "", "def f():\n  with suppress(ImportError):\n    import nosuchlib"), "dependencies", "acme"),
        (("turn", "", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import regex"), "dependencies", "acme"),
        (("turn", "", "import json, acme_flume.lake\nfrom . import plugin"), "dependencies", "acme"),
        (("turn", "", "def later():\n    import flume.testing"), "dependencies", "acme"),
        (("turn", "by: str | None = None", "by: object = lambda: 0"), "values", "proc turn"),  # a function is not sent
        (("turn", "turn(2)\n    turn(2)", "x = turn(-1, by='a')"), "values", "proc turn"),
        (("turn", "by: str", "def check(self): 1 / 0 if self.n == 2 else 0\n    by: str"), "options", "proc turn"),
    ],
)  # fmt: skip
def test_what_may_be(install, fine: tuple[str, ...], check: str, subject: str) -> None:
    """What looks like a mistake and is none."""
    module, old, new = (*fine, "")[:3]
    install(module, old, new)
    assert outcome(check, subject).ok, outcome(check, subject)


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("turn({self.n})", "its repr, turn(2), reads back as another one, turn(2)"),
        ("<turn>", "its repr, <turn>, does not read back: SyntaxError"),
        ("twist({self.n})", "its repr, twist(2), does not read back: AttributeError"),
    ],
)
def test_a_repr_must_read_back(install, written: str, found: str) -> None:
    """As what it is the repr of."""
    turn = install() / "acme_flume" / "turn.py"
    code = turn.read_text().replace(">>> turn(2)\n    turn(2)", ">>> x = turn(2, by='a')")
    turn.write_text(f"{code}\n    def __repr__(self): return f{written!r}\n")
    assert outcome("values", "proc turn").found.startswith(found)


def test_the_example_of_an_adapter_runs_where_it_stands() -> None:
    """Its reader and its writer may come from other modules."""
    modules = {
        "pond.writing": "from flume import Sink\nclass Fill(Sink):\n    file: str\n",
        "pond.adapter": '''
            from flume.adapting import Adapter
            import pond.writing

            class pond(Adapter):
                """
                >>> pond.Writer('a')
                Fill('a')
                """
                Writer = pond.writing.Fill
        ''',
    }
    with fake_plugin("flume-pond", {}, modules):
        from pond.adapter import pond  # type: ignore[import-not-found]

        assert run_example(Part("writer", "pond", pond.Writer, pond)) == [pond.Writer("a")]


def test_a_package_needs_the_file_for_type_checkers(install) -> None:
    """Without `py.typed`, they look past it."""
    install(typed=False)
    assert outcome("typed", "acme").found == "acme_flume has no py.typed, so that type checkers do not look at it"


def test_an_extra_is_declared_too(install) -> None:
    """What an extra brings may be imported."""
    install("turn", "", "import regex", needs="flume-core\nRequires-Dist: Regex >=1; extra == 'fast'")
    assert outcome("dependencies", "acme").ok


def test_flume_itself_must_be_declared(install) -> None:
    """Whoever installs the plugin gets it."""
    install(needs="regex")
    assert "flume of flume-core (acme_flume/" in outcome("dependencies", "acme").found


@pytest.mark.parametrize(
    ("name", "place", "found"),
    [
        ("Acme", "acme_flume.plugin", "a plugin's name must be lower-case letters a to z, digits, - and _, not 'Acme'"),
        ("acme", "acme_flume.plugin:flume_procs", "its entry point is 'acme_flume.plugin:flume_procs', and no module"),
    ],
)
def test_an_entry_point_is_a_good_name_and_a_module(install, name: str, place: str, found: str) -> None:
    """All else is said of it, and what can still be looked at is."""
    install(name=name, place=place)
    outcomes = {check.name: check.outcome() for check in checks_of(name)}
    assert outcomes["entry-point"].found == found
    assert not outcomes["loads"].ok


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("raise RuntimeError('no luck')", "it is broken, RuntimeError: no luck"),
        ("FLUME_API = 0", "it is incompatible, written for plugin API 0; this flume has 1"),
        ("flume_procs = hookimpl(lambda: ['turn'])", "it is broken, flume_procs returned a list; it must be a mapping"),
        ("flume_procs = hookimpl(lambda: {'Turn': int})", "it is broken, flume_procs offers 'Turn'; a name must be"),
        ("flume_procs = flume_adapters = hookimpl(lambda: {})", "it offers nothing"),
    ],
)
def test_a_plugin_that_does_not_load_is_not_looked_into(install, code: str, found: str) -> None:
    """Its words are not known; why it does not load is."""
    install("plugin", "", code)
    outcomes = {check.name: check.outcome() for check in checks_of("acme")}
    assert found in outcomes["loads"].found
    assert not {"import", "options"} & outcomes.keys()
    assert ("alone" in outcomes) == (found == "it offers nothing")  # it is said once why


def test_a_plugin_must_load_where_no_other_is(install, monkeypatch: pytest.MonkeyPatch) -> None:
    """What another one has put in place for it will not be there for others."""
    install("plugin", "", "import sys\nif 'other' not in sys.modules: raise RuntimeError('no other')")
    monkeypatch.setitem(sys.modules, "other", sys)
    assert outcome("alone", "acme").found == "alone it is broken, RuntimeError: no other"


def test_a_plugin_that_ends_the_process_is_seen_to(install) -> None:
    """Only where it is alone: this process would be gone."""
    install("plugin", "", "import os, sys\nif 'pytest' not in sys.modules: os._exit(7)")
    assert outcome("alone", "acme").found == "to import it ends the process, with status 7"


def test_a_blocked_plugin_is_not_imported(install) -> None:
    """FLUME_PLUGINS is obeyed, and named."""
    install("plugin", "", "raise SystemExit('touched')")
    with use(Registry(allowed="")):
        outcomes = {check.name: check.outcome() for check in checks_of("acme")}
    assert list(outcomes) == ["entry-point", "loads"]
    assert outcomes["loads"].found == "it is blocked, FLUME_PLUGINS=''"


def test_a_plugin_that_is_not_installed_can_be_checked(install) -> None:
    """Added by hand, it has no package to look at; its words are looked at all the same."""
    install()
    offer = {"turn": default().word("turn")}
    module = SimpleNamespace(flume_procs=hookimpl(lambda: offer))
    registry = Registry(discover=False)
    registry.add(module, name="mine")
    with use(registry):
        outcomes = [(check.name, check.subject, check.outcome().ok) for check in checks_of("mine")]
    assert outcomes[0] == ("loads", "mine", True)
    assert ("values", "proc turn", True) in outcomes


def test_a_plugin_that_is_not_there() -> None:
    """It is an error like that of any other name."""
    with pytest.raises(UnknownName, match="no plugin called 'nosuch'"):
        next(checks_of("nosuch"))


def test_what_core_has_without_a_hook_hides_names_too(install) -> None:
    """Functions of expressions."""
    install("plugin", "", "flume_functions = hookimpl(lambda: {'lower': print})")
    assert outcome("names", "acme").found == "flume has the function 'lower' itself, which hides it"


@pytest.mark.parametrize(
    ("name", "place", "found"),
    [
        ("serve", "acme_flume.turn:turn", None),
        ("Serve", "acme_flume.turn:turn", "a command's name must be lower-case letters a to z, digits, - and _"),
        ("run", "acme_flume.turn:turn", "flume has the command 'run' itself, which hides it"),
        ("serve", "acme_flume.turn:twist", "the command 'serve' of flume-acme 1.0 cannot be imported"),
        ("serve", "acme_flume.plugin:FLUME_API", "the command 'serve' of flume-acme 1.0 is no function"),
    ],
)
def test_a_command_can_be_called(install, name: str, place: str, found: str | None) -> None:
    """By a name that is its own."""
    install(commands={name: place})
    ok, said, _ = outcome("command", f"command {name}")
    assert ok == (found is None)
    assert said.startswith(found or place)
