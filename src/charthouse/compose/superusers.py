"""What superusers work with, by the REST API and by the console."""

from __future__ import annotations

from charthouse.ports.clock import Clock
from charthouse.ports.metadata import Metadata
from charthouse.services.messages import Messages
from charthouse.services.people.removal import Removal
from charthouse.services.service_keys.managed import ManagedKeys
from charthouse.services.superusers.organizations import Organizations
from charthouse.services.superusers.people import People
from charthouse.services.superusers.size import SizeCounter
from charthouse.services.superusers.totals import TotalsService

from .registry import Registry


class SuperuserServices:
    """The services over one registry."""

    def __init__(self, registry: Registry) -> None:
        metadata, standings, clock = registry.metadata, registry.standings, registry.clock
        accounts, namespaces = metadata.accounts, metadata.namespaces
        removal = Removal(namespaces, registry.uploads)
        self.people = People(
            accounts, namespaces, registry.users, removal, registry.passwords, registry.sealer, standings
        )
        self.organizations = Organizations(accounts, namespaces, removal, registry.uploads, standings)
        self.totals = TotalsService(metadata.totals, clock)
        self.size = size_counter(metadata, clock)
        self.keys = ManagedKeys(metadata.service_keys, clock)
        self.messages = Messages(metadata.messages, clock)


def size_counter(metadata: Metadata, clock: Clock) -> SizeCounter:
    """Return what counts the bytes of the registry."""
    return SizeCounter(metadata.measurements, metadata.collection, metadata.totals, clock)
