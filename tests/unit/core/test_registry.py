"""From names to things: in which order plugins are asked, and what broken ones may not do."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import importlib_metadata
import pytest

import flume_adapter_elastic.plugin
import flume_viz_gnuplot.plugin
import flume_viz_pygal.plugin
from flume import registry as registry_module
from flume.errors import NameConflict, PluginError, UnknownName, UsageError
from flume.hookspecs import hookimpl
from flume.registry import PluginInfo, Registry
from flume.testing.plugins import fake_plugin


@pytest.fixture(autouse=True)
def nothing_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only fake packages are seen, so that a test does not depend on what else the machine has."""
    next(iter(importlib_metadata.distributions())).metadata  # noqa: B018 - what this imports is on the path removed below
    monkeypatch.setattr(sys, "path", [path for path in sys.path if not any(Path(path).glob("*-info"))])


def offering(offer: Any) -> Callable[[], Any]:
    """A hook that returns *offer*."""
    return hookimpl(lambda: offer)


def plugin(**offers: Any) -> ModuleType:
    """A plugin module whose hooks return these offers: `plugin(procs={'head': Head})`."""
    module = ModuleType("made_by_test")
    for kinds, offer in offers.items():
        setattr(module, f"flume_{kinds}", offering(offer))
    return module


CORE = plugin(sources={"emit": int}, procs={"head": str}, parsers={"csv": dict}, adapters={"stdio": list}, views={})


def source(**offers: str) -> str:
    """The source of a plugin module: `source(adapters="{'lake': dict}")`."""
    hooks = [f"@hookimpl\ndef flume_{kinds}():\n    return {offer}\n" for kinds, offer in offers.items()]
    return "\n".join(["from flume.hookspecs import hookimpl\n", *hooks])


Install = Callable[..., None]


@pytest.fixture
def install() -> Iterator[Install]:
    """Make fake packages visible: `install('acme', source)` is the package acme-flume with the plugin acme."""
    with ExitStack() as stack:

        def install(name: str, code: str, package: str | None = None, **kwargs: Any) -> None:
            module = f"fake_{(package or name).replace('-', '_')}"
            stack.enter_context(fake_plugin(package or f"{name}-flume", {name: module}, {module: code}, **kwargs))

        yield install


def made(**kwargs: Any) -> Registry:
    """A registry with this test's core, that finds the fake plugins."""
    return Registry(core=CORE, **kwargs)


def state(registry: Registry, name: str) -> PluginInfo:
    """What the registry says of one plugin, when all are loaded."""
    return next(info for info in registry.plugins() if info.name == name)


def complaint(registry: Registry, kind: str, name: str) -> str:
    """The message of the UnknownName."""
    with pytest.raises(UnknownName) as caught:
        registry.find(kind, name)
    return str(caught.value)


# -- the order of looking -------------------------------------------------------------------------


def test_a_core_name_touches_no_plugin(install: Install) -> None:
    """A name of core's is found without importing any plugin, even one of that very name."""
    install("head", "raise SystemExit('touched')", package="fake-flume")
    assert made(strict=True).find("proc", "head") is str
    assert "fake_fake_flume" not in sys.modules


def test_a_core_word_of_any_kind_touches_no_plugin(install: Install) -> None:
    """Words are searched tier by tier: core's sources and procs come before anybody's anything."""
    install("slow", "raise SystemExit('touched')")
    registry = made(strict=True)
    assert (registry.word("emit"), registry.word("head")) == (int, str)
    assert "fake_slow" not in sys.modules


def test_names_of_core_load_nothing(install: Install) -> None:
    """Core's names are known without a look at plugins."""
    install("slow", "raise SystemExit('touched')")
    assert made(strict=True).names("adapter") == ["stdio"]
    assert "fake_slow" not in sys.modules


def test_the_namesake_alone_is_loaded(install: Install) -> None:
    """The plugin whose own name is the word is asked first, and others stay untouched."""
    install("lake", source(adapters="{'lake': dict}"))
    install("another", source(adapters="{'lake': list}"))
    registry = made()
    assert registry.find("adapter", "lake") is dict
    assert "fake_another" not in sys.modules
    assert {info.name: info.state for info in registry.plugins(load=False)} == {
        "core": "ok",
        "lake": "ok",
        "another": "found",
    }


