"""The words of the packages of this repository, as Python imports them and as a program names them."""

from __future__ import annotations

from importlib import import_module

import pytest

from flume import barchart, read, registry, write
from flume.errors import OptionError

WORDS = {
    "flume_adapter_elastic": ("adapter", "elastic"),
    "flume_adapter_grok": ("parser", "grok"),
    "flume_viz_gnuplot": ("view", "gnuplot"),
    "flume_viz_pygal": ("view", "pygal"),
}


@pytest.mark.parametrize("package", WORDS)
def test_a_word_is_imported_from_its_package(package: str) -> None:
    """`from flume_adapter_elastic import elastic` is what `read('elastic')` means, whatever was imported before."""
    kind, word = WORDS[package]
    module = import_module(package)
    meant = registry.default().find(kind, word)
    assert getattr(module, word) is meant
    assert {word} <= set(module.__all__) <= set(dir(module))
    assert not hasattr(module, "nothing_of_the_kind")


@pytest.mark.parametrize(
    ("make", "options", "said"),
    [
        (read, {"adapter": "elastic", "indx": "a"}, "read('elastic') has no option 'indx'; did you mean 'index'?"),
        (read, {"adapter": "elastic", "tim": "t"}, "read('elastic') has no option 'tim'; did you mean 'time'?"),
        (write, {"adapter": "elastic", "ids": "a"}, "write('elastic') has no option 'ids'; did you mean 'id'?"),
        (barchart, {"view": "pygal", "zom": 1}, "barchart('pygal') has no option 'zom'; did you mean 'zoom'?"),
        (
            read,
            {"adapter": "stdio", "format": "grok", "patern": ""},
            "read with format='grok' has no option 'patern'; did you mean 'pattern'?",
        ),
    ],
)
def test_a_program_has_the_same_options(make: type, options: dict[str, object], said: str) -> None:
    """And is told the one that it may have meant."""
    with pytest.raises(OptionError) as caught:
        make(**options)
    assert str(caught.value) == said
