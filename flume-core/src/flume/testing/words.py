"""words: laws of every word, whatever its kind."""

from __future__ import annotations

import inspect
import pickle
from typing import Any, TypeVar

import flume
from flume.flow import Step
from flume.value import Value, spoken, thaw

S = TypeVar("S", bound=Step)


def check_reads_back(word: Value) -> None:
    """An `AssertionError` unless the word is equal to its pickle and its repr read back, and they hash alike.

    >>> check_reads_back(flume.head(3))
    """
    pickled = pickle.loads(pickle.dumps(word))
    assert pickled == word, f"{word!r} is not equal to its pickle, {pickled!r}: keep all that it is in its options"
    assert hash(pickled) == hash(word), f"{word!r} has not the hash of its pickle: leave __hash__ as it is"
    names = {name: getattr(flume, name) for name in flume.__all__} | {spoken(type(word)): type(word)}
    shown = repr(word)
    try:
        again = eval(shown, names)
    except Exception as error:
        raise AssertionError(f"the repr {shown} is no program that makes it again: {error}") from None
    assert again == word, f"the repr {shown} makes another one: show every option, as it was given"
    assert repr(again) == shown, f"the repr {shown} is not that of what it makes: {again!r}"


def with_option(step: S, name: str, value: Any) -> S:
    """The same step with another option.

    >>> with_option(flume.read('stdio', file='a.csv'), 'format', 'jsonl')
    read('stdio', file='a.csv', format='jsonl')
    """
    given: dict[str, Any] = {}
    for parameter in inspect.signature(type(step)).parameters.values():
        kept = parameter.name if parameter.name in vars(step) else f"{parameter.name}_"
        if parameter.kind is parameter.VAR_KEYWORD:
            given |= {option: thaw(each) for option, each in getattr(step, kept)}
        else:
            given[parameter.name] = thaw(getattr(step, kept))
    return type(step)(**{**given, name: value})
