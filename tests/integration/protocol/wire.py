"""HTTP as these tests must see it: each header as it came, kept connections, requests no library would send."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import BadStatusLine, HTTPConnection, HTTPMessage, HTTPResponse
from typing import Any

SECONDS = 30.0
CODES = {
    "BLOB_UNKNOWN",
    "BLOB_UPLOAD_INVALID",
    "BLOB_UPLOAD_UNKNOWN",
    "DIGEST_INVALID",
    "MANIFEST_BLOB_UNKNOWN",
    "MANIFEST_INVALID",
    "MANIFEST_UNKNOWN",
    "NAME_INVALID",
    "NAME_UNKNOWN",
    "SIZE_INVALID",
    "UNAUTHORIZED",
    "DENIED",
    "UNSUPPORTED",
    "TOOMANYREQUESTS",
    "TAG_INVALID",
    "PAGINATION_NUMBER_INVALID",
    "INVALID_REQUEST",
}
"""The specification's error codes, and the three that Docker's registry and Quay add to them."""

Body = bytes | Iterable[bytes] | None


@dataclass(frozen=True)
class Reply:
    """An answer as it came."""

    status: int
    headers: HTTPMessage
    body: bytes

    def header(self, name: str) -> str:
        """Return the one value of a header; fails when it is missing or repeated."""
        values = self.headers.get_all(name, [])
        assert len(values) == 1, f"{name}: {values} in {self.status} {self.headers.items()}"
        return str(values[0])

    def values(self, name: str) -> list[str]:
        """Return every value of a header, lists taken apart."""
        return [part.strip() for value in self.headers.get_all(name, []) for part in value.split(",")]

    def json(self) -> Any:
        """Return the body's JSON, announced as such."""
        assert self.header("Content-Type").endswith("json"), self.headers.items()
        return json.loads(self.body)

    def expect(self, *statuses: int) -> Reply:
        """Return itself; fails with the whole answer when the status is another."""
        assert self.status in statuses, f"{self.status}, not {statuses}: {self.body[:2000]!r}"
        return self

    def refusal(self, status: int, code: str | None = None) -> dict[str, Any]:
        """Return the one error of a refusal; fails unless it is in the specification's form."""
        self.expect(status)
        assert self.header("Content-Type") == "application/json"
        assert self.header("Docker-Distribution-API-Version") == "registry/2.0"
        assert re.fullmatch(r"[0-9a-f]+", self.header("X-Request-Id"))
        document = self.json()
        assert list(document) == ["errors"]
        assert len(document["errors"]) == 1
        error: dict[str, Any] = document["errors"][0]
        assert set(error) == {"code", "message", "detail"}
        assert error["code"] in CODES, error
        assert error["message"], error
        assert code is None or error["code"] == code, error
        return error


class Connection:
    """A connection that is kept between requests, as clients do; a new one is made when the server ends it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._http: HTTPConnection | None = None

    def send(
        self, method: str, target: str, body: Body = None, headers: Mapping[str, str] | None = None
    ) -> Reply:
        """Send one request; a body that is no bytes goes out in chunks, its length unannounced."""
        if self._http is not None:
            try:
                return self._exchange(self._http, method, target, body, headers or {})
            except (BadStatusLine, ConnectionError):  # ended while it was idle
                assert body is None or isinstance(body, bytes), "a stream cannot be sent twice"
        self.close()
        self._http = HTTPConnection("127.0.0.1", self._port, timeout=SECONDS)
        return self._exchange(self._http, method, target, body, headers or {})

    def close(self) -> None:
        """End the connection."""
        if self._http is not None:
            self._http.close()
            self._http = None

    def _exchange(
        self, http: HTTPConnection, method: str, target: str, body: Body, headers: Mapping[str, str]
    ) -> Reply:
        http.putrequest(method, target, skip_accept_encoding=True)
        for name, value in headers.items():
            http.putheader(name, value)
        if isinstance(body, bytes):
            http.putheader("Content-Length", str(len(body)))
        elif body is not None:
            http.putheader("Transfer-Encoding", "chunked")
        elif method in {"POST", "PUT", "PATCH"}:
            http.putheader("Content-Length", "0")
        with suppress(BrokenPipeError):  # the answer came before the body's end: it is there to be read
            http.endheaders(body or None, encode_chunked=not isinstance(body, bytes | None))
        response = http.getresponse()
        reply = Reply(response.status, response.headers, response.read())
        if response.will_close:
            self.close()
        return reply


def raw(port: int, request: bytes) -> Reply:
    """Send ``request`` as it stands, on a connection of its own, and return what comes back."""
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as connection:
        connection.sendall(request)
        response = HTTPResponse(connection, method=request.split(b" ", 1)[0].decode("latin-1"))
        response.begin()
        return Reply(response.status, response.headers, response.read())


def broken_off(port: int, head: bytes, part: bytes) -> None:
    """Send the head of a request and a part of its body, then vanish."""
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as connection:
        connection.sendall(head)
        connection.sendall(part)
