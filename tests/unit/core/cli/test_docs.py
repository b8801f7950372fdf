"""The words and what is said of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from flume import hookimpl, registry

Flume = Callable[..., Any]


def biggest(field: str, among: int = 3) -> None:
    """The biggest value. Of all."""


class Plugin:
    """A plugin with a reducer that is there and one that is not."""

    @staticmethod
    @hookimpl
    def flume_reducers() -> dict[str, Any]:
        return {"biggest": biggest, "gone": "acme_is_not_installed:gone"}


@pytest.fixture(autouse=True)
def _words() -> Iterator[None]:
    with registry.use(registry.Registry(discover=False)) as words:
        words.add(Plugin, name="acme")
        yield


def test_every_word_is_listed_by_kind(flume: Flume) -> None:
    """With the first sentence of its documentation."""
    ended = flume("docs")
    assert (ended.status, ended.err) == (0, "")
    sections = dict(section.split("\n", 1) for section in ended.out.split("\n\n") if "\n" in section)
    assert "\n  head       Pass on the first *n* points.\n" in sections["Procs: points into points"]
    assert "  emit  " in sections["Sources: a pipeline begins with one"]
    assert "  date  " in sections["Reducers: for reduce and put"]
    assert "year" in sections["Reducers: for reduce and put"]
    assert "  jsonl  " in sections["Formats: format='…'"]
    assert "  lower  " in sections["Functions: in the expressions of filter, put and expr"]
    assert "  expr  " in sections["Also in scope"]


def test_words_of_plugins_and_ones_own_are_listed(flume: Flume, here: Path) -> None:
    """One that cannot be imported says why."""
    (here / ".flumerc.py").write_text('def syslog(file):\n    """Read a syslog. Quickly."""\n')
    listed = flume("docs").out
    assert re.search(r"^  biggest +The biggest value\.$", listed, re.MULTILINE)
    assert "the reducer 'gone' of plugin 'acme' cannot be imported" in listed
    assert "\nYour own\n  syslog  Read a syslog.\n" in listed
    assert "syslog" not in flume("docs", "--no-rc").out


@pytest.mark.parametrize(
    ("word", "first", "text"),
    [
        ("head", "head(n: int = 1, by: Fields = None)    proc", "Pass on the first *n* points."),
        ("date.year", "date.year(time: str)    reducer", "The year"),
        ("csv", "format='csv' with the options (", "Comma-separated values"),
        ("lower", "lower(text: str)    function of expressions", "lower case"),
        ("env", "env(name: str)    also in scope", "A secret"),
        ("biggest", "biggest(field: str, among: int = 3)    reducer", "The biggest value. Of all."),
        ("acme.biggest", "acme.biggest(field: str, among: int = 3)    reducer", "The biggest value."),
    ],
)
def test_one_word(flume: Flume, word: str, first: str, text: str) -> None:
    """Its options, and all of its documentation."""
    ended = flume("docs", word)
    assert (ended.status, ended.err) == (0, "")
    assert ended.out.startswith(first)
    assert text in ended.out


def test_an_adapter_shows_both_ways(flume: Flume) -> None:
    """What it takes to read and to write may differ."""
    out = flume("docs", "stdio").out
    assert "\nread('stdio', file:" in out
    assert "\nwrite('stdio', file:" in out


def test_a_namespace_shows_its_words(flume: Flume) -> None:
    """Each with its options; a function of that name follows."""
    out = flume("docs", "date").out
    assert out.startswith("date    reducer, a namespace\n")
    assert "\ndate.strftime(time: str, fmt: str)\n" in out
    assert "    function of expressions\n" in out


def test_ones_own_word(flume: Flume, here: Path) -> None:
    """Even where it has no documentation."""
    (here / ".flumerc.py").write_text("def days(n=3):\n    return emit(limit=n)\n")
    assert flume("docs", "days").out == "days(n=3)    your own\n    It has no documentation.\n"


@pytest.mark.parametrize(
    ("word", "hint"),
    [("hed", "  did you mean 'head'"), ("date.yeer", "  did you mean 'date.year'"), ("csw", "  did you mean 'csv'")],
)
def test_an_unknown_word(flume: Flume, word: str, hint: str) -> None:
    """Close matches of every kind."""
    ended = flume("docs", word)
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith(f"flume: no word called {word!r}\n{hint}")
    assert flume("docs", "qqqqqq").err == "flume: no word called 'qqqqqq'\n"
