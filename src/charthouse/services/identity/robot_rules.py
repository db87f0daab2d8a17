"""Which robots there may be. Source: Quay's ``ROBOTS_DISALLOW`` and ``ROBOTS_WHITELIST``."""

from __future__ import annotations

import msgspec

from charthouse.model.errors import InvalidRequest, Unauthorized

_REFUSAL = "Robot accounts have been disabled. Please contact your administrator."


class RobotRules(msgspec.Struct, frozen=True, kw_only=True):
    """All robots, or with ``disallowed`` those named in ``allowed`` only, by their full names."""

    disallowed: bool = False
    allowed: tuple[str, ...] = ()

    def allow(self, name: str) -> bool:
        """Tell whether a robot of this full name may be made and used."""
        return not self.disallowed or name in self.allowed

    def require_made(self, name: str) -> None:
        """Raise InvalidRequest for a robot that may not be made."""
        if not self.allow(name):
            raise InvalidRequest(_REFUSAL)

    def require_used(self, name: str) -> None:
        """Raise Unauthorized for a robot that may not be used."""
        if not self.allow(name):
            raise Unauthorized(_REFUSAL)
