"""A real Azure Blob server: azurite."""

from __future__ import annotations

import hmac
import os
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import formatdate
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

import urllib3

from .processes import listening
from .server import free_port
from .tools import tool

ACCOUNT = "charthousetests"
KEY = "Y2hhcnRob3VzZS10ZXN0cy1rZXk="


class AzureServer(NamedTuple):
    port: int

    @property
    def url(self) -> str:
        """The account's blob endpoint."""
        return f"http://127.0.0.1:{self.port}/{ACCOUNT}"


@contextmanager
def azurite(place: Path) -> Iterator[AzureServer]:
    """Run it with its files in ``place``/azurite."""
    place.mkdir(parents=True, exist_ok=True)
    port = free_port()
    flags = ["--silent", "--disableTelemetry", "--skipApiVersionCheck", "--location", str(place / "azurite")]
    listen = ["--blobHost", "127.0.0.1", "--blobPort", str(port)]
    environment = {**os.environ, "AZURITE_ACCOUNTS": f"{ACCOUNT}:{KEY}"}
    with listening([tool("azurite"), *listen, *flags], port, place / "azurite.log", environment):
        yield AzureServer(port)


def request(server: AzureServer, method: str, container: str, query: dict[str, str]) -> bytes:
    """Send a request about a container with the account's key (Shared Key, version 2009-09-19 and later)."""
    headers = {"x-ms-date": formatdate(usegmt=True), "x-ms-version": "2023-11-03"}
    lines = [method, *[""] * 11, *(f"{name}:{value}" for name, value in headers.items())]
    lines += [
        f"/{ACCOUNT}/{ACCOUNT}/{container}",
        *(f"{name}:{value}" for name, value in sorted(query.items())),
    ]
    signature = b64encode(hmac.digest(b64decode(KEY), "\n".join(lines).encode(), "sha256")).decode()
    answer = urllib3.request(
        method,
        f"{server.url}/{container}?{urlencode(query)}",
        headers={**headers, "Authorization": f"SharedKey {ACCOUNT}:{signature}", "Content-Length": "0"},
    )
    assert answer.status < 300, answer.data
    return answer.data


def account_token() -> str:
    """Return a token for an hour of everything in the account's blobs (Account SAS, version 2020-12-06)."""
    fields = {
        "sp": "rwdlac",
        "ss": "b",
        "srt": "sco",
        "st": "",
        "se": (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "sip": "",
        "spr": "https,http",
        "sv": "2022-11-02",
        "ses": "",
    }
    text = "\n".join([ACCOUNT, *fields.values(), ""])
    signature = b64encode(hmac.digest(b64decode(KEY), text.encode(), "sha256")).decode()
    return urlencode({name: value for name, value in fields.items() if value} | {"sig": signature})
