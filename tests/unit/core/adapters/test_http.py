"""The http adapter without a network: its options, its urls, its links and what it never shows."""

from __future__ import annotations

import pickle
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flume.adapters.http_read import ReadHttp
from flume.adapters.http_write import WriteHttp
from flume.adapters.requesting import Request, make_request, next_link, parameter, shown_url, split, with_parameter
from flume.errors import OptionError
from flume.sinks.write import write
from flume.sources.read import read
from flume.value import env

URL = "https://example.com/points"


# -- options --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"url": "ftp://example.com/a"}, "does not begin with http:// or https://"),
        ({"url": "file:///etc/passwd"}, "does not begin with"),
        ({"url": "example.com/a"}, "does not begin with"),
        ({"url": "nourl"}, "url='nourl' does not begin with http:// or https://; give one like 'https://example.com/"),
        ({"url": "localhost:8000/a"}, "url='localhost:8000/a' does not begin with"),
        ({"url": "me:pw@localhost/a?b=c"}, "url='localhost/a?b=c' does not begin with"),
        ({"url": "http://"}, "names no host"),
        ({"url": "http://example.com:99999/"}, "cannot be"),
        ({"url": "http://example.com:x/"}, "cannot be"),
        ({"url": "http://[::1/"}, "cannot be read"),
        ({"url": "http://example.com/a\r\nX: y"}, "control character"),
        ({"url": 3}, "url takes text"),
        ({}, "needs url"),
        ({"url": URL, "method": "GE T"}, "method takes"),
        ({"url": URL, "headers": ["Accept"]}, "headers takes names and values"),
        ({"url": URL, "headers": {"A:b": "c"}}, "cannot be the name of a header"),
        ({"url": URL, "headers": {"A": "b\r\nC: d"}}, "line break"),
        ({"url": URL, "headers": {"A": "\u20ac"}}, "a character that headers cannot hold"),
        ({"url": URL, "headers": {"A": None}}, "takes text or env"),
        ({"url": URL, "auth": ["a", "b", "c"]}, "a pair of name and password"),
        ({"url": URL, "status": "ok"}, "status takes numbers"),
        ({"url": URL, "status": [200, 99]}, "not 99"),
        ({"url": URL, "retries": -1}, "retries takes 0 or more"),
        ({"url": URL, "timeout": "soon"}, "timeout: 'soon' is no duration"),
        ({"url": URL, "timeout": 0}, "longer than nothing"),
    ],
)
@pytest.mark.parametrize("word", [read, write])
def test_an_option_that_cannot_be_is_refused_before_anything_runs(word, options, words):
    """Reading and writing share these options, and say in one line what is wrong."""
    with pytest.raises(OptionError) as caught:
        word("http", **options)
    assert words in str(caught.value)
    assert str(caught.value).startswith(f"{word.__name__}('http')")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"body": 3}, "body takes text"),
        ({"max_pages": 0}, "max_pages takes 1 or more"),
        ({"page_step": 0}, "page_step takes 1 or more"),
        ({"url": URL + "?page=x", "page": "page"}, "no number"),
        ({"page_step": 2}, "page_step says how page= counts, and there is no page="),
        ({"page": "p", "next": "next"}, "one of them can be given"),
        ({"next": "meta..next"}, "next takes the names of fields with dots between, not 'meta..next'"),
        ({"next": "next", "format": "csv"}, "next= looks into a JSON document"),
        ({"cursor": "after"}, "cursor='after' is the parameter that leads on; next= says where"),
        ({"cache": "x"}, "cache: 'x' is no duration"),
        ({"cache": []}, "cache takes a duration"),
        ({"format": "csv", "delimeter": ";"}, "delimiter"),
        ({"url": URL + ".csv", "delimeter": ";"}, "delimiter"),
        ({"url": URL + ".csv.gz?x=1", "delimeter": ";"}, "delimiter"),
        ({"delimeter": ";"}, "delimiter"),
        ({"cahe": True}, "cache"),
    ],
)
def test_an_option_of_reading_that_cannot_be_is_refused(options, words):
    """Options of the format too; where only the answer tells it, of any that it may be."""
    with pytest.raises(OptionError, match=words):
        read("http", **({"url": URL} | options))


def test_an_option_of_a_format_that_the_answer_tells_is_taken():
    """Whether it is the right one is known only then."""
    read("http", url=URL, delimiter=";")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"method": "get"}, "sends no points"),
        ({"batch": 0}, "batch takes 1 or more"),
        ({"array": False, "batch": 10}, "one point a request"),
        ({"array": True, "format": "jsonl"}, "array= is of JSON"),
        ({"format": "jsonl", "compakt": True}, "compact"),
    ],
)
def test_an_option_of_writing_that_cannot_be_is_refused(options, words):
    """What cannot be sent is known before anything is read."""
    with pytest.raises(OptionError, match=words):
        write("http", url=URL, **options)