def test_the_namesake_wins_however_much_is_loaded(install: Install) -> None:
    """The outcome does not depend on which plugins were loaded before."""
    install("lake", source(adapters="{'lake': dict}"))
    install("another", source(adapters="{'lake': list}"))
    registry = made()
    registry.plugins()
    assert registry.find("adapter", "lake") is dict


def test_the_one_plugin_that_offers_a_name_is_found(install: Install) -> None:
    """A name that is no plugin's own is looked for in all of them."""
    install("acme", source(adapters="{'lake': dict}"))
    install("other", source(adapters="{'sea': dict}"))
    assert made().find("adapter", "lake") is dict


def test_two_plugins_with_one_name_are_a_conflict(install: Install) -> None:
    """Neither wins; the message gives both packages and both longer names, and those work."""
    install("acme", source(adapters="{'lake': dict}"))
    install("other", source(adapters="{'lake': list}"))
    registry = made()
    with pytest.raises(NameConflict) as caught:
        registry.find("adapter", "lake")
    assert str(caught.value) == (
        "acme-flume (acme.lake) and other-flume (other.lake) both offer 'lake'; use the longer name"
    )
    assert (registry.find("adapter", "acme.lake"), registry.find("adapter", "other.lake")) == (dict, list)


def test_a_name_that_is_no_python_name(install: Install) -> None:
    """A program writes `_` for its `-`, and the message of a conflict does so too."""
    install("acme", source(procs="{'turn': dict}"))
    install("my-lake", source(procs="{'turn': list}"))
    registry = made()
    with pytest.raises(NameConflict, match=r"\(acme\.turn\) and .* \(my_lake\.turn\)"):
        registry.word("turn")
    assert registry.word("my_lake.turn") is registry.word("my-lake.turn") is list


def test_one_word_of_two_kinds_is_a_conflict(install: Install) -> None:
    """A bare word means one thing: a proc of one plugin clashes with a reducer of another, though not by kind."""
    install("acme", source(procs="{'turn': dict}"))
    install("other", source(reducers="{'turn': list}"))
    registry = made()
    with pytest.raises(NameConflict):
        registry.word("turn")
    assert (registry.find("proc", "turn"), registry.find("reducer", "turn")) == (dict, list)


def test_a_plugin_cannot_replace_a_core_name(install: Install) -> None:
    """Core's stays; the plugin's is reachable by its longer name, and the listing says so."""
    install("acme", source(procs="{'head': dict, 'emit': list}", adapters="{'head': set}"))
    registry = made()
    assert (registry.word("head"), registry.find("proc", "head")) == (str, str)
    assert (registry.word("acme.head"), registry.word("core.head")) == (dict, str)
    assert registry.find("adapter", "head") is set  # core has no such adapter
    assert state(registry, "acme").reason == (
        "core has its own 'emit': say 'acme.emit'; core has its own 'head': say 'acme.head'"
    )


def test_names_are_given_as_they_can_be_said(install: Install) -> None:
    """With plugins, a name that is taken is given in its longer form, and every name given is found."""
    install("acme", source(adapters="{'stdio': dict, 'lake': dict, 'pond': dict}"))
    install("other", source(adapters="{'lake': list, 'other': dict}"))
    registry = made()
    names = registry.names("adapter", plugins=True)
    assert names == ["acme.lake", "acme.stdio", "other", "other.lake", "pond", "stdio"]
    assert all(registry.find("adapter", name) for name in names)


@pytest.mark.parametrize("name", ["elastic", "flume-adapter-elastic"])
def test_a_plugin_of_flumes_own_that_is_not_installed(install: Install, name: str) -> None:
    """Where it is to be had is said, also where a plugin's name is asked for and not one of its words."""
    install("elastix", source())
    with pytest.raises(UnknownName, match=r"^no plugin called '[a-z-]+'; pip install flume-adapter-elastic$"):
        made().plugin(name)


def test_a_word_that_python_has_too_is_given_in_its_longer_form(install: Install) -> None:
    """In a program `len` is Python's, unless the plugin is called so; an adapter's name is no name of Python's."""
    install("acme", source(procs="{'len': dict}", adapters="{'print': dict}"))
    install("max", source(reducers="{'max': list}"))
    registry = made()
    assert state(registry, "acme").reason == "Python has its own 'len': say 'acme.len'"
    assert state(registry, "max").reason is None
    assert registry.names("proc", plugins=True) == ["acme.len", "head"]
    assert (registry.names("reducer", plugins=True), registry.names("adapter", plugins=True)) == (
        ["max"],
        ["print", "stdio"],
    )


