"""ValueSuite: the laws of every word, whatever its kind: it is an immutable value that can be read back."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Mapping
from types import SimpleNamespace
from typing import Any

from flume.errors import in_one_line
from flume.testing.differing import shown
from flume.value import Frozen, Value, declared, spoken

_CHANGEABLE = (list, dict, set, bytearray)


class ValueSuite:
    """What the suites of words have in common; a test inherits one of those."""

    def word(self) -> Value:
        """The word that is tried."""
        raise NotImplementedError

    def test_its_repr_reads_back(self) -> None:
        """A program that is printed can be run again: the repr makes an equal word."""
        word = self.word()
        text = repr(word)
        try:
            again = eval(text, {}, _Names(word))
        except Exception as error:
            raise AssertionError(f"its repr {shown(text)} cannot be read back: {in_one_line(error)}") from None
        assert type(again) is type(word), f"its repr {text} is read back as a {type(again).__name__}"
        assert again == word, f"its repr {text} is read back as another one, {again!r}; is an option left out?"
        assert repr(again) == text, f"its repr {text} is read back as {again!r}"

    def test_it_is_pickled(self) -> None:
        """It goes to other processes: what is pickled comes back equal."""
        word = self.word()
        try:
            again = pickle.loads(pickle.dumps(word))
        except Exception as error:
            raise AssertionError(
                f"{word!r} cannot be pickled: {in_one_line(error)}; open and compile things in start, not before"
            ) from None
        assert again == word, f"{word!r} is another one once it was pickled: {again!r}"

    def test_equal_words_hash_alike(self) -> None:
        """It can be looked up: it has a hash, which is that of its equals."""
        word = self.word()
        try:
            found, again = hash(word), hash(pickle.loads(pickle.dumps(word)))
        except TypeError as error:
            raise AssertionError(f"{word!r} has no hash: {in_one_line(error)}") from None
        assert found == again, f"{word!r} has another hash than its equal; it must come of the options alone"

    def test_its_options_cannot_be_changed(self) -> None:
        """The same word stands in many pipelines: nothing about it can be changed."""
        word = self.word()
        for field in declared(word):
            before = getattr(word, field.name)
            try:
                setattr(word, field.name, before)
            except (AttributeError, TypeError):
                pass
            else:
                raise AssertionError(f"{word!r} lets its option {field.name!r} be changed; leave __setattr__ alone")
            found = next(_changeable(before), None)
            assert found is None, (
                f"{word!r} holds a {type(found).__name__} in its option {field.name!r}, which can be changed; "
                "give options to _set, which freezes them"
            )


class _Names(dict[str, Any]):
    """What a repr may name: the word itself and those among its options, and all that `from flume import *` gives."""

    def __init__(self, word: Value) -> None:
        super().__init__()
        for each in _words_in(word):
            root, dot, rest = spoken(each).partition(".")
            if dot:
                setattr(self.setdefault(root, SimpleNamespace()), rest, each)
            else:
                self[root] = each

    def __missing__(self, name: str) -> Any:
        import flume

        if name in flume.__all__:
            return getattr(flume, name)
        raise KeyError(name)


def _words_in(value: object) -> Iterator[type[Value]]:
    """The class of the word, and those of the words among its options."""
    if isinstance(value, Value):
        yield type(value)
        for field in declared(value):
            yield from _words_in(getattr(value, field.name))
    elif isinstance(value, type) and issubclass(value, Value):
        yield value
    elif isinstance(value, (tuple, frozenset)):
        for each in value:
            yield from _words_in(each)
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _words_in(each)


def _changeable(value: object) -> Iterator[object]:
    """What can be changed in the value of an option."""
    if isinstance(value, _CHANGEABLE) and not isinstance(value, Frozen):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _changeable(each)
    elif isinstance(value, (tuple, frozenset)):
        for each in value:
            yield from _changeable(each)
