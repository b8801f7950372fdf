"""What `from flume import *` gives."""

import ast
import inspect
import subprocess
import sys

import flume
from flume.registry import default


def test_every_name_can_be_had():
    """__all__ tells the truth, and so does dir()."""
    for name in flume.__all__:
        assert getattr(flume, name) is not None
    assert sorted(flume.__all__) == dir(flume)


def test_every_word_of_core_is_a_name():
    """The words that are called in programs: sources, procs, reducers and sinks."""
    words = {name for kind in ("source", "proc", "reducer", "sink") for name in default().names(kind)}
    assert words <= set(flume.__all__)


def test_type_checkers_see_the_same_names():
    """The imports for type checkers are those that __all__ names."""
    tree = ast.parse(inspect.getsource(flume))
    (block,) = [node for node in tree.body if isinstance(node, ast.If)]
    seen = {alias.asname for node in block.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert seen == set(flume.__all__)


def test_an_unknown_name_is_an_attribute_error():
    """As of any module."""
    assert not hasattr(flume, "nothing_of_the_kind")


def test_importing_flume_imports_nothing_else_of_it():
    """Names are loaded when they are touched."""
    heavy = "m.startswith('flume.') or m in ('pluggy', 'msgspec', 'typer')"
    code = f"import sys, flume; print([m for m in sys.modules if {heavy}])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
