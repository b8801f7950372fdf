"""What the names in a text mean."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from flume import count, expr, filter, hookimpl, registry
from flume.cli.script import Script
from flume.cli.words import evaluate, scope
from flume.errors import NameConflict, UnknownName
from flume.reducers.sum import sum as flumes_sum
from flume.testing.plugins import fake_plugin


def plugin(**words: Any) -> object:
    """A plugin that offers these reducers."""

    class Plugin:
        @staticmethod
        @hookimpl
        def flume_reducers() -> dict[str, Any]:
            return words

    return Plugin


@pytest.fixture(autouse=True)
def words() -> Iterator[registry.Registry]:
    """A registry of core alone, for this process."""
    with registry.use(registry.Registry(discover=False)) as mine:
        yield mine


def meanings(text: str, **own: object) -> dict[str, object]:
    """The names of an expression, with what they mean."""
    return scope(Script(text), own)


def test_only_the_names_that_are_used_are_looked_up() -> None:
    """A word that is not used is not imported."""
    assert meanings("count()") == {"count": count}


def test_words_win_over_pythons_own() -> None:
    """`filter` and `sum` are flume's; what flume has not, is Python's."""
    assert meanings("filter, sum, len") == {"filter": filter, "sum": flumes_sum, "len": len}


def test_of_plugins_only_one_that_is_called_so_wins_over_pythons_own(words: registry.Registry) -> None:
    """Python's names are used without a thought of plugins; a word that hides behind one has a longer name."""
    words.add(plugin(len=print, max=print), name="max")
    assert meanings("max(1), len") == {"max": print, "len": len}
    words.add(plugin(len=print), name="acme")
    assert evaluate(Script("acme.len, len"), meanings("acme.len, len")) == (print, len)


def test_pythons_own_names_load_no_plugin() -> None:
    """One that is slow to import would slow down each program that says `len`."""
    slow = fake_plugin("slow-flume", {"slow": "slow_plugin"}, {"slow_plugin": "raise AssertionError"})
    with slow, registry.use(registry.Registry()) as words:
        assert meanings("len, print, ValueError") == {"len": len, "print": print, "ValueError": ValueError}
        assert [plugin.state for plugin in words.plugins(load=False) if plugin.name == "slow"] == ["found"]


def test_the_users_own_win_over_all() -> None:
    """A file of one's own words can give a word another meaning."""
    assert meanings("count()", count=len) == {"count": len}


def test_what_is_no_word_of_a_kind_is_in_scope_too() -> None:
    """expr, env, and what words are made of."""
    assert meanings("expr('a')") == {"expr": expr}


def test_a_plugins_longer_name(words: registry.Registry) -> None:
    """A word that two plugins offer is reached by the plugin's name, and the short one is an error that says so."""
    words.add(plugin(lake=print), name="acme")
    words.add(plugin(lake=len), name="other")
    assert evaluate(Script("acme.lake, other.lake"), meanings("acme.lake, other.lake")) == (print, len)
    with pytest.raises(NameConflict) as error:
        meanings("1 + lake()")
    assert str(error.value).split("\n")[1:] == ["  1 + lake()", "      ^^^^"]


def test_an_unknown_word_is_shown_with_its_place() -> None:
    """Close matches, and a caret."""
    with pytest.raises(UnknownName) as error:
        meanings("count() | hed(1)")
    assert str(error.value) == "no word called 'hed'\n  did you mean 'head'?\n  count() | hed(1)\n            ^^^"


def test_the_users_own_words_are_close_matches_too() -> None:
    """What the user wrote is as likely to be misspelt."""
    with pytest.raises(UnknownName, match=r"did you mean your own 'syslog'\?"):
        meanings("sylog('a')", syslog=print)


def test_in_a_file_an_unknown_name_is_an_error_where_it_is_used() -> None:
    """A file may get names from elsewhere; a function that is not called may be unfinished."""
    script = Script("def f():\n    return hed(1)\na = 1\n", "p.py", module=True)
    evaluate(script, scope(script, {}))
    script = Script("a = hed(1)\n", "p.py", module=True)
    with pytest.raises(UnknownName, match=r"^p\.py:1: no word called 'hed'\n  did you mean 'head'\?"):
        evaluate(script, scope(script, {}))


def test_a_name_that_a_file_gives_a_value_in_terms_of_itself() -> None:
    """`count = count()` means the word first."""
    script = Script("count = count()\ncount\n", module=True)
    assert evaluate(script, scope(script, {})) == count()
