"""S3 and the stores that speak its protocol: one bucket, its parts and its keys.

Objects are addressed by path (``/bucket/key``), which every one of these stores understands. Parts are signed by
botocore with the hash of their bytes, so the store checks what it received. Source: Amazon S3 API Reference.
"""

from __future__ import annotations

import hashlib
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import cached_property
from io import FileIO
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode
from xml.sax.saxutils import escape

import msgspec
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from obstore.store import S3Store

from charthouse.model.errors import Unavailable

from .bucket import RETRIES, Bucket, client_options
from .objectstore import ObjectStoreBlobs
from .parts import FIRST_PART, Missing, Unfinished
from .rest import RestClient

if TYPE_CHECKING:
    from obstore.store import S3Config, S3Credential

_COMPLETE_SECONDS = 600.0
"""How long a store may be silent while it joins the parts of a large object."""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a bucket is, and how it is entered."""

    endpoint: str
    """Scheme, host and port."""
    bucket: str
    prefix: str
    region: str
    access_key: str = ""
    """Empty: the identity that the machine or pod was given (environment, web identity, instance profile)."""
    secret_key: str = ""
    session_token: str = ""
    encrypted: bool = False
    """Ask for encryption at rest by the store's own keys (AES256)."""
    first_part: int = FIRST_PART
    read_seconds: float = 60


def s3_blobs(place: Place) -> ObjectStoreBlobs:
    """Return the engine for a bucket."""
    keys = Keys(place)
    encryption: S3Config = {"server_side_encryption": "AES256"} if place.encrypted else {}
    objects = S3Store(
        place.bucket,
        config=encryption,
        prefix=place.prefix,
        # Named so that the AWS_ENDPOINT_URL_S3 of the environment does not win over the configuration.
        aws_endpoint_url_s3=place.endpoint,
        region=place.region,
        client_options=client_options(place.endpoint),
        retry_config=RETRIES,
        credential_provider=keys.for_obstore,
    )
    parts = S3Parts(place, keys)
    return ObjectStoreBlobs(
        Bucket(objects, parts, f"bucket {place.bucket} at {place.endpoint}", place.first_part)
    )


class Keys:
    """The credentials of one place, kept fresh by botocore when they are the machine's."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def now(self) -> Any:
        """Return botocore's credentials as they are at this moment. May ask the network; raises Unavailable."""
        return self._credentials.get_frozen_credentials()

    def for_obstore(self) -> S3Credential:
        """Return the same to obstore, which asks again in five minutes unless they stand in the configuration."""
        known = self.now()
        expires = None if self._place.access_key else datetime.now(UTC) + timedelta(minutes=5)
        return {
            "access_key_id": known.access_key,
            "secret_access_key": known.secret_key,
            "token": known.token,
            "expires_at": expires,
        }

    @cached_property
    def _credentials(self) -> Any:
        place = self._place
        if place.access_key:
            return Credentials(place.access_key, place.secret_key, place.session_token or None)
        from botocore.session import Session

        found = Session().get_credentials()
        if found is None:
            raise Unavailable(
                f"no keys for bucket {place.bucket}: configure them, or give the machine a role"
            )
        return found


class Signer(S3SigV4Auth):  # type: ignore[misc]  # botocore publishes no types
    """botocore's signature, with a file hashed in small pieces: its own takes a mebibyte a thread."""

    def __init__(self, keys: Any, region: str, body: FileIO | bytes) -> None:
        super().__init__(keys, "s3", region)
        self._body = body

    def payload(self, request: AWSRequest) -> str:
        """Return the SHA-256 of the body."""
        if isinstance(self._body, bytes):
            return hashlib.sha256(self._body).hexdigest()
        digest = hashlib.file_digest(self._body, "sha256").hexdigest()
        self._body.seek(0)
        return digest


