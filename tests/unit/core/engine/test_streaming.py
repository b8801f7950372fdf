"""Streams: what comes through pipes and decompressors is shared by several processes; the answer is that of one."""

from __future__ import annotations

import gzip
import json
import logging
import os
import re
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flume import avg, count, expr, filter, first, keep, last, memory, percentile, put, read, reduce, write
from flume.adapters import blocks
from flume.engine import feeding, sharing, streaming
from flume.errors import FlumeError, SourceError
from flume.flow import Flow, Step

VALUES = st.sampled_from([None, 0, 1, 2.5, True, "1", "é", "\\", [1], 0.1, 1e16, -1e16])
TIMES = st.sampled_from([f"2016-07-17T00:0{m}:{s}Z" for m in range(4) for s in ("00", "30.5")] + [None, "garbage"])
POINTS = st.fixed_dictionaries({}, optional={"a": VALUES, "b": VALUES, "time": TIMES}).flatmap(
    lambda point: st.booleans().map(lambda escaped: json.dumps(point, ensure_ascii=escaped).encode())
)
ODD = st.sampled_from([b"", b"garbage", b"{}{}", b'{"a": "\xe9"}', b'{"a": 1, "a": 2}', b'{"a": 1}\r', b'{"a"', b"[1]"])
INPUTS = st.builds(
    lambda lines, end: b"\n".join(lines) + end,
    st.lists(POINTS | POINTS | POINTS | ODD, max_size=40),
    st.just(b"\n") | st.just(b""),
)
FOLDS: list[list[Step]] = [
    [reduce(n=count(), a=avg("a"), every="1m", by="b")],
    [reduce(a=first("a"), b=last("b"), every="1m", on="0s")],
    [filter("a >= 1"), reduce(n=count(), by="a")],
    [put(c=expr("a + b")), reduce(n=count("c"), p=percentile("c", 50), by=["b", "missing"])],
]
PASSES: list[list[Step]] = [[filter("a >= 1")], [put(c=expr("a + b"))], [keep("a", "time")], []]


_FIRST = re.compile(r"^(reduce.* had no .*) \(first: .*\)$")


@contextmanager
def shared_soon() -> Iterator[None]:
    """Several processes take part after a few bytes, whatever they are good for."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "BLOCK", 60)
        patch.setattr(streaming, "LARGE", 100)
        patch.setattr(streaming, "IDLE", 1)
        patch.setattr(feeding, "MEMORY", 1000)
        patch.setattr(feeding, "BLOCK", 100)
        patch.setattr(feeding, "_TRIED", 1e9)
        yield


def ran(data: bytes, steps: list[Step], *, jobs: int, errors: Any = "warn", **options: Any) -> list[Any]:
    """What a run over compressed *data* gives, rejects, writes in its ledger and says."""
    said: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger("flume").addHandler(handler)
    try:
        with tempfile.TemporaryDirectory() as folder, shared_soon():
            file, bad, out = (str(Path(folder, name)) for name in ("a.jsonl.gz", "bad.jsonl", "out"))
            Path(file).write_bytes(gzip.compress(data))
            folds = any(isinstance(step, reduce) for step in steps)
            pipeline: Flow = read("stdio", file=file, rejects=bad, errors=errors, **options)
            for step in [*steps, memory() if folds else write("stdio", file=out)]:
                pipeline = pipeline | step
            report = pipeline.execute(jobs=jobs)
            accounts = [(a.step, a.points_in, a.points_out, sorted(a.taken.items())) for a in report.accounts]
            found = [
                report.points,
                report.rejected,
                report.read,
                report.adds_up,
                accounts,
                sorted(_FIRST.sub(r"\1", one) for one in said),
            ]
            found += [Path(path).read_bytes() if Path(path).exists() else None for path in (bad, out)]
            return [repr(each).replace(folder, "") for each in found]
    finally:
        logging.getLogger("flume").removeHandler(handler)


@settings(max_examples=100)
@given(data=INPUTS, steps=st.sampled_from([*FOLDS, *PASSES]), jobs=st.integers(2, 4))
def test_the_answer_is_that_of_one_process(data: bytes, steps: list[Step], jobs: int) -> None:
    """Points, bad records with their lines, warnings, every byte that is written, and every account of the ledger.

    But for which value of a wrong type is shown as the first: a fold meets those of one group after the other.
    """
    assert ran(data, steps, jobs=jobs) == ran(data, steps, jobs=1)


@pytest.mark.parametrize("options", [{"encoding": "utf-16"}, {"strip_ansi": True}, {"format": "lines"}])
def test_what_is_decoded_before(options: dict[str, Any]) -> None:
    """Blocks are in UTF-8 by then, and without escapes."""
    text = "".join(f'{{"a": "é\x1b[1m{n}"}}\n' for n in range(50))
    data = text.encode(options.get("encoding", "utf-8"))
    assert ran(data, [], jobs=3, **options) == ran(data, [], jobs=1, **options)


def outcomes(patch: pytest.MonkeyPatch) -> list[int]:
    """A list that will have how many points there were in each part that another process has made."""
    read_by: list[int] = []
    before = sharing.Sharing.join

    def join(self: Any, outcome: Any) -> None:
        read_by.append(outcome.read)
        before(self, outcome)

    patch.setattr(sharing.Sharing, "join", join)
    return read_by


LINES = b"".join(b'{"a": %d}\n' % n for n in range(1000))


@pytest.mark.parametrize("steps", [[reduce(n=count())], [filter("a >= 0")]])
def test_several_share(steps: list[Step], monkeypatch: pytest.MonkeyPatch) -> None:
    """The other tests would say nothing otherwise."""
    read_by = outcomes(monkeypatch)
    ran(LINES, steps, jobs=3)
    assert len(read_by) > 10
    assert 900 < sum(read_by) < 1000


def test_a_line_that_has_no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is read by this process, and those behind it are shared again."""
    read_by = outcomes(monkeypatch)
    data = LINES + b'{"a": "%s"}\n' % (b"x" * 1000) + LINES
    assert ran(data, [reduce(n=count(), last=last("a"))], jobs=2)[0] == "[{'n': 2001, 'last': 999}]"
    assert sum(read_by) > 1500


