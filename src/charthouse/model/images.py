"""What images and indexes say of themselves: platform, how a container of it runs, how each layer was made.

Source: OCI Image Specification 1.1, config.md and image-index.md. Anybody may push anything as a config, so a field of
another type than it should have is as if it were missing, and takes nothing else with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from .manifests import Descriptor

_ATTESTATION = ("vnd.docker.reference.type", "attestation-manifest")
"""How BuildKit marks what an index lists beside images."""


class Platform(msgspec.Struct, frozen=True, order=True):
    """What an image runs on; "" where it says nothing."""

    os: str = ""
    architecture: str = ""
    variant: str = ""
    version: str = ""

    def __str__(self) -> str:
        return "/".join(part for part in (self.os, self.architecture, self.variant) if part)


class History(msgspec.Struct, frozen=True):
    """How a layer was made."""

    created: str = ""
    created_by: str = ""
    author: str = ""
    comment: str = ""
    empty_layer: bool = False


class Run(msgspec.Struct, frozen=True):
    """How a container is run, unless somebody wishes otherwise."""

    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    environment: tuple[str, ...] = ()
    ports: tuple[str, ...] = ()
    volumes: tuple[str, ...] = ()
    user: str = ""
    directory: str = ""
    stop_signal: str = ""


class ImageConfig(msgspec.Struct, frozen=True):
    """What the registry reads of an image's config."""

    labels: dict[str, str] = {}
    history: tuple[History, ...] = ()
    platform: Platform = Platform()
    created: str = ""
    run: Run = Run()


class Step(msgspec.Struct, frozen=True):
    """A step by which an image was made. ``layer`` None: it changed no file."""

    made: History
    layer: Descriptor | None


class IndexEntry(msgspec.Struct, frozen=True):
    """What an index lists. ``platform`` None: it names none."""

    descriptor: Descriptor
    platform: Platform | None
    attestation: bool


class _Config(msgspec.Struct, frozen=True):
    config: Any = None
    history: list[History] | None = None
    architecture: Any = None
    os: Any = None
    variant: Any = None
    created: Any = None
    os_version: Any = msgspec.field(default=None, name="os.version")


class _Index(msgspec.Struct, frozen=True):
    manifests: list[msgspec.Raw] = []


class _Listed(msgspec.Struct, frozen=True):
    platform: Any = None


_configs = msgspec.json.Decoder(_Config)
_indexes = msgspec.json.Decoder(_Index)
_descriptors = msgspec.json.Decoder(Descriptor)
_listed = msgspec.json.Decoder(_Listed)


def read_config(content: bytes) -> ImageConfig:
    """Return what a config says; nothing when it is none."""
    try:
        document = _configs.decode(content)
    except (msgspec.DecodeError, RecursionError):
        return ImageConfig()
    run = document.config if isinstance(document.config, dict) else {}
    labels = run.get("Labels")
    return ImageConfig(
        labels={key: text for key, text in labels.items() if isinstance(text, str)}
        if isinstance(labels, dict)
        else {},
        history=tuple(document.history or ()),
        platform=_platform(
            {
                "os": document.os,
                "architecture": document.architecture,
                "variant": document.variant,
                "os.version": document.os_version,
            }
        ),
        created=_text(document.created),
        run=Run(
            entrypoint=_texts(run.get("Entrypoint")),
            command=_texts(run.get("Cmd")),
            environment=_texts(run.get("Env")),
            ports=_keys(run.get("ExposedPorts")),
            volumes=_keys(run.get("Volumes")),
            user=_text(run.get("User")),
            directory=_text(run.get("WorkingDir")),
            stop_signal=_text(run.get("StopSignal")),
        ),
    )


def steps_of(layers: Sequence[Descriptor], history: Sequence[History]) -> list[Step]:
    """Return every step in its order; layers that the history does not know come last, made in an unknown way."""
    left = list(reversed(layers))
    steps = [Step(made, None if made.empty_layer or not left else left.pop()) for made in history]
    return steps + [Step(History(), layer) for layer in reversed(left)]


def entries_of(content: bytes) -> list[IndexEntry]:
    """Return what an index lists that ``read_manifest`` has let through: by platform, whatever order it came in."""
    entries = [_entry(raw) for raw in _indexes.decode(content).manifests]
    return sorted(entries, key=lambda one: (one.attestation, one.platform or Platform()))


def _entry(raw: msgspec.Raw) -> IndexEntry:
    descriptor = _descriptors.decode(raw)
    listed = _listed.decode(raw).platform
    key, marked = _ATTESTATION
    platform = _platform(listed) if isinstance(listed, dict) else None
    return IndexEntry(descriptor, platform, (descriptor.annotations or {}).get(key) == marked)


def _platform(found: dict[str, Any]) -> Platform:
    return Platform(*(_text(found.get(key)) for key in ("os", "architecture", "variant", "os.version")))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()


def _keys(value: Any) -> tuple[str, ...]:
    return tuple(sorted(value)) if isinstance(value, dict) else ()
