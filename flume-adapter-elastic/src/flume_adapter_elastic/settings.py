"""Settings: which server, and as whom; from options, the environment or a configuration file.

An option goes before the environment (`ELASTICSEARCH_URL`, `ELASTICSEARCH_API_KEY`), and that before the table
`[elastic]` of `flume.toml`: of the project, which is the working directory or the nearest one above it that has such a
file, then of the user.  With none of them it is `http://localhost:9200`.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

from flume.adapters.requesting import seconds
from flume.adapters.secrets import HIDDEN, without_passwords
from flume.errors import OptionError
from flume.value import env

LOCAL = "http://localhost:9200"
NAMES = ("url", "hosts", "api_key", "user", "password", "ca_certs", "verify", "timeout", "retries")
"""The options that reading and writing share."""

_PORTS = {"http": 9200, "https": 443}  # where a url names none: a server by itself, one behind a name of its own
_KINDS: dict[str, tuple[type, ...]] = {
    "url": (str,),
    "hosts": (list,),
    "api_key": (str,),
    "user": (str,),
    "password": (str,),
    "ca_certs": (str,),
    "verify": (bool,),
    "timeout": (str, int, float),
    "retries": (int,),
}


@dataclass(frozen=True)
class Settings:
    """A server, or several of one cluster, and how to talk to it.

    :param hosts: urls without user and password. :param ca_certs: a file of certificates to trust.
    :param verify: whether the certificate of the server is looked at. :param timeout: of an answer, in seconds.
    :param retries: how often what was lost is asked again.
    """

    hosts: tuple[str, ...]
    api_key: str | None = None
    user: str | None = None
    password: str | None = None
    ca_certs: str | None = None
    verify: bool = True
    timeout: float = 30.0
    retries: int = 3

    def __repr__(self) -> str:
        who = f", user={self.user!r}, password={HIDDEN!r}" if self.user else ""
        key = f", api_key={HIDDEN!r}" if self.api_key else ""
        return f"Settings(hosts={self.hosts!r}{key}{who})"

    @property
    def secrets(self) -> tuple[str, ...]:
        """The texts that no message may have."""
        return tuple(text for text in (self.api_key, self.password) if text)

    @property
    def name(self) -> str:
        """The server as it is spoken of."""
        return self.hosts[0] if len(self.hosts) == 1 else f"{self.hosts[0]} and {len(self.hosts) - 1} more"


def settings(word: str, options: Mapping[str, Any]) -> Settings:
    """What the options, the environment and the configuration say together.

    :param word: who asks, as `read('elastic')`. :param options: those of `NAMES` that were given; None: not given.
    :raises OptionError: a value that cannot be, a variable that is not set.
    """
    given = {name: value for name, value in options.items() if value is not None}
    if "url" in given and "hosts" in given:
        raise OptionError(f"{word}: url and hosts do not go together; hosts takes all of them")
    plain: dict[str, Any] = {}
    for found in (*_configured(word), _environment(), given):  # the next one goes before
        plain = _over(plain, {name: _revealed(word, name, value) for name, value in found.items()}, word)
    hosts = plain.pop("hosts", (LOCAL,))
    if ("user" in plain) != ("password" in plain):
        raise OptionError(f"{word}: user and password go together; give both")
    if "user" in plain and "api_key" in plain:
        raise OptionError(f"{word}: api_key and user do not go together; leave one of them out")
    key = plain.get("api_key", "key")
    if not (key.isascii() and key.isprintable() and " " not in key):
        raise OptionError(f"{word}: there is a space, the end of a line or a letter in api_key that no key can have")
    plain["timeout"] = seconds(word, "timeout", plain.get("timeout", 30.0))
    if (retries := plain.get("retries", 3)) < 0:
        raise OptionError(f"{word}: retries takes 0 or more, not {retries}")
    if "ca_certs" in plain and not os.path.isfile(plain["ca_certs"]):
        raise OptionError(f"{word}: ca_certs={plain['ca_certs']!r} is no file")
    return Settings(tuple(_host(word, host)[0] for host in hosts), **plain)


def _over(before: dict[str, Any], found: dict[str, Any], word: str) -> dict[str, Any]:
    """What was found over what was found before: a server over servers, who asks over who asked."""
    if "url" in found:
        found["hosts"] = [found.pop("url")]
    named = [(user, password) for _, user, password in map(partial(_host, word), found.get("hosts", ())) if user]
    if named and not {"user", "api_key"} & set(found):
        found["user"], found["password"] = named[0][0], named[0][1] or ""
    if {"user", "api_key"} & set(found):
        before = {name: value for name, value in before.items() if name not in ("user", "password", "api_key")}
    return before | found


def _environment() -> dict[str, Any]:
    """What the environment says."""
    known = {"url": "ELASTICSEARCH_URL", "api_key": "ELASTICSEARCH_API_KEY"}
    return {option: value for option, name in known.items() if (value := os.environ.get(name))}


def _configured(word: str) -> list[dict[str, Any]]:
    """What each file of configuration says, the nearest last."""
    tables: list[dict[str, Any]] = []
    for path in _files():
        try:
            table = tomllib.loads(path.read_text()).get("elastic", {})
        except FileNotFoundError:
            continue
        except (OSError, ValueError) as error:
            raise OptionError(f"{word}: cannot read {str(path)!r}: {error}") from None
        if not isinstance(table, dict):
            raise OptionError(f"{word}: {str(path)!r}: elastic is to be a table, [elastic]")
        for name, value in table.items():
            _check(f"{word}: {str(path)!r}: [elastic]", name, value)
        tables.insert(0, table)
    return tables


def _files() -> Iterator[Path]:
    """Where a configuration may be: the project's, then the user's."""
    here = Path.cwd()
    nearest = next((path for folder in (here, *here.parents) if (path := folder / "flume.toml").is_file()), None)
    if nearest is not None and _is_trusted(nearest):
        yield nearest
    from platformdirs import user_config_path

    yield user_config_path("flume") / "flume.toml"


def _is_trusted(path: Path) -> bool:
    """Whether nobody else can have written it: it says where keys are sent."""
    status = path.stat()
    return status.st_uid in (os.geteuid(), 0) and not status.st_mode & 0o002


def _check(where: str, name: str, value: Any) -> None:
    if name not in _KINDS:
        raise OptionError(f"{where} has no option {name!r}; there are {', '.join(NAMES)}")
    if not isinstance(value, _KINDS[name]) or (isinstance(value, bool) and bool not in _KINDS[name]):
        shown = HIDDEN if name in ("api_key", "password") else repr(value)
        raise OptionError(f"{where} {name} takes {_KINDS[name][0].__name__}, not {shown}")


def _revealed(word: str, name: str, value: Any) -> Any:
    """An option without its `env(...)`, of the type that it must have."""
    if isinstance(value, (tuple, list)):
        value = [_revealed(word, "url", one) for one in value]
    if isinstance(value, env):
        value = value.reveal()
    if name == "ca_certs" and isinstance(value, os.PathLike):
        value = os.fspath(value)
    _check(f"{word}:", name, value)
    return value


def _host(word: str, url: str) -> tuple[str, str | None, str | None]:
    """A url without user and password, and these."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        shown = without_passwords(url) if "@" not in url else HIDDEN
        raise OptionError(f"{word}: {shown!r} is no url of a server, as 'http://localhost:9200'")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    place = f"{host}:{port or _PORTS[parts.scheme]}"
    bare = urlunsplit((parts.scheme, place, parts.path.rstrip("/"), "", ""))
    user = None if parts.username is None else unquote(parts.username)
    return bare, user, None if parts.password is None else unquote(parts.password)
