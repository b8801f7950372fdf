"""read: points from an adapter, their times and their bounds."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from flume import count, emit, env, memory, put, read, reduce, reorder, write
from flume.adapters import arriving
from flume.errors import FlumeError, OptionError, RecordError
from flume.flow import Batch, Point, Source
from flume.run import Run


@pytest.fixture
def written(tmp_path: Path) -> Any:
    """Writes points, one a line, and gives the name of the file."""

    def write(*points: Point | str) -> str:
        file = tmp_path / "points.jsonl"
        file.write_text("".join((p if isinstance(p, str) else json.dumps(p)) + "\n" for p in points))
        return str(file)

    return write


def day(number: int) -> datetime:
    """A day of July 2016."""
    return datetime(2016, 7, number, tzinfo=UTC)


# -- times ------------------------------------------------------------------------------------------


def test_time_is_read(written: Any) -> None:
    """As a UTC datetime, wherever it stands and however it is written; a point without it is timeless."""
    file = written(
        {"a": 1, "time": "2016-07-17T00:00:00Z"},
        {"time": "2016-07-17T02:00:00+02:00", "a": 2},
        {"time": 1468713600},
        {"a": 3},
        {"a": 4, "time": None},
    )
    assert list(read("stdio", file=file)) == [
        {"a": 1, "time": day(17)},
        {"time": day(17), "a": 2},
        {"time": day(17)},
        {"a": 3},
        {"a": 4, "time": None},
    ]


@pytest.mark.parametrize(
    ("field", "point"),
    [
        ("at", {"at": "2016-07-17", "a": 1}),
        ("log.at", {"log": {"at": "2016-07-17"}, "a": 1}),
        ("log.at", {"log.at": "2016-07-17", "a": 1}),
        ("at", {"time": "something else", "at": "2016-07-17", "a": 1}),
    ],
)
def test_another_field_is_the_time(written: Any, field: str, point: Point) -> None:
    """It becomes `time` and goes itself; dots reach inside."""
    (found,) = read("stdio", file=written(point), time=field)
    assert (found["time"], found["a"]) == (day(17), 1)
    assert "at" not in found
    assert "log.at" not in found
    assert found.get("log", {}) == {}


def test_no_time(written: Any) -> None:
    """time=None reads everything as it is."""
    point = {"time": "2016-07-17", "a": 1}
    assert list(read("stdio", file=written(point), time=None)) == [point]


def test_zone(written: Any) -> None:
    """It is that of times that name none."""
    file = written({"time": "2016-07-17T02:00:00"}, {"time": "2016-07-17T02:00:00Z"})
    found = list(read("stdio", file=file, zone="Europe/Berlin"))
    assert [point["time"] for point in found] == [day(17), day(17) + timedelta(hours=2)]


@pytest.mark.parametrize(
    ("time", "instant"),
    [
        ("2016-03-27 02:30:00", (3, 27, 1, 30)),  # skipped: so much later
        ("2016-10-30 02:30:00", (10, 30, 0, 30)),  # twice: the first
        ("2016-10-30 02:30:00 CET", (10, 30, 1, 30)),
        ("2016-10-30 02:30:00+01:00", (10, 30, 1, 30)),
    ],
)
def test_when_clocks_are_changed(written: Any, time: str, instant: tuple[int, int, int, int]) -> None:
    """A time that is not there, or twice, is read as the page of times says, alone and among others."""
    for others in (0, 1, 40):
        points = [{"time": time}, *[{"time": "2016-07-17 02:00:00"}] * others]
        found = list(read("stdio", file=written(*points), zone="Europe/Berlin"))
        assert [point["time"] for point in found] == [datetime(2016, *instant, tzinfo=UTC), *[day(17)] * others]


@pytest.mark.parametrize(("zone", "hours"), [("UTC", 24), ("Europe/Berlin", 23), ("America/New_York", 24)])
def test_days_of_the_zone(written: Any, zone: str, hours: int) -> None:
    """The last day has as many hours as it had there."""
    times = [datetime(2016, 3, 25, tzinfo=UTC) + n * timedelta(hours=1) for n in range(100)]
    file = written(*[{"time": time.isoformat()} for time in times])
    assert len(list(read("stdio", file=file, from_="2016-03-27", last="1 day", zone=zone))) == hours
    assert len(list(read("stdio", file=file, to="2016-03-28", last="1 day", zone=zone))) == hours


@pytest.mark.parametrize(("now", "year"), [("2016-07-18", 2016), ("2013-01-01", 2012), ("2012-01-01", 2011)])
def test_now_gives_the_year_to_times_without_one(written: Any, now: str, year: int) -> None:
    """The one that puts them nearest to it."""
    (found,) = read("stdio", file=written({"time": "Jul 17 02:00:00"}), now=now)
    assert found["time"] == datetime(year, 7, 17, 2, tzinfo=UTC)


def test_a_time_that_is_none_is_a_bad_record(written: Any, caplog: pytest.LogCaptureFixture) -> None:
    """It is rejected at its line; the others are not."""
    file = written({"at": "2016-07-17"}, {"at": "yesteryear"}, {"at": [1]}, {"at": "2016-07-18"})
    report = (read("stdio", file=file, time="at") | memory()).execute()
    assert [point["time"] for point in report.points] == [day(17), day(18)]
    assert (report.rejected, report.adds_up) == (2, True)
    assert f"{file}:2: at is no time" in caplog.text
    assert f"{file}:3: at is no time" in caplog.text


@pytest.mark.parametrize("others", [[], [{"at": "yesteryear", "a": {"t": "yesteryear"}}]])
@pytest.mark.parametrize(("field", "rest"), [("at", {"a": {"t": None, "u": 1}}), ("a.t", {"at": None, "a": {"u": 1}})])
def test_a_null_time_goes_as_others_do(written: Any, others: list[Any], field: str, rest: dict[str, Any]) -> None:
    """Also where a bad one stands in the same block."""
    point = {"at": None, "a": {"t": None, "u": 1}}
    assert list(read("stdio", file=written(point, *others), time=field, errors="skip")) == [rest]


# -- bounds -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bounds", "days"),
    [
        ({"from_": "2016-07-18"}, [18, 19, 20]),
        ({"to": "2016-07-18"}, [17]),
        ({"from_": "2016-07-18", "to": "2016-07-20"}, [18, 19]),
        ({"from_": "2016-07-18", "last": "1 day"}, [18]),
        ({"to": "2016-07-20", "last": "2 days"}, [18, 19]),
        ({"from_": "2016-07-18", "to": "2016-07-18"}, []),
        ({"last": "1 day"}, []),
        ({"last": "forever"}, [17, 18, 19, 20]),
        ({"from_": day(19)}, [19, 20]),
    ],
)
def test_bounds(written: Any, bounds: dict[str, Any], days: list[int]) -> None:
    """From is inside, to is not; what has no time is outside."""
    file = written(*({"time": f"2016-07-{number}"} for number in range(17, 21)), {"a": 1})
    report = (read("stdio", file=file, **bounds) | memory()).execute()
    assert [point["time"].day for point in report.points] == days
    assert report.adds_up


# -- bad records ------------------------------------------------------------------------------------


def test_bad_records_are_said_and_counted(written: Any, caplog: pytest.LogCaptureFixture) -> None:
    """The first three one by one, then how many there were."""
    file = written({"a": 1}, *["garbage"] * 5, {"a": 2})
    report = (read("stdio", file=file) | memory()).execute()
    assert report.points == [{"a": 1}, {"a": 2}]
    assert report.rejected == 5
    assert caplog.text.count("garbage") == 3
    assert f"{file}:2: is no valid JSON" in caplog.text
    assert "5 records were rejected, the first 3 are shown above" in caplog.text


@pytest.mark.parametrize("bad", ["garbage", {"time": "garbage"}])
def test_errors_raise_stops_there(written: Any, bad: Any) -> None:
    """At the first one: what stands behind it is not looked at."""
    file = written({"a": 1}, bad, {"a": 2}, "garbage", {"a": 3, "time": "garbage"})
    kept: list[Point] = []
    with pytest.raises(RecordError, match=r"points\.jsonl:2: .*garbage"):
        (read("stdio", file=file, errors="raise") | memory(kept)).execute()
    assert kept == [{"a": 1}]


def test_errors_skip_only_counts(written: Any, caplog: pytest.LogCaptureFixture) -> None:
    """Nothing is said."""
    report = (read("stdio", file=written("garbage", {"a": 2}), errors="skip") | memory()).execute()
    assert (report.points, report.skipped, report.rejected, caplog.text) == ([{"a": 2}], 1, 0, "")


def test_rejects_keeps_them(written: Any, tmp_path: Path) -> None:
    """Each with its place, its reason, and what it was."""
    file, bad = written({"a": 1}, "garbage"), tmp_path / "bad.jsonl"
    (read("stdio", file=file, rejects=str(bad), errors="skip") | memory()).execute()
    (record,) = map(json.loads, bad.read_text().splitlines())
    assert (record["file"], record["line"], record["raw"]) == (file, 2, "garbage")
    assert record["reason"].startswith("is no valid JSON")


# -- mistakes, secrets ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("adapter", "options", "message"),
    [
        ("stdoi", {}, "did you mean 'stdio'"),
        ("stdio", {"fiel": "x"}, "did you mean 'file'"),
        ("stdio", {"form_": "x"}, "read has no option 'form_'; did you mean 'from_'?"),
        ("http", {"url": "http://a", "tim": "x"}, "read has no option 'tim'; did you mean 'time'?"),
        ("stdio", {"format": "jsnl"}, "did you mean 'jsonl'"),
        ("stdio", {"errors": "ignore"}, "read: errors takes 'warn', 'raise' or 'skip', not 'ignore'"),
        ("stdio", {"from_": "a", "to": "b", "last": "1h"}, "read: from_, to and last cannot all be given"),
        ("stdio", {"last": 0}, "read: last takes text"),
        ("stdio", {"last": "0s"}, "read: last takes a duration longer than nothing, not '0s'"),
        ("stdio", {"from_": "soonish"}, "'soonish'"),
        ("stdio", {"zone": "Europe/Berln"}, "Europe/Berln"),
        ("stdio", {"time": 3}, "read: time takes text or None, not 3"),
        ("stdio", {"strip_ansi": 1}, "read('stdio'): strip_ansi takes True or False, not 1"),
        ("http", {}, "read('http') needs url"),
    ],
)
def test_mistakes(adapter: str, options: dict[str, Any], message: str) -> None:
    """They are said when the word is written, in one line or with a hint below it."""
    with pytest.raises(FlumeError) as raised:
        read(adapter, **options)
    assert message in str(raised.value)


def test_the_adapter_is_needed() -> None:
    """There is no default."""
    with pytest.raises(OptionError, match="read needs adapter"):
        read()  # type: ignore[call-arg]


@pytest.mark.parametrize(
    "url", ["http://me:s3cret@localhost/", "http://:s3cret@localhost/", "http://me:s3c:r@et@localhost/"]
)
@pytest.mark.parametrize("word", [read, write])
def test_passwords_in_urls_are_not_shown(word: Any, url: str) -> None:
    """Not in the plan and not with an error, though the run has them."""
    step = word("http", url=url)
    shown = repr(step)
    assert "@localhost/" in shown
    assert "s3c" not in shown
    assert dict(step.options)["url"] == url


def test_secrets_are_shown_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Never by value: not in the repr, the plan or the pickle."""
    monkeypatch.setenv("TOKEN", "s3cret")
    source = read("http", url="http://localhost/", headers={"Authorization": env("TOKEN")})
    for shown in (repr(source), source.explain(), repr(pickle.dumps(source))):
        assert "TOKEN" in shown
        assert "s3cret" not in shown


