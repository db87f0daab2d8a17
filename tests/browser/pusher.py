"""Pushing what the console shows: images, charts and other artifacts, over the wire as a client does."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from tests.support.server import Person, Server

OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_CONFIG = "application/vnd.oci.image.config.v1+json"
OCI_LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
CHART_CONFIG = "application/vnd.cncf.helm.config.v1+json"
CHART_PACKAGE = "application/vnd.cncf.helm.chart.content.v1.tar+gzip"
CHART_PROVENANCE = "application/vnd.cncf.helm.chart.provenance.v1.prov"


class Pusher:
    """Pushes to one repository as one person."""

    def __init__(self, server: Server, person: Person, repository: str) -> None:
        self._server = server
        self._person = person
        self._repository = repository

    def blob(self, content: bytes, media_type: str, **more: Any) -> dict[str, Any]:
        """Push a blob; returns its descriptor."""
        digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
        path = f"/v2/{self._repository}/blobs/uploads/?digest={digest}"
        self._send("POST", path, content, "application/octet-stream")
        return {"mediaType": media_type, "digest": digest, "size": len(content), **more}

    def manifest(self, document: Mapping[str, Any], tag: str = "") -> dict[str, Any]:
        """Push a manifest under a tag, or by its digest only; returns its descriptor."""
        content = json.dumps(document).encode()
        digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
        media_type = document.get("mediaType", OCI_MANIFEST)
        self._send("PUT", f"/v2/{self._repository}/manifests/{tag or digest}", content, media_type)
        return {"mediaType": media_type, "digest": digest, "size": len(content)}

    def artifact(
        self,
        kind: str,
        files: Mapping[str, bytes],
        tag: str = "",
        subject: Mapping[str, Any] | None = None,
        annotations: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """Push an artifact of an ``artifactType``, with a layer for each file."""
        title = "org.opencontainers.image.title"
        document = {
            "schemaVersion": 2,
            "mediaType": OCI_MANIFEST,
            "artifactType": kind,
            "config": self.blob(b"{}", "application/vnd.oci.empty.v1+json"),
            "layers": [
                self.blob(content, "application/octet-stream", annotations={title: name})
                for name, content in files.items()
            ],
            "annotations": dict(annotations or {}),
        }
        if subject is not None:
            document["subject"] = dict(subject)
        return self.manifest(document, tag)

    def image(
        self,
        tag: str,
        layers: Sequence[bytes],
        *,
        architecture: str = "amd64",
        labels: Mapping[str, str] | None = None,
        environment: Sequence[str] = ("PATH=/bin",),
    ) -> dict[str, Any]:
        """Push an image for one platform; each layer's history says how it was made."""
        config = {
            "architecture": architecture,
            "os": "linux",
            "created": "2026-11-01T10:00:00Z",
            "config": {
                "Env": list(environment),
                "Entrypoint": ["/app"],
                "Cmd": ["--serve"],
                "ExposedPorts": {"8080/tcp": {}},
                "Labels": dict(labels or {}),
                "User": "1000",
                "WorkingDir": "/srv",
            },
            "rootfs": {
                "type": "layers",
                "diff_ids": [f"sha256:{hashlib.sha256(one).hexdigest()}" for one in layers],
            },
            "history": [
                {"created": "2026-11-01T10:00:00Z", "created_by": f"COPY part{number} /srv # buildkit"}
                for number, _ in enumerate(layers)
            ],
        }
        descriptor = self.manifest(
            {
                "schemaVersion": 2,
                "mediaType": OCI_MANIFEST,
                "config": self.blob(json.dumps(config).encode(), OCI_CONFIG),
                "layers": [self.blob(gzip.compress(one, mtime=0), OCI_LAYER) for one in layers],
            },
            tag,
        )
        return descriptor | {"platform": {"architecture": architecture, "os": "linux"}}

    def index(self, tag: str, children: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Push an index of images."""
        document = {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": [dict(one) for one in children]}
        return self.manifest(document, tag)

    def chart(
        self, version: str, config: Mapping[str, Any], package: bytes, provenance: bytes = b""
    ) -> dict[str, Any]:
        """Push a chart as ``helm push`` does; ``config`` is its Chart.yaml."""
        layers = [self.blob(package, CHART_PACKAGE)]
        if provenance:
            layers.append(self.blob(provenance, CHART_PROVENANCE))
        return self.manifest(
            {
                "schemaVersion": 2,
                "config": self.blob(json.dumps(config).encode(), CHART_CONFIG),
                "layers": layers,
            },
            version.replace("+", "_"),
        )

    def _send(self, method: str, path: str, body: bytes, media_type: str) -> None:
        headers = {"Content-Type": media_type, **self._person.basic}
        answer = self._server.request(method, path, body, headers)
        assert answer.status == 201, (method, path, answer.status, answer.body)
