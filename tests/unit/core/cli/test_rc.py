"""The user's own words."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from flume.cli.rc import own_words
from flume.errors import UsageError


def test_both_files_are_read_and_the_nearer_wins(home: Path, here: Path) -> None:
    """The one in this directory can also build on the one at home."""
    (home / ".flumerc.py").write_text("a = 1\nb = 1\n")
    (here / ".flumerc.py").write_text("b = a + 1\n")
    assert own_words() == {"a": 1, "b": 2}


def test_no_files_no_words(home: Path, here: Path) -> None:
    """Most people have none."""
    assert own_words() == {}


def test_a_file_is_read_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At home, this directory is the home."""
    monkeypatch.chdir(home)
    (home / ".flumerc.py").write_text("import os\nwith open('read', 'a') as file:\n    file.write('x')\n")
    own_words()
    assert (home / "read").read_text() == "x"


def test_only_what_the_file_defines_is_the_users_own(home: Path, here: Path) -> None:
    """Words that it uses are not its own, nor are names with an underscore."""
    (here / ".flumerc.py").write_text(
        "from flume import *\n\n_n = 3\n\ndef days(n=_n):\n    return emit(limit=n, every='1d') | head(1)\n"
    )
    own = own_words()
    assert list(own) == ["days"]
    assert repr(own["days"]()) == "emit(3, '1d') | head()"


def test_a_class_can_be_defined(home: Path, here: Path) -> None:
    """A word of one's own, with options as any other."""
    (here / ".flumerc.py").write_text(
        "from __future__ import annotations\nfrom flume import *\n\nclass mine(Proc):\n    n: int = 1\n"
    )
    assert repr(own_words()["mine"](2)) == "mine(2)"


def test_an_error_names_file_and_line(home: Path, here: Path) -> None:
    """Its type stays, for the traceback."""
    (here / ".flumerc.py").write_text("a = 1\nb = a / 0\n")
    with pytest.raises(ZeroDivisionError) as error:
        own_words()
    assert error.value.__notes__ == ["in .flumerc.py:2"]


def test_what_is_no_python_names_file_and_line(home: Path, here: Path) -> None:
    """With a caret below."""
    (home / ".flumerc.py").write_text("a = 1\nb = (\n")
    with pytest.raises(UsageError, match=r"home/\.flumerc\.py:2: this is no Python: '\(' was never closed"):
        own_words()


def test_a_file_that_everybody_can_write_to_is_not_read(
    home: Path, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is code, and whose, nobody knows."""
    path = here / ".flumerc.py"
    path.write_text("a = 1\n")
    path.chmod(0o646)
    assert own_words() == {}
    assert capsys.readouterr().err == (
        "flume: .flumerc.py was not read: everybody can write to it; chmod o-w .flumerc.py\n"
    )


@pytest.mark.parametrize("link", [False, True])
def test_a_file_of_another_user_is_not_read(
    home: Path, here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, link: bool
) -> None:
    """Nor is one that a link leads to."""
    path = here / ".flumerc.py"
    if link:
        (here / "theirs.py").write_text("a = 1\n")
        path.symlink_to("theirs.py")
    else:
        path.write_text("a = 1\n")
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    assert own_words() == {}
    assert capsys.readouterr().err == "flume: .flumerc.py was not read: it belongs to another user\n"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a link away")
def test_a_link_that_another_user_laid_is_not_followed(
    home: Path, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a shared directory anybody can lay a link to a file of the user's."""
    (here / "mine.py").write_text("a = 1\n")
    (here / ".flumerc.py").symlink_to("mine.py")
    os.chown(here / ".flumerc.py", 12345, 12345, follow_symlinks=False)
    assert own_words() == {}
    assert "it belongs to another user" in capsys.readouterr().err


def test_what_is_no_file_is_not_read(home: Path, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A directory, or a pipe that would never end."""
    (home / ".flumerc.py").mkdir()
    os.mkfifo(here / ".flumerc.py")
    assert own_words() == {}
    said = capsys.readouterr().err.splitlines()
    assert [line.rpartition(": ")[2] for line in said] == ["it is no file", "it is no file"]