def test_a_time_that_was_not_read_is_mere_data(written: Any, tmp_path: Path) -> None:
    """Text in `time` is no time: such points are timeless, beside those of a stream that has times, too."""
    texts = read("stdio", file=written({"time": "noon", "n": 1}, {"time": "night", "n": 2}), time=None)
    timed = emit(points=[{"time": "2016-07-17", "n": 3}, {"time": "2016-07-18", "n": 4}])
    assert [point["n"] for point in (texts, timed) | put(m=1)] == [1, 2, 3, 4]
    assert [point["n"] for point in (texts, timed) | reorder("1s")] == [1, 2, 3, 4]
    assert [point["n"] for point in (texts, timed) | reduce(n=count(), every="1 day")] == [1, 1]


def test_reads_may_share_a_file_for_what_they_reject(tmp_path: Path) -> None:
    """Neither loses what the other wrote."""
    bad = tmp_path / "bad.jsonl"
    for name in ("a", "b"):
        (tmp_path / name).write_text(f"garbage {name}\n")
    a, b = (read("stdio", file=str(tmp_path / name), rejects=str(bad), errors="skip") for name in ("a", "b"))
    ((a, b) | memory()).execute()
    assert sorted(json.loads(line)["raw"] for line in bad.read_text().splitlines()) == ["garbage a", "garbage b"]