def test_where_joining_is_most_of_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """This process goes on alone."""
    read_by = outcomes(monkeypatch)
    with monkeypatch.context() as patch:
        patch.setattr(feeding.Feeding, "useful", property(lambda self: self._joined < 3))
        data = b"".join(b'{"a": %d, "b": %d}\n' % (n, n) for n in range(1000))
        assert ran(data, FOLDS[2], jobs=2) == ran(data, FOLDS[2], jobs=1)
    assert 0 < sum(read_by) < 200


def test_data_that_ends_in_the_middle(tmp_path: Path) -> None:
    """What came before is written, and what is wrong is said."""
    file, out = tmp_path / "a.jsonl.gz", tmp_path / "out"
    file.write_bytes(gzip.compress(LINES)[:-100])
    pipeline = read("stdio", file=str(file)) | filter("a >= 0") | write("stdio", file=str(out), append=True)
    found = []
    for jobs in (1, 3):
        with shared_soon(), pytest.raises(SourceError, match=r"the gzip data ends in the middle") as raised:
            pipeline.execute(jobs=jobs)
        found.append((out.read_bytes(), raised.value.__notes__))
        out.unlink()
    assert found[0] == found[1]
    assert len(found[0][0]) > 1000


def test_an_error_in_another_process(tmp_path: Path) -> None:
    """It is that of the run, and names the step."""
    file = tmp_path / "a.jsonl.gz"
    file.write_bytes(gzip.compress(LINES))
    with shared_soon(), pytest.raises(FlumeError, match="no space left") as raised:
        (read("stdio", file=str(file)) | filter("a > 100") | write("stdio", file="/dev/full")).execute(jobs=2)
    assert [note for note in raised.value.__notes__ if note.startswith("in step 3")]


@pytest.mark.parametrize("steps", [[reduce(n=count())], [filter("a >= 0")]])
def test_a_process_that_is_killed_is_an_error(steps: list[Step], monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said, nothing is given, and no process is left."""
    before = sharing.Sharing._outcome

    def outcome(self: Any, part: Any, go_on: Any) -> Any:
        if (made := before(self, part, go_on)).read and os.getpid() % 2:
            os.kill(os.getpid(), signal.SIGKILL)
        return made

    monkeypatch.setattr(sharing.Sharing, "_outcome", outcome)
    with pytest.raises(SourceError, match="was killed by signal 9"):
        ran(LINES, steps, jobs=3)
    assert not Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text()
