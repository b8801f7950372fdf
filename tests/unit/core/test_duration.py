"""Durations: reading them, stepping by them, and finding the span that a moment lies in."""

from __future__ import annotations

import pickle
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flume.duration import BEGINNING, END, EPOCH, Duration, check_on, duration, zone_of
from flume.errors import MomentError, OptionError

# Apia had no 30 December 2011, clocks change at midnight in Havana, and by half an hour on Lord Howe Island.
ZONES = [
    *("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"),
    *("Pacific/Apia", "America/Havana", "Australia/Lord_Howe"),
]


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    """Shorten what the tests are full of."""
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


moments = st.datetimes(datetime(1, 1, 1), datetime.max, timezones=st.just(UTC))
recent = st.datetimes(datetime(1900, 1, 1), datetime(2037, 12, 31), timezones=st.just(UTC))
fixed = st.timedeltas(timedelta(microseconds=1), timedelta(days=4000)).map(lambda delta: Duration(delta=delta))
whole = st.sampled_from(["1us", "250ms", "1s", "5m", "1h", "7h", "1d", "3d", "1w", "2w", "36h"]).map(duration)
calendar = st.integers(1, 40).map(Duration)
mixed = st.builds(Duration, st.integers(1, 40), st.timedeltas(timedelta(0), timedelta(days=40)))
positive = fixed | whole | calendar | mixed | st.just(Duration(forever=True))


@pytest.mark.parametrize(
    ("text", "delta"),
    [
        ("1h", timedelta(hours=1)),
        ("90s", timedelta(seconds=90)),
        ("1 hour 30 minutes", timedelta(minutes=90)),
        ("1 hour and 30 minutes", timedelta(minutes=90)),
        ("2 Weeks, 3 Days", timedelta(days=17)),
        ("1.5h", timedelta(minutes=90)),
        ("1h30m", timedelta(minutes=90)),
        ("250ms", timedelta(milliseconds=250)),
        ("1us", timedelta(microseconds=1)),
        ("0.0000019s", timedelta(microseconds=1)),
        ("01:23:00", timedelta(minutes=83)),
        ("100:00:00", timedelta(hours=100)),
        ("2.01:23:45.006", timedelta(days=2, hours=1, minutes=23, seconds=45, milliseconds=6)),
        ("day", timedelta(days=1)),
        ("an hour", timedelta(hours=1)),
        ("  5m ", timedelta(minutes=5)),
        ("-1h 30m", -timedelta(minutes=90)),
        ("+2m", timedelta(minutes=2)),
        ("0s", timedelta(0)),
        (90, timedelta(seconds=90)),
        (0.25, timedelta(milliseconds=250)),
        (timedelta(days=3), timedelta(days=3)),
    ],
)
def test_fixed_forms(text: str | float | timedelta, delta: timedelta) -> None:
    """Every written form of a fixed span gives its length."""
    assert duration(text) == Duration(delta=delta)


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("3 months", 3),
        ("1M", 1),
        ("2mo", 2),
        ("1 quarter", 3),
        ("quarter", 3),
        ("2 years", 24),
        ("0.5 years", 6),
        ("-1 month", -1),
        ("1 year 2 months", 14),
    ],
)
def test_calendar_forms(text: str, months: int) -> None:
    """Months, quarters and years stay calendar months."""
    assert duration(text) == Duration(months)


def test_m_is_minutes_and_M_is_months() -> None:  # noqa: N802
    """The one unit whose case matters."""
    assert duration("1m 1M") == Duration(1, timedelta(minutes=1))


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "5", "h", "ms", "hours", "1 fortnight", "1h 30", "h1", "1,5h", "1..5h", "1e3s", "--1h", "1h -30m"),
        *("1.5 months", "0.1 years", "01:60:00", "01:23", "١h", "nan", "20000 years", "9" * 90 + "d", "1" * 5000 + "s"),
        *(float("nan"), float("inf"), 1e30, 10**400, True, None, [1]),
    ],
)
def test_what_is_no_duration(text: object) -> None:
    """What cannot be read is one line saying so, whatever it was."""
    with pytest.raises(MomentError) as caught:
        duration(text)  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 250


