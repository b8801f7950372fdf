"""The arguments of a program's command line."""

from __future__ import annotations

import pytest

from flume.cli.arguments import Arguments, check_options, parse
from flume.errors import UsageError

SIZES = "takes a size such as '512M', '2G' or '25%' of the memory there is"


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (["p"], {}),
        (["-f", "a.py"], {"file": "a.py", "words": []}),
        (["-fa.py"], {"file": "a.py", "words": []}),
        (["--file=a.py"], {"file": "a.py", "words": []}),
        (["p", "--no-optimize"], {"optimize": False}),
        (["--stats", "p"], {"stats": "text"}),
        (["--stats=json", "p"], {"stats": "json"}),
        (["p", "--progress"], {"progress": True}),
        (["p", "--no-progress"], {"progress": False}),
        (["--no-rc", "p"], {"rc": False}),
        (["--implicit-sink", "stdio", "p"], {"implicit_sink": "stdio"}),
        (["--implicit-sink=write('a', b='c')", "p"], {"implicit_sink": "write('a', b='c')"}),
        (["--jobs", "3", "p"], {"jobs": 3}),
        (["p", "-j1"], {"jobs": 1}),
        (["--memory", "512M", "p"], {"memory": 512 << 20}),
        (["p", "--memory=1.5g"], {"memory": 3 << 29}),
        (["-"], {"words": ["-"]}),
        (["--", "--odd"], {"words": ["--odd"]}),
    ],
)
def test_options_stand_before_and_behind_the_program(args: list[str], expected: dict[str, object]) -> None:
    """Each option sets what it is for, wherever it stands."""
    parsed = parse(args)
    parsed.given = []
    wanted = Arguments(words=["p"])
    for name, value in expected.items():
        setattr(wanted, name, value)
    assert parsed == wanted


def test_nothing_given_leaves_the_defaults() -> None:
    """A bare program is optimized, reads the user's files and leaves the bar to the terminal."""
    parsed = parse(["p"])
    assert parsed.optimize
    assert parsed.rc
    assert (parsed.progress, parsed.stats, parsed.implicit_sink, parsed.file) == (None, None, None, None)


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--stat", "p"], "no option --stat, did you mean --stats?; flume --help shows all options"),
        (["-x", "p"], "no option -x; flume --help shows all options"),
        (["--implicit-sink"], "--implicit-sink needs a value: --implicit-sink SINK"),
        (["--file="], "--file needs a value: --file FILE"),
        (["--stats=xml", "p"], "--stats does not take the value 'xml'"),
        (["--memory", "lots", "p"], f"--memory {SIZES}, not 'lots'"),
        (["--memory=0", "p"], f"--memory {SIZES}, not '0'"),
        (["--no-rc=1", "p"], "--no-rc does not take the value '1'"),
    ],
)
def test_a_wrong_option_is_said(args: list[str], message: str) -> None:
    """The error says which option it is, and what it takes."""
    with pytest.raises(UsageError) as error:
        parse(args)
    assert str(error.value) == message


def test_a_command_knows_its_own_options() -> None:
    """explain runs nothing, so it has no statistics."""
    check_options("run", parse(["--stats=json", "--no-rc"]).given)
    check_options("explain", parse(["--no-rc", "--no-optimize"]).given)
    with pytest.raises(UsageError, match="flume explain has no option --stats=json"):
        check_options("explain", parse(["--stats=json"]).given)