class S3Parts:
    """Multipart uploads. See ``Parts``."""

    def __init__(self, place: Place, keys: Keys) -> None:
        self._bucket = f"{place.endpoint}/{place.bucket}"
        self._prefix = f"{place.prefix}/" if place.prefix else ""
        self._region = place.region
        self._keys = keys
        self._encryption = {"x-amz-server-side-encryption": "AES256"} if place.encrypted else {}
        self._client = RestClient(place.endpoint)
        self._read_seconds = place.read_seconds

    def close(self) -> None:
        self._client.close()

    def store(self, name: str, file: FileIO, size: int) -> None:
        self._send("PUT", name, {}, file, size, self._encryption)

    def start(self, name: str) -> str:
        answer = self._send("POST", name, {"uploads": ""}, headers=self._encryption)
        return _text(_xml(answer.data), "UploadId")

    def send(self, name: str, token: str, number: int, file: FileIO, size: int) -> str:
        answer = self._send("PUT", name, {"partNumber": str(number), "uploadId": token}, file, size)
        return str(answer.headers["ETag"]).strip('"')

    def complete(self, name: str, token: str, tags: list[str]) -> None:
        parts = "".join(
            f'<Part><PartNumber>{number}</PartNumber><ETag>"{escape(tag)}"</ETag></Part>'
            for number, tag in enumerate(tags, 1)
        )
        body = f"<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>".encode()
        self._send("POST", name, {"uploadId": token}, body, read_seconds=_COMPLETE_SECONDS)

    def exists(self, name: str, token: str) -> bool:
        try:
            self._send("GET", name, {"uploadId": token, "max-parts": "1"})
        except Missing:
            return False
        return True

    def abort(self, name: str, token: str) -> None:
        with suppress(Missing):
            self._send("DELETE", name, {"uploadId": token})

    def delete(self, name: str) -> None:
        with suppress(Missing):
            self._send("DELETE", name, {})

    def unfinished(self, prefix: str) -> Iterator[Unfinished]:
        query = {"uploads": "", "prefix": self._prefix + prefix}
        for page in self._pages(
            "", query, {"key-marker": "NextKeyMarker", "upload-id-marker": "NextUploadIdMarker"}
        ):
            for upload in page.iterfind("{*}Upload"):
                name, token = _text(upload, "Key").removeprefix(self._prefix), _text(upload, "UploadId")
                started = datetime.fromisoformat(_text(upload, "Initiated"))
                with suppress(Missing):  # ended since it was listed
                    yield Unfinished(name, token, self._size(name, token), int(started.timestamp() * 1000))

    def _size(self, name: str, token: str) -> int:
        """Return the bytes of the parts that an upload has."""
        pages = self._pages(name, {"uploadId": token}, {"part-number-marker": "NextPartNumberMarker"})
        return sum(int(size.text or 0) for page in pages for size in page.iterfind("{*}Part/{*}Size"))

    def _pages(self, name: str, query: dict[str, str], markers: dict[str, str]) -> Iterator[ET.Element]:
        """Yield the pages of a list; ``markers``: the query's fields that the answer's elements continue."""
        while True:
            page = _xml(self._send("GET", name, query).data)
            yield page
            if page.findtext("{*}IsTruncated") != "true":
                return
            query = query | {field: _text(page, element) for field, element in markers.items()}

    def _send(
        self,
        method: str,
        name: str,
        query: dict[str, str],
        body: FileIO | bytes = b"",
        size: int = 0,
        headers: dict[str, str] | None = None,
        read_seconds: float = 0,
    ) -> Any:
        """Sign a request and send it; an empty ``name`` means the bucket itself."""
        url = f"{self._bucket}/{quote(self._prefix + name)}" if name else self._bucket
        if query:
            url += "?" + urlencode(query, quote_via=quote)
        request = AWSRequest(method, url, headers or {}, body)
        Signer(self._keys.now(), self._region, body).add_auth(request)
        patience = read_seconds or self._read_seconds
        return self._client.send(method, url, dict(request.headers), body, size, patience)


def _xml(data: bytes) -> ET.Element:
    """Parse an answer; raises Unavailable when it is no XML. Expat 2.4 and later stop entity bombs by themselves."""
    try:
        return ET.fromstring(data)  # noqa: S314 - from the operator's own store, see above
    except ET.ParseError:
        raise Unavailable("the object store's answer is no XML: is this address an S3 endpoint?") from None


def _text(element: ET.Element, name: str) -> str:
    """Return the text of a child; raises Unavailable when the store does not speak S3."""
    text = element.findtext(f"{{*}}{name}")
    if text is None:
        raise Unavailable(f"the object store's answer lacks {name}: is this address an S3 endpoint?")
    return text
