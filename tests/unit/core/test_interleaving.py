"""interleaving: read(order='time'), many files in one order of time."""

from __future__ import annotations

import gzip
import json
import resource
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flume import emit, head, interleaving, memory, put, read, reduce, sort, write
from flume.errors import OptionError, RecordError, SourceError
from flume.flow import Point
from flume.reducers.count import count
from flume.testing import SourceSuite


def instant(second: int) -> str:
    """So many seconds after midnight."""
    return f"2024-02-29T{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}.000Z"


def written(folder: Path, files: list[list[int | None]]) -> Path:
    """Files of points at these seconds; None: without a time."""
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for number, seconds in enumerate(files):
        points = [
            {"file": number, "n": n} | ({} if second is None else {"time": instant(second)})
            for n, second in enumerate(seconds)
        ]
        (folder / f"{number:04}.jsonl").write_text("".join(json.dumps(point) + "\n" for point in points))
    return folder


def places(*file: Path | str, **options: Any) -> list[tuple[int, int]]:
    """Which points are read, by their file and their number there."""
    given_ = [str(each) for each in file]
    points = read("stdio", file=given_[0] if len(given_) == 1 else given_, order="time", **options)
    return [(point["file"], point["n"]) for point in points]


def model(files: list[list[int | None]]) -> list[tuple[int, int]]:
    """Sorted: by the time, or that of the point before it; then by file, then by place."""
    keys = []
    for number, seconds in enumerate(files):
        last = -1
        for n, second in enumerate(seconds):
            if second is not None and second < last:
                continue
            last = last if second is None else second
            keys.append((last, number, n))
    return [(number, n) for _, number, n in sorted(keys)]


FILES = st.lists(st.lists(st.integers(0, 20) | st.none(), max_size=8), max_size=9)
IN_ORDER = st.lists(st.lists(st.integers(0, 20), max_size=8).map(sorted), min_size=1, max_size=9)


@settings(deadline=None)
@given(IN_ORDER | FILES.filter(bool), st.sampled_from([2, 3, 5, 128]), st.sampled_from([1, 2, 1000]))
def test_any_files(
    tmp_path_factory: pytest.TempPathFactory, files: list[list[int | None]], most: int, batch: int
) -> None:
    """However many may be open, what is read is what sorting gives, without what is out of order in its file."""
    folder = written(tmp_path_factory.getbasetemp() / "many", files)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(interleaving, "MOST", most)
        patch.setattr(interleaving, "BATCH", batch)
        assert places(folder, errors="skip") == model(files)


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """Three files."""
    return written(tmp_path / "logs", [[0, 10, 20], [5, 10, 10, 30], [None, 7]])


WANTED = [(2, 0), (0, 0), (1, 0), (2, 1), (0, 1), (1, 1), (1, 2), (0, 2), (1, 3)]


def test_whatever_names_the_files(logs: Path) -> None:
    """A directory, a pattern, a list: ties are in order of the names, or of the list."""
    assert places(logs) == places(logs / "*.jsonl") == places(*sorted(logs.iterdir())) == WANTED
    assert places(*sorted(logs.iterdir(), reverse=True))[:3] == [(2, 0), (0, 0), (1, 0)]
    assert places(*sorted(logs.iterdir(), reverse=True))[4:7] == [(1, 1), (1, 2), (0, 1)]
    assert places(logs / "0001.jsonl") == [(1, n) for n in range(4)]


def test_formats_and_compressions(logs: Path) -> None:
    """Each file is what it is."""
    packed = logs / "0000.jsonl"
    packed.with_suffix(".jsonl.gz").write_bytes(gzip.compress(packed.read_bytes()))
    packed.unlink()
    (logs / "0003.csv").write_text(f"file,n,time\n3,0,{instant(6)}\n")
    assert places(logs) == [*WANTED[:3], (3, 0), *WANTED[3:]]


class TestInOrder(SourceSuite):
    @pytest.fixture
    def source(self, logs: Path) -> Any:
        """What the suite looks at."""
        return read("stdio", file=str(logs), order="time")


def test_windows_close_as_it_goes(tmp_path: Path) -> None:
    """What is read is known to be in order, so that a window leaves before the end."""
    folder = written(tmp_path / "logs", [[*range(3000)], [*range(0, 3000, 2)]])
    source = read("stdio", file=str(folder), order="time")
    assert source.ordered()
    assert not read("stdio", file=str(folder)).ordered()
    report = (source | reduce(every="10s", n=count()) | head(2) | memory()).execute()
    assert [point["n"] for point in report.points] == [15, 15]
    assert report.read < 4500


def test_bounds_and_other_times(tmp_path: Path) -> None:
    """The time is what read takes for it."""
    for name, hours in (("a", (1, 3)), ("b", (2, 4))):
        lines = [json.dumps({"at": {"t": f"2024-02-29 0{hour}:00"}, "h": hour}) for hour in hours]
        (tmp_path / name).write_text("\n".join(lines))
    for options, wanted in (
        ({}, [1, 2, 3, 4]),
        ({"from_": "2024-02-29 02:00"}, [2, 3, 4]),
        ({"to": "2024-02-29 02:30"}, [1, 2]),
        ({"zone": "Europe/Berlin", "from_": "2024-02-29T01:00:00Z"}, [2, 3, 4]),
    ):
        source = read("stdio", file=str(tmp_path / "?"), time="at.t", order="time", **dict[str, Any](options))
        report = (source | memory()).execute()
        assert [point["h"] for point in report.points] == wanted
        assert report.adds_up


