"""Container images that a chart names: in Artifact Hub's annotation, in values, and literally in templates."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice
from typing import Any

from .facts import Image, Text
from .values import dotted

_MOST = 500
_LONGEST = 600
_LONGEST_PATH = 1000
_LITERAL = re.compile(r"[ \t]*(?:-[ \t]+)?image:[ \t]*[\"']?([^\s\"'{}#]{1,512})[\"']?[ \t]*(?:#.*)?")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9.:_-]*(?:/[a-z0-9][a-z0-9._-]*)*")
_TAG = re.compile(r"[\w][\w.-]{0,127}", re.ASCII)
_DIGEST = re.compile(r"[a-z0-9+._-]{1,32}:[0-9a-fA-F]{32,128}")
_KEYS = ("tag", "digest", "registry", "pullPolicy")


def images(annotated: Iterable[Any], values: Any, templates: Iterable[Text], app_version: str) -> list[Image]:
    """Return the images of a chart, each once a source.

    ``annotated`` is the list of ``artifacthub.io/images``, ``values`` the parsed values.yaml. An image whose tag is left
    empty in values has the chart's ``app_version``, as in charts made by ``helm create``.
    """
    found: dict[tuple[str, str], Image] = {}

    def add(image: Image) -> None:
        if len(found) < _MOST and is_reference(image.image):
            found.setdefault((image.source, image.image), image)

    for item in annotated:
        if isinstance(item, dict) and isinstance(item.get("image"), str):
            name = item.get("name")
            add(
                Image(
                    image=item["image"].strip(),
                    source="annotation",
                    where="Chart.yaml",
                    name=name[:200] if isinstance(name, str) else "",
                    whitelisted=item.get("whitelisted") is True,
                )
            )
    for path, reference in islice(_in_values(values, (), app_version), _MOST):
        add(Image(image=reference, source="values", where=dotted(path)[:_LONGEST_PATH]))
    for template in templates:
        if "image:" in template.text:
            for line in template.text.split("\n"):
                if "image:" in line and (match := _LITERAL.fullmatch(line.rstrip("\r"))):
                    add(Image(image=match[1], source="templates", where=template.path))
    return list(found.values())


def is_reference(text: str) -> bool:
    """Return whether a text could name an image; each part is matched alone, which takes linear time."""
    if len(text) > _LONGEST:
        return False
    text, at, digest = text.partition("@")
    path, slash, last = text.rpartition("/")
    name, colon, tag = last.partition(":")
    if (at and not _DIGEST.fullmatch(digest)) or (colon and not _TAG.fullmatch(tag)):
        return False
    return _NAME.fullmatch(path + slash + name) is not None


def _in_values(value: Any, path: tuple[str, ...], app_version: str) -> Iterable[tuple[tuple[str, ...], str]]:
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield from _in_values(item, (*path, str(number)), app_version)
    if not isinstance(value, dict):
        return
    if named := _named(value, path, app_version):
        yield named
    for key, item in value.items():
        yield from _in_values(item, (*path, key), app_version)


def _named(
    mapping: dict[str, Any], path: tuple[str, ...], app_version: str
) -> tuple[tuple[str, ...], str] | None:
    """Return the image that ``{registry, repository, tag, digest}`` or ``{image, tag}`` make, and where it stands."""
    repository, image = mapping.get("repository"), mapping.get("image")
    if isinstance(repository, str) and "://" not in repository:
        if repository and (
            any(key in mapping for key in _KEYS) or (path and path[-1].lower().endswith("image"))
        ):
            return path, _assembled(repository, mapping, app_version)
    elif isinstance(image, str) and image:
        return (*path, "image"), _assembled(image, mapping, app_version if "tag" in mapping else "")
    return None


def _assembled(repository: str, mapping: dict[str, Any], app_version: str) -> str:
    registry, digest, tag = (mapping.get(key) for key in ("registry", "digest", "tag"))
    reference = (
        f"{registry.rstrip('/')}/{repository}" if isinstance(registry, str) and registry else repository
    )
    if isinstance(digest, str) and digest:
        return f"{reference}@{digest}"
    if isinstance(tag, int | float) and not isinstance(tag, bool):
        tag = f"{tag}"
    if not tag and ":" not in repository.rpartition("/")[2]:
        tag = app_version
    return f"{reference}:{tag}" if isinstance(tag, str) and tag else reference