def test_a_longer_name_loads_only_its_plugin(install: Install) -> None:
    """`plugin.name` is that plugin's, whatever else is installed."""
    install("acme", source(adapters="{'lake': dict}"))
    install("another", "raise SystemExit('touched')")
    assert made(strict=True).find("adapter", "acme.lake") is dict
    assert "fake_another" not in sys.modules


def test_a_core_name_does_not_even_look_for_plugins() -> None:
    """Reading the metadata of what is installed costs time at every start; core's names do not need it."""
    program = (
        "import sys, types, flume.hookspecs, flume.registry\n"
        "core = types.ModuleType('core')\n"
        "core.flume_procs = flume.hookspecs.hookimpl(lambda: {'head': int})\n"
        "assert flume.registry.Registry(core=core).word('head') is int\n"
        "print([m for m in ('importlib_metadata', 'importlib.metadata', 'difflib', 'typer') if m in sys.modules])"
    )
    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert printed == "[]\n"


def test_an_entry_point_may_name_an_object() -> None:
    """As other hosts of plugins allow: a class with static methods, or an instance."""
    code = """
    from flume.hookspecs import hookimpl

    class Hooks:
        @hookimpl
        def flume_adapters(self):
            return {"lake": dict}

    hooks = Hooks()
    """
    with fake_plugin("acme-flume", {"acme": "fake_acme:hooks"}, {"fake_acme": code}):
        registry = made()
        assert registry.find("adapter", "lake") is dict
        assert str(registry.plugin("acme").file).endswith("fake_acme.py")


# -- things that are imported when used -----------------------------------------------------------


def test_a_place_is_imported_on_first_use() -> None:
    """Loading the plugin does not import what it offers; using the name does, once."""
    code = source(parsers="{'acme': 'acme_pkg.heavy:Box.inner', 'whole': 'acme_pkg.heavy'}")
    heavy = "class Box:\n    class inner: pass\n"
    modules = {"acme_pkg": "", "acme_pkg.plugin": code, "acme_pkg.heavy": heavy}
    with fake_plugin("acme-flume", {"acme": "acme_pkg.plugin"}, modules):
        registry = made()
        registry.plugins()
        assert "acme_pkg.heavy" not in sys.modules
        assert registry.find("parser", "acme").__qualname__ == "Box.inner"
        assert registry.find("parser", "acme") is registry.find("parser", "acme")
        assert registry.find("parser", "whole") is sys.modules["acme_pkg.heavy"]
    assert "acme_pkg.heavy" not in sys.modules


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("nowhere_at_all:x", "ModuleNotFoundError: No module named 'nowhere_at_all'"),
        ("fake_acme:absent", "AttributeError: module 'fake_acme' has no attribute 'absent'"),
        ("fake_acme:LIMIT", "fake_acme:LIMIT is a int"),
        ("fake_acme_rude:x", "SystemExit: 3"),
    ],
)
def test_a_place_that_cannot_be_imported_is_one_clear_error(install: Install, place: str, reason: str) -> None:
    """The error names the package and what failed, and comes each time the name is used."""
    install("acme", source(parsers=f"{{'acme': {place!r}}}") + "\nLIMIT = 5\n", version="0.3")
    install("acme_rude", "import sys\nsys.exit(3)", package="acme-rude")
    registry = made()
    for _ in range(2):
        with pytest.raises(PluginError) as caught:
            registry.find("parser", "acme")
        assert str(caught.value) == f"the parser 'acme' of acme-flume 0.3 cannot be imported: {reason}"


def test_ctrl_c_while_a_place_is_imported_is_ctrl_c(install: Install) -> None:
    """An interrupt is the user's, not the plugin's."""
    install("acme", source(parsers="{'acme': 'fake_stop:x'}"))
    install("stop", "raise KeyboardInterrupt")
    with pytest.raises(KeyboardInterrupt):
        made().find("parser", "acme")


# -- plugins that do not load ---------------------------------------------------------------------

