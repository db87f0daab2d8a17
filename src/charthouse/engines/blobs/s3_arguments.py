"""Quay's storage engines that speak S3, and their arguments (``DISTRIBUTED_STORAGE_CONFIG``).

Part sizes are the engine's business, so ``maximum_chunk_size_*`` and ``server_side_assembly`` change nothing here.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from .parts import FIRST_PART, MIB
from .s3 import Place


class S3Storage(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Amazon S3. As in Quay, ``s3_region`` decides the address: ``host`` and ``endpoint_url`` then count for nothing."""

    storage_path: str
    s3_bucket: str
    s3_access_key: str | None = None
    s3_secret_key: str | None = None
    aws_session_token: str | None = None
    s3_region: str | None = None
    host: str | None = None
    port: int | None = None
    endpoint_url: str | None = None
    maximum_chunk_size_gb: float | None = None
    minimum_chunk_size_mb: int | None = None
    signature_version: Literal["s3v4", "v4"] | None = None

    def place(self) -> Place:
        """Return where the bucket is."""
        if self.s3_region:
            suffix = ".cn" if self.s3_region.startswith("cn-") else ""
            endpoint = f"https://s3.{self.s3_region}.amazonaws.com{suffix}"
        else:
            endpoint = self.endpoint_url or _endpoint(self.host or "s3.amazonaws.com", self.port, secure=True)
        return Place(
            endpoint=endpoint.rstrip("/"),
            bucket=self.s3_bucket,
            prefix=self.storage_path.strip("/"),
            region=self.s3_region or "us-east-1",
            access_key=self.s3_access_key or "",
            secret_key=self.s3_secret_key or "",
            session_token=self.aws_session_token or "",
            encrypted=True,
            first_part=_part(self.minimum_chunk_size_mb),
        )


class RadosGWStorage(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Ceph's gateway, and what Quay configures the same way: OpenShift Data Foundation, IBM Cloud."""

    storage_path: str
    hostname: str
    is_secure: bool
    access_key: str
    secret_key: str
    bucket_name: str
    port: int | None = None
    region_name: str | None = None
    signature_version: Literal["s3v4", "v4"] | None = None
    minimum_chunk_size_mb: int | None = None
    maximum_chunk_size_mb: int | None = None
    server_side_assembly: bool | None = None

    def place(self) -> Place:
        """Return where the bucket is."""
        return Place(
            endpoint=_endpoint(self.hostname, self.port, secure=self.is_secure),
            bucket=self.bucket_name,
            prefix=self.storage_path.strip("/"),
            region=self.region_name or "us-east-1",
            access_key=self.access_key,
            secret_key=self.secret_key,
            first_part=_part(self.minimum_chunk_size_mb),
        )


class GoogleCloudStorage(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Google Cloud Storage through its S3-compatible API, with HMAC keys."""

    storage_path: str
    access_key: str
    secret_key: str
    bucket_name: str
    boto_timeout: float = 60
    minimum_chunk_size_mb: int | None = None
    signature_version: Literal["s3v4", "v4"] | None = None

    def place(self) -> Place:
        """Return where the bucket is."""
        return Place(
            endpoint="https://storage.googleapis.com",
            bucket=self.bucket_name,
            prefix=self.storage_path.strip("/"),
            region="auto",
            access_key=self.access_key,
            secret_key=self.secret_key,
            first_part=_part(self.minimum_chunk_size_mb),
            read_seconds=self.boto_timeout,
        )


def _endpoint(host: str, port: int | None, *, secure: bool) -> str:
    return f"{'https' if secure else 'http'}://{host}" + (f":{port}" if port else "")


def _part(minimum_mb: int | None) -> int:
    """Return the bytes of the first parts: never fewer than the store wants."""
    return max(FIRST_PART, (minimum_mb or 0) * MIB)
