"""grok as a format."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import pytest

from flume import count, memory, read, reduce, rename
from flume.errors import OptionError, RecordError
from flume.testing import parse
from flume_adapter_grok import Grok


def test_line_ends_are_no_part_of_the_line() -> None:
    """Lines end in a newline, in a return and a newline, or with the text."""
    text = "a 1\r\nb 2\nc 3"
    assert parse(Grok("%{WORD:w} %{GREEDYDATA:n}"), text) == [
        {"w": "a", "n": "1"},
        {"w": "b", "n": "2"},
        {"w": "c", "n": "3"},
    ]


@pytest.mark.parametrize("block", [1, 7, 30])
def test_blocks_do_not_matter(block: int) -> None:
    """However the text comes, the points are the same."""
    text = "Jul 17 13:59:44 localhost kernel: one\nnone\n\nJul 17 13:59:45 localhost CRON[12]: café \n"
    assert parse(Grok("%{SYSLOGLINE}"), text, block=block) == [
        {"timestamp": "Jul 17 13:59:44", "logsource": "localhost", "program": "kernel", "message": "one"},
        {"timestamp": "Jul 17 13:59:45", "logsource": "localhost", "program": "CRON", "pid": "12", "message": "café "},
    ]


def test_bytes_that_are_no_text_are_kept() -> None:
    """They go through as they came."""
    (point,) = parse(Grok("m=%{GREEDYDATA:m}"), b"m=\xff\xe9\n")
    assert point["m"].encode("utf-8", "surrogateescape") == b"\xff\xe9"


def test_rejected_lines(tmp_path: Path) -> None:
    """A line that does not match is kept out, with file, line and reason; an empty one is no record."""
    log, bad = tmp_path / "log", tmp_path / "bad.jsonl"
    log.write_text("n=1\ngarbage\n\nn=2\n", encoding="utf-8")
    points: list[dict[str, object]] = []
    pipeline = read("stdio", file=str(log), format="grok", pattern="n=%{INT:n:int}", rejects=str(bad)) | memory(points)
    report = pipeline.execute()
    assert points == [{"n": 1}, {"n": 2}]
    assert report.rejected == 1
    (record,) = map(json.loads, bad.read_text(encoding="utf-8").splitlines())
    assert (record["line"], record["reason"], record["raw"]) == (2, "does not match n=%{INT:n:int}", "garbage")


def test_a_line_that_takes_too_long_is_rejected(tmp_path: Path) -> None:
    """The run goes on, and the reason is said."""
    log, bad = tmp_path / "log", tmp_path / "bad.jsonl"
    log.write_text("x!\n" + "a" * 60 + "! no\nnone\ny!\n", encoding="utf-8")
    points: list[dict[str, object]] = []
    pattern = r"^(?:(?<w>\w)|\w\w)*!$"
    (read("stdio", file=str(log), format="grok", pattern=pattern, rejects=str(bad)) | memory(points)).execute()
    assert points == [{"w": "x"}, {"w": "y"}]
    reasons = [json.loads(line)["reason"] for line in bad.read_text(encoding="utf-8").splitlines()]
    assert reasons == [f"took longer than 0.5 s to match {pattern}", f"does not match {pattern}"]


def test_errors_raise(tmp_path: Path) -> None:
    """With errors='raise' the first such line ends the run, and the message says where it is."""
    log = tmp_path / "log"
    log.write_text("n=1\ngarbage\n", encoding="utf-8")
    with pytest.raises(RecordError, match=r"log:2: does not match n=%\{INT:n\}: 'garbage'"):
        (read("stdio", file=str(log), format="grok", pattern="n=%{INT:n}", errors="raise") | memory([])).execute()


def test_several_patterns_in_the_reason() -> None:
    """The reason names the patterns, and counts those that are too many."""
    assert Grok(["a", "b"])._mismatch == "does not match a or b"
    assert Grok(["a", "b", "c", "d", "e"])._mismatch == "does not match a or b or c and 2 more"


def test_only_needed_fields_are_made(tmp_path: Path) -> None:
    """What the pipeline does not read is not made, from the second block on, and the answer is the same."""
    from flume.parsing import Origin
    from flume.run import Run

    origin = Origin(Run(), "x")
    origin.needed = frozenset({"b"})
    batches = [list(records) for records in Grok("%{WORD:a} %{WORD:b}").parse([b"1 2\n", b"3 4\n"], origin)]
    assert batches == [[{"a": "1", "b": "2"}], [{"b": "4"}]]


def test_what_a_step_refuses_is_kept_whole(tmp_path: Path) -> None:
    """Where rejects= asks for it, in every block."""
    (tmp_path / "log").write_text("x 17\n" * 50_000 + "y 2\n")
    bad = tmp_path / "bad.jsonl"
    reading = read("stdio", file=str(tmp_path / "log"), format="grok", pattern="%{WORD:a} %{WORD:b}", rejects=str(bad))
    (reading | rename(time="b") | reduce(n=count()) | memory()).execute()
    assert json.loads(bad.read_text().splitlines()[-1])["point"] == {"a": "y", "b": "2"}


def test_it_is_a_value() -> None:
    """A parser prints as it is written, pickles, compares and hashes."""
    parser = Grok("%{A:a}", custom_patterns={"A": "x"}, anchored=True)
    assert eval(repr(parser), {"grok": Grok}) == parser
    assert pickle.loads(pickle.dumps(parser)) == parser
    assert hash(parser) == hash(Grok("%{A:a}", custom_patterns={"A": "x"}, anchored=True))
    assert not parser.writes


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"pattern": "%{SYSLOGLIN}"}, "did you mean SYSLOGLINE"),
        ({"pattern": 5}, "grok: pattern takes text, not 5"),
        ({"pattern": ["a", 5]}, "grok: pattern takes text, not 5"),
        ({"pattern": "a", "custom_patterns": {"A": 1}}, "grok: custom_patterns takes text, not 1"),
        (
            {"pattern": "a", "custom_patterns": "A x"},
            "grok: custom_patterns takes a dict of names and patterns, not 'A x'",
        ),
        ({"pattern": "a", "patterns_dir": 5}, "grok: patterns_dir takes text, not 5"),
        ({"pattern": "a", "custom_pattern": {}}, "did you mean 'custom_patterns'"),
        ({"pattern": "a", "ecs": "yes"}, "ecs takes True or False"),
        ({}, "grok needs pattern"),
    ],
)
def test_options(options: dict[str, object], message: str) -> None:
    """A wrong option is an error before anything is read."""
    with pytest.raises(OptionError, match=message):
        Grok(**options)  # type: ignore[arg-type]