def test_the_message_names_text_and_unit() -> None:
    """The message says what was asked, what was found and what to do."""
    with pytest.raises(MomentError, match=r"'1 fortnight' is no duration: 'fortnight' is no unit; use ms s m h d w M"):
        duration("1 fortnight")


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (Duration(), "0s"),
        (Duration(1), "1 month"),
        (Duration(3), "3 months"),
        (Duration(12), "1 year"),
        (Duration(-24), "-2 years"),
        (Duration(delta=timedelta(days=2, hours=3, seconds=1.5)), "2d 3h 1.5s"),
        (Duration(1, timedelta(minutes=30)), "1 month 30m"),
        (Duration(forever=True), "forever"),
    ],
)
def test_text(span: Duration, text: str) -> None:
    """A duration is written as a person would."""
    assert str(span) == text
    assert repr(span) == f"duration('{text}')"


@given(positive | positive.filter(lambda span: not span.forever).map(lambda span: -span) | st.just(Duration()))
def test_round_trips(span: Duration) -> None:
    """Text, repr and pickle give the same duration back."""
    assert duration(str(span)) == span
    assert eval(repr(span), {"duration": duration}) == span
    assert pickle.loads(pickle.dumps(span)) == span
    assert hash(duration(str(span))) == hash(span)


def test_frozen() -> None:
    """A duration is a value."""
    with pytest.raises(AttributeError):
        duration("1h").months = 2  # type: ignore[misc]


def test_properties() -> None:
    """Length, sign and kind are known of each, where they exist."""
    assert duration("90s").seconds == 90.0
    assert duration("forever").seconds == float("inf")
    assert all(duration(text) for text in ("1s", "1 month", "forever"))
    assert not any(duration(text) for text in ("0s", "-1s", "-1 month"))
    assert [duration(text).fixed for text in ("1d", "1 month", "forever")] == [True, False, False]
    assert -duration("1 month 2d") == duration("-1 month 2d")
    with pytest.raises(MomentError, match="'1 month' has no fixed length"):
        _ = duration("1 month").seconds
    with pytest.raises(MomentError, match="no opposite"):
        _ = -duration("forever")


@pytest.mark.parametrize(
    "parts",
    [
        (1, timedelta(-1)),
        (-1, timedelta(1)),
        (1, timedelta(0), True),
        (10**6,),
        (0, timedelta.max),
        (0, timedelta.min),
    ],
)
def test_contradictions(parts: tuple[int, timedelta, bool]) -> None:
    """A duration that means nothing cannot be made."""
    with pytest.raises(MomentError):
        Duration(*parts)


def test_months_are_counted_from_the_anchor() -> None:
    """Steps are clipped to the month's end, and never drift."""
    anchor = utc(2016, 1, 31, 12)
    assert [duration("1 month").after(anchor, n) for n in (-2, 0, 1, 2, 13)] == [
        utc(2015, 11, 30, 12),
        anchor,
        utc(2016, 2, 29, 12),
        utc(2016, 3, 31, 12),
        utc(2017, 2, 28, 12),
    ]
    assert duration("1 month 2d").after(anchor, 2) == utc(2016, 4, 4, 12)


def test_days_of_a_zone() -> None:
    """Days, weeks and months step by the clock of the zone; hours do not."""
    before = utc(2016, 3, 26, 23)  # midnight in Berlin, the day the clocks go forward
    assert duration("1d").after(before, 1, "Europe/Berlin") == utc(2016, 3, 27, 22)
    assert duration("1d").after(before) == utc(2016, 3, 27, 23)
    assert duration("6h").after(before, 4, "Europe/Berlin") == utc(2016, 3, 27, 23)
    assert duration("1 month").after(utc(2016, 2, 29, 23), 1, "Europe/Berlin") == utc(2016, 3, 31, 22)
    backward = utc(2016, 10, 29, 22)
    assert duration("1d").after(backward, 1, "Europe/Berlin") - backward == timedelta(hours=25)
    assert duration("1d").index(backward, backward + timedelta(hours=24, minutes=59), "Europe/Berlin") == 0