# -- what is out of order ---------------------------------------------------------------------------


def test_a_file_that_is_out_of_order(logs: Path, caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    """Its early point is a rejected record, with its place; the others are in order."""
    written(logs, [[0, 10, 4, 20], [5]])
    rejects = tmp_path / "bad.jsonl"
    for options in ({}, {"from_": "2024-02-29"}):
        source = read("stdio", file=str(logs), order="time", rejects=str(rejects), **dict[str, Any](options))
        report = (source | memory()).execute()
        assert [(point["file"], point["n"]) for point in report.points] == [(0, 0), (1, 0), (0, 1), (0, 3)]
        assert (report.rejected, report.status, report.adds_up) == (1, 3, True)
        bad = json.loads(rejects.read_text())
        assert (bad["file"], bad["line"]) == (str(logs / "0000.jsonl"), 3)
        assert json.loads(bad["raw"]) == {"file": 0, "n": 2, "time": instant(4)}
    assert "0000.jsonl:3: is earlier than one before it, and order='time' takes files in order" in caplog.text


def test_it_stops_there_where_it_is_to(logs: Path) -> None:
    """As at any bad record."""
    written(logs, [[0, 10, 4, 20], [5]])
    kept: list[Point] = []
    with pytest.raises(RecordError, match=r"0000\.jsonl:3: is earlier"):
        (read("stdio", file=str(logs), order="time", errors="raise") | memory(kept)).execute()


def test_what_is_bad_is_said_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Though it is looked at each file when there are many of them."""
    monkeypatch.setattr(interleaving, "MOST", 2)
    for name in "abcd":
        (tmp_path / name).write_text(f'nothing\n{{"time": "{instant(ord(name))}"}}\n')
    report = (read("stdio", file=str(tmp_path), order="time") | memory()).execute()
    assert (report.read, report.rejected) == (4, 4)


# -- many -------------------------------------------------------------------------------------------


@pytest.fixture
def few_files() -> Iterator[Callable[[int], None]]:
    """What lets this process open few files."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    yield lambda files: resource.setrlimit(resource.RLIMIT_NOFILE, (files, before[1]))
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def many_points(n: int) -> list[int | None]:
    """The seconds of a file that overlaps with all others."""
    return [n % 60, *range(60, 65)]


@pytest.mark.parametrize("overlapping", [True, False])
def test_more_files_than_can_be_open(tmp_path: Path, few_files: Callable[[int], None], *, overlapping: bool) -> None:
    """Whether they overlap in time or not."""
    files: list[list[int | None]] = [
        [n % 60, *range(60, 65)] if overlapping else [n * 10, n * 10 + 15] for n in range(700)
    ]
    folder = written(tmp_path / "logs", files)
    few_files(250)
    assert places(folder) == model(files)


def test_no_disk_is_needed_where_few_overlap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is opened when its time has come."""
    files: list[list[int | None]] = [[n * 10, n * 10 + 15] for n in range(50)]
    folder = written(tmp_path / "logs", files)
    monkeypatch.setattr(interleaving, "MOST", 4)
    monkeypatch.setattr(interleaving, "_on_disk", None)
    assert places(folder) == model(files)


def test_no_room_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said in one line."""
    folder = written(tmp_path / "logs", [[1, 9], [1, 9], [1, 9]])
    monkeypatch.setattr(interleaving, "MOST", 2)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))
    with pytest.raises(SourceError, match="order='time' merges more than 2 files at a time on disk: no such file"):
        places(folder)


# -- mistakes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"file": "a", "order": "size"}, "order takes 'name' or 'time', not 'size'"),
        ({"order": "time"}, "order='time' merges files; sort('time') puts standard input in order"),
        ({"file": "a", "order": "time", "time": None}, "order='time' merges by the time, and time=None reads none"),
    ],
)
def test_mistakes(options: dict[str, Any], message: str) -> None:
    """They are said when the word is written."""
    with pytest.raises(OptionError) as raised:
        read("stdio", **options)
    assert message in str(raised.value)


def test_it_is_what_sort_gives(tmp_path: Path) -> None:
    """And so is what is written of it."""
    folder = written(tmp_path / "logs", [[n % 7 + i for i in range(0, 300, n + 1)] for n in range(5)])
    outs = []
    for source in (read("stdio", file=str(folder), order="time"), read("stdio", file=str(folder)) | sort("time")):
        out = tmp_path / "out.jsonl"
        (source | put(x=1) | write("stdio", file=str(out))).execute(jobs=2)
        outs.append(out.read_text())
    assert outs[0] == outs[1]


def test_beside_another_source(logs: Path) -> None:
    """It merges with what else is in order."""
    flow = (read("stdio", file=str(logs), order="time"), emit(points=[{"file": 9, "n": 0, "time": instant(8)}])) | put(
        a=1
    )
    assert [(point["file"], point["n"]) for point in flow] == [*WANTED[:4], (9, 0), *WANTED[4:]]
