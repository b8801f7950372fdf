"""Every reducer, proc and format that core and the packages beside it offer passes the suite of its kind.

The words are found in the registry, and tried as their own docstrings show them: a new word is tried as well, once it
has an example.  What no example says stands in the tables here.
"""

from __future__ import annotations

import ast
import doctest
import inspect
from collections.abc import Iterable, Iterator
from types import ModuleType
from typing import Any

import pytest

import flume
from flume import Parser, Proc, Reducer, registry
from flume.errors import OptionError
from flume.parsers.json import json
from flume.testing import ParserSuite, ProcSuite, ReducerSuite
from flume.testing.generating import SCALARS, st
from flume.testing.values import ValueSuite
from flume.value import Value, spoken

WORDS = registry.Registry(allowed="grok")

TEXTS = {
    "csv()": 'name,n,up,note\nAnn,1,true,"a, b"\nBob,2.5,,é\n"Cid ""C""",007,false,x\n',
    "json()": '[\n{"a": 1, "b": "x y"},\n{"a": 2.5, "c": [1, {"d": null}]}\n]\n',
    "jsonl()": '{"a": 1, "b": "x y", "time": "2024-02-29"}\n{"a": 2.5, "c": [1, {"d": null}]}\n{"b": "é"}\n',
    "lines()": "one\n\nthe third\n",
    "logfmt()": 'level=info status=200 msg="all is well" debug\na=1.5 b= c="x \\n \\"y\\""\n',
    "tsv()": "name\tn\tup\nAnn\t1\ttrue\nBob\t2.5\t\n",
}
"""What formats are to read, where their docstrings show less."""

BAD = {
    "columns": "one-word-below-all-names",
    "csv": "1,2,3,4,5",
    "grok": "nothing",
    "jsonl": "[1]",
    "logfmt": "nothing",
    "regex": "nothing",
    "tsv": "1\t2\t3\t4",
}
"""A line that each format refuses."""

NO_LINE_IS_BAD = {"json", "lines"}
"""Formats that take any line, or of which a line is no record."""

READ_OTHERWISE = [json(path="data")]
"""Formats whose options say something of reading alone."""

FINITE = SCALARS.filter(lambda value: not isinstance(value, float) or abs(value) < float("inf"))
JSON = st.dictionaries(
    st.text(max_size=4), st.recursive(FINITE, lambda inner: st.lists(inner, max_size=2), max_leaves=3)
)
ROWS = st.fixed_dictionaries({"a": st.integers(), "b c": st.sampled_from(["x", "y, z", 'é "q"', "\u2028", "-"])})
POINTS = {
    "csv": ROWS,
    "tsv": ROWS,
    "json": JSON,
    "jsonl": JSON,
    "lines": st.fixed_dictionaries({"line": st.text(st.characters(codec="utf-8", exclude_characters="\r\n"))}),
    "logfmt": st.dictionaries(st.text("abé_.-", min_size=1), FINITE, min_size=1, max_size=3),
}
"""What each format that reads and writes can hold."""

# -- instances, as the docstrings have them -----------------------------------------------------


class _Names(dict[str, Any]):
    """The names of a word's own module, and those of flume."""

    def __missing__(self, name: str) -> Any:
        if name in flume.__all__:
            return getattr(flume, name)
        raise KeyError(name)


def calls_in(docstring: str) -> Iterator[ast.Call]:
    """The calls in the examples of a docstring, the outer ones first."""
    for example in doctest.DocTestParser().get_examples(docstring):
        for node in ast.walk(ast.parse(example.source)):
            if isinstance(node, ast.Call):
                yield node


def called(call: ast.Call) -> str:
    """The name of what is called, by the call that is called too: of `funcr(len)('x')` it is `funcr`."""
    function: ast.expr = call
    while isinstance(function, ast.Call):
        function = function.func
    return ast.unparse(function)


def shown_in(docstring: str, word: type[Value], kind: type) -> list[Any]:
    """The words of a kind that the examples make by calling *word*, each once."""
    names = _Names(vars(inspect.getmodule(word)))
    made: list[Any] = []
    for call in calls_in(docstring):
        if called(call) not in (word.__name__, spoken(word)):
            continue
        try:
            value = eval(ast.unparse(call), {}, names)
        except (NameError, OptionError):  # of a name that the example has made, or an example of a mistake
            continue
        if isinstance(value, kind) and value not in made:
            made.append(value)
    return made


