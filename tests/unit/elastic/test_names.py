"""The names of indices: what they may be, and which a time makes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from flume.errors import OptionError
from flume.sinks.write import write
from flume_adapter_elastic.names import check_names, is_template, name_at, path_of


@pytest.mark.parametrize(
    ("index", "words"),
    [
        ("", "index takes names, not ''"),
        ("Logs", "names are in small letters"),
        ("_logs", "begin with no"),
        ("a b", "no name of an index has ' '"),
        ("a/_search", "no name of an index has '/'"),
        ("logs-*", "no name of an index has '*'"),
        ("a,b", "no name of an index has ','"),
        ("a?b", "no name of an index has '?'"),
        ("logs-%B", "%B is no part of a time; %Y"),
    ],
)
def test_a_name_that_cannot_be_written_to_is_refused(index: str, words: str) -> None:
    """Before anything runs."""
    with pytest.raises(OptionError) as caught:
        write("elastic", index=index)
    assert words in str(caught.value)


def test_patterns_are_read() -> None:
    """And written to not at all."""
    check_names("read('elastic')", ["logs-*", "logs-%Y", "cluster:logs"], writing=False)
    with pytest.raises(OptionError, match="no name of an index has '/'"):
        check_names("read('elastic')", ["../_search"], writing=False)


def test_a_time_makes_a_name() -> None:
    """The parts that a time has, as strftime writes them; a sign that stands twice is one."""
    moment = datetime(2024, 12, 30, 7, 5, tzinfo=UTC)
    assert is_template("logs-%Y")
    assert not is_template("logs")
    assert name_at("logs-%Y.%m.%d-%H", moment) == "logs-2024.12.30-07"
    assert name_at("week-%G-%V", moment) == "week-2025-01"
    assert name_at("plain", moment) == "plain"


def test_names_in_a_path_are_escaped() -> None:
    """A template stands for all times; letters that a path cannot have are written as numbers."""
    assert path_of(["logs-%Y", "b*", "ü"]) == "logs-*,b*,%C3%BC"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"batch": 0}, "batch takes 1 to 10,000 points, not 0"),
        ({"batch": 10_001}, "batch takes 1 to 10,000"),
        ({"id": []}, "id takes a field or a list of them"),
        ({"ids": "a"}, "id"),
    ],
)
def test_an_option_of_writing_that_cannot_be_is_refused(options: dict[str, object], words: str) -> None:
    """Before anything runs."""
    with pytest.raises(OptionError, match=words):
        write("elastic", **options)