def test_readers_and_writers_are_values():
    """They read back from their repr, are equal and hashable by their options, and pickle."""
    body = {"q": [1, {"a": None}]}
    reader = ReadHttp(URL, headers={"A": env("X")}, body=body, status=[200, 404], cache="1h", path="a")
    writer = WriteHttp(URL, auth=["me", env("P")], array=False)
    for value in (reader, writer):
        assert eval(repr(value)) == value
        assert pickle.loads(pickle.dumps(value)) == value
        assert hash(value) == hash(eval(repr(value)))


# -- from options to a request --------------------------------------------------------------------


def test_secrets_are_revealed_only_in_the_request(monkeypatch):
    """The request holds them; neither the step's repr and pickle nor the request's own repr does."""
    monkeypatch.setenv("KEY", "s3cr3t-key")
    monkeypatch.setenv("PASSWORD", "s3cr3t-password")
    auth = ("me", env("PASSWORD"))
    reader = ReadHttp(URL, "POST", headers={"X-Key": env("KEY")}, auth=auth, body={"k": [env("KEY")]})
    assert "s3cr3t" not in repr(reader)
    assert b"s3cr3t" not in pickle.dumps(reader)
    request = make_request("read", reader.url, "POST", reader.headers, reader.auth, reader.body)
    assert request.headers["X-Key"] == "s3cr3t-key"
    assert request.headers["Authorization"] == "Basic bWU6czNjcjN0LXBhc3N3b3Jk"
    assert request.headers["Content-Type"] == "application/json"
    assert request.body == b'{"k": ["s3cr3t-key"]}'
    assert "s3cr3t" not in repr(request)
    assert "bWU6" not in repr(request)
    assert request.hide("bad key s3cr3t-key, bWU6czNjcjN0LXBhc3N3b3Jk") == "bad key …, …"


def test_a_token_is_a_bearer(monkeypatch):
    """`auth=` takes one text as a token."""
    monkeypatch.setenv("TOKEN", "abc")
    assert make_request("read", URL, "get", None, env("TOKEN")).headers == {"Authorization": "Bearer abc"}


def test_credentials_in_the_url_are_basic_ones_and_not_shown():
    """As browsers and curl do."""
    request = make_request("read", "https://me:p%40ss@example.com/a", "GET", None, None)
    assert request.headers["Authorization"] == "Basic bWU6cEBzcw=="
    assert request.name == "https://example.com/a"
    assert "p@ss" in request.secrets


@pytest.mark.parametrize("value", ["line\nbreak", "\u20ac", "tail\n"])
def test_a_secret_that_no_header_can_hold_is_an_error_without_the_secret(monkeypatch, value):
    """A file read into a variable often ends in a line break; the message names the header only."""
    monkeypatch.setenv("KEY", value)
    with pytest.raises(OptionError, match="the header 'X-Key'") as caught:
        make_request("read", URL, "GET", {"X-Key": env("KEY")}, None)
    assert value.strip() not in str(caught.value)


def test_a_secret_that_is_not_set_is_an_error_that_names_it(monkeypatch):
    """Before anything is asked."""
    monkeypatch.delenv("NOT_SET", raising=False)
    with pytest.raises(OptionError, match="NOT_SET is not set"):
        make_request("read", env("NOT_SET"), "GET", None, None)


def test_a_secret_url_goes_by_the_name_of_its_variable(monkeypatch):
    """Also where it is wrong, and on the pages that follow."""
    monkeypatch.setenv("HOOK", "https://hooks.example.com/T00/B00")
    request = make_request("write", env("HOOK"), "POST", None, None)
    assert str(request) == "POST env('HOOK')"
    assert request.at("/T00/other").name == "env('HOOK')"
    monkeypatch.setenv("HOOK", "hooks.example.com/T00")
    with pytest.raises(OptionError) as caught:
        make_request("write", env("HOOK"), "POST", None, None)
    assert "T00" not in str(caught.value)


# -- credentials and other hosts ------------------------------------------------------------------


def asking(url: str) -> Request:
    """A request with credentials and other headers."""
    headers = {"Authorization": "Bearer x", "X-Key": "y", "accept": "text/csv", "User-Agent": "secret"}
    return Request("GET", url, url, headers, secrets=("secret",))


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("https://example.com/a", "/b"),
        ("https://example.com/a", "b"),
        ("https://example.com/a", "//example.com:443/b"),
        ("http://example.com/a", "https://example.com/b"),
    ],
)
def test_credentials_stay_with_their_origin(here, there):
    """The same scheme, host and port, or the same host once it is encrypted."""
    assert asking(here).at(there).headers == asking(here).headers


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("https://example.com/a", "https://evil.com/a"),
        ("https://example.com/a", "https://example.com.evil.com/a"),
        ("https://example.com/a", "https://sub.example.com/a"),
        ("https://example.com/a", "https://example.com:8443/a"),
        ("https://example.com/a", "https://example.com@evil.com/a"),
        ("https://example.com/a", "//evil.com/a"),
        ("http://example.com:8080/a", "https://example.com/a"),
    ],
)
def test_nothing_that_may_be_secret_goes_to_another_origin(here, there):
    """Not Authorization, not a header of the user's own, not a harmless one that holds a secret."""
    assert asking(here).at(there).headers == {"accept": "text/csv"}