HOSTILE = {
    "import error": ("import nosuchlib", "ModuleNotFoundError: No module named 'nosuchlib'"),
    "syntax error": ("def", "SyntaxError: invalid syntax (fake_acme.py, line 1)"),
    "exits": ("import sys\nsys.exit('bye')", "SystemExit: bye"),
    "base exception": ("class Odd(BaseException): pass\nraise Odd", "Odd"),
    "generator exit": ("raise GeneratorExit", "GeneratorExit"),
    "unprintable error": (
        "class Mute(Exception):\n    def __str__(self): raise RuntimeError\nraise Mute",
        "Mute",
    ),
    "terminal codes": ("raise ValueError('\\x1b[31mred\\nlines')", "ValueError: �[31mred lines"),
    "no hooks": ("", "it implements none of flume's hooks; is @hookimpl missing?"),
    "not marked": ("def flume_procs(): return {}", "flume_procs must be a function marked with @hookimpl"),
    "not a function": ("flume_procs = {'x': int}", "flume_procs must be a function marked with @hookimpl"),
    "hook raises": (source(procs="1 / 0"), "ZeroDivisionError: division by zero"),
    "hook exits": (source(procs="exit(1)"), "SystemExit: 1"),
    "junk": (source(procs="['head']"), "flume_procs returned a list; it must be a mapping of names to things"),
    "nothing": (source(procs="None"), "flume_procs returned a NoneType; it must be a mapping of names to things"),
    "bad name": (
        source(procs="{'Big-Lake': dict}"),
        "flume_procs offers 'Big-Lake'; a name must be a lower-case identifier and no Python keyword",
    ),
    "bad place": (
        source(procs="{'lake': 'no place'}"),
        "flume_procs offers 'lake' as the text 'no place'; it must be 'module:attribute'",
    ),
    "one word twice": (
        source(procs="{'lake': dict}", sinks="{'lake': list}"),
        "it offers 'lake' as more than one of source, proc, reducer, sink",
    ),
    "asks for itself": (
        "from flume import registry\nregistry.default().find('adapter', 'acme')",
        "UnknownName: no adapter called 'acme' plugin 'acme' (acme-flume 0.3) is broken: it is still being imported",
    ),
}


@pytest.mark.parametrize(("code", "reason"), HOSTILE.values(), ids=HOSTILE)
def test_a_plugin_that_does_not_load_stops_nothing(install: Install, code: str, reason: str) -> None:
    """It is kept with one line of reason and the traceback; core and other plugins work, and nothing of it is left."""
    install("acme", code, version="0.3")
    install("fine", source(adapters="{'pond': dict}"))
    registry = made()
    with registry_module.use(registry):
        assert registry.find("adapter", "pond") is dict
        broken = state(registry, "acme")
        assert (broken.state, broken.reason, broken.offers) == ("broken", reason, {})
        assert broken.traceback is not None
        assert complaint(registry, "adapter", "acme") == (
            f"no adapter called 'acme'\n  plugin 'acme' (acme-flume 0.3) is broken: {reason}"
        )


@pytest.mark.parametrize(
    ("definition", "reason"),
    [
        ("def flume_source(): return {}", "unknown hook 'flume_source'; did you mean 'flume_sources'"),
        ("def flume_sources(extra): return {}", "declared in the hookimpl but can not be found in the hookspec"),
    ],
)
def test_a_hook_that_flume_does_not_have_is_an_error(install: Install, definition: str, reason: str) -> None:
    """A misspelt hook would otherwise be ignored in silence; what else the plugin offers is rolled back."""
    install("acme", source(adapters="{'lake': dict}") + f"\n@hookimpl\n{definition}\n")
    install("fine", source(adapters="{'pond': dict}"))
    registry = made()
    broken = state(registry, "acme")
    assert broken.state == "broken"
    assert reason in str(broken.reason)
    assert "\n" not in str(broken.reason)
    assert state(registry, "fine").state == "ok"
    assert registry.names("adapter", plugins=True) == ["pond", "stdio"]


def test_a_hook_of_a_newer_flume_may_be_optional(install: Install) -> None:
    """A plugin can have a hook that only newer flumes know, if it says so."""
    install(
        "acme", "from flume.hookspecs import hookimpl\n@hookimpl(optionalhook=True)\ndef flume_tides(): return {}\n"
    )
    assert state(made(), "acme").state == "ok"


@pytest.mark.parametrize("api", ["0", "2", "'one'"])
def test_another_plugin_api_is_incompatible(install: Install, api: str) -> None:
    """Both versions are named, and the plugin's hooks are not called."""
    install("old", f"FLUME_API = {api}\n" + source(adapters="1 / 0"))
    registry = made()
    old = state(registry, "old")
    assert (old.state, old.reason) == ("incompatible", f"written for plugin API {api}; this flume has 1")
    assert "plugin 'old' (old-flume 1.0) is incompatible: written" in complaint(registry, "adapter", "old")


