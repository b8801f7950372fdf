"""Times as text in a format of one's own."""

from __future__ import annotations

import locale
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flume.duration import zone_of
from flume.strftime import LONGEST, check_format, strftime

TIME = datetime(2016, 7, 3, 9, 5, 4, 123456, tzinfo=UTC)
DIRECTIVES = [f"%{letter}" for letter in "aAbBcdDeFfGgHhIjklmMnpRrSTtUuVWwXxyYzZ%"]
moments = st.datetimes(datetime(1000, 1, 1), timezones=st.sampled_from([UTC, zone_of("Asia/Kathmandu")]))


@given(moments, st.lists(st.sampled_from([*DIRECTIVES, "at ", "-", "T"]), max_size=8))
def test_it_is_pythons_in_the_c_locale(time: datetime, parts: list[str]) -> None:
    """Whatever the directives, and whatever stands between them."""
    assert locale.setlocale(locale.LC_TIME) == "C"
    format = "".join(parts)
    assert strftime(time, format) == time.strftime(format.replace("%h", "%b"))


@pytest.mark.parametrize(
    ("format", "text"),
    [
        ("%-d.%-m. %-H:%-M", "3.7. 9:5"),
        ("%s", "1467536704"),
        ("%%s %%", "%s %"),
        ("", ""),
        ("am 3. %b, é 名 \0 \ud800 %Y", "am 3. Jul, é 名 \0 \ud800 2016"),
    ],
)
def test_what_c_libraries_do_not_agree_on(format: str, text: str) -> None:
    """It is the same everywhere."""
    assert strftime(TIME, format) == text


def test_early_years_have_four_digits() -> None:
    """As ISO 8601 has them."""
    assert strftime(TIME.replace(year=16), "%Y %F %c") == "0016 0016-07-03 Sun Jul  3 09:05:04 0016"


def test_seconds_are_no_matter_of_the_machines_zone() -> None:
    """The C library would take the time for a local one."""
    code = (
        "from datetime import *; from flume.strftime import strftime; from flume.duration import zone_of\n"
        "time = datetime(2016, 7, 3, tzinfo=UTC)\n"
        "print(strftime(time, '%s'), strftime(time.astimezone(zone_of('Asia/Tokyo')), '%s'))"
    )
    done = subprocess.run([sys.executable, "-c", code], env={"TZ": "America/New_York"}, capture_output=True, text=True)
    assert done.stdout.split() == ["1467504000", "1467504000"]


@pytest.mark.parametrize("format", ["%Q", "%", "100%", "%5d", "%999999999d", "%-Y", "%\n", "%-", "%é"])
def test_a_directive_that_does_not_exist(format: str) -> None:
    """It is refused, and not left to the C library."""
    with pytest.raises(ValueError, match="has no directive '%"):
        check_format(format)
    with pytest.raises(ValueError, match="has no directive '%"):
        strftime(TIME, format)


def test_a_format_is_text_of_some_length() -> None:
    """What comes out is not much longer."""
    assert len(strftime(TIME, "%c" * (LONGEST // 2))) < 20 * LONGEST
    with pytest.raises(ValueError, match="at most 1,000 characters, not 1,001"):
        check_format("x" * 1001)
    with pytest.raises(TypeError):
        check_format(5)  # type: ignore[arg-type]
