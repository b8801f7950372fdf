"""file_keyed: one file for each value of some fields; that processes are killed is in tests/integration."""

from __future__ import annotations

import gzip
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flume import emit, filter, memory, read, write
from flume.adapters import file_beside, file_keyed
from flume.adapters.file_write import WriteStdio
from flume.errors import LimitError, OptionError, SinkError, UsageError
from flume.flow import Batch, Point, Source
from flume.report import Report
from flume.run import Run
from flume.testing import Clock

NAMES = [
    "{}.jsonl",
    "{}.csv",
    "{}.json",
    "{}.logfmt",
    "{}.jsonl.gz",
    "{}.csv.xz",
    "{}.json.bz2",
    "{}.jsonl.zz",
    "{}.tsv.zst",
]
POINTS: list[Point] = [{"k": "a", "n": 1}, {"k": "b", "n": 2, "m": "é"}, {"k": "a", "n": 3, "o": None}, {"n": 4}]


def written(points: list[Point], folder: Path, name: str, **options: Any) -> Report:
    """The report of writing points to files in *folder*."""
    return (emit(points=points) | write("stdio", file=str(folder / name), **options)).execute()


def found(folder: Path, **options: Any) -> dict[str, list[Point]]:
    """The points of each file of a folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): list(read("stdio", file=str(path), **options)) for path in files}


@pytest.fixture
def little(monkeypatch: pytest.MonkeyPatch) -> None:
    """Almost nothing is gathered before it is written."""
    monkeypatch.setattr(file_keyed, "HELD", 100)


# -- what is in them --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("held", [file_keyed.HELD, 0])
def test_each_is_what_one_write_would_make(
    tmp_path: Path, name: str, held: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the format and the compression, and however often some of it was written."""
    monkeypatch.setattr(file_keyed, "HELD", held)
    points = [{"k": f"k{n % 7}", "n": n, **({f"f{n % 3}": n / 2} if n > 2000 else {})} for n in range(5000)]
    several, one = tmp_path / "several", tmp_path / "one"
    several.mkdir()
    one.mkdir()
    report = written(points, several, name.format("{k}"))
    for key in {point["k"] for point in points}:
        written([point for point in points if point["k"] == key], one, name.format(key))
    assert found(several) == found(one)
    assert (report.written, report.files, report.adds_up) == (5000, 7, True)
    if held and not name.endswith((".zz", ".zst")):
        assert {p.name: p.read_bytes() for p in several.iterdir()} == {p.name: p.read_bytes() for p in one.iterdir()}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(points=st.lists(st.fixed_dictionaries({"n": st.integers(0, 99)}, optional={"k": st.text(max_size=3)})))
@pytest.mark.usefixtures("little")
def test_nothing_is_lost_or_mixed(points: list[Point], tmp_path_factory: pytest.TempPathFactory) -> None:
    """The files together are the points, each in order."""
    folder = tmp_path_factory.mktemp("keyed")
    written(points, folder, "{k}.jsonl")
    files = found(folder)
    keys = list(dict.fromkeys(point.get("k") for point in points))
    assert len(files) == len(keys)
    assert sorted(map(repr, files.values())) == sorted(repr([p for p in points if p.get("k") == key]) for key in keys)


def test_values_that_json_has_not(tmp_path: Path) -> None:
    """What waits for the end waits as it is."""
    points: list[Point] = [{"k": 1, "n": 2**80, "x": float("inf"), "time": "2024-01-02T03:04:05.678Z", "b": "\udcff"}]
    for name in ("{k}.json", "{k}.csv"):
        written(points, tmp_path, name)
    (emit(points=points) | write("stdio", file=str(tmp_path / "one.json"))).execute()
    (emit(points=points) | write("stdio", file=str(tmp_path / "one.csv"))).execute()
    for suffix in ("json", "csv"):
        assert (tmp_path / f"1.{suffix}").read_bytes() == (tmp_path / f"one.{suffix}").read_bytes()