def test_ctrl_c_while_a_plugin_is_imported_is_ctrl_c(install: Install) -> None:
    """An interrupt goes through, and the plugin can be tried again."""
    code = "import builtins\nif not hasattr(builtins, 'again'):\n    builtins.again = 1\n    raise KeyboardInterrupt\n"
    install("acme", code + source(adapters="{'lake': dict}"))
    registry = made()
    try:
        with pytest.raises(KeyboardInterrupt):
            registry.find("adapter", "lake")
        assert state(registry, "acme").state == "ok"
    finally:
        import builtins

        del builtins.again  # type: ignore[attr-defined]


def test_each_plugin_is_tried_once(install: Install) -> None:
    """A broken plugin is not imported again with every look-up."""
    install("acme", "import sys\nsys.tries = getattr(sys, 'tries', 0) + 1\nraise ValueError")
    registry = made()
    try:
        for _ in range(3):
            complaint(registry, "adapter", "lake")
        assert sys.tries == 1  # type: ignore[attr-defined]
    finally:
        del sys.tries  # type: ignore[attr-defined]


def test_strict_makes_a_needed_broken_plugin_an_error(install: Install) -> None:
    """`FLUME_STRICT=1`: an error whenever it is needed, not before; the listing still works."""
    install("acme", "import nosuchlib")
    registry = made(strict=True)
    assert registry.find("proc", "head") is str
    for _ in range(2):
        with pytest.raises(PluginError, match=r"^plugin 'acme' \(acme-flume 1.0\) is broken: ModuleNotFoundError: No "):
            registry.find("adapter", "lake")
    assert state(registry, "acme").state == "broken"


# -- which plugins are found ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("allowed", "usable"),
    [
        (None, {"acme", "lake"}),
        ("acme", {"acme"}),
        (" acme , lake,", {"acme", "lake"}),
        ("", set()),
        (",", set()),
        ("-acme", {"lake"}),
        ("lake,acme,-acme", {"lake"}),
        ("nobody", set()),
    ],
)
def test_blocked_plugins_are_never_imported(install: Install, allowed: str | None, usable: set[str]) -> None:
    """`FLUME_PLUGINS`: only these, none, all but these."""
    install("acme", source(adapters="{'pond': dict}"))
    install("lake", source(adapters="{'lake': dict}"))
    infos = Registry(core=CORE, allowed=allowed).plugins()
    assert {info.name for info in infos if info.name in ("acme", "lake") and info.state == "ok"} == usable
    assert {module for module in ("acme", "lake") if f"fake_{module}" in sys.modules} == usable
    assert all(info.reason == f"FLUME_PLUGINS={allowed!r}" for info in infos if info.state == "blocked")


def test_a_name_that_is_not_found_speaks_of_blocked_plugins(install: Install) -> None:
    """All that are kept out, in one line."""
    install("acme", source(adapters="{'pond': dict}"))
    install("lake", source(adapters="{'lake': dict}"))
    message = complaint(made(allowed=""), "adapter", "lake")
    assert message.splitlines() == [
        "no adapter called 'lake'",
        "  FLUME_PLUGINS='' keeps out acme, lake",
    ]


def test_an_editable_install_is_one_plugin(install: Install) -> None:
    """Its metadata is visible twice, beside the package and in its source tree; it is found once."""
    install("acme", source(adapters="{'lake': dict}"), editable=True)
    registry = made()
    assert [info.name for info in registry.plugins()] == ["core", "acme"]
    assert registry.find("adapter", "lake") is dict


def test_two_packages_with_one_plugin_name_are_both_broken(install: Install) -> None:
    """Which of them a name would mean, nobody could tell; the message says what to do."""
    install("lake", source(adapters="{'lake': dict}"), package="one-flume")
    install("lake", source(adapters="{'lake': list}"), package="two-flume")
    message = complaint(made(), "adapter", "lake")
    assert "(one-flume 1.0) is broken: another package calls its plugin the same; uninstall one of them" in message
    assert "(two-flume 1.0) is broken" in message