def test_the_second_half_past_two_stays_the_second() -> None:
    """Where clocks go back, no step is still no step, and a day before is a day before."""
    second = utc(2016, 10, 30, 1, 30)
    assert duration("1d").after(duration("1d").after(second, 1, "Europe/Berlin"), -1, "Europe/Berlin") != second
    assert duration("1d").after(second, 0, "Europe/Berlin") == second
    assert duration("1d").after(second, -1, "Europe/Berlin") == utc(2016, 10, 29, 0, 30)


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Pacific/Auckland"])
@pytest.mark.parametrize("text", ["1us", "1h", "1d", "1 month", "10000 years", "forever"])
@pytest.mark.parametrize("anchor", [BEGINNING, EPOCH, END])
def test_saturation(text: str, anchor: datetime, zone: str) -> None:
    """Beyond the years 1 to 9999 there is only their first and last moment."""
    n = 1 if text == "forever" else 10**19
    span = duration(text)
    assert span.after(anchor, n, zone) == END
    assert span.after(anchor, -n, zone) == BEGINNING
    assert BEGINNING <= span.after(anchor, 1, zone) <= END
    if text != "forever":
        assert (-span).after(anchor, n, zone) == BEGINNING


@settings(max_examples=300)
@given(positive, moments, moments, st.sampled_from(ZONES))
def test_index_agrees_with_after(span: Duration, anchor: datetime, moment: datetime, zone: str) -> None:
    """The span of an index holds the moment, to the microsecond."""
    n = span.index(anchor, moment, zone)
    if not span.forever or n == 0:
        assert span.after(anchor, n, zone) <= moment
    assert moment < (end := span.after(anchor, n + 1, zone)) or end == END


@settings(max_examples=200)
@given(calendar | whole, recent, st.integers(-300, 300), st.sampled_from(ZONES[:4]))
def test_index_of_a_start_is_its_number(span: Duration, anchor: datetime, n: int, zone: str) -> None:
    """A start belongs to its own span, the microsecond before it to the one before."""
    start = span.after(anchor, n, zone)
    assert span.index(anchor, start, zone) == n
    assert span.index(anchor, start - timedelta(microseconds=1), zone) == n - 1


@settings(max_examples=300)
@given(fixed | whole | calendar | st.just(duration("forever")), moments, st.sampled_from(ZONES))
def test_floor_is_the_start_of_the_span(span: Duration, moment: datetime, zone: str) -> None:
    """The moment lies in the span that starts at its floor."""
    start = span.floor(moment, zone=zone)
    assert start <= moment
    assert moment < (end := span.after(start, 1, zone)) or end == END


@settings(max_examples=200)
@given(recent, st.sampled_from(["1h", "1d", "1w", "1 month", "1 quarter", "1 year"]), st.floats(0, 0.85), st.data())
def test_floor_with_an_offset(moment: datetime, text: str, share: float, data: st.DataObject) -> None:
    """With an offset inside the unit the law holds as without, and the starts are shifted by it."""
    every = duration(text)
    zone = data.draw(st.sampled_from(ZONES[:4]))
    day_in = timedelta(days=27) if every.months else every.delta
    on = Duration(delta=timedelta(seconds=int(day_in.total_seconds() * share)))
    start = every.floor(moment, on, zone)
    assert start <= moment < every.after(start, 1, zone)
    if not every.months and zone == "UTC":
        assert start - on.delta == every.floor(moment - on.delta)


@pytest.mark.parametrize(
    ("text", "on", "zone", "start"),
    [
        ("1h", None, "UTC", utc(2016, 7, 17, 13)),
        ("1h", "30m", "UTC", utc(2016, 7, 17, 13, 30)),
        ("1h", None, "Asia/Kolkata", utc(2016, 7, 17, 13, 30)),
        ("1d", None, "UTC", utc(2016, 7, 17)),
        ("1d", None, "Europe/Berlin", utc(2016, 7, 16, 22)),
        ("1d", "14h", "UTC", utc(2016, 7, 16, 14)),
        ("1w", None, "UTC", utc(2016, 7, 11)),
        ("2w", None, "UTC", utc(2016, 7, 4)),
        ("1 month", None, "UTC", utc(2016, 7, 1)),
        ("1 month", "9 days", "UTC", utc(2016, 7, 10)),
        ("1 month", "20 days", "UTC", utc(2016, 6, 21)),
        ("1 month", None, "Europe/Berlin", utc(2016, 6, 30, 22)),
        ("1 quarter", None, "UTC", utc(2016, 7, 1)),
        ("1 quarter", "1 month", "UTC", utc(2016, 5, 1)),
        ("1 year", "30 days", "UTC", utc(2016, 1, 31)),
        ("15m", None, "UTC", utc(2016, 7, 17, 13, 45)),
        ("forever", None, "UTC", BEGINNING),
    ],
)
def test_floor(text: str, on: str | None, zone: str, start: datetime) -> None:
    """Starts are where a calendar and a clock have them."""
    moment = utc(2016, 7, 17, 13, 59, 44)  # a Sunday
    assert duration(text).floor(moment, None if on is None else duration(on), zone) == start


