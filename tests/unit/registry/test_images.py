"""What is read of images and indexes, whatever somebody pushed as one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from charthouse.model.digests import Digest, digest_of
from charthouse.model.images import (
    History,
    ImageConfig,
    Platform,
    Run,
    entries_of,
    read_config,
    steps_of,
)
from charthouse.model.manifests import Descriptor
from charthouse.model.referrers import Part, part_of, signature_tags


def config(**fields: Any) -> ImageConfig:
    return read_config(json.dumps(fields).encode())


def layer(name: str) -> Descriptor:
    return Descriptor("application/vnd.oci.image.layer.v1.tar", digest_of(name.encode()), 1)


def test_a_config_says_how_its_image_runs() -> None:
    found = config(
        architecture="arm64",
        os="linux",
        variant="v8",
        created="2026-11-01T10:00:00Z",
        config={
            "Entrypoint": ["/app"],
            "Cmd": ["--serve", "a b"],
            "Env": ["PATH=/bin"],
            "ExposedPorts": {"8080/tcp": {}, "53/udp": {}},
            "Volumes": {"/data": {}},
            "User": "1000",
            "WorkingDir": "/srv",
            "StopSignal": "SIGINT",
            "Labels": {"team": "crew"},
        },
        history=[{"created_by": "COPY . /"}],
    )
    assert str(found.platform) == "linux/arm64/v8"
    assert found.run == Run(
        ("/app",),
        ("--serve", "a b"),
        ("PATH=/bin",),
        ("53/udp", "8080/tcp"),
        ("/data",),
        "1000",
        "/srv",
        "SIGINT",
    )
    assert found.labels == {"team": "crew"}
    assert found.history == (History(created_by="COPY . /"),)


@pytest.mark.parametrize("content", [b"", b"[]", b'"x"', b"[" * 100_000, b'{"history": 7}', b"\xff"])
def test_what_is_no_config_says_nothing(content: bytes) -> None:
    assert read_config(content) == ImageConfig()


def test_a_field_of_another_type_takes_nothing_else_with_it() -> None:
    run = {
        "Entrypoint": "/app",
        "Env": [1, "A=b"],
        "ExposedPorts": ["80"],
        "User": 7,
        "Labels": {"a": 1, "b": "c"},
    }
    found = config(architecture=7, os="linux", config=run)
    assert found.platform == Platform("linux")
    assert found.run == Run(environment=("A=b",))
    assert found.labels == {"b": "c"}
    assert config(config=[], os="linux") == ImageConfig(platform=Platform("linux"))


def test_steps_without_a_layer_stand_between_the_others() -> None:
    first, second, third = layer("1"), layer("2"), layer("3")
    copied, set_env, ran = History(created_by="COPY"), History(created_by="ENV", empty_layer=True), History()
    steps = steps_of([first, second, third], [copied, set_env, ran])
    assert [step.layer for step in steps] == [first, None, second, third]
    assert [step.made.created_by for step in steps] == ["COPY", "ENV", "", ""]
    assert [step.layer for step in steps_of([first], [copied, copied])] == [first, None]
    assert steps_of([], []) == []


def entry(name: str, platform: Any = None, **annotations: str) -> dict[str, Any]:
    found = {"mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": digest_of(name.encode())}
    return found | {"size": 1, "platform": platform, "annotations": annotations}


def test_an_index_is_told_in_one_order_and_attestations_last() -> None:
    index = {
        "manifests": [
            entry("attested", {"os": "unknown"}, **{"vnd.docker.reference.type": "attestation-manifest"}),
            entry("windows", {"os": "windows", "architecture": "amd64", "os.version": "10.0"}),
            entry("arm", {"os": "linux", "architecture": "arm", "variant": "v7"}),
            entry("amd", {"os": "linux", "architecture": "amd64"}),
            entry("odd", [7]),
        ]
    }
    found = entries_of(json.dumps(index).encode())
    assert [str(one.platform or "") for one in found] == [
        "",
        "linux/amd64",
        "linux/arm/v7",
        "windows/amd64",
        "unknown",
    ]
    assert [one.attestation for one in found] == [False, False, False, False, True]
    assert entries_of(b"{}") == []


@pytest.mark.parametrize(
    ("artifact_type", "part"),
    [
        ("application/vnd.dev.cosign.artifact.sig.v1+json", Part.SIGNATURE),
        ("application/vnd.dev.sigstore.bundle.v0.3+json", Part.SIGNATURE),
        ("application/vnd.cncf.notary.signature", Part.SIGNATURE),
        ("application/spdx+json", Part.SBOM),
        ("application/vnd.cyclonedx+json", Part.SBOM),
        ("application/vnd.in-toto+json", Part.ATTESTATION),
        ("application/vnd.example", Part.OTHER),
        ("", Part.OTHER),
    ],
)
def test_referrers_are_told_apart_by_type(artifact_type: str, part: Part) -> None:
    assert part_of(artifact_type) is part


def test_tags_of_cosign_name_the_digest() -> None:
    digest = Digest("sha256:" + "0" * 64)
    assert signature_tags(digest)["sha256-" + "0" * 64 + ".sig"] is Part.SIGNATURE