def test_no_plugin_may_call_itself_core(install: Install) -> None:
    """`core.head` is core's."""
    install("core", source(procs="{'head': dict}"))
    registry = made()
    assert registry.word("core.head") is str
    assert "broken" in {info.state for info in registry.plugins()}


def test_a_package_with_unreadable_metadata_hides_no_plugin(install: Install) -> None:
    """One damaged entry_points.txt fails the whole query; flume then reads the packages one by one."""
    install("acme", source(adapters="{'lake': dict}"), editable=True)
    with fake_plugin("damaged", {}, {}) as root:
        (root / "damaged-1.0.dist-info" / "entry_points.txt").write_text("[flume.plugins]\nno equals sign\n")
        registry = made()
        assert registry.find("adapter", "lake") is dict
        assert [info.name for info in registry.plugins()] == ["core", "acme"]


def test_a_package_without_a_name_or_version_can_be_spoken_of(install: Install) -> None:
    """Missing metadata is no reason to fail while explaining something else."""
    with fake_plugin("acme-flume", {"acme": "fake_acme"}, {"fake_acme": "raise ValueError('no')"}) as root:
        (root / "acme_flume-1.0.dist-info" / "METADATA").unlink()
        assert "plugin 'acme' is broken: ValueError: no" in complaint(made(), "adapter", "lake")


# -- plugins added by hand ------------------------------------------------------------------------


def test_a_plugin_can_be_added_without_installing_it() -> None:
    """A module, or any object with hook implementations."""
    registry = Registry(discover=False, core=CORE)
    registry.add(plugin(adapters={"lake": dict}), name="mine")
    assert (registry.find("adapter", "lake"), registry.find("adapter", "mine.lake")) == (dict, dict)
    assert [(info.name, info.package, info.state) for info in registry.plugins()][1:] == [("mine", "", "ok")]


def test_an_added_plugin_that_is_broken_is_an_error_at_once() -> None:
    """Whoever adds it is there to read it; nothing of it stays, so that it can be added again when it is mended."""
    registry = Registry(discover=False, core=CORE)
    with pytest.raises(PluginError, match=r"^plugin 'mine' is broken: flume_procs returned a list"):
        registry.add(plugin(procs=[]), name="mine")
    registry.add(plugin(procs={}), name="mine")


def test_the_name_of_an_added_plugin_must_be_free() -> None:
    """Not core's, and not one that is there already; nor can one plugin have two names."""
    registry = Registry(discover=False, core=CORE)
    mine = plugin(procs={"turn": dict})
    registry.add(mine, name="mine")
    for name in ("mine", "core"):
        with pytest.raises(PluginError, match=f"a plugin called '{name}' already"):
            registry.add(plugin(procs={}), name=name)
    with pytest.raises(PluginError, match="already registered"):
        registry.add(mine, name="again")
    assert registry.word("turn") is dict


# -- what is said when a name is not found --------------------------------------------------------


def test_close_matches_are_suggested(install: Install) -> None:
    """Core's names, plugins' names, and the names that plugins of that kind offer."""
    install("waterlake", source(adapters="{'meadow': dict}"))
    registry = made()
    assert complaint(registry, "adapter", "stido") == "no adapter called 'stido'\n  did you mean 'stdio'?"
    assert complaint(registry, "adapter", "meadwo") == "no adapter called 'meadwo'\n  did you mean 'meadow'?"
    with pytest.raises(UnknownName, match=r"^no word called 'haed'\n  did you mean 'head'\?$"):
        registry.word("haed")


def test_what_is_not_there_at_all_is_one_line() -> None:
    """No guesses where nothing is like it."""
    assert complaint(Registry(discover=False, core=CORE), "parser", "zzz") == "no parser called 'zzz'"


def test_a_name_of_another_kind_is_explained() -> None:
    """A parser that is used as an adapter, an adapter that is used as a word."""
    registry = Registry(discover=False, core=CORE)
    assert complaint(registry, "adapter", "csv") == "no adapter called 'csv'\n  'csv' is a parser: format='csv'"
    with pytest.raises(UnknownName) as caught:
        registry.word("stdio")
    assert str(caught.value) == (
        "no word called 'stdio'\n  'stdio' is an adapter: read('stdio', …) or write('stdio', …)"
    )


