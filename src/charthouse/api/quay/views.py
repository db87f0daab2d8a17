"""What several answers of Quay's API show in the same form."""

from __future__ import annotations

import hashlib

from charthouse.ports.accounts import AccountKind

_COLORS = (
    "#1b6ca8", "#2e8b57", "#8e4585", "#b5651d", "#c0392b", "#34495e", "#16a085", "#7d6608", "#6c3483", "#2c3e50",
)  # fmt: skip

_KINDS = {AccountKind.USER: "user", AccountKind.ROBOT: "robot", AccountKind.ORGANIZATION: "org"}


def avatar(name: str, email: str, kind: AccountKind) -> dict[str, str]:
    """Return what a console draws for an account; ``hash`` is that of its e-mail address, else of its name."""
    return _drawn(name, email or name, _KINDS[kind])


def address_avatar(email: str) -> dict[str, str]:
    """Return what a console draws for somebody who is known by an e-mail address only."""
    return _drawn(email, email, "user")


def team_avatar(organization: str, team: str) -> dict[str, str]:
    """Return what a console draws for a team."""
    return _drawn(team, f"{organization}/{team}", "team")


def application_avatar(name: str, email: str) -> dict[str, str]:
    """Return what a console draws for an OAuth application."""
    return _drawn(name, email or name, "app")


def _drawn(name: str, identity: str, kind: str) -> dict[str, str]:
    digest = hashlib.md5(identity.strip().lower().encode(), usedforsecurity=False)
    return {
        "name": name,
        "hash": digest.hexdigest(),
        "color": _COLORS[digest.digest()[0] % len(_COLORS)],
        "kind": kind,
    }
