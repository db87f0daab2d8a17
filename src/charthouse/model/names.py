"""Names that address content: repositories, tags, references.

Sources: OCI Distribution Specification 1.1 ("Pulling manifests") for repositories and tags; Quay 3.7 for the
names of users and organizations, which are the first segment of every repository.
"""

from __future__ import annotations

import re
from typing import NewType

from .digests import Digest, parse_digest
from .errors import InvalidRequest, NameInvalid, TagInvalid

RepositoryName = NewType("RepositoryName", str)
Tag = NewType("Tag", str)

MAX_NAMESPACE = 255
MAX_REPOSITORY = 511

_SEGMENT = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_REPOSITORY = re.compile(rf"{_SEGMENT}(?:/{_SEGMENT})+", re.ASCII)
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}", re.ASCII)
_ROBOT = re.compile(r"[a-z0-9._-]{1,255}\+[a-z0-9._-]{1,255}", re.ASCII)
_NAMESPACE = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*", re.ASCII)


def parse_repository(text: str) -> RepositoryName:
    """Return ``text`` as the full name ``namespace/repository[/…]``; raises NameInvalid."""
    if len(text) > MAX_REPOSITORY or _REPOSITORY.fullmatch(text) is None:
        raise NameInvalid(
            "a repository is named namespace/name, in lower-case letters, digits and . _ - between them",
            {"name": text[:200]},
        )
    return RepositoryName(text)


def namespace_of(repository: RepositoryName) -> str:
    """Return the user or organization that ``repository`` belongs to: its first segment."""
    return repository[: repository.index("/")]


def parse_tag(text: str) -> Tag:
    """Return ``text`` as a tag; raises TagInvalid."""
    if _TAG.fullmatch(text) is None:
        raise TagInvalid(
            "a tag has 1 to 128 letters, digits, and _ . - (neither . nor - at its start)",
            {"tag": text[:200]},
        )
    return Tag(text)


def parse_reference(text: str) -> Tag | Digest:
    """Return ``text`` as a digest when it has a colon, else as a tag; raises DigestInvalid or TagInvalid."""
    return parse_digest(text) if ":" in text else parse_tag(text)


def is_digest(reference: str) -> bool:
    """Tell whether a parsed reference is a digest."""
    return ":" in reference


def is_namespace(text: str) -> bool:
    """Tell whether a user or organization may be called so."""
    return 2 <= len(text) <= MAX_NAMESPACE and _NAMESPACE.fullmatch(text) is not None


def parse_namespace(text: str) -> str:
    """Return ``text`` as the name of a user or organization; raises InvalidRequest with Quay's texts."""
    if not 2 <= len(text) <= MAX_NAMESPACE:
        raise InvalidRequest("Namespace must be between 2 and 255 characters in length")
    if _NAMESPACE.fullmatch(text) is None:
        raise InvalidRequest(f"Namespace must match expression ^({_NAMESPACE.pattern})$")
    return text


def parse_level(text: str) -> str:
    """Return ``text`` as the place of a classic chart repository, ``namespace[/path]``.

    Raises InvalidRequest or NameInvalid.
    """
    return parse_repository(text) if "/" in text else parse_namespace(text)


def robot_name(namespace: str, short: str) -> str:
    """Return the full name of a robot, ``<namespace>+<short>``; raises InvalidRequest for a short name that is none."""
    if not 2 <= len(short) <= MAX_NAMESPACE or _NAMESPACE.fullmatch(short) is None:
        raise InvalidRequest(
            f"a robot's short name has 2 to 255 characters and matches ^({_NAMESPACE.pattern})$, which"
            f" {short[:255]!r} does not"
        )
    return f"{namespace}+{short}"


def is_robot(name: str) -> bool:
    """Tell whether a name is of a robot's form; no user or organization has a plus sign."""
    return "+" in name


def may_be_robot(name: str) -> bool:
    """Tell whether it is worth asking for a robot of this name; their grammar is narrower."""
    return _ROBOT.fullmatch(name) is not None


def namespace_of_robot(name: str) -> str:
    """Return the user or organization that a robot of this full name belongs to."""
    return name.partition("+")[0]