def test_a_range_that_is_empty_is_refused() -> None:
    """It would give nothing, and say nothing."""
    with pytest.raises(OptionError, match="read: to='2020-01-01' is before from_='2020-01-02', so nothing"):
        read("stdio", file="x", from_="2020-01-02", to="2020-01-01")


# -- what a reader is told --------------------------------------------------------------------------


class _Told(Source):
    """A reader that has no points."""

    def start(self, run: Run) -> Iterator[Batch]:
        yield []


@pytest.mark.parametrize(
    ("options", "bounds", "noon"),
    [
        ({}, (None, None), 12),
        ({"from_": "2016-07-17"}, (day(17), None), 12),
        ({"to": "2016-07-17", "last": "1 day"}, (day(16), day(17)), 12),
        ({"to": "2016-07-17", "time": None}, (None, None), 12),
        # a server that takes times without a zone for UTC may be a day off
        ({"to": "2016-07-17", "zone": "Europe/Berlin"}, (None, day(17) + timedelta(hours=22)), 10),
        ({"from_": "beginning", "zone": "Europe/Berlin"}, (datetime.min.replace(tzinfo=UTC), None), 10),
    ],
)
def test_a_reader_is_told_the_bounds(
    options: dict[str, Any], bounds: tuple[datetime | None, datetime | None], noon: int
) -> None:
    """So that a server need not send what is out of them; and how a time is read."""
    run = Run()
    assert list(read("stdio", **options).points(_Told(), run)) == [[]]
    assert run.bounds == bounds
    assert run.read_time is not None
    assert run.read_time("2016-07-17T12:00:00") == day(17) + timedelta(hours=noon)


@pytest.mark.parametrize("block", [3, 10, 1 << 16])
@pytest.mark.parametrize("options", [{"jobs": 1}, {"jobs": 2}, {"optimize": False}])
def test_a_rejected_row_of_several_lines_is_kept_whole(
    tmp_path: Path, block: int, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of its text, wherever a block ends; a quote within a cell opens nothing."""
    monkeypatch.setattr(arriving, "BLOCK", block)
    rows = ['"x\ny, ""z""",noon', '5" pipe,noon', "1,2024-02-29", '"\n\n",noon', "2,"]
    (tmp_path / "a.csv").write_text("a,time\n" + "\n".join(rows) + "\n")
    rejects = tmp_path / "bad.jsonl"
    for flow in (
        read("stdio", file=str(tmp_path / "a.csv"), rejects=str(rejects)) | reduce(n=count()),
        read("stdio", file=str(tmp_path / "a.csv"), rejects=str(rejects)),
    ):
        (flow | memory()).execute(**options)
        kept = [json.loads(line) for line in rejects.read_text().splitlines()]
        assert [each["raw"] for each in kept] == [rows[0], rows[1], rows[3]]
        assert [each["line"] for each in kept] == [2, 4, 6]
