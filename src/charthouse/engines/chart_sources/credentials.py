"""Credentials that Helm and Docker keep for registries: the ``auths`` of their configuration files.

Source: docker's config.json (``auth`` is base64 of ``user:password``), which ``helm registry login`` writes too.
Helpers that keep secrets elsewhere (``credsStore``) are not asked.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

_LARGEST = 1024 * 1024


class _Entry(msgspec.Struct):
    auth: str = ""


class _Config(msgspec.Struct):
    auths: dict[str, _Entry] = {}


def kept_credentials(environment: Mapping[str, str] = os.environ) -> Callable[[str], str]:
    """Return what tells the header for a host: Helm's credential, else Docker's, else ""."""
    home = Path(environment.get("HOME", "/nonexistent"))
    helm = (
        environment.get("HELM_CONFIG_HOME")
        or f"{environment.get('XDG_CONFIG_HOME') or home / '.config'}/helm"
    )
    places = (
        Path(environment.get("HELM_REGISTRY_CONFIG") or f"{helm}/registry/config.json"),
        Path(environment.get("DOCKER_CONFIG") or home / ".docker") / "config.json",
    )

    def header(host: str) -> str:
        for place in places:
            entries = _auths(place)
            for name in (host, f"https://{host}", f"http://{host}"):
                if name in entries and entries[name].auth:
                    return f"Basic {entries[name].auth}"
        return ""

    return header


def _auths(place: Path) -> dict[str, _Entry]:
    try:
        with place.open("rb") as file:
            return msgspec.json.decode(file.read(_LARGEST), type=_Config).auths
    except (OSError, msgspec.DecodeError):
        return {}
