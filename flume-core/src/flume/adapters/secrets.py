"""Secrets: what of an option is not shown, in the plan, in the report and with errors."""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import copy
from typing import Any

from flume.value import Frozen, Value, declared, env

HIDDEN = "…"

_PASSWORD = re.compile(r"(://[^\s/?#:@'\"]*):[^\s/?#'\"]+@")
_PARAMETER = re.compile(r"([?&]([^\s=&#?'\"]+)=)([^\s&#'\"]+)")
_SECRETIVE = re.compile(r"key|token|secret|pass|pwd|sig|auth|cred|sess|cookie|jwt|code|hmac", re.IGNORECASE)
_OPTION = re.compile(
    r"(.*_)?(auth|authorization|password|passwd|passphrase|pwd|secret|token|credentials?|cookies?|jwt"
    r"|(api|access|private|secret)_?key)",
    re.IGNORECASE,
)
_OF_REQUESTS = frozenset({"headers", "params", "body"})


def is_secret(name: str) -> bool:
    """Whether what has this name in a request is a secret, as far as can be told.

    >>> is_secret('X-Api-Key'), is_secret('Accept')
    (True, False)
    """
    return bool(_SECRETIVE.search(name))


def without_passwords(text: str) -> str:
    """*text* without the passwords and secret parameters of the urls in it.

    Those given as `env('NAME')` are never in a text.

    >>> without_passwords("read('http', url='https://me:secret@example.com/a?page=2&api_key=123')")
    "read('http', url='https://me:…@example.com/a?page=2&api_key=…')"
    """
    if "://" not in text:
        return text
    text = _PASSWORD.sub(rf"\1:{HIDDEN}@", text)
    return _PARAMETER.sub(lambda found: found[1] + (HIDDEN if is_secret(found[2]) else found[3]), text)


def shown(step: Value) -> str:
    """How *step* is written, without what its options keep secret; then it does not read back.

    >>> from flume import read
    >>> read('http', url='https://example.com/', auth='abc', headers={'X-Key': 'def', 'Accept': 'text/csv'})
    read('http', url='https://example.com/', auth='…', headers={'X-Key': '…', 'Accept': 'text/csv'})
    """
    masked = copy(step)
    for field in declared(step):
        value = getattr(step, field.name)
        if field.name == "options":
            value = tuple((name, _option(name, one)) for name, one in value)
        object.__setattr__(masked, field.name, _option(field.name, value))
    return without_passwords(Value.__repr__(masked))


def _option(name: str, value: Any) -> Any:
    """An option as it is shown."""
    if _OPTION.fullmatch(name):
        pair = isinstance(value, tuple) and len(value) == 2
        return (value[0], _hidden(value[1])) if pair else _hidden(value)
    return _in_request(value) if name in _OF_REQUESTS else value


def _in_request(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(_in_request, value))
    if isinstance(value, Mapping):
        return Frozen({k: _hidden(v) if is_secret(str(k)) else _in_request(v) for k, v in value.items()})
    return value


def _hidden(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(_hidden, value))
    if isinstance(value, Mapping):
        return Frozen({k: _hidden(v) for k, v in value.items()})
    return value if value is None or isinstance(value, (bool, env)) else HIDDEN