@pytest.mark.parametrize(
    "there", ["http://example.com/a", "ftp://example.com/a", "javascript:alert(1)", "https://[bad/"]
)
def test_places_that_must_not_be_gone_to_are_refused(there):
    """Nothing goes from https to http, nor to what is no web server."""
    with pytest.raises(ValueError, match=r"\w"):
        asking("https://example.com/a").at(there)


def test_a_body_with_a_secret_does_not_go_to_another_origin():
    """It could not be sent without the secret."""
    with pytest.raises(ValueError, match="another host"):
        Request("POST", URL, URL, {}, b"x", secret_body=True).at("https://evil.com/")


# -- urls -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://a.com/x?token=abc&page=2", "https://a.com/x?token=…&page=2"),
        ("https://a.com/x?X-Amz-Signature=abc", "https://a.com/x?X-Amz-Signature=…"),
        ("https://a.com/x?q=0123456789abcdef0123456789abcdef", "https://a.com/x?q=…"),
        ("https://me:pw@a.com:8/x#f", "https://a.com:8/x"),
        ("https://a.com?flag", "https://a.com?flag"),
    ],
)
def test_urls_are_shown_without_what_looks_secret(url, shown):
    """Credentials, parameters named like secrets, and long opaque values."""
    assert shown_url(url) == shown


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("http://a.com", "/"),
        ("http://a.com?x=1", "/?x=1"),
        ("http://a.com/a%2Fb c/é?q=ü&r=%C3#f", "/a%2Fb%20c/%C3%A9?q=%C3%BC&r=%C3"),
        ("http://a.com//b", "//b"),
    ],
)
def test_paths_are_sent_escaped_once(url, path):
    """What is escaped already stays as it is."""
    assert split(url).path == path


def test_names_of_hosts_may_be_in_any_script():
    """They are sent in their ASCII form."""
    assert split("http://bücher.example/").host == "xn--bcher-kva.example"
    assert split("http://[::1]:8080/")[:3] == ("http", "::1", 8080)


@given(st.text(st.characters(codec="utf-8"), max_size=20), st.integers(0, 10**9))
def test_a_parameter_that_is_set_is_found_again(query, value):
    """Whatever else is in the query; and setting it twice is setting it once."""
    url = "http://a.com/x?" + "".join(c for c in query if c.isprintable() and c not in "#[]")
    once = with_parameter(url, "page", value)
    assert parameter(once, "page") == str(value)
    assert with_parameter(once, "page", value) == once


# -- links ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "link"),
    [
        (['<https://a.com/?page=2>; rel="next"'], "https://a.com/?page=2"),
        (["</2>; rel=next"], "/2"),
        (["</2>;rel=NEXT"], "/2"),
        (['</1>; rel="prev", </3>; rel="next"; title="a, b; c"'], "/3"),
        (['</1>; title="x; rel=next", </3>; rel="last next"'], "/3"),
        (["</1>; rel=prev", "</3>; rel=next"], "/3"),
        (["</a,b;c>; rel=next"], "/a,b;c"),
        (["<>; rel=next"], ""),
        (["</2>; rel=nextish"], None),
        (["</2>; rel=prev; rel=next"], None),
        (['</2>; rel=next; anchor="#x"'], None),
        (["</2>"], None),
        (["nonsense; rel=next"], None),
        ([], None),
    ],
)
def test_the_next_page_is_found_in_link_headers(headers, link):
    """As RFC 8288 has them."""
    assert next_link(headers) == link


@given(st.lists(st.text(st.sampled_from('<>;,="\\ nextrl/'), max_size=60), max_size=3))
def test_link_headers_may_be_anything(headers):
    """No header of a server is an error here."""
    assert next_link(headers) is None or isinstance(next_link(headers), str)


@settings(max_examples=10)
@given(st.text(st.sampled_from('<>;,="\\ '), min_size=1, max_size=4))
def test_hostile_link_headers_take_no_time(piece):
    """Reading them is linear, whatever is repeated."""
    began = time.perf_counter()
    next_link([("</a>" + piece * 60_000)[:65_000]])
    assert time.perf_counter() - began < 2
