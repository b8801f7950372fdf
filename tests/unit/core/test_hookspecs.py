"""The hooks, and what an implementation may return."""

from __future__ import annotations

import math

import pluggy
import pytest

from flume import hookspecs
from flume.errors import PluginError
from flume.hookspecs import HOOKS, check_offer, is_thing


def test_every_hook_belongs_to_one_kind() -> None:
    """The table of kinds names exactly the functions that are marked as hooks, and pluggy takes them all."""
    manager = pluggy.PluginManager("flume")
    manager.add_hookspecs(hookspecs)
    marked = {name for name in dir(hookspecs) if name.startswith("flume_")}
    assert set(HOOKS.values()) == marked == set(vars(manager.hook)) - {"_project_name"}


def test_hooks_are_named_after_their_kinds() -> None:
    """The hook of a kind is its plural after `flume_`, so that it need not be looked up."""
    assert {kind: f"flume_{kind}s" for kind in HOOKS} == HOOKS


@pytest.mark.parametrize("hook", HOOKS.values())
def test_every_hook_says_what_it_is_for(hook: str) -> None:
    """Each hook has a docstring that is a sentence, and what it returns itself keeps the contract."""
    assert getattr(hookspecs, hook).__doc__.rstrip().endswith(".")
    assert check_offer(hook, getattr(hookspecs, hook)()) == {}


@pytest.mark.parametrize("thing", ["a.b:C", "a:b.c", "a.b", "a", len, math, object(), int])
def test_a_thing_or_its_place_is_taken(thing: object) -> None:
    """Classes, functions, modules, objects and the places of them are offers."""
    assert check_offer("flume_procs", {"x": thing}) == {"x": thing}


@pytest.mark.parametrize("thing", ["", "not a place", "a:", ":b", "a b:c", "a:b:c", "../a", "1a:b", "a.:b", "a:b()"])
def test_text_that_is_no_place_is_refused(thing: str) -> None:
    """Text that no import could read is refused when the plugin is loaded, not when the name is used."""
    with pytest.raises(PluginError, match=r"flume_procs offers 'x' as the text .* 'module:attribute'"):
        check_offer("flume_procs", {"x": thing})


@pytest.mark.parametrize("thing", [None, 1, 1.5, True, b"a:b", [], {}, ("a", "b"), set()])
def test_plain_data_is_no_thing(thing: object) -> None:
    """A number, a list or None cannot be what a name stands for."""
    assert not is_thing(thing)
    with pytest.raises(PluginError, match=f"flume_procs offers 'x' as a {type(thing).__name__}"):
        check_offer("flume_procs", {"x": thing})


@pytest.mark.parametrize(
    "name", ["Head", "head-5", "", "5head", "a.b", "a b", "élan", "_head", "lambda", None, 5, ("a",)]
)
def test_a_name_that_no_program_could_say_is_refused(name: object) -> None:
    """Names are lower-case identifiers, and no Python keywords."""
    with pytest.raises(PluginError, match="a name must be a lower-case identifier"):
        check_offer("flume_procs", {name: len})


@pytest.mark.parametrize("offer", [None, [], "head", ["head"], {"head"}, (("head", len),), len, 5])
def test_what_is_no_mapping_is_refused(offer: object) -> None:
    """A hook returns a mapping, nothing else."""
    with pytest.raises(PluginError, match=f"flume_procs returned a {type(offer).__name__}; it must be a mapping"):
        check_offer("flume_procs", offer)
