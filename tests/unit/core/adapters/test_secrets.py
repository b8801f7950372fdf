"""Secrets that stand in a program as text."""

from __future__ import annotations

from typing import Any

import pytest

from flume import emit, env, put, read, write
from flume.adapters.http_read import ReadHttp
from flume.adapters.http_write import WriteHttp
from flume.errors import OptionError

URL = "https://example.com/"
SECRET = "s3cret"


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        ({"auth": SECRET}, "auth='…'"),
        ({"auth": ("me", SECRET)}, "auth=['me', '…']"),
        ({"headers": {"Authorization": f"Bearer {SECRET}", "Accept": "text/csv"}}, "'…', 'Accept': 'text/csv'}"),
        ({"headers": {"X-Api-Key": SECRET}}, "{'X-Api-Key': '…'}"),
        ({"headers": {"Cookie": f"session={SECRET}"}}, "{'Cookie': '…'}"),
        ({"url": f"{URL}?api_key={SECRET}&page=2"}, "?api_key=…&page=2'"),
        ({"url": f"https://me:{SECRET}@example.com/?a=b"}, "me:…@example.com/?a=b'"),
    ],
)
@pytest.mark.parametrize("word", [read, write])
def test_they_are_shown_nowhere(word: Any, options: dict[str, Any], shown: str) -> None:
    """Not in the repr, of the adapter either; the run has them."""
    step = word("http", **({"url": URL} | options))
    inner = (ReadHttp if word is read else WriteHttp)(**({"url": URL} | options))
    for text in (repr(step), repr(inner)):
        assert SECRET not in text
        assert shown in text
    assert SECRET in str(step.options)


def test_the_plan_shows_none() -> None:
    """Nor does a body."""
    source = read("http", url=URL, auth=SECRET, method="POST", body={"user": "me", "login": [{"password": SECRET}]})
    shown = (source | put(a=1) | write("http", url=URL, auth=SECRET)).explain()
    assert SECRET not in shown
    assert "body={'user': 'me', 'login': [{'password': '…'}]}" in shown


def test_options_that_keep_no_secret_are_shown_as_they_are() -> None:
    """Such a program reads back, and so does one with `env`."""
    for flow in (
        read("stdio", file="key?token=1", format="csv", comment="#") | put(auth="me", token="a", url="http://x/?key=1"),
        read("http", url=f"{URL}?page=2", auth=env("TOKEN"), headers={"Accept": "text/csv", "X-Key": env("KEY")}),
        emit() | write("http", url=URL, auth=("me", env("PASSWORD"))),
    ):
        names = {"emit": emit, "env": env, "put": put, "read": read, "write": write}
        assert eval(repr(flow), names) == flow


@pytest.mark.parametrize(
    "options",
    [
        {"headers": f"Authorization: {SECRET}"},
        {"headers": [("Authorization", SECRET)]},
        {"headers": {"Authorization": f"{SECRET}\n"}},
        {"headers": {"Authorization": [SECRET]}},
        {"headers": {"X-Key": f"{SECRET}\u20ac"}},
        {"auth": [SECRET]},
        {"url": f"me:{SECRET}@example.com"},
        {"url": f"ftp://example.com/?token={SECRET}"},
    ],
)
def test_mistakes_do_not_show_them(options: dict[str, Any]) -> None:
    """They say what is wrong nevertheless."""
    with pytest.raises(OptionError) as raised:
        read("http", **({"url": URL} | options))
    assert SECRET not in str(raised.value)
    assert str(raised.value).startswith("read('http'): ")
