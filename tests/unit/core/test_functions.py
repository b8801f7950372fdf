"""The functions that expressions can call."""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flume.errors import ExpressionError, NameConflict, OptionError
from flume.expression import Context, expr, expression
from flume.functions import function, registry, table

NOW = datetime(2016, 7, 17, 12, tzinfo=UTC)
TIME = datetime(2016, 7, 17, 23, 59, 44, 853123, tzinfo=UTC)
POINT = {
    "n": -2.5, "big": 1234, "text": " Hello World ", "host": "web-12", "tags": ["b", "a", None],
    "user": {"id": 1, "x": None}, "time": TIME, "ip": "10.1.2.3", "six": "2001:db8::1", "ok": True, "no": None,
    "took": timedelta(minutes=1, milliseconds=5), "numbers": [3, 1, 2], "number": "12", "epoch": 1468785584,
    "raw": '{"a": [1, 2.5, null]}', "created": "2016-07-17T01:00:00+02:00", "pattern": "web-[0-9]+",
    "period": "1 month", "surrogate": "a\udcff",
}  # fmt: skip

LISTED = """
    abs round floor ceil trunc sqrt exp log log10 log2 sin cos tan asin acos atan atan2 min max len lower upper strip
    startswith endswith contains matches search glob replace split join index int float str bool coalesce has keys
    values date duration now year quarter month week day weekday hour minute second startof endof quantize strftime
    unix unixms seconds md5 sha256 cidr json pi e
"""