def classes_of(kind: str, name: str) -> list[type[Any]]:
    """The word of this name, or, where it is a namespace, those in it."""
    thing = WORDS.find(kind, name)
    if not isinstance(thing, ModuleType):
        return [thing]
    members = [each for each in vars(thing).values() if inspect.isclass(each) and each.__module__ == thing.__name__]
    return [each for each in members if not each.__name__.startswith("_")]


def instances(kind: str, base: type) -> list[Any]:
    """All words of a kind, made as their examples make them."""
    made = []
    for name in WORDS.names(kind, plugins=True):
        for word in classes_of(kind, name):
            found = shown_in(word.__doc__ or "", word, base)
            assert found, f"the {kind} {spoken(word)!r} is tried as its docstring shows it: give it an example"
            made += [each for each in found if each not in made]
    return made


# -- a test of each, by inheritance -------------------------------------------------------------


def classes(suite: type[ValueSuite], attribute: str, words: Iterable[Any], **more: Any) -> dict[str, type]:
    """A test class for each word: what a stranger would write, once for each."""
    made = {}
    for number, word in enumerate(words):
        name = f"Test_{number}_{spoken(type(word)).replace('.', '_').strip('_')}"
        own = {option: of(word) if callable(of) else of for option, of in more.items()}
        made[name] = type(name, (suite,), {attribute: word, "__doc__": f"{word!r}", "__module__": __name__, **own})
    return made


REDUCERS = instances("reducer", Reducer)
PROCS = instances("proc", Proc)
PARSERS = instances("parser", Parser)


def sharing(reducer: Reducer[Any]) -> list[Reducer[Any]]:
    """Those that share the state of this one."""
    return [each for each in REDUCERS if reducer.state_key is not None and each.state_key == reducer.state_key]


def of_one_field(reducer: Reducer[Any]) -> int:
    """Of the functions of `math` and `date`, which are all alike, few examples each."""
    return 20 if not spoken(type(reducer)).startswith(("math.", "date.")) else 3


globals().update(classes(ReducerSuite, "reducer", REDUCERS, sharing=sharing, examples=of_one_field))


def of_what_waits(proc: Proc) -> int:
    """Of what runs in a thread of its own, few examples."""
    return 3 if proc.makes_source else 20


globals().update(classes(ProcSuite, "proc", PROCS, examples=of_what_waits))


def text_of(parser: Parser) -> str:
    """What it is to read: of the table, or of the example in its docstring."""
    if repr(parser) in TEXTS or not parser.reads:
        return TEXTS.get(repr(parser), "")
    names = _Names(vars(inspect.getmodule(type(parser))))
    for call in calls_in(type(parser).__doc__ or ""):
        if called(call) == "parse" and eval(ast.unparse(call.args[0]), {}, names) == parser:
            return str(ast.literal_eval(call.args[1]))
    raise AssertionError(f"{parser!r} is to read something: give TEXTS a row, or its docstring an example of parse")


globals().update(
    classes(
        ParserSuite,
        "parser",
        PARSERS,
        examples=15,
        text=text_of,
        reads_back=lambda parser: parser not in READ_OTHERWISE,
        bad=lambda parser: BAD.get(spoken(type(parser))),
        points=lambda parser: POINTS.get(spoken(type(parser))),
    )
)


@pytest.mark.parametrize("parser", PARSERS, ids=repr)
def test_it_is_known_what_a_format_refuses_and_holds(parser: Parser) -> None:
    """A format that is added is tried with a bad line, and with points of its own."""
    name = spoken(type(parser))
    if parser.reads:
        assert (name in BAD) != (name in NO_LINE_IS_BAD), f"give BAD a line that {name!r} refuses, or NO_LINE_IS_BAD it"
    if parser.reads and parser.writes:
        assert name in POINTS, f"give POINTS what {name!r} can hold: a strategy of hypothesis"


@pytest.mark.parametrize("kind", ["reducer", "proc", "parser"])
def test_every_word_is_tried(kind: str) -> None:
    """Those of core, and of the packages beside it."""
    tried = {type(word) for word in (REDUCERS if kind == "reducer" else PROCS if kind == "proc" else PARSERS)}
    names = WORDS.names(kind, plugins=True)
    words = [word for name in names for word in classes_of(kind, name) if name != "funcr"]  # which makes reducers
    assert words
    assert set(words) <= tried


def test_a_word_without_an_example_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said what to do about it."""

    class silent(Proc):
        """Shows nothing."""

    monkeypatch.setattr(WORDS, "names", lambda kind, plugins: ["silent"])
    monkeypatch.setattr(WORDS, "find", lambda kind, name: silent)
    with pytest.raises(AssertionError, match="the proc 'silent' is tried as its docstring shows"):
        instances("proc", Proc)
