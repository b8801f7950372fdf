"""From what the command line says to a pipeline."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from flume import emit, head, memory, put, write
from flume.cli import program as cli_program
from flume.cli.arguments import Arguments
from flume.cli.program import ending_in, prepared, program, sink, usual_sink
from flume.cli.script import Script
from flume.errors import UnknownName, UsageError
from flume.flow import Fork, Pipeline
from flume.report import Report
from flume.viewing import Screen


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No files of the user's are about."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])


def asked(*words: str, **options: object) -> object:
    """What a command line with these words stands for."""
    arguments = Arguments(words=list(words))
    for name, value in options.items():
        setattr(arguments, name, value)
    return prepared(arguments)


def test_a_text_is_a_pipeline() -> None:
    """As it would be in Python."""
    assert program(Script("emit(limit=3) | head(1)"), {}) == emit(limit=3) | head(1)


def test_a_tuple_is_a_fork() -> None:
    """Two sources side by side are merged."""
    assert program(Script("emit(limit=1), emit(limit=2)"), {}) == Pipeline((Fork((emit(limit=1), emit(limit=2))),))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("3", "the program is 3, no pipeline; a pipeline is like: emit(limit=3) | write('stdio')"),
        ("None", "the program is None, no pipeline"),
        ("()", "the program is (), no pipeline"),
        ("(emit(), 3)", "the program is (emit(), 3), no pipeline"),
        ("'a' * 100", "the program is '" + "a" * 58 + "…, no pipeline"),
        ("emit", "the program is the word 'emit', no pipeline; words are called: emit(…)"),
    ],
)
def test_what_is_no_pipeline_is_said_in_one_line(text: str, message: str) -> None:
    """The value is shown, and what was expected."""
    with pytest.raises(UsageError) as error:
        program(Script(text), {})
    assert str(error.value).startswith(message)
    assert "\n" not in str(error.value)


def test_a_program_that_runs_itself() -> None:
    """What it gives back is the report of it."""
    value = program(Script("(emit(limit=2, start='2020-01-01') | memory()).execute()"), {})
    assert isinstance(value, Report)
    assert value.read == 2


@pytest.mark.parametrize(
    "text",
    [
        "report = emit(limit=0).execute()\n",
        "print(list(emit(limit=0)))\n",
        "for point in emit(limit=0):\n    print(point)\n",
        "def main():\n    emit(limit=0).execute()\n\nif __name__ == '__main__':\n    main()\n",
    ],
)
def test_a_file_that_runs_its_pipelines_itself(text: str) -> None:
    """It has no value, and nothing is left to do."""
    assert program(Script(text, "p.py", module=True), {}) is None


@pytest.mark.parametrize("text", ["a = emit(limit=0)\n", "def f():\n    return emit()\n", "import re\n", "# soon\n"])
def test_a_file_that_runs_nothing(text: str) -> None:
    """It is a mistake, not a success."""
    with pytest.raises(UsageError, match=r"^p\.py (runs nothing|is empty)"):
        program(Script(text, "p.py", module=True), {})


def test_a_file_whose_value_is_no_pipeline() -> None:
    """It is shown, as that of a text is."""
    with pytest.raises(UsageError, match=r"^p\.py is 3, no pipeline"):
        program(Script("1 + 2\n", "p.py", module=True), {})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("stdio", write("stdio")),
        ("write('stdio', format='csv')", write("stdio", format="csv")),
        ("head(2) | memory()", head(2) | memory()),
    ],
)
def test_the_implicit_sink(text: str, expected: object) -> None:
    """The name of an adapter, or the text of a sink with any steps before it."""
    assert sink(text, {}) == expected


def test_the_implicit_sink_may_be_the_users_own() -> None:
    """A name of the user's goes before an adapter's."""
    assert sink("mine", {"mine": memory()}) == memory()


@pytest.mark.parametrize("text", ["head(2)", "3", "write"])
def test_what_is_no_sink_is_no_implicit_sink(text: str) -> None:
    """It must end in a sink, or be an adapter."""
    with pytest.raises((UsageError, UnknownName)):
        sink(text, {})


def test_on_a_terminal_it_is_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is an end to the input."""
    assert usual_sink(emit(limit=3, start="2020-01-01")) == "stdio"
    monkeypatch.setattr(cli_program, "screen_of", lambda stream: Screen(80, 24, True, True))
    assert usual_sink(emit(limit=3, start="2020-01-01")) == "write('stdio', format='table')"
    assert usual_sink(emit(limit=3)) == "stdio"


def test_a_pipeline_with_a_sink_is_left_alone() -> None:
    """Every branch counts; one without a sink gets the implicit one."""
    done = emit(limit=1) | (write("stdio"), memory())
    assert ending_in(done, "stdio", {}) == done
    half = emit(limit=1) | (write("stdio", file="a"), put(a=1))
    assert ending_in(half, "memory()", {}) == half | memory()


def test_where_the_text_comes_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An argument, a file, standard input: each may be statements but the first."""
    expected = emit(limit=3) | write("stdio")
    assert asked("emit(limit=3)") == expected
    (tmp_path / "p.py").write_text("n = 3\nemit(limit=n)\n")
    assert asked(file="p.py") == expected
    for words, options in (["-"], {}), ([], {"file": "-"}):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"n = 3\nemit(limit=n)\n")))
        assert asked(*words, **options) == expected


def test_a_file_imports_what_stands_beside_it(tmp_path: Path) -> None:
    """As with Python itself."""
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "beside_the_program.py").write_text("N = 3\n")
    (folder / "p.py").write_text("import beside_the_program\nemit(limit=beside_the_program.N)\n")
    assert asked(file="folder/p.py") == emit(limit=3) | write("stdio")


@pytest.mark.parametrize(
    ("words", "options", "message"),
    [
        ([], {}, "there is no program"),
        (["emit()"], {"file": "p.py"}, "there are two programs, the file 'p.py' and 'emit()'; give one"),
        ([], {"file": "nowhere.py"}, "cannot read the program 'nowhere.py': no such file or directory"),
    ],
)
def test_no_program_or_too_many(words: list[str], options: dict[str, object], message: str) -> None:
    """One line says what is missing."""
    with pytest.raises(UsageError) as error:
        asked(*words, **options)
    assert str(error.value).startswith(message)
