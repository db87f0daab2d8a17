"""From an engine's name and arguments, as Quay's ``DISTRIBUTED_STORAGE_CONFIG`` gives them, to the engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from charthouse.ports.blobs import BlobStore

Arguments = TypeVar("Arguments", bound=msgspec.Struct)


class LocalStorage(msgspec.Struct, forbid_unknown_fields=True):
    """Arguments of the filesystem engine."""

    storage_path: str


def blob_store_from(engine: str, arguments: Mapping[str, Any]) -> BlobStore:
    """Return the engine, not yet opened.

    Raises ValueError, fit to be shown to the operator and free of secrets, for a name that is not an engine's
    and for arguments that are missing, unknown or of the wrong type.
    """
    if engine not in _ENGINES:
        raise ValueError(f"storage engine {engine!r} is not known; known are {', '.join(offered_engines())}")
    try:
        return _ENGINES[engine](arguments)
    except msgspec.ValidationError as error:
        raise ValueError(f"arguments of storage engine {engine}: {error}") from None


def offered_engines() -> list[str]:
    """Return the names that ``blob_store_from`` knows."""
    return sorted(_ENGINES)


def _filesystem(arguments: Mapping[str, Any]) -> BlobStore:
    from .filesystem import FilesystemBlobs

    return FilesystemBlobs(Path(_convert(arguments, LocalStorage).storage_path).absolute())


def _s3(kind: str) -> Callable[[Mapping[str, Any]], BlobStore]:
    """Return the maker of one S3 engine. Its libraries are imported only when it is used: they cost 20 MB."""

    def make(arguments: Mapping[str, Any]) -> BlobStore:
        from . import s3, s3_arguments

        return s3.s3_blobs(_convert(arguments, getattr(s3_arguments, kind)).place())

    return make


def _azure(arguments: Mapping[str, Any]) -> BlobStore:
    from .azure import AzureStorage, azure_blobs

    return azure_blobs(_convert(arguments, AzureStorage))


def _convert(arguments: Mapping[str, Any], kind: type[Arguments]) -> Arguments:
    """Check and convert; configurations write numbers and booleans as text too."""
    return msgspec.convert(arguments, kind, strict=False)


_ENGINES: dict[str, Callable[[Mapping[str, Any]], BlobStore]] = {
    "LocalStorage": _filesystem,
    "S3Storage": _s3("S3Storage"),
    "RadosGWStorage": _s3("RadosGWStorage"),
    "RHOCSStorage": _s3("RadosGWStorage"),
    "IBMCloudStorage": _s3("RadosGWStorage"),
    "GoogleCloudStorage": _s3("GoogleCloudStorage"),
    "AzureStorage": _azure,
}
