"""Connection: requests to the server, and what goes wrong with them said in a line.

The official client has the nodes, the TLS and the authorization; answers are left as bytes, to be decoded by who
asked.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from flume.adapters.secrets import HIDDEN
from flume.errors import FlumeError, SourceError
from flume_adapter_elastic.settings import Settings

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

_TAKES_TOO_LONG = "the server took longer than {:g} s; timeout= waits longer"
_OBJECTS = re.compile(r"^HTTPS?Connection(Pool)?\(.*?\): |Failed to establish a new connection: |\[Errno \d+\] ")
_UNAVAILABLE = (429, 502, 503, 504)
_RECOVERING = "illegal_index_shard_state_exception"  # of a server that has just been started, with the status 404


class Refused(Exception):
    """The server has answered, and not with what was asked for.

    :param status: of the answer. :param kind: the server's word for it, as `index_not_found_exception`.
    :param reason: what it says of it. :param body: the whole answer.
    """

    def __init__(self, status: int, kind: str, reason: str, body: Any) -> None:
        super().__init__(f"{kind}: {reason}" if kind else reason or f"status {status}")
        self.status = status
        self.kind = kind
        self.reason = reason
        self.body = body

    @property
    def passes(self) -> bool:
        """Whether it may be another answer in a while."""
        return self.status in _UNAVAILABLE or self.kind == _RECOVERING


class Lost(Exception):
    """There was no answer: whether the server has done what was asked is not known."""


class Unavailable(SourceError):
    """The server is away, or has not all that is read: another attempt may have another answer."""


class Connection:
    """A way to the servers of *settings*.

    :param word: who asks, as `read('elastic')`. :param failed: what is raised where it cannot be done.
    :param away: what is raised where it can be done later; by default the same.
    """

    def __init__(
        self, word: str, settings: Settings, failed: type[FlumeError], away: type[FlumeError] | None = None
    ) -> None:
        self._word = word
        self._failed = failed
        self._away = away or failed
        self.settings = settings
        self._client: Elasticsearch | None = None

    def ask(self, method: str, path: str, body: bytes | dict[str, Any] | None = None, **params: str) -> bytes:
        """The answer to a request, asked again where the server is not there for a moment.

        :param path: with a leading `/`. :param body: bytes are sent as lines of JSON.
        :param params: of the url.
        :raises FlumeError: of the type *failed*: it cannot be asked, or does not do it.
        """
        try:
            return self.try_to(method, path, body, retries=self.settings.retries, patience=None, **params)
        except Refused as refused:
            raise self.error(refused) from None
        except Lost as lost:
            raise self.failed(lost) from None

    def try_to(
        self,
        method: str,
        path: str,
        body: bytes | dict[str, Any] | None = None,
        *,
        retries: int = 0,
        patience: float | None = None,
        **params: str,
    ) -> bytes:
        """The answer to a request.

        :param retries: how often it is sent again where no answer came, or one that passes.
        :param patience: seconds that the answer may take; None: as the settings say.
        :raises Refused: the server answered otherwise. :raises Lost: it did not answer.
        :raises FlumeError: it cannot be asked at all: a wrong certificate, a client that it does not understand.
        """
        import elastic_transport
        import elasticsearch

        client = self._connected()
        kind = "x-ndjson" if isinstance(body, bytes) else "json"
        query = "?" + "&".join(f"{name}={value}" for name, value in params.items()) if params else ""
        try:
            answer = client.options(
                max_retries=retries,
                retry_on_timeout=retries > 0,
                retry_on_status=_UNAVAILABLE if retries else (),
                request_timeout=self.settings.timeout if patience is None else patience,
            ).perform_request(
                method,
                path + query,
                headers={"accept": _media_type("json"), "content-type": _media_type(kind)},
                body=body,
            )
        except elasticsearch.UnsupportedProductError as error:
            raise self._failed(f"{self._word}: {self.settings.name} is no Elasticsearch: {error}") from None
        except elasticsearch.ApiError as error:
            raise self._refused(error.meta.status, error.body) from None
        except elastic_transport.TlsError as error:
            advice = "ca_certs= names the certificate to trust"
            raise self._failed(f"{self._word}: {self.settings.name}: {_in_short(error)}; {advice}") from None
        except elastic_transport.ConnectionTimeout:
            raise Lost(f"{self.settings.name}: {_TAKES_TOO_LONG.format(self.settings.timeout)}") from None
        except elastic_transport.TransportError as error:
            raise Lost(f"cannot talk to {self.settings.name}: {_in_short(error)}; is it running there?") from None
        return answer.body if isinstance(answer.body, bytes) else b""

    def error(self, refused: Refused) -> FlumeError:
        """What the user is told of a refusal."""
        kind = self._away if refused.passes else self._failed
        return kind(f"{self._word}: {self._explained(refused)}")

    def failed(self, lost: object) -> FlumeError:
        """What the user is told where there was no answer."""
        return self._away(f"{self._word}: {lost}")

    def close(self) -> None:
        """Give the connections back."""
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def _connected(self) -> Elasticsearch:
        if self._client is None:
            from elasticsearch import Elasticsearch

            from flume_adapter_elastic.raw import raw

            given = self.settings
            options: dict[str, Any] = {"api_key": given.api_key} if given.api_key else {}
            if given.user is not None:
                who = f"{given.user}:{given.password or ''}".encode()
                options["basic_auth"] = b64encode(who).decode()  # of two texts the client takes ASCII alone
            if any(host.startswith("https:") for host in given.hosts):
                options |= {"verify_certs": given.verify, "ssl_show_warn": False}
                if given.ca_certs is not None and given.verify:
                    options["ca_certs"] = given.ca_certs
            self._client = Elasticsearch(list(given.hosts), serializers=raw(), **options)
        return self._client

    def _refused(self, status: int, body: Any) -> Refused:
        """The refusal that an answer is; a `FlumeError` where no request will ever be understood."""
        try:
            found = json.loads(body) if isinstance(body, (bytes, str)) else body
        except ValueError:
            found = None
        error = found.get("error") if isinstance(found, dict) else None
        if isinstance(error, dict):
            causes = error.get("root_cause") or [error]
            cause = causes[0] if isinstance(causes[0], dict) else error
            kind, reason = str(cause.get("type", "")), str(cause.get("reason", ""))
            if cause.get("type") != error.get("type") and error.get("type") == "search_phase_execution_exception":
                kind = str(cause.get("type", ""))
        else:
            kind, reason = "", str(error or "")
        reason = self._without_secrets(reason)
        if kind == "media_type_header_exception":
            why = error.get("caused_by") if isinstance(error, dict) else None
            versions = str(why.get("reason", "")) if isinstance(why, dict) else ""
            raise self._failed(f"{self._word}: {self.settings.name} {_other_version(versions)}")
        return Refused(status, kind, reason, found)

    def _explained(self, refused: Refused) -> str:
        where = self.settings.name
        if refused.status == 401:
            asked = "api_key= or user= and password= say who asks"
            known = self.settings.api_key or self.settings.user
            return f"{where} does not know {'this key or password' if known else 'who asks'}; {asked}"
        if refused.status == 403:
            return f"{where} does not allow it: {refused.reason or refused.kind or 'forbidden'}"
        if refused.kind == "index_not_found_exception":
            return f"{refused.reason}{self._similar(refused)}"
        if refused.kind == "unavailable_shards_exception":
            found = refused.reason.partition(" Timeout:")[0]
            return f"{where} cannot write there: {found}; its /_cluster/allocation/explain says why"
        if refused.status == 429:
            return f"{where} has too much to do: {refused.reason or refused.kind}"
        return f"{where} refuses it (status {refused.status}): {refused}"

    def _similar(self, refused: Refused) -> str:
        """The names of indices that are like the one that there is not."""
        try:
            asked = refused.body["error"]["root_cause"][0].get("index", "")
            names = [one["index"] for one in json.loads(self.try_to("GET", "/_cat/indices", format="json", h="index"))]
        except (FlumeError, Refused, Lost, LookupError, ValueError, TypeError, AttributeError):
            return ""
        names = [name for name in names if not name.startswith(".")]
        like = get_close_matches(asked, names, n=3)
        if like:
            return f"; did you mean {' or '.join(map(repr, like))}?"
        return (
            f"; there {'are' if len(names) > 1 else 'is'} {', '.join(sorted(names)[:5])}"
            if names
            else "; there is none"
        )

    def _without_secrets(self, text: str) -> str:
        for secret in self.settings.secrets:
            text = text.replace(secret, HIDDEN)
        return text


def _media_type(kind: str) -> str:
    import elasticsearch

    return f"application/vnd.elasticsearch+{kind}; compatible-with={elasticsearch.__version__[0]}"


def _other_version(reason: str) -> str:
    """What is to be done where client and server are of different major versions, of which *reason* may name one."""
    import elasticsearch

    client = elasticsearch.__version__[0]
    known = re.search(r"must be either version (\d+)", reason)
    version = f"is of version {known[1]} and " if known else ""
    fitting = f"elasticsearch<{client}" if client > 8 else "elasticsearch>=9"
    ours = f"the package elasticsearch of version {client}"
    return f"{version}does not understand the client, {ours}; pip install '{fitting}'"


def _in_short(error: Exception) -> str:
    """What a client says, without the classes that it names."""
    text = str(getattr(error, "message", error))
    for cause in getattr(error, "errors", ()):
        text = str(getattr(cause, "message", cause)) or text
    return _OBJECTS.sub("", " ".join(text.split()))
