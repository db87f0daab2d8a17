"""The kinds of content that the official conformance program pushes, one after the other.

What is walked through follows opencontainers/distribution-spec, conformance/run.go; the content is made here.
"""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .content import (
    ARTIFACT,
    CONFIG,
    EMPTY,
    IMAGE,
    LAYER,
    Json,
    Manifest,
    described,
    descriptor,
    digest_of,
    image,
    index,
    missing,
    random_blob,
)

OTHER = "application/vnd.example.charthouse.v2"
PLATFORMS = ({"os": "linux", "architecture": "amd64"}, {"os": "linux", "architecture": "arm64"})


@dataclass
class Dataset:
    """Blobs, manifests in the order in which they are pushed, tags, and the referrers to expect."""

    algorithm: str = "sha256"
    blobs: dict[str, bytes] = field(default_factory=dict)
    manifests: list[Manifest] = field(default_factory=list)
    tags: dict[str, Manifest] = field(default_factory=dict)
    referrers: dict[str, list[Json]] = field(default_factory=dict)
    tag_parameters: bool = False

    def blob(self, data: bytes, media_type: str, *, embed: bool = False) -> Json:
        """Add a blob and return its descriptor."""
        self.blobs[digest_of(data, self.algorithm)] = data
        return descriptor(data, media_type, self.algorithm, embed=embed)

    def keep(self, manifest: Manifest, tag: str | None = None) -> Manifest:
        """Add a manifest, tagged or not, and what it refers to."""
        self.manifests.append(manifest)
        if tag is not None:
            self.tags[tag] = manifest
        document = manifest.document
        if "subject" in document:
            expected = described(manifest)
            kind = document.get("artifactType") or document.get("config", {}).get("mediaType")
            expected |= {"artifactType": kind} if kind else {}
            notes = document.get("annotations")
            expected |= {"annotations": notes} if notes else {}
            self.referrers.setdefault(document["subject"]["digest"], []).append(expected)
        return manifest

    def image(
        self, tag: str | None = None, *, layers: int = 2, embed: bool = False, **fields: Any
    ) -> Manifest:
        """Add an image with layers of one small file each."""
        stack = [self.blob(_layer(number), LAYER, embed=embed) for number in range(layers)]
        described_layers = [layer["digest"] for layer in stack]
        config = json.dumps({"os": "linux", "architecture": "amd64", "rootfs": described_layers}).encode()
        manifest = image(self.blob(config, CONFIG, embed=embed), stack, algorithm=self.algorithm, **fields)
        return self.keep(manifest, tag)

    def artifact(self, tag: str | None = None, *, kind: str = ARTIFACT, **fields: Any) -> Manifest:
        """Add an artifact: the empty config and one layer."""
        layer = self.blob(random_blob(), kind)
        fields = {"artifactType": kind, **fields}
        return self.keep(image(self.blob(b"{}", EMPTY), [layer], algorithm=self.algorithm, **fields), tag)

    def index(
        self, tag: str | None, make: Callable[[], Manifest], *, count: int = 2, **fields: Any
    ) -> Manifest:
        """Add ``count`` manifests and an index of them."""
        children = [described(make(), platform=platform) for platform in PLATFORMS[:count]]
        return self.keep(index(children, algorithm=self.algorithm, **fields), tag)


def _layer(number: int) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        content = random_blob(64)
        entry = tarfile.TarInfo(f"file-{number}.bin")
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    return gzip.compress(packed.getvalue())


def _image(data: Dataset) -> None:
    data.image("image")


def _large_manifest(data: Dataset) -> None:
    data.image("large-manifest", annotations={f"large-{number}": "A" * 10_000 for number in range(390)})


def _index(data: Dataset) -> None:
    data.index("index", data.image)


def _nested_index(data: Dataset) -> None:
    data.index("index-of-index", lambda: data.index(None, data.image))


def _empty_index(data: Dataset) -> None:
    data.index("index", data.image, count=0)


def _artifact(data: Dataset) -> None:
    data.artifact("artifact")


def _artifact_index(data: Dataset) -> None:
    data.index("artifact-index", data.artifact, artifactType=ARTIFACT)


def _artifact_without_layers(data: Dataset) -> None:
    empty = data.blob(b"{}", EMPTY)
    data.keep(image(empty, [empty], artifactType=ARTIFACT), "artifact-without-layers")


def _artifacts_with_subject(data: Dataset) -> None:
    subject = described(data.image("image"))
    notes = {"org.example.note": "hello"}
    data.image(subject=subject)
    data.artifact("tagged-1", subject=subject, annotations=notes | {"a": "1"})
    data.artifact("tagged-2", kind=OTHER, subject=subject, annotations=notes | {"a": "2"})


def _index_with_subject(data: Dataset) -> None:
    subject = described(data.index("index", data.image))
    notes = {"org.example.note": "hello"}
    data.index("tagged", data.artifact, subject=subject, artifactType=ARTIFACT, annotations=notes)
    data.index(None, data.image, subject=subject)


def _missing_subject(data: Dataset) -> None:
    data.artifact("tagged", subject=missing(IMAGE), annotations={"org.example.note": "hello"})


def _data_field(data: Dataset) -> None:
    data.image("data-field", embed=True)


def _non_distributable(data: Dataset) -> None:
    foreign = [
        missing(
            f"application/vnd.oci.image.layer.nondistributable.v1.{kind}",
            urls=["https://store.example.com/x"],
        )
        for kind in ("tar+gzip", "tar")
    ]
    config = data.blob(random_blob(), CONFIG)
    data.keep(image(config, [*foreign, data.blob(_layer(2), LAYER)]), "non-distributable")


def _custom_fields(data: Dataset) -> None:
    data.index("custom-fields", lambda: data.image(extraField={"a": [1, None]}), extraField="x")


def _no_layers(data: Dataset) -> None:
    data.image("no-layers", layers=0)


def _sparse(data: Dataset) -> None:
    whole = data.image("sparse-image")
    del data.blobs[whole.document["layers"][0]["digest"]]
    present = described(data.image(), platform=PLATFORMS[0])
    data.keep(index([present, missing(IMAGE, platform=PLATFORMS[1])]), "sparse-index")


def _sha512(data: Dataset) -> None:
    data.algorithm = "sha512"
    data.index(None, data.image)


def _tag_parameters(data: Dataset) -> None:
    data.tag_parameters = True
    data.index("whole", data.image)
    data.tags |= {f"part-{number}": manifest for number, manifest in enumerate(data.manifests)}


def _tag_parameters_sha512(data: Dataset) -> None:
    data.algorithm = "sha512"
    _tag_parameters(data)


DATASETS: dict[str, Callable[[Dataset], None]] = {
    "image": _image,
    "large-manifest": _large_manifest,
    "index": _index,
    "nested-index": _nested_index,
    "empty-index": _empty_index,
    "artifact": _artifact,
    "artifact-index": _artifact_index,
    "artifact-without-layers": _artifact_without_layers,
    "artifacts-with-subject": _artifacts_with_subject,
    "index-with-subject": _index_with_subject,
    "missing-subject": _missing_subject,
    "data-field": _data_field,
    "non-distributable-layers": _non_distributable,
    "custom-fields": _custom_fields,
    "no-layers": _no_layers,
    "sparse": _sparse,
    "sha512": _sha512,
    "tag-parameters": _tag_parameters,
    "tag-parameters-sha512": _tag_parameters_sha512,
}


def make(name: str) -> Dataset:
    """Return a new dataset of this kind."""
    data = Dataset()
    DATASETS[name](data)
    return data
