"""Addresses that strangers write into charts: which of them a page may link to, and which are of this registry."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import msgspec

from charthouse.model.errors import RegistryError
from charthouse.model.names import RepositoryName, parse_repository

_LONGEST = 2000
_LARGEST_ICON = 32 * 1024
_ICON = re.compile(r"data:image/(?:png|jpeg|gif|webp|svg\+xml);base64,[A-Za-z0-9+/=]+")
_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,255}")


class ImageAddress(msgspec.Struct, frozen=True):
    """An image of this registry; ``reference`` is a tag or a digest."""

    repository: RepositoryName
    reference: str


def web_address(text: str) -> str:
    """Return an address of the web as it is, "" for anything else (``javascript:``, ``data:``, a path)."""
    text = text.strip()
    if len(text) > _LONGEST or not text.isprintable():
        return ""
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    return text if parts.scheme in ("http", "https") and parts.netloc else ""


def mail_address(text: str) -> str:
    """Return a mail address as it is, "" for what is none."""
    return text if _MAIL.fullmatch(text) else ""


def icon_source(text: str) -> str:
    """Return a picture that the chart has in itself, else "": one elsewhere would tell another server who reads here.

    An SVG runs no script and fetches nothing in an ``<img>``.
    """
    return text if len(text) <= _LARGEST_ICON and _ICON.fullmatch(text) else ""


def image_here(reference: str, host: str) -> ImageAddress | None:
    """Return which image of the registry at ``host`` a reference names, None for one elsewhere or without tag."""
    path, at, digest = reference.partition("@")
    tag = ""
    if ":" in path.rpartition("/")[2]:
        path, _, tag = path.rpartition(":")
    server, _, name = path.partition("/")
    wanted = digest if at else tag or "latest"
    repository = _repository(name)
    return ImageAddress(repository, wanted) if server == host and repository else None


def dependency_here(repository: str, name: str, host: str) -> RepositoryName | None:
    """Return which repository of the registry at ``host`` a dependency is in: by OCI, or by a classic repository."""
    try:
        parts = urlsplit(repository.strip())
    except ValueError:
        return None
    if parts.netloc != host:
        return None
    if parts.scheme == "oci":
        return _repository(f"{parts.path.strip('/')}/{name}")
    if parts.scheme in ("http", "https") and parts.path.startswith("/charts/"):
        return _repository(f"{parts.path.removeprefix('/charts/').strip('/')}/{name}")
    return None


def _repository(name: str) -> RepositoryName | None:
    try:
        return parse_repository(name)
    except RegistryError:
        return None