def test_other_programs_read_what_is_compressed_in_pieces(tmp_path: Path, little: None) -> None:
    """Streams one after the other are one file to them."""
    lines = b"".join(b'{"k": "a", "n": %d}\n' % n for n in range(5000))
    for suffix, program in (("gz", "gzip"), ("bz2", "bzip2"), ("xz", "xz")):
        written([{"k": "a", "n": n} for n in range(5000)], tmp_path, f"{{k}}.jsonl.{suffix}")
        file = tmp_path / f"a.jsonl.{suffix}"
        if suffix == "gz":
            assert file.read_bytes().count(b"\x1f\x8b\x08") > 1
        done = subprocess.run([program, "-dc", str(file)], capture_output=True, check=True)
        assert done.stdout == lines


def test_encodings(tmp_path: Path) -> None:
    """A byte order mark stands once in each."""
    written(POINTS, tmp_path, "{k}.jsonl", encoding="utf-16")
    assert found(tmp_path, encoding="utf-16")["b.jsonl"] == [{"k": "b", "n": 2, "m": "é"}]
    assert (tmp_path / "a.jsonl").read_bytes().count(b"\xff\xfe") == 1


def test_folders(tmp_path: Path) -> None:
    """Those whose names have fields in them are made, with the time cut as one likes."""
    points: list[Point] = [{"time": f"2024-0{n}-01T00:00:00Z", "h": "a/b"} for n in (1, 2, 1)] + [{"h": "x"}]
    report = written(points, tmp_path, "{time:%Y/%m}/{h}.jsonl")
    files = found(tmp_path)
    assert {name: len(points) for name, points in files.items()} == {
        "2024/01/a%2Fb.jsonl": 2,
        "2024/02/a%2Fb.jsonl": 1,
        "%null/%null/x.jsonl": 1,
    }
    assert report.files == 3


def test_thousands_of_keys(tmp_path: Path, little: None) -> None:
    """However many files may be open."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (len(os.listdir("/proc/self/fd")) + 12, hard))
    try:
        report = written([{"k": n % 3000, "n": n} for n in range(6000)], tmp_path, "{k}.jsonl.gz")
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert report.files == len(os.listdir(tmp_path)) == 3000
    assert gzip.decompress((tmp_path / "7.jsonl.gz").read_bytes()) == b'{"k": 7, "n": 7}\n{"k": 7, "n": 3007}\n'


def test_more_names_than_memory_holds(tmp_path: Path) -> None:
    """It is said what to do, and nothing is left."""
    pipeline = emit(points=[{"k": n} for n in range(500)]) | write("stdio", file=str(tmp_path / "{k}/{k}.jsonl"))
    with pytest.raises(LimitError, match=r"the names of \d+ files fill about 200.*K, more .* that has fewer values"):
        pipeline.execute(memory="200K")
    assert os.listdir(tmp_path) == []


# -- points that have no place ----------------------------------------------------------------------


def test_points_without_a_name(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """One whose time is none is rejected; one without a time has a file."""
    (tmp_path / "in.jsonl").write_text('{"at": "noon"}\n{"at": null, "n": 1}\n')
    out, bad = tmp_path / "out", tmp_path / "bad.jsonl"
    out.mkdir()
    source = read("stdio", file=str(tmp_path / "in.jsonl"), rejects=str(bad))
    report = (source | write("stdio", file=str(out / "{at:%Y}.jsonl"))).execute()
    assert found(out) == {"%null.jsonl": [{"at": None, "n": 1}]}
    assert (report.written, report.rejected, report.adds_up, report.status) == (1, 1, True, 3)
    assert "write: the point has no time in 'at', which its file is to be called by" in caplog.text
    assert bad.read_text().endswith('"point": {"at": "noon"}}\n')


def test_points_that_cannot_be_written(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Each is rejected, and its neighbours are not."""
    points: list[Point] = [{"k": "a", "line": "x"}, {"k": "a"}, {"k": "b", "line": "y"}]
    report = written(points, tmp_path, "{k}.txt")
    assert (tmp_path / "a.txt").read_text() == "x\n"
    assert (report.written, report.rejected, report.files) == (2, 1, 2)