def outcome(text: str) -> tuple[Any, int]:
    """The value of an expression for the point above, and how much was noted."""
    noted: list[str] = []
    found = expr(text).value(POINT, Context(NOW, lambda what, example: noted.append(example)))
    return found, len(noted)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("abs(n)", 2.5),
        ("abs(-took) == took", True),
        ("round(n)", -2),
        ("round(3.14159, 2)", 3.14),
        ("round(big, digits=-2)", 1200),
        ("floor(n)", -3),
        ("ceil(n)", -2),
        ("trunc(n)", -2),
        ("sqrt(16)", 4.0),
        ("exp(0)", 1.0),
        ("log(e())", 1.0),
        ("round(log(big - 1226, 2), 9)", 3.0),
        ("log10(100)", 2.0),
        ("log2(8)", 3.0),
        ("sin(0) + cos(0) + tan(0) + asin(0) + acos(1) + atan(0) + atan2(0, 1)", 1.0),
        ("round(pi(), 4)", 3.1416),
        ("min(n, big, 0)", -2.5),
        ("max(numbers)", 3),
        ("min([])", None),
        ("len(host)", 6),
        ("len(tags)", 3),
        ("len(user)", 2),
        ("lower(text)", " hello world "),
        ("upper(host)", "WEB-12"),
        ("strip(text)", "Hello World"),
        ("strip(host, 'w2')", "eb-1"),
        ("startswith(host, 'web')", True),
        ("endswith(host, '12')", True),
        ("contains(host, 'b-')", True),
        ("contains(tags, 'a')", True),
        ("contains(user, 'id')", True),
        ("matches(host, '[a-z]+-\\d+')", True),
        ("matches(host, '[a-z]+')", False),
        ("matches(host, pattern)", True),
        ("search(host, '^web')", True),
        ("search(host, '^eb')", False),
        ("glob(host, 'web*')", True),
        ("glob(host, 'WEB*')", False),
        ("glob(host, '*-[0-9]?')", True),
        ("replace(host, '-', '.')", "web.12"),
        ("split(host, '-')", ["web", "12"]),
        ("split(text)", ["Hello", "World"]),
        ("join(tags, '-')", "b-a"),
        ("join([1, ok, time])", "1true2016-07-17T23:59:44.853123Z"),
        ("index(host, '-')", 3),
        ("index(tags, 'a')", 1),
        ("index(tags, 'z')", None),
        ("int(number)", 12),
        ("int(n)", -2),
        ("int('ff', base=16)", 255),
        ("int(ok)", 1),
        ("float(number)", 12.0),
        ("str(n)", "-2.5"),
        ("str(ok)", "true"),
        ("str(time)", "2016-07-17T23:59:44.853123Z"),
        ("str(took)", "00:01:00.005"),
        ("str(tags)", '["b", "a", null]'),
        ("bool(number)", True),
        ("bool('FALSE')", False),
        ("bool('')", False),
        ("bool(tags)", True),
        ("coalesce(no, nothing, n, 1)", -2.5),
        ("coalesce(no)", None),
        ("has(no)", True),
        ("has(user.x)", True),
        ("has(user.y)", False),
        ("keys(user)", ["id", "x"]),
        ("values(user)", [1, None]),
        ("len(keys(point))", len(POINT)),
        ("date(created)", datetime(2016, 7, 16, 23, tzinfo=UTC)),
        ("date(epoch)", datetime(2016, 7, 17, 19, 59, 44, tzinfo=UTC)),
        ("date('2016-07-17', zone='Europe/Berlin')", datetime(2016, 7, 16, 22, tzinfo=UTC)),
        ("date('1 hour ago')", datetime(2016, 7, 17, 11, tzinfo=UTC)),
        ("date(time)", TIME),
        ("duration('90m')", timedelta(hours=1.5)),
        ("duration(60)", timedelta(minutes=1)),
        ("time + duration(period)", datetime(2016, 8, 17, 23, 59, 44, 853123, tzinfo=UTC)),
        ("now()", NOW),
        ("year(time)", 2016),
        ("quarter(time)", 3),
        ("month(time)", 7),
        ("week(time)", 28),
        ("day(time)", 17),
        ("day(time, zone='Europe/Berlin')", 18),
        ("weekday(time)", 6),
        ("weekday(time, 'Europe/Berlin')", 0),
        ("hour(time)", 23),
        ("hour(time, zone='Asia/Kolkata')", 5),
        ("minute(time)", 59),
        ("minute(time, zone='Asia/Kolkata')", 29),
        ("second(time)", 44),
        ("startof(time, 'hour')", datetime(2016, 7, 17, 23, tzinfo=UTC)),
        ("startof(time, 'week')", datetime(2016, 7, 11, tzinfo=UTC)),
        ("startof(time, 'day', zone='Europe/Berlin')", datetime(2016, 7, 17, 22, tzinfo=UTC)),
        ("startof(time, period)", datetime(2016, 7, 1, tzinfo=UTC)),
        ("endof(time, 'month')", datetime(2016, 8, 1, tzinfo=UTC)),
        ("endof(time, 'day', zone='Europe/Berlin')", datetime(2016, 7, 18, 22, tzinfo=UTC)),
        ("quantize(time, '5m')", datetime(2016, 7, 17, 23, 55, tzinfo=UTC)),
        ("strftime(time, '%d/%b/%Y %H:%M')", "17/Jul/2016 23:59"),
        ("strftime(time, '%d %H:%M %z', zone='Europe/Berlin')", "18 01:59 +0200"),
        ("unix(time)", 1468799984),
        ("unixms(time)", 1468799984853),
        ("seconds(took)", 60.005),
        ("md5('a')", "0cc175b9c0f1b6a831c399e269772661"),
        ("len(md5(surrogate))", 32),
        ("sha256('a')[:8]", "ca978112"),
        ("cidr(ip, '10.0.0.0/8')", True),
        ("cidr(ip, '10.1.2.4/30')", False),
        ("cidr(ip, '10.1.2.1/30')", True),
        ("cidr(six, '2001:db8::/32')", True),
        ("cidr(six, '10.0.0.0/8')", False),
        ("json(raw)", {"a": [1, 2.5, None]}),
        ("json(raw).a[1]", 2.5),
    ],
)
def test_what_functions_give(text: str, result: Any) -> None:
    """Every function gives what its documentation says, of the type it says."""
    found, noted = outcome(text)
    assert (found, type(found), noted) == (result, type(result), 0)


@pytest.mark.parametrize(
    "text",
    [
        "sqrt(n)", "log(0 * big)", "exp(big)", "asin(big)", "floor(host)", "round(host)", "min(n, host)",
        "max(tags)", "len(n)",
        "lower(n)", "startswith(host, big)", "contains(n, 1)", "matches(n, '1')", "matches(host, raw + '[')",
        "glob(big, '*')",
        "replace(host, 1, 2)", "split(host, replace(host, host, ''))",
        "join(host)", "index(big, 1)", "int(host)", "int(raw)",
        "float(host)",
        "float('na' + 'n')", "keys(tags)", "date(host)", "date(ok)", "duration(host)", "year(created)", "hour(big)",
        "hour(time, zone=host)", "startof(created, 'day')", "startof(time, host)", "unix(big)", "seconds(big)",
        "cidr(host, '10.0.0.0/8')",
        "cidr(ip, host)", "json(host)", "json(big)", "json(replace('[' + ',' * 5000, ',', '['))",
    ],
)  # fmt: skip
def test_what_functions_cannot_do(text: str) -> None:
    """A value that a function cannot take makes None, counted once."""
    assert outcome(text) == (None, 1)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("unix('2016-07-17')", "it takes a time; for text write date"),
        ("hour('13:00')", "it takes a time; for text write date"),
        ("seconds('1h')", "it takes a duration of fixed length; for text write duration"),
        ("seconds(duration('1 month'))", "it takes a duration of fixed length"),
    ],
)
def test_text_is_no_time(text: str, reason: str) -> None:
    """What to write around it is said before anything runs."""
    with pytest.raises(ExpressionError, match=reason):
        expression(text)


