"""The kinds of callers, and what each of them presents.

People call the REST API by the session of a browser, and the registry by name and password; robots have nothing to
present to the REST API but what they present to the registry, and are nobody there.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256

from charthouse.model.scopes import Scope

PASSWORD = "correct-horse-battery"

PEOPLE = (
    "stranger", "member", "creator", "admin", "reader", "writer", "keeper", "superuser", "observer", "disabled",
)  # fmt: skip
"""Users, called as what they are: ``keeper`` administers the repository, ``admin`` the organization."""

ROBOTS = {"user robot": "admin+bot", "organization robot": "acme+bot"}
"""The first has no right beyond its user's namespace, the second may write to the repository."""

SCOPES = {f"scope {scope.value}": scope.value for scope in Scope}
"""Access tokens of ``admin`` with one scope each."""

CALLERS = ("anonymous", *PEOPLE, *ROBOTS, *SCOPES, "expired", "revoked")
"""``expired`` and ``revoked`` are tokens that ``admin`` had once."""

NOBODY = frozenset({"anonymous", "disabled", "expired", "revoked"})
"""Those whom no credential speaks for: they are asked to log in (401)."""


def token_of(caller: str) -> str:
    """Return the access token of a caller, 40 letters and digits as all are."""
    return sha256(f"access token of {caller}".encode()).hexdigest().upper()[:40]


def rest_headers(
    caller: str, robot_tokens: Mapping[str, str], sessions: Mapping[str, Mapping[str, str]]
) -> dict[str, str]:
    """Return what a caller presents to the REST API; ``robot_tokens`` by the robot's name, ``sessions`` by the user's."""
    if caller == "anonymous":
        return dict(sessions[""])
    if caller in ROBOTS:
        return dict(sessions[""]) | registry_headers(caller, robot_tokens)
    if caller in sessions:
        return dict(sessions[caller])
    return {"Authorization": f"Bearer {token_of(caller)}"}


def registry_headers(caller: str, robot_tokens: Mapping[str, str]) -> dict[str, str]:
    """Return what a caller presents to the registry."""
    if caller == "anonymous":
        return {}
    if caller in ROBOTS:
        name, secret = ROBOTS[caller], robot_tokens[ROBOTS[caller]]
    elif caller in PEOPLE:
        name, secret = caller, PASSWORD
    else:
        name, secret = "$oauthtoken", token_of(caller)
    return {"Authorization": "Basic " + b64encode(f"{name}:{secret}".encode()).decode()}