def test_a_field_that_no_point_has(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """It is probably misspelt."""
    written([{"host": "a"}], tmp_path, "{hots}.jsonl")
    assert "'hots' was in none of 1 point; 'host' was in all of them" in caplog.text


def test_an_empty_stream(tmp_path: Path) -> None:
    """It has no keys, and so no files."""
    assert written([], tmp_path, "{k}.csv").files == 0
    assert os.listdir(tmp_path) == []


# -- all or nothing ---------------------------------------------------------------------------------


class Breaking(Source):
    """Gives points and then breaks."""

    points: Any

    def start(self, run: Run) -> Iterator[Batch]:
        yield [dict(point) for point in self.points]
        raise RuntimeError("broken")


@pytest.mark.parametrize("name", ["{k}.jsonl", "{k}.csv", "{k}/{n}/x.jsonl"])
def test_nothing_is_there_after_a_failure(tmp_path: Path, name: str, little: None) -> None:
    """Not even a folder; what was there before stays."""
    (tmp_path / "a.jsonl").write_text("old\n")
    with pytest.raises(RuntimeError, match="broken"):
        (Breaking(points=POINTS) | write("stdio", file=str(tmp_path / name))).execute()
    assert os.listdir(tmp_path) == ["a.jsonl"]
    assert (tmp_path / "a.jsonl").read_text() == "old\n"


def test_files_are_replaced(tmp_path: Path) -> None:
    """With their modes, through links, and others stay."""
    target, link, other = tmp_path / "t", tmp_path / "a.jsonl", tmp_path / "z.jsonl"
    target.write_text("old\n")
    target.chmod(0o600)
    link.symlink_to(target)
    other.write_text("old\n")
    written(POINTS, tmp_path, "{k}.jsonl")
    assert link.is_symlink()
    assert target.read_text().count("\n") == 2
    assert target.stat().st_mode & 0o777 == 0o600
    assert other.read_text() == "old\n"
    usual = tmp_path / "usual"
    usual.touch()
    assert (tmp_path / "b.jsonl").stat().st_mode == usual.stat().st_mode


def test_what_was_read_is_replaced(tmp_path: Path) -> None:
    """But not where bad records of it would be gone."""
    written([{"k": n % 5, "n": n} for n in range(100)], tmp_path, "{k}.jsonl")
    (read("stdio", file=str(tmp_path)) | filter("n > 49") | write("stdio", file=str(tmp_path / "{k}.jsonl"))).execute()
    assert [len(points) for points in found(tmp_path).values()] == [10] * 5
    with (tmp_path / "3.jsonl").open("a") as file:
        file.write("garbage\n")
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(SinkError, match=r"jsonl' was not replaced: it was read, and 1 bad record would be gone"):
        (read("stdio", file=str(tmp_path)) | write("stdio", file=str(tmp_path / "{k}.jsonl"))).execute()
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    """It is said when the first point for it comes, and nothing is left."""
    (tmp_path / "b.jsonl").mkdir()
    with pytest.raises(SinkError, match=r"cannot write '.*b\.jsonl': is a directory"):
        written(POINTS, tmp_path, "{k}.jsonl")
    assert os.listdir(tmp_path) == ["b.jsonl"]
    os.mkfifo(tmp_path / "a.jsonl")
    with pytest.raises(SinkError, match=r"cannot write '.*a\.jsonl': is no ordinary file"):
        written(POINTS, tmp_path, "{k}.jsonl", append=True)


def test_a_place_that_is_lost_at_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said how many of the files are there."""
    replace = os.replace

    def replaced(source: str, target: str) -> None:
        if target.endswith("b.jsonl"):
            raise PermissionError(13, "Permission denied")
        replace(source, target)

    monkeypatch.setattr(file_beside.os, "replace", replaced)
    with pytest.raises(SinkError, match=r"b\.jsonl': permission denied; of 3 files 1 were written"):
        written(POINTS, tmp_path, "{k}.jsonl")
    assert os.listdir(tmp_path) == ["a.jsonl"]


def test_a_file_system_that_takes_names_for_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where capitals do not count: points of one key never get into the file of another."""
    opened = os.open

    def folding(path: str, *flags: int) -> int:
        folder, name = os.path.split(path)
        return opened(os.path.join(folder, name.lower()), *flags)

    monkeypatch.setattr(file_beside.os, "open", folding)
    with pytest.raises(SinkError, match="the file system takes the name of another file for the same"):
        written([{"k": "Web"}, {"k": "web"}], tmp_path, "{k}.jsonl")


def test_an_interrupt(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Nothing is written, and that is said."""
    run = Run()
    stage = WriteStdio(file=str(tmp_path / "{k}.jsonl")).start(run)
    stage.push(POINTS)
    run.stop.set()
    stage.end()
    stage.close()
    assert caplog.messages == [f"interrupted: none of the 3 files '{tmp_path}/{{k}}.jsonl' was written"]
    assert os.listdir(tmp_path) == []


# -- appending --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["{k}.jsonl", "{k}.jsonl.gz", "{k}.jsonl.zz"])
def test_append(tmp_path: Path, name: str) -> None:
    """Behind what is there."""
    for n in range(3):
        report = written([{"k": "a", "n": n}, {"k": n}], tmp_path, name, append=True)
        assert report.files == 2
    assert found(tmp_path)[name.format(k="a")] == [{"k": "a", "n": n} for n in range(3)]
    assert len(os.listdir(tmp_path)) == 4


def test_what_is_appended_is_soon_there(tmp_path: Path) -> None:
    """On a live stream it is not waited for its end; and a file that somebody moved away begins anew."""
    clock = Clock("2024-01-01")
    file, moved = tmp_path / "a.csv", tmp_path / "moved"
    seen = []

    def look() -> None:
        seen.append(file.read_text() if file.exists() else "")

    run = Run(clock)
    run.live = True
    stage = WriteStdio(file=str(tmp_path / "{k}.csv"), append=True).start(run)
    stage.push([{"k": "a", "n": 1}])
    look()
    clock.move("2s")
    stage.tick()
    look()
    file.rename(moved)
    stage.push([{"k": "a", "n": 2}])
    clock.move("2s")
    stage.advance(clock.now())
    look()
    stage.push([{"k": "a", "n": 3}])
    stage.end()
    look()
    stage.close()
    assert seen == ["", "k,n\na,1\n", "a,2\n", "a,2\na,3\n"]


# -- mistakes ---------------------------------------------------------------------------------------


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    """It is said before anything is read: it may be misspelt."""
    kept: list[Point] = []
    with pytest.raises(SinkError, match=r"cannot write '.*/nowhere/\{k\}.jsonl': there is no folder '.*/nowhere'"):
        (emit(points=POINTS) | (memory(kept), write("stdio", file=str(tmp_path / "nowhere/{k}.jsonl")))).execute()
    assert kept == []


@pytest.mark.parametrize("other", ["out/{n}.jsonl", "out/a.jsonl", "./out/{k}.jsonl"])
def test_two_steps_that_may_write_one_file(other: str) -> None:
    """It is said before anything runs."""
    pipeline = emit(points=POINTS) | (write("stdio", file="out/{k}.jsonl"), write("stdio", file=other))
    with pytest.raises(UsageError, match=r"would both write 'out/{k}.jsonl' .* points would be lost"):
        pipeline.execute()


def test_two_steps_that_do_write_one_file(tmp_path: Path) -> None:
    """Where only the points tell, they do before anything is lost."""
    one, other = (write("stdio", file=str(tmp_path / name)) for name in ("a-{x}.jsonl", "{y}-b.jsonl"))
    with pytest.raises(SinkError, match="another step writes it"):
        (emit(points=[{"x": "b", "y": "a"}]) | (one, other)).execute()
    assert os.listdir(tmp_path) == []


def test_a_file_that_is_read_is_not_appended_to(tmp_path: Path) -> None:
    """It would never end: said before where the pattern tells, and else when the key comes."""
    written(POINTS, tmp_path, "{k}.jsonl")
    sink = write("stdio", file=str(tmp_path / "{k}.jsonl"), append=True)
    with pytest.raises(UsageError, match="which step 1 reads: it would never end"):
        (read("stdio", file=str(tmp_path / "*.jsonl")) | sink).execute()
    with pytest.raises(SinkError, match=r"cannot append to '.*a.jsonl', which this run reads"):
        (read("stdio", file=str(tmp_path / "a.jsonl")) | sink).execute()


@pytest.mark.parametrize("options", [{"file": "{a}{b}"}, {"file": "{}"}, {"file": "{k}.jsonl", "compression": "rar"}])
def test_mistakes(options: dict[str, Any]) -> None:
    """They are said when the word is written."""
    with pytest.raises(OptionError):
        write("stdio", **options)
