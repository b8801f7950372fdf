"""Words that are neither a command nor a program."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flume import registry
from flume.cli.mistaken import check_words
from flume.errors import UsageError

Flume = Callable[..., Any]


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["pluggins", "list"], "there is no command called 'pluggins'\n  did you mean flume plugins?"),
        (["halp", "me"], "there is no command called 'halp'\n  did you mean flume --help?"),
        (["emit", "head"], "there is no command called 'emit'\n  a program is one text: put it into double quotes"),
        (["emit()", "head()"], "there are 2 programs\n  a program is one text: put it into double quotes"),
    ],
)
def test_several_words(words: list[str], hint: str) -> None:
    """A command misspelt, or a program without quotes."""
    with pytest.raises(UsageError) as error:
        check_words(words)
    assert str(error.value).startswith(hint)


def test_a_file_is_no_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who gives a file wanted to run it, or to read it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.jsonl").touch()
    with pytest.raises(UsageError) as error:
        check_words(["a.jsonl"])
    assert str(error.value).split("\n") == [
        "'a.jsonl' is a file",
        "  to run the program in it: flume -f a.jsonl",
        "  to read it: flume \"read('stdio', file='a.jsonl')\"",
    ]


@pytest.mark.parametrize("word", ["gone.py", "./gone", "logs/gone.jsonl", "~/gone.py", "gone-1.py"])
def test_a_file_that_is_not_there(word: str) -> None:
    """It looks like nothing but a file."""
    with pytest.raises(UsageError) as error:
        check_words([word])
    assert str(error.value) == f"'{word}' is no program, and there is no such file"


def test_one_text_is_a_program() -> None:
    """There is nothing to say of it."""
    check_words(["emit() | head()"])


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("reed", "  did you mean 'read'?"),
        ("pluggins", "  did you mean flume plugins?"),
        ("version", "  did you mean flume --version?"),
    ],
)
def test_a_single_word_that_nobody_knows(flume: Flume, word: str, hint: str) -> None:
    """It may be a command or a word of the language, misspelt."""
    with registry.use(registry.Registry(discover=False)):
        ended = flume(word)
    assert ended.status == 2
    assert ended.err.split("\n")[:2] == [f"flume: {word!r} is neither a command nor a program", hint]
