"""What `from flume.testing import …` gives."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from importlib.util import find_spec

import pytest

from flume import testing

THERE = {name for name, module in testing._NAMES.items() if find_spec(f"flume.testing.{module}")}


@pytest.mark.parametrize("name", sorted(THERE))
def test_every_name_can_be_had(name: str) -> None:
    """From its module, when it is first touched."""
    assert getattr(testing, name).__module__ == f"flume.testing.{testing._NAMES[name]}"


def test_all_of_them_are_listed() -> None:
    """`__all__` and `dir` say the same."""
    assert sorted(testing.__all__) == dir(testing)
    assert set(testing._NAMES) | {"parse", "render", "run"} == set(testing.__all__)


def test_type_checkers_see_the_same_names() -> None:
    """The imports for type checkers are those of the modules that are there."""
    tree = ast.parse(inspect.getsource(testing))
    (block,) = [node for node in tree.body if isinstance(node, ast.If)]
    imports = [node for node in block.body if isinstance(node, ast.ImportFrom)]
    seen = {alias.asname: node.module for node in imports for alias in node.names}
    assert seen == {name: f"flume.testing.{testing._NAMES[name]}" for name in THERE}


def test_an_unknown_name_is_an_attribute_error() -> None:
    """As of any module."""
    assert not hasattr(testing, "nothing_of_the_kind")


def python(code: str) -> str:
    """What the code prints in a process of its own, errors in their last line."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    return (done.stdout or done.stderr).strip().splitlines()[-1]


def test_it_costs_neither_pytest_nor_hypothesis() -> None:
    """`run` is for programs, too, that have none of them."""
    heavy = "('pytest', '_pytest', 'hypothesis')"
    code = f"import sys; from flume.testing import Clock, run, script; print([m for m in {heavy} if m in sys.modules])"
    assert python(code) == "[]"


@pytest.mark.parametrize("suite", ["ReducerSuite", "ProcSuite", "ParserSuite"])
def test_what_a_suite_needs_is_said(suite: str) -> None:
    """Where hypothesis is not installed."""
    code = f"import sys; sys.modules['hypothesis'] = None; from flume.testing import {suite}"
    wanted = "ImportError: the suites of flume.testing need hypothesis: pip install 'flume-core[testing]'"
    assert python(code) == wanted


@pytest.mark.parametrize("suite", ["ReducerSuite", "ProcSuite", "ParserSuite"])
def test_a_suite_needs_no_pytest_to_be_imported(suite: str) -> None:
    """Its laws are plain functions."""
    assert python(f"import sys; sys.modules['pytest'] = None; from flume.testing import {suite}; print({suite})") == (
        f"<class 'flume.testing.{testing._NAMES[suite]}.{suite}'>"
    )
