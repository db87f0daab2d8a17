"""Whose tokens a robot trusts: what an administrator may write down, and which tokens fit it.

An entry names an issuer and a subject, as in Quay; audiences and claims may narrow it. Values are compared whole, but a
``*`` in the value of a claim stands for any characters. A subject may have a ``*`` only beside a claim that says
whose token it is (``repository`` of GitHub, ``project_path`` of GitLab …) without one: a pattern of the subject alone
has let strangers in elsewhere, since anybody can get a token of a public issuer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from charthouse.model.addresses import OutboundRules
from charthouse.model.errors import InvalidRequest
from charthouse.ports.robots import TrustedIdentity

from .external_tokens import ExternalClaims

MOST_ENTRIES = 50
MOST_PARTS = 20
LONGEST_TEXT = 1024
_RESERVED = frozenset({"iss", "sub", "aud", "exp", "nbf", "iat"})
_IDENTIFYING = frozenset(
    {
        "repository", "repository_id", "repository_owner", "repository_owner_id",
        "project_path", "project_id", "namespace_path", "namespace_id", "email",
    }
)  # fmt: skip
"""Claims that say whose token it is, in the tokens of GitHub, GitLab, and people."""


class TrustRules:
    """Checks and matches entries. ``service`` is the public host of this registry, "" when it is not configured."""

    def __init__(self, outbound: OutboundRules, service: str) -> None:
        self._outbound = outbound
        self._own = frozenset({service, f"https://{service}"}) if service else frozenset()

    def check(self, entries: Sequence[TrustedIdentity]) -> None:
        """Raise InvalidRequest unless all entries may be kept."""
        if len(entries) > MOST_ENTRIES:
            raise InvalidRequest(f"a robot trusts at most {MOST_ENTRIES} identities")
        seen: list[TrustedIdentity] = []
        for entry in entries:
            self._check(entry)
            if entry in seen:
                raise InvalidRequest(
                    f"Duplicate federation config: issuer {entry.issuer}, subject {entry.subject}"
                )
            seen.append(entry)

    def match(self, trusted: Iterable[TrustedIdentity], claims: ExternalClaims) -> bool:
        """Tell whether a believed token fits one of the entries."""
        return any(self._fits(entry, claims) for entry in trusted)

    def _check(self, entry: TrustedIdentity) -> None:
        self._check_issuer(entry.issuer)
        texts = (entry.subject, *entry.audiences, *entry.claims, *entry.claims.values())
        if any(not text or len(text) > LONGEST_TEXT or not text.isprintable() for text in texts):
            raise InvalidRequest(
                f"subject, audiences and claims have 1 to {LONGEST_TEXT} printable characters"
            )
        if len(entry.audiences) > MOST_PARTS or len(entry.claims) > MOST_PARTS:
            raise InvalidRequest(f"an identity has at most {MOST_PARTS} audiences and as many claims")
        if not _RESERVED.isdisjoint(entry.claims):
            raise InvalidRequest(
                "issuer, subject and audiences have fields of their own, and times are checked anyway"
            )
        if "*" in entry.subject and not _is_identified(entry.claims):
            raise InvalidRequest(
                "a subject with * needs one of these claims beside it, without *: "
                + ", ".join(sorted(_IDENTIFYING))
            )
        if not entry.audiences and not self._own:
            raise InvalidRequest(
                "name the audiences: SERVER_HOSTNAME, which would be the one, is not configured"
            )

    def _check_issuer(self, issuer: str) -> None:
        try:
            parts = urlsplit(issuer)
            host, port = parts.hostname, parts.port
        except ValueError:
            host, port = None, None
        if len(issuer) > LONGEST_TEXT or not issuer.isascii() or not issuer.isprintable() or " " in issuer:
            host = None
        if not host or port == 0 or "@" in parts.netloc or "?" in issuer or "#" in issuer or "\\" in issuer:
            raise InvalidRequest("issuer must be a URL like https://token.actions.githubusercontent.com")
        if parts.scheme != "https" and not (parts.scheme == "http" and self._outbound.names(host)):
            raise InvalidRequest(
                "issuer must be an https:// URL (http:// only on this machine, if SSRF_ALLOWED_HOSTS names it)"
            )

    def _fits(self, entry: TrustedIdentity, claims: ExternalClaims) -> bool:
        if entry.issuer != claims.issuer:
            return False
        wild = "*" in entry.subject and _is_identified(entry.claims)
        if not (matches(entry.subject, claims.subject) if wild else entry.subject == claims.subject):
            return False
        if (frozenset(entry.audiences) or self._own).isdisjoint(claims.audiences):
            return False
        return all(
            any(matches(pattern, value) for value in _values(claims.values.get(name)))
            for name, pattern in entry.claims.items()
        )


def matches(pattern: str, value: str) -> bool:
    """Tell whether ``value`` is ``pattern``, where each ``*`` stands for any characters or none; in linear time."""
    first, *rest = pattern.split("*")
    if not rest:
        return pattern == value
    *middle, last = rest
    if len(value) < len(first) + len(last) or not value.startswith(first) or not value.endswith(last):
        return False
    position, end = len(first), len(value) - len(last)
    for part in middle:
        position = value.find(part, position, end)
        if position < 0:
            return False
        position += len(part)
    return True


def _is_identified(claims: Mapping[str, str]) -> bool:
    return any(name in _IDENTIFYING and "*" not in value for name, value in claims.items())


def _values(claim: Any) -> list[str]:
    """Return what a claim says as texts: of a list each, of a number or a truth value as JSON writes it."""
    match claim:
        case str():
            return [claim]
        case bool():
            return ["true" if claim else "false"]
        case int():
            return [str(claim)]
        case list():
            return [text for one in claim if not isinstance(one, list) for text in _values(one)]
        case _:
            return []
