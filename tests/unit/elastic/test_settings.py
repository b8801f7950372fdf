"""Which server is talked to, and as whom; and what is never shown of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from flume import env
from flume.errors import OptionError
from flume.sinks.write import write
from flume_adapter_elastic.settings import Settings, settings

WORD = "write('elastic')"


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, and none of the settings that this user has."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("ELASTICSEARCH_URL", raising=False)
    monkeypatch.delenv("ELASTICSEARCH_API_KEY", raising=False)
    folder = tmp_path / "project" / "part"
    folder.mkdir(parents=True)
    (tmp_path / "config" / "flume").mkdir(parents=True)
    monkeypatch.chdir(folder)
    return folder


def test_it_is_the_server_of_this_machine_where_nothing_is_said() -> None:
    """As for every client of Elasticsearch."""
    assert settings(WORD, {}) == Settings(("http://localhost:9200",))


def test_the_nearest_word_counts(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An option before the environment, this before the project, this before the user."""
    (tmp_path / "config" / "flume" / "flume.toml").write_text("[elastic]\nurl = 'http://users'\ntimeout = '5s'\n")
    assert settings(WORD, {}).hosts == ("http://users:9200",)
    (project.parent / "flume.toml").write_text("[elastic]\nhosts = ['http://a', 'https://b']\nretries = 7\n")
    assert settings(WORD, {}) == Settings(("http://a:9200", "https://b:443"), timeout=5, retries=7)
    monkeypatch.setenv("ELASTICSEARCH_URL", "http://environments")
    assert settings(WORD, {}).hosts == ("http://environments:9200",)
    assert settings(WORD, {"url": "http://options:1/search/"}).hosts == ("http://options:1/search",)
    assert settings(WORD, {"hosts": ["http://options"], "retries": 1}).retries == 1


def test_who_asks_is_said_anew_or_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """A user that is given goes before the key of the environment, also one in the url; an url alone leaves it."""
    monkeypatch.setenv("ELASTICSEARCH_API_KEY", "key")
    assert settings(WORD, {"url": "http://a"}).api_key == "key"
    for given in ({"url": "http://me:s%3Acret@a"}, {"url": "http://a", "user": "me", "password": "s:cret"}):
        found = settings(WORD, given)
        assert (found.api_key, found.user, found.password) == (None, "me", "s:cret")
        assert found.hosts == ("http://a:9200",)


def test_a_table_of_someone_else_is_not_followed(project: Path) -> None:
    """Everyone may write it, so that it may send keys anywhere."""
    path = project / "flume.toml"
    path.write_text("[elastic]\nurl = 'http://elsewhere'\n")
    path.chmod(0o666)
    assert settings(WORD, {}).hosts == ("http://localhost:9200",)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"url": "localhost:9200"}, "'localhost:9200' is no url of a server, as 'http://localhost:9200'"),
        ({"url": "http://me:pw@[::1"}, "is no url of a server"),
        ({"url": "http://a:b"}, "is no url"),
        ({"url": 3}, "url takes str, not 3"),
        ({"url": "http://a", "hosts": ["http://b"]}, "url and hosts do not go together"),
        ({"user": "me"}, "user and password go together; give both"),
        ({"user": "me", "password": "pw", "api_key": "k"}, "api_key and user do not go together"),
        ({"api_key": 12345}, "api_key takes str"),
        ({"api_key": "k3y\n"}, "there is a space, the end of a line or a letter in api_key that no key can have"),
        ({"api_key": "schlüssel"}, "there is a space, the end of a line or a letter in api_key"),
        ({"retries": -1}, "retries takes 0 or more"),
        ({"timeout": "soon"}, "timeout"),
        ({"ca_certs": "nowhere.pem"}, "ca_certs='nowhere.pem' is no file"),
    ],
)
def test_what_cannot_be_is_said_in_a_line(options: dict[str, object], words: str) -> None:
    """With the word that asks, and without secrets."""
    with pytest.raises(OptionError) as caught:
        settings(WORD, options)
    assert words in str(caught.value)
    assert str(caught.value).startswith(WORD)
    assert not {"pw", "12345"} & set(str(caught.value).replace("@", " ").replace(":", " ").split())


def test_a_variable_that_is_not_set_is_named() -> None:
    """Where it is to be used."""
    with pytest.raises(OptionError, match="the environment variable FLUME_TEST_NOT_SET is not set"):
        settings(WORD, {"api_key": env("FLUME_TEST_NOT_SET")})


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("[elastic]\nurll = 'http://a'\n", "has no option 'urll'; there are url, hosts"),
        ("[elastic]\nverify = 'no'\n", "verify takes bool, not 'no'"),
        ("elastic = 3\n", "is to be a table"),
        ("[elastic\n", "cannot read"),
    ],
)
def test_a_file_that_cannot_be_is_named(project: Path, table: str, words: str) -> None:
    """The file, and what is wrong with it."""
    (project / "flume.toml").write_text(table)
    with pytest.raises(OptionError) as caught:
        settings(WORD, {})
    assert words in str(caught.value)
    assert "flume.toml" in str(caught.value)


def test_secrets_are_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither by the settings nor by the step."""
    monkeypatch.setenv("KEY", "s3cret")
    for given in ({"api_key": env("KEY")}, {"user": "me", "password": "s3cret"}, {"url": "http://me:s3cret@a"}):
        found = settings(WORD, given)
        assert "s3cret" in found.secrets
        assert "s3cret" not in repr(found)
        assert "s3cret" not in repr(write("elastic", **given))
