"""What the configuration lets nobody do, whatever their rights: change anything, or push.

Sources: Quay's ``REGISTRY_STATE`` and (3.13) ``DISABLE_PUSHES``.
"""

from __future__ import annotations

import msgspec

from charthouse.model.errors import PushesDisabled, RegistryReadOnly


class Standstill(msgspec.Struct, frozen=True, kw_only=True):
    """``read_only``: nothing can be changed. ``no_pushes``: nothing can be pushed by /v2; the REST API goes on."""

    read_only: bool = False
    no_pushes: bool = False

    def refuse_change(self) -> None:
        """Raise RegistryReadOnly when nothing can be changed."""
        if self.read_only:
            raise RegistryReadOnly(
                "System is currently read-only. Pulls will succeed but all write operations are suspended."
            )

    def refuse_push(self) -> None:
        """Raise RegistryReadOnly or PushesDisabled when nothing can be pushed."""
        self.refuse_change()
        if self.no_pushes:
            raise PushesDisabled(
                "Pushes to the registry are currently disabled. Please contact the administrator."
            )


NO_STANDSTILL = Standstill()
