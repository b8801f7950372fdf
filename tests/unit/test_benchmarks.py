"""Benchmarks compare what is the same: flume and its peers give the answer that is worked out slowly."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT))

from benchmarks import answers, data, report  # noqa: E402
from benchmarks.job import Goal, Job, Peer, Point  # noqa: E402
from benchmarks.jobs import ALL  # noqa: E402
from benchmarks.jobs.beginning import read_of_the_file  # noqa: E402
from benchmarks.jobs.live import latency  # noqa: E402
from benchmarks.measuring import Contender, Failed, once, race  # noqa: E402
from benchmarks.peers import in_one_process, installed, python  # noqa: E402
from benchmarks.running import Outcome, entered, run  # noqa: E402

POINTS = 2_000
ASKED = [
    pytest.param(job, peer, id=f"{job.name}-{peer.name}")
    for job in ALL.values()
    if job.truth
    for peer in (job.flume, *job.peers)
    if not peer.data
]


@pytest.fixture(scope="module", autouse=True)
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Files are made elsewhere than for measuring."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(data, "FOLDER", tmp_path_factory.mktemp("data"))
        yield data.FOLDER


# -- the jobs -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("job", "peer"), ASKED)
def test_an_answer_is_true(job: Job, peer: Peer) -> None:
    """Whoever is asked gives the answer that a few lines of Python work out."""
    if not installed(peer):
        pytest.skip(f"{peer.needs} is not installed")
    assert job.truth
    assert job.same
    assert job.data
    contender = entered(job, peer, POINTS)
    once(contender)
    truth = map(answers.spelt_alike, job.truth(data.file(job.data, POINTS)))
    job.same(truth, answers.read(contender.out))


def test_a_stream_is_answered_line_by_line() -> None:
    """Every line that goes in comes out, and how long that took is told."""
    assert latency(ALL["J"].flume, 300).keys() >= {"p50", "p99"}


def test_what_is_read_of_a_file_is_counted() -> None:
    """Ten points of two thousand are in the first block or two."""
    assert 0 <= read_of_the_file(ALL["H"].flume, POINTS)["read"] < 1


def test_flume_can_be_run_in_one_process() -> None:
    """The option stands before the program."""
    one = in_one_process(ALL["A"].flume)
    assert one.command[1:] == ("--jobs", "1", ALL["A"].flume.command[-1])


@pytest.mark.parametrize("kind", data.KINDS)
def test_data_is_the_same_each_time(kind: str) -> None:
    """A file of so many points has so many lines, and others get the same."""
    lines, _ = data.KINDS[kind]
    made = list(lines(30))
    assert len(made) == 30 + (kind in ("csv", "quoted"))
    assert made == list(lines(30))


# -- comparing ----------------------------------------------------------------------------------

ONE: Point = {"host": "a", "n": 1, "avg": 0.1 + 0.2}
TWO: Point = {"host": "b", "n": 2, "avg": None}


@pytest.mark.parametrize("same", [answers.in_order, answers.by("host"), answers.sorted_by("n")])
def test_equal_answers_are_equal(same: object) -> None:
    """A float may differ in its last digits, a whole number may be written as a float."""
    assert callable(same)
    same([ONE, TWO], [{"host": "a", "n": 1.0, "avg": 0.1 + 0.2}, dict(TWO)])


@pytest.mark.parametrize("other", [[ONE], [TWO, ONE, ONE], [ONE, {**TWO, "n": 3}], [{**ONE, "avg": 0.4}, TWO]])
@pytest.mark.parametrize("same", [answers.in_order, answers.by("host"), answers.sorted_by("n")])
def test_other_answers_are_told_apart(same: object, other: list[Point]) -> None:
    """A point more or less, and another value, are another answer."""
    assert callable(same)
    with pytest.raises(answers.Differs):
        same([ONE, TWO], other)


def test_order_matters_where_the_job_says_so() -> None:
    """Groups come in any order, rows do not; what a sort finds equal may stand in any order."""
    answers.by("host")([ONE, TWO], [TWO, ONE])
    answers.sorted_by("k")([{**ONE, "k": 1}, {**TWO, "k": 1}], [{**TWO, "k": 1}, {**ONE, "k": 1}])
    with pytest.raises(answers.Differs, match="point 1"):
        answers.in_order([ONE, TWO], [TWO, ONE])
    with pytest.raises(answers.Differs, match="point 1"):
        answers.sorted_by("n")([ONE, TWO], [TWO, ONE])


@pytest.mark.parametrize(
    "spelling", ["2024-03-01T00:00:00.010Z", "2024-03-01 00:00:00.01", "2024-03-01 00:00:00.01+00"]
)
def test_a_time_is_the_same_in_any_spelling(spelling: str) -> None:
    """flume, DuckDB and Polars write times differently."""
    assert answers.spelt_alike({"time": spelling}) == {"time": "2024-03-01 00:00:00.01"}


# -- measuring ----------------------------------------------------------------------------------


def test_processes_are_measured(folder: Path) -> None:
    """A run has a time, and its memory is that of the process, not of the one that measures."""
    peer = python("sleeper", "import time; text = 'x' * 30_000_000; time.sleep(0.2)", "json")
    contender = Contender(peer.name, list(peer.command), folder / "nothing")
    race([contender], 2)
    measures = contender.measures()
    assert len(contender.wall) == 2
    assert measures["wall"] > 0.2
    assert measures["largest"] > 30
    assert measures["together"] > 30


def test_a_command_that_fails_is_no_measurement(folder: Path) -> None:
    """What it said is in the error."""
    contender = Contender("exit", [sys.executable, "-c", "exit('no such thing')"], folder / "nothing")
    with pytest.raises(Failed, match="no such thing"):
        once(contender)


def test_a_job_is_run(folder: Path) -> None:
    """flume comes first, those who are not there are left out, and no answer stays behind."""
    absent = Peer("absent", ("absent",), "no-such-module")
    job = replace(ALL["D"], peers=(replace(ALL["D"].flume, name="again"), absent))
    outcome = run(job, POINTS, 1)
    assert list(outcome.measures) == ["flume", "again"]
    assert outcome.left_out["absent"] == "is not installed"
    assert not list(folder.glob("*.answer"))


def test_a_wrong_answer_stops_the_race() -> None:
    """A peer that answers something else is not compared."""
    wrong = replace(ALL["B"].flume, name="wrong")
    with pytest.raises(answers.Differs, match="flume and wrong"):
        run(replace(ALL["A"], peers=(wrong,)), POINTS, 1)


# -- telling ------------------------------------------------------------------------------------


def outcome(**measures: dict[str, float]) -> Outcome:
    """An outcome with these measures."""
    return Outcome("A", 10, 1, "2024-03-01", "a machine", 1.0, measures)


def test_goals_are_told_met_or_not() -> None:
    """A goal is met, not met, or there was nothing to compare with."""
    goals = (Goal("wall", 0.5, ("slow",)), Goal("wall", 0.05, ("slow",)), Goal("wall", 1, ("absent",)))
    job = replace(ALL["A"], goals=goals)
    found = report.goals({"A": job}, {"A": outcome(flume={"wall": 1, "cpu": 2}, slow={"wall": 4, "cpu": 4})})
    assert [row.split("|")[4:] for row in found.splitlines()[2:]] == [
        [" ≤ 0.5 × slow ", " 0.25 ", " 0.50 ", " met ", ""],
        [" ≥ 20 × as fast as slow ", " 4.0 ", " 2.0 ", " **not met** ", ""],
        [" ≤ 1 × absent ", "  ", "  ", " not measured ", ""],
    ]


def test_the_better_of_two_peers_is_compared_with() -> None:
    """Which one that is, is seen for each measure."""
    measures = {"flume": {"wall": 1.0}, "one": {"wall": 4.0}, "two": {"wall": 2.0}}
    assert Goal("wall", 1, ("one", "two")).reached(measures) == 0.5


def test_figures_are_put_into_a_page(tmp_path: Path) -> None:
    """Only what stands between the marks is replaced."""
    page = tmp_path / "page.md"
    page.write_text(f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n")
    report.write(page, "new")
    assert page.read_text() == f"before\n{report.BEGIN}\n\nnew\n\n{report.END}\nafter\n"
    page.write_text("no marks")
    with pytest.raises(SystemExit, match="no place"):
        report.write(page, "new")