@pytest.mark.parametrize(
    ("kind", "name", "package"),
    [
        ("adapter", "elastic", "flume-adapter-elastic"),
        ("parser", "grok", "flume-adapter-grok"),
        ("view", "gnuplot", "flume-viz-gnuplot"),
        ("view", "pygal", "flume-viz-pygal"),
    ],
)
def test_a_package_that_is_not_installed_is_named(kind: str, name: str, package: str) -> None:
    """flume knows where its own packages' names come from."""
    registry = Registry(discover=False, core=CORE)
    assert complaint(registry, kind, name) == f"no {kind} called {name!r}\n  pip install {package}"
    assert f"did you mean {name!r}?\n  for {name!r}: pip install {package}" in complaint(registry, kind, name[:-1])


def test_an_example_of_the_repository_is_named(install: Install) -> None:
    """It is no package of an index, so nobody is told to get it there."""
    assert complaint(Registry(discover=False, core=CORE), "adapter", "sqlite") == (
        "no adapter called 'sqlite'\n  a package for it is among the examples in flume's repository: "
        "pip install ./examples/flume-adapter-sqlite"
    )
    install("sqlite", "raise ValueError('no')", package="flume-adapter-sqlite")
    assert "examples" not in complaint(made(), "adapter", "sqlite")


def test_the_broken_plugin_that_promises_the_name_comes_first(install: Install) -> None:
    """By its own name, or by that of its package."""
    for name, package in (("acme", "acme-flume"), ("water", "flume-adapter-lake"), ("sea", "sea-flume")):
        install(name, f"raise ValueError({name!r})", package=package)
    assert "called 'lake'\n  plugin 'water' (flume-adapter-lake 1.0) is broken" in complaint(made(), "adapter", "lake")
    assert "called 'sea'\n  plugin 'sea' (sea-flume 1.0) is broken" in complaint(made(), "adapter", "sea")


def test_an_installed_namesake_that_does_not_offer_the_name_says_so(install: Install) -> None:
    """The package is there, the name is not yet: one line, and no advice to install it."""
    install("elastic", source(adapters="{}"), package="flume-adapter-elastic", version="1.2")
    assert complaint(made(), "adapter", "elastic") == (
        "flume-adapter-elastic 1.2 is installed but does not offer the adapter 'elastic' yet"
    )
    install("lake", source(adapters="{}"))
    assert complaint(made(), "view", "lake") == "lake-flume 1.0 is installed but does not offer the view 'lake' yet"
    with pytest.raises(UnknownName, match=r"lake-flume 1\.0 is installed but does not offer the word 'lake' yet"):
        made().word("lake")


def test_a_longer_name_that_does_not_exist_is_explained(install: Install) -> None:
    """The plugin is missing, does not offer it, or does not load."""
    install("acme", source(adapters="{'lake': dict}"))
    install("bad", "raise ValueError('no')")
    registry = made()
    assert complaint(registry, "parser", "acne.lake") == (
        "no parser called 'acne.lake'\n  no plugin is called 'acne'; did you mean 'acme'?"
    )
    assert complaint(registry, "adapter", "acme.sea") == (
        "acme-flume 1.0 does not offer the adapter 'sea'\n  it offers adapters lake"
    )
    assert complaint(registry, "adapter", "bad.sea") == (
        "no adapter called 'bad.sea'\n  plugin 'bad' (bad-flume 1.0) is broken: ValueError: no"
    )


@pytest.mark.parametrize("path", ["access.log", "logs/access.log", "/var/log/syslog"])
def test_a_path_in_place_of_an_adapter_is_understood(path: str) -> None:
    """`read('access.log')` is what a newcomer writes."""
    message = complaint(Registry(discover=False, core=CORE), "adapter", path)
    assert message == f"no adapter called {path!r}\n  for a file: read('stdio', file={path!r})"


@pytest.mark.parametrize("name", [None, 5, ["stdio"], b"stdio"])
def test_a_name_that_is_no_text_is_refused(name: Any) -> None:
    """One line, not an AttributeError of the registry's."""
    with pytest.raises(UsageError, match="the name of an adapter is text, not "):
        Registry(discover=False, core=CORE).find("adapter", name)


def test_a_kind_that_does_not_exist_is_a_mistake_of_the_caller() -> None:
    """Kinds are written by programmers, not users."""
    with pytest.raises(ValueError, match="no kind called 'adapters'; there are source"):
        Registry(discover=False, core=CORE).find("adapters", "stdio")