@pytest.mark.parametrize("name", sorted(set(LISTED.split()) - {"coalesce", "has", "now", "pi", "e"}))
def test_none_makes_none(name: str) -> None:
    """A function with None among its arguments gives None, and nothing is noted."""
    parameters = table()[name].signature.parameters.values()
    needed = [p for p in parameters if p.default is p.empty]
    for place in range(len(needed)):
        given = ", ".join("no" if at == place else "host" for at in range(len(needed)))
        assert outcome(f"{name}({given})") == (None, 0)


def test_all_functions_are_there() -> None:
    """The table holds the functions that the language promises, and no other; each is documented with an example."""
    own = {known.name for known in registry.registered()}
    assert set(table()) - own == set(LISTED.split())
    for name in LISTED.split():
        assert ">>>" in (table()[name].call.__doc__ or ""), name


def test_constants_are_used_up_once() -> None:
    """A call with constants is made when the expression is read; one that depends on now when the run begins."""
    assert "lower" not in expr("x == lower('ABC')").source("select")
    assert "date(" not in expr("x == date('1 hour ago')").source("select")


@given(st.floats() | st.integers())
def test_bounds_of_floor_and_ceil(number: float) -> None:
    """A finite number lies between its floor and its ceiling; of others both are None."""
    bounds = [expr(f"{name}(x)")({"x": number}) for name in ("floor", "ceil")]
    assert bounds == ([math.floor(number), math.ceil(number)] if math.isfinite(number) else [None, None])


@given(st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)))
def test_a_time_lies_in_its_unit(time: datetime) -> None:
    """A time lies between the start and the end of any unit, and these lie in the unit's calendar."""
    for unit in ("minute", "hour", "day", "week", "month", "quarter", "year"):
        start, end = expr(f"[startof(time, '{unit}'), endof(time, '{unit}')]")({"time": time})
        assert start <= time < end
        assert expr(f"startof(time, '{unit}')")({"time": end}) == end
    assert expr("quantize(time, '1h') == startof(time, 'hour')")({"time": time})


# -- one's own ------------------------------------------------------------------------------------


