"""Many times read at once are those that are read one by one."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flume.errors import MomentError
from flume.moment import reader
from flume.timestamps import all_stamped

NOW = datetime(2016, 7, 17, 12, 30, tzinfo=UTC)
SYSLOG = [
    "Jul 17 13:59:44",
    "Jul  1 00:00:00",
    "Jan 17 12:29:59",
    "Jan 17 12:30:01",
    "Feb 29 23:59:59",
    "Dec 31 23:59:60",
]
APACHE = ["17/Jul/2016:13:59:44 +0000", "01/Jan/0001:00:00:00 +0200", "29/Feb/2016:23:59:59 -0730"]
ODD = [
    "Jul 17 13:59:4",
    "Jul 17 13:59:445",
    "Foo 17 13:59:44",
    "jul 17 13:59:44",
    "xxxJul 17 13:59",
    "20160717T135944",
    'Jul 17 13:59:4"',
    "Jul 17 13\\u003a",
    "Jul 17 13:59:4\\",
    "Jul 17 13:59.25",
    "Jul 17 13:59:44.1234567",
    "Jul 17 13:59:\ud800",
    "",
]


@st.composite
def columns(draw: st.DrawFn) -> list[str]:
    """Texts of one kind, most of the time."""
    kind = draw(st.sampled_from([SYSLOG, APACHE, [*SYSLOG, *APACHE], [*SYSLOG, *ODD], [*APACHE, *ODD]]))
    days = st.dates(datetime(2015, 1, 1).date(), datetime(2017, 12, 31).date())
    clocks = st.times()
    form = draw(st.sampled_from(["%b %e %H:%M:%S", "%d/%b/%Y:%H:%M:%S +0100"]))
    made = st.builds(lambda day, clock: datetime.combine(day, clock).strftime(form), days, clocks)
    return draw(st.lists(st.one_of(st.sampled_from(kind), made), min_size=1, max_size=40))


@given(columns(), st.integers(1, 4))
@example(["Jul 17 13:59:4Z", "Jul 17 13:59:44"], 1)
@example(["Jul 17 13:59:44\n", "Jul 17 13:59:4"], 1)
@example(['Jul 17 13:59:44Z"\n"Jul 17 13:59:44', ""], 1)
@example(['Jul 17 13:59:44Z" "Jul 17 13:59:44', "", "Jul 17 13:59:4"], 1)
@example(["Jul 17 13:59:44.25", "Jul 17 13:5"], 1)
@example(["17/Jul/2016:13:59:4\\u0034 +0000", "17/Jul/2016:13:59 +000"], 1)
@example(["17/Jul/2016:13:59:44 +0", "17/Jul/2016:13:59:44 +000000"], 1)
def test_together_as_one_by_one(texts: list[str], times: int) -> None:
    """What is read at once is what is read alone; where it cannot be, it is left alone."""
    parse = reader(NOW)
    texts = texts * times
    found = all_stamped(texts, parse)
    if found is not None:
        assert found == [parse(text) for text in texts]
        assert all(moment.tzinfo is UTC for moment in found)


@pytest.mark.parametrize(
    "texts",
    [
        ["Jul 17 13:59:44"] * 3,
        [f"Jul {day:2} 13:59:{day}" for day in range(10, 20)],
        APACHE[:1] * 3,
        [APACHE[0], APACHE[2]],
    ],
)
def test_what_can_be_read_together(texts: list[str]) -> None:
    """Times of syslog and of Apache are, few or many."""
    assert all_stamped(texts, reader(NOW)) is not None


@pytest.mark.parametrize(
    "texts",
    [["x"], [""], [None], [1], ["Jul 17 13:59:44", None], [[]], [], [SYSLOG[2], APACHE[0]], ["Jan 16 13:00:00"]],
)
def test_what_is_left_alone(texts: list[object]) -> None:
    """What is no text, of several notations, or of a year that depends on the time of day."""
    found = all_stamped(texts, reader(NOW))
    try:
        expected = [reader(NOW)(text) for text in texts]
    except MomentError:
        expected = None
    assert found is None or found == expected


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="has no zone of a process")
def test_a_fraction_in_place_of_an_offset(monkeypatch: pytest.MonkeyPatch) -> None:
    """What has no offset is in UTC, wherever the machine is."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        test_what_is_left_alone(["17/Jul/2016:13:59:44 .1234"] * 3)
    finally:
        monkeypatch.undo()
        time.tzset()


def test_many_days() -> None:
    """Days are looked up one by one: of very many that would take longer than to read the times."""
    parse = reader(datetime(2016, 12, 31, tzinfo=UTC))
    texts = [datetime(2016, 8 + number // 28, 1 + number % 28).strftime("%b %e 00:00:00") for number in range(33)]
    assert all_stamped(texts, parse) is None
    assert all_stamped(texts[:32], parse) == [parse(text) for text in texts[:32]]