@pytest.mark.parametrize("name", ["", ".", "..", "a.", ".a", "x" * 100_000, "\x1b[31m", "core."])
def test_odd_names_are_unknown_names(name: str) -> None:
    """Whatever text is asked for, the answer is an UnknownName."""
    complaint(Registry(discover=False, core=CORE), "adapter", name)


# -- one plugin, the process's registry, threads --------------------------------------------------


def test_one_plugin_is_asked_for_by_its_name_or_its_package(install: Install) -> None:
    """It alone is loaded; an unknown one is answered with close matches."""
    install("acme", source(adapters="{'lake': dict}"), version="0.3")
    install("another", "raise SystemExit('touched')")
    registry = made()
    assert registry.plugin("acme") == registry.plugin("acme-flume")
    info = registry.plugin("acme")
    assert (info.label, info.state, info.offers) == ("acme-flume 0.3", "ok", {"adapter": ["lake"]})
    assert str(info.file).endswith("fake_acme.py")
    assert "fake_another" not in sys.modules
    with pytest.raises(UnknownName, match=r"^no plugin called 'amce'; did you mean 'acme'\?$"):
        registry.plugin("amce")


def test_the_registry_of_the_process_reads_the_environment(install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is made when first asked for, once, as FLUME_PLUGINS and FLUME_STRICT say."""
    install("acme", source(procs="{}"))
    monkeypatch.setattr(registry_module, "_default", None)
    monkeypatch.setenv("FLUME_PLUGINS", "")
    monkeypatch.setenv("FLUME_STRICT", "1")
    registry = registry_module.default()
    assert registry is registry_module.default()
    assert registry.strict
    assert state(registry, "acme").state == "blocked"


def test_another_registry_is_used_for_the_length_of_a_block() -> None:
    """And the one before comes back, whatever happened inside."""
    before = registry_module.default()
    mine = Registry(discover=False, core=CORE)
    with pytest.raises(RuntimeError), registry_module.use(mine):  # noqa: PT012
        assert registry_module.default() is mine
        raise RuntimeError
    assert registry_module.default() is before


def test_core_alone_can_be_left_out() -> None:
    """A registry of nothing knows nothing."""
    registry = Registry(discover=False, core=None)
    assert (registry.plugins(), registry.names("proc", plugins=True)) == ([], [])
    assert complaint(registry, "proc", "head") == "no proc called 'head'"


def test_a_core_that_does_not_load_is_an_error() -> None:
    """It is flume that is broken then."""
    with pytest.raises(PluginError, match=r"^plugin 'core' is broken: ModuleNotFoundError"):
        Registry(discover=False, core="nowhere_at_all").find("proc", "head")


def test_threads_load_a_plugin_once(install: Install) -> None:
    """Many threads that need the same plugin at once get the same thing, and its hook was called once."""
    code = "calls = []\n" + source(adapters="calls.append(1) or {'lake': dict}")
    install("acme", "import time\ntime.sleep(0.05)\n" + code)
    registry = made()
    together = threading.Barrier(8)
    found: list[Any] = []

    def look() -> None:
        together.wait()
        found.append(registry.find("adapter", "lake"))

    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [dict] * 8
    assert sys.modules["fake_acme"].calls == [1]


def test_core_is_found_while_another_thread_loads_a_plugin(install: Install) -> None:
    """Core's names wait for nobody's import."""
    gate = SimpleNamespace(begun=threading.Event(), go_on=threading.Event())
    sys.modules["gate_of_test"] = gate  # type: ignore[assignment]
    try:
        install("acme", "import gate_of_test as gate\ngate.begun.set()\ngate.go_on.wait(10)\n" + source(procs="{}"))
        registry = made()
        registry.names("proc")
        loading = threading.Thread(target=registry.plugins)
        loading.start()
        assert gate.begun.wait(10)
        found: list[Any] = []
        looking = threading.Thread(target=lambda: found.append(registry.word("head")))
        looking.start()
        looking.join(5)
        assert found == [str]
    finally:
        gate.go_on.set()
        loading.join()
        del sys.modules["gate_of_test"]


@pytest.mark.parametrize("package", [flume_adapter_elastic.plugin, flume_viz_gnuplot.plugin, flume_viz_pygal.plugin])
def test_our_own_packages_load(package: ModuleType) -> None:
    """Each is a plugin that flume accepts."""
    registry = Registry(discover=False, core=CORE)
    registry.add(package, name="ours")
    assert registry.plugin("ours").state == "ok"