@pytest.fixture
def _forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test registers is forgotten after it."""
    monkeypatch.setattr(registry, "_registered", {})


@pytest.mark.usefixtures("_forgotten")
def test_one_can_add_functions() -> None:
    """A function that is registered can be called by its name, with its own defaults and keywords."""

    @function
    def shout(text: str, mark: str = "!", *, times: int = 1) -> str:
        return text.upper() + mark * times

    assert shout("a") == "A!"
    assert expr("shout(x)")({"x": "a"}) == "A!"
    assert expr("shout(x, '?', times=2)")({"x": "a"}) == "A??"
    assert expr("shout(x)")({}) is None
    with pytest.raises(ExpressionError, match="too many"):
        expr("shout(x, y, z)")
    with pytest.raises(ExpressionError, match=r"shout\(text, mark='!', \*, times=1\)"):
        expr("shout()")


@pytest.mark.usefixtures("_forgotten")
def test_ones_own_may_take_none_and_now() -> None:
    """A function may ask for None among its arguments, and for the instant of the run."""

    @function(strict=False)
    def missing(value: Any) -> bool:
        return value is None

    @function
    def age(time: datetime, *, now: datetime) -> timedelta:
        return now - time

    assert expr("missing(x)")({}) is True
    context = Context(NOW)
    assert expr("age(time)").values(context)([{"time": NOW - timedelta(hours=1)}]) == [timedelta(hours=1)]
    with pytest.raises(ExpressionError, match="now"):
        expr("age(time, now=time)")


@pytest.mark.usefixtures("_forgotten")
def test_ones_own_is_called_for_every_point_unless_it_is_pure() -> None:
    """A function may give something new each time; a pure one with constants is called once."""
    calls: list[str] = []

    @function
    def count(name: str) -> int:
        calls.append(name)
        return len(calls)

    @function(pure=True)
    def once(name: str) -> int:
        calls.append(name)
        return 7

    assert expr("count('a')").values(Context(NOW))([{}, {}, {}]) == [1, 2, 3]
    assert expr("once('b')").values(Context(NOW))([{}, {}, {}]) == [7, 7, 7]
    assert calls == ["a", "a", "a", "b"]


@pytest.mark.usefixtures("_forgotten")
def test_ones_own_may_fail() -> None:
    """What a registered function raises makes None for that point, and is noted."""

    @function
    def picky(value: int) -> int:
        raise RuntimeError("no")

    noted: list[tuple[str, str]] = []
    context = Context(NOW, lambda *note: noted.append(note))
    assert expr("picky(x)").values(context)([{"x": 1}, {}]) == [None, None]
    assert noted == [("could not be computed", "x=1")]


@pytest.mark.usefixtures("_forgotten")
def test_a_registered_function_replaces_itself() -> None:
    """Registering a name again, as reading a file of functions again does, counts from then on."""
    for result in (1, 2):

        def answer(given: int = result) -> int:
            return given

        function(answer)
        assert expr("answer()")({}) == result


@pytest.mark.usefixtures("_forgotten")
def test_what_cannot_be_registered() -> None:
    """Flume's own functions are not hidden, and a function needs a name."""

    def lower(text: str) -> str:
        return text

    with pytest.raises(NameConflict, match="'lower'"):
        function(lower)
    assert expr("lower(x)")({"x": "A"}) == "a"
    with pytest.raises(OptionError, match="lambda"):
        function(lambda x: x)
    with pytest.raises(OptionError, match="__init__"):
        function(object.__init__)


def test_ones_own_pickles_by_its_name(tmp_path: Path) -> None:
    """Another process imports the module that registers it; where none does, that is said."""
    (tmp_path / "mine.py").write_text(
        "import flume\n@flume.function\ndef shout(text):\n    return text.upper()\n"
        "@flume.function\ndef twice(text):\n    return text + text\n"
    )
    dumped = (
        "import pickle, sys, flume, mine\n"
        "@flume.function\ndef here(text):\n    return text\n"
        "for text in ('shout(twice(x))', 'here(x)'):\n    print(pickle.dumps(flume.expr(text)).hex())\n"
    )
    loaded = (
        "import pickle, sys\n"
        "print(pickle.loads(bytes.fromhex(sys.argv[1]))({'x': 'a'}))\n"
        "try: pickle.loads(bytes.fromhex(sys.argv[2]))\n"
        "except Exception as error: print(error)\n"
    )

    def lines(code: str, *given: str) -> list[str]:
        command = [sys.executable, "-c", code, *given]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout.splitlines()

    assert lines(loaded, *lines(dumped)) == [
        "AA",
        "'here(x)': 'here' of __main__ is not registered in this process:"
        " let a module that can be imported here register it, with @flume.function",
    ]


def test_text_in_json_that_is_nested_too_deeply_has_no_value() -> None:
    """Nor has a function of the user's that gives such a value: what looks into it would fail."""
    assert expr("json(text)")({"text": "[" * 90 + "]" * 90}) is not None
    assert expr("json(text)")({"text": "[" * 400 + "]" * 400}) is None
    deep: list[Any] = []
    for _ in range(400):
        deep = [deep]
    assert expression("dig()", {"dig": lambda: deep})({}) is None


ANY = [
    0,
    -3,
    2.9,
    float("inf"),
    True,
    "",
    "x",
    " 12\n",
    "1_000",
    "ſ",
    b"1",
    [1],
    {"a": 1},
    datetime(2016, 7, 17),
    10**4000,
]


@pytest.mark.parametrize("name", [name for name, function in table().items() if function.alone])
@pytest.mark.parametrize("value", ANY, ids=repr)
def test_what_is_called_for_a_single_value(name: str, value: object) -> None:
    """It gives the same, or refuses the value in the same words."""

    def outcome(call: Callable[..., object]) -> str:
        try:
            return repr(call(value))
        except Exception as error:
            return repr(error)

    function = table()[name]
    assert function.alone is not None
    assert outcome(function.alone) == outcome(function.call)
