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
        raise ValueError(f"storage engine {engine!r} is not known; known are {', '.join(sorted(_ENGINES))}")
    try:
        return _ENGINES[engine](arguments)
    except msgspec.ValidationError as error:
        raise ValueError(f"arguments of storage engine {engine}: {error}") from None


def _filesystem(arguments: Mapping[str, Any]) -> BlobStore:
    from .filesystem import FilesystemBlobs

    return FilesystemBlobs(Path(_convert(arguments, LocalStorage).storage_path).absolute())


def _convert(arguments: Mapping[str, Any], kind: type[Arguments]) -> Arguments:
    """Check and convert; configurations write numbers and booleans as text too."""
    return msgspec.convert(arguments, kind, strict=False)


_ENGINES: dict[str, Callable[[Mapping[str, Any]], BlobStore]] = {
    "LocalStorage": _filesystem,
}
