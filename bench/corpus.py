"""What the registries hold while they are measured: the same repositories, tags and bytes in each."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from hashlib import sha256

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
KIB = 1024
MIB = 1024 * KIB
GIB = 1024 * MIB


@dataclass(frozen=True)
class Blob:
    """Bytes and their digest."""

    content: bytes

    @property
    def digest(self) -> str:
        """Return the digest as OCI writes it."""
        return f"sha256:{sha256(self.content).hexdigest()}"


@dataclass(frozen=True)
class Corpus:
    """``repositories`` with ``tags`` each; every tag has a manifest of its own, every repository a layer of its own."""

    name: str
    repositories: int
    tags: int
    layer: int = 100
    """Bytes of a repository's layer."""

    def repository(self, number: int) -> str:
        """Return the name of a repository."""
        return f"bench/{self.name}-{number:04d}"

    def tag(self, number: int) -> str:
        """Return the name of a tag."""
        return f"v{number:06d}"

    def blobs(self, repository: int) -> tuple[Blob, Blob]:
        """Return config and layer of a repository."""
        layer = random.Random(f"{self.name}/{repository}").randbytes(self.layer)
        return Blob(b"{}"), Blob(layer)

    def manifests(self, repository: int) -> Manifests:
        """Return what makes the manifests of one repository."""
        return Manifests(self, repository)


class Manifests:
    """Manifests of one repository, by the number of their tag; each about 800 bytes."""

    def __init__(self, corpus: Corpus, repository: int) -> None:
        config, layer = corpus.blobs(repository)
        document = {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": {
                "mediaType": "application/vnd.oci.image.config.v1+json",
                "digest": config.digest,
                "size": len(config.content),
            },
            "layers": [
                {
                    "mediaType": "application/vnd.oci.image.layer.v1.tar+gzip",
                    "digest": layer.digest,
                    "size": len(layer.content),
                }
            ],
            "annotations": {"org.opencontainers.image.description": "a benchmark's image " * 15, "tag": "%s"},
        }
        self._template = json.dumps(document)

    def __getitem__(self, tag: str) -> bytes:
        return (self._template % tag).encode()


STANDARD = Corpus("standard", 1000, 10, layer=100 * KIB)
"""What reads are spread over: 10,000 tags in 1,000 repositories."""
LISTING = Corpus("listing", 1, 10_000)
LARGE_BLOBS = Corpus("large-blobs", 8, 1, layer=10 * MIB)
SMALL_REPOSITORY = Corpus("small-repository", 1, 10)
LARGE_REPOSITORY = Corpus("large-repository", 1, 100_000)
SMALL_STORE = Corpus("small-store", 100, 10)
LARGE_STORE = Corpus("large-store", 1000, 1000)