def test_floor_before_the_epoch() -> None:
    """Floors go down before 1970 too."""
    assert duration("1h").floor(utc(1969, 12, 31, 23, 59)) == utc(1969, 12, 31, 23)
    assert duration("1 month").floor(utc(1969, 12, 31)) == utc(1969, 12, 1)
    assert duration("1 year").floor(utc(1, 5, 5)) == utc(1, 1, 1)


@pytest.mark.parametrize(
    ("every", "on"),
    [
        *(("1h", "1h"), ("1h", "2h"), ("1h", "-1m"), ("1h", "1 month"), ("1h", "forever"), ("1d", "25h")),
        *(("1 month", "31 days"), ("1 month", "28 days"), ("1 quarter", "2 months 30 days"), ("1 year", "1 year")),
    ],
)
def test_offset_outside_the_unit(every: str, on: str) -> None:
    """An offset that is not inside the unit, or on a day that some months lack, is a wrong option."""
    with pytest.raises(OptionError, match=r"^on='"):
        check_on(duration(every), duration(on))
    with pytest.raises(OptionError):
        duration(every).floor(EPOCH, duration(on))


@pytest.mark.parametrize("text", ["0s", "-1h", "-1 month"])
def test_only_positive_durations_divide_time(text: str) -> None:
    """Windows need a positive length."""
    with pytest.raises(MomentError, match="positive"):
        duration(text).index(EPOCH, EPOCH)
    with pytest.raises(MomentError, match="positive"):
        duration(text).floor(EPOCH)


def test_mixed_spans_have_no_calendar() -> None:
    """A month and a day start nowhere in the calendar."""
    with pytest.raises(MomentError, match="'1 month 1d' has no place in the calendar"):
        duration("1 month 1d").floor(EPOCH)


@pytest.mark.parametrize("name", ["Nowhere/Land", "", "../etc/passwd", "Europe", "GMT+1", "+02:00", "a" * 300])
def test_unknown_zone(name: str) -> None:
    """A zone that does not exist is said so in one line, of no great length."""
    with pytest.raises(MomentError, match=r"is not known: use a name such as 'Europe/Berlin', or 'UTC'$") as caught:
        zone_of(name)
    assert len(str(caught.value)) < 150


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("Asia/Calcuta", "Asia/Calcutta"),
        ("utc", "UTC"),
    ],
)
def test_a_zone_that_may_be_meant(name: str, meant: str) -> None:
    """The city is enough, and so is a name that is written a little wrong."""
    with pytest.raises(MomentError, match=f"is not known: did you mean '{meant}'"):
        zone_of(name)


def test_a_machine_without_zones() -> None:
    """There the error says what to install, and UTC needs nothing; with tzdata all are there."""
    code = (
        "import sys; from flume.duration import zone_of\n"
        "if len(sys.argv) > 1: sys.modules['tzdata'] = None\n"
        "print(zone_of('UTC'))\n"
        "try: print(zone_of('Europe/Berlin'))\n"
        "except Exception as error: print(error)\n"
    )
    environ = {"PYTHONTZPATH": "", "PATH": ""}
    said = [
        subprocess.run([sys.executable, "-c", code, *given], env=environ, capture_output=True, text=True).stdout
        for given in ([], ["without"])
    ]
    assert said == [
        "UTC\nEurope/Berlin\n",
        "UTC\nzone='Europe/Berlin': this machine knows no time zones; pip install tzdata, or use 'UTC'\n",
    ]
