"""References as people paste them: ``oci://host/team/web:1.2.3``, ``team/app@sha256:…``, ``team/app``."""

from __future__ import annotations

import msgspec

from charthouse.model.digests import parse_digest
from charthouse.model.errors import RegistryError
from charthouse.model.names import RepositoryName, is_digest, parse_repository, parse_tag

_SCHEMES = ("oci://", "docker://", "https://", "http://")


class Reference(msgspec.Struct, frozen=True):
    """A repository, and a tag or digest in it ("": neither)."""

    repository: RepositoryName
    version: str = ""

    @property
    def address(self) -> str:
        """Return the path of the page about it."""
        if not self.version:
            return f"/{self.repository}"
        place = "manifests" if is_digest(self.version) else "tags"
        return f"/{self.repository}/-/{place}/{self.version}"


def read_reference(text: str, host: str) -> Reference | None:
    """Return what ``text`` names, with or without a scheme and this server's ``host`` before it; None: no reference."""
    for scheme in _SCHEMES:
        text = text.removeprefix(scheme)
    name, at, version = text.removeprefix(f"{host}/").partition("@")
    before, colon, tag = name.rpartition(":")
    if colon and "/" not in tag:
        name, version = before, version or tag
    try:
        if at:
            version = parse_digest(version)
        elif colon:
            version = parse_tag(version)
        return Reference(parse_repository(name), version)
    except RegistryError:
        return None
