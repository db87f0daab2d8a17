"""What jobs and commands need beside a registry, and what a start must make first."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING

from charthouse.config.settings import Settings
from charthouse.engines.hashing.libcrypto import make_hasher
from charthouse.engines.metadata.factory import migrate
from charthouse.telemetry.logs import warn
from charthouse.telemetry.requests import forget_dead

if TYPE_CHECKING:
    from charthouse.engines.keys.authority import Certificate
    from charthouse.jobs.runner import Job, Runner
    from charthouse.services.scrub import Scrubber


from .charts import pending_of
from .registry import Registry, server_options


class Upkeep:
    """What jobs and commands do with a registry beside serving it; a server loads nothing of it."""

    def __init__(self, registry: Registry) -> None:
        from charthouse.services.collection import Collector, Windows
        from charthouse.services.leftovers import Leftovers
        from charthouse.services.purge import Purger
        from charthouse.services.transfer.exporting import Exporter
        from charthouse.services.transfer.importing import Importer

        self._registry = registry
        settings, metadata = registry.settings, registry.metadata
        windows = Windows(
            grace_ms=settings.collection_grace * 1000,
            untagged_ms=settings.tags.default_expiration * 1000,
            upload_ms=settings.upload_seconds * 1000,
        )
        index, store, clock = metadata.collection, registry.store, registry.clock
        self.collector = Collector(index, store, clock, windows)
        self.purger = Purger(metadata.purge, clock)
        self.leftovers = Leftovers(index, store, metadata.uploads, clock, windows)
        self.exporter = Exporter(registry.reader, registry.contents, make_hasher)
        self.importer = Importer(registry.reader, registry.writer, registry.uploads, registry.contents)

    def scrubber(self, rate: int) -> Scrubber:
        """Return what reads all blobs again, ``rate`` bytes per second at most (0: unbounded)."""
        from charthouse.services.scrub import Scrubber

        return Scrubber(self._registry.metadata.collection, self._registry.store, make_hasher, rate)

    def runner(self) -> Runner:
        """Return what runs the background jobs."""
        from charthouse.jobs.access_tokens import AccessTokenExpiryJob
        from charthouse.jobs.app_tokens import AppTokenExpiryJob
        from charthouse.jobs.collection import CollectionJob
        from charthouse.jobs.leftovers import LeftoversJob
        from charthouse.jobs.pending_charts import PendingChartsJob
        from charthouse.jobs.pull_days import PullDayExpiryJob
        from charthouse.jobs.purge import PurgeJob
        from charthouse.jobs.registry_size import RegistrySizeJob
        from charthouse.jobs.runner import Runner
        from charthouse.jobs.service_keys import ServiceKeyExpiryJob
        from charthouse.jobs.sessions import SessionExpiryJob
        from charthouse.jobs.signing_keys import SigningKeyExpiryJob
        from charthouse.jobs.tag_expiry import TagExpiryJob
        from charthouse.jobs.uploads import UploadExpiryJob

        from .superusers import size_counter

        registry = self._registry
        settings, metadata, clock = registry.settings, registry.metadata, registry.clock
        jobs: list[Job] = [
            UploadExpiryJob(self.leftovers),
            AccessTokenExpiryJob(metadata.accounts, metadata.codes, clock),
            SessionExpiryJob(
                metadata.sessions, metadata.last_uses, clock, timeout=registry.settings.sessions.timeout
            ),
            SigningKeyExpiryJob(registry.signing_keys, clock),
            ServiceKeyExpiryJob(
                metadata.service_keys,
                clock,
                unapproved=settings.service_keys.unapproved_seconds,
                expired=settings.service_keys.expired_seconds,
            ),
            RegistrySizeJob(size_counter(metadata, clock)),
            TagExpiryJob(self.collector),
            PullDayExpiryJob(metadata.pull_days, clock),
            PendingChartsJob(pending_of(registry)),
        ]
        if settings.tokens.app_specific_kept is not None:
            jobs.append(AppTokenExpiryJob(metadata.app_tokens, clock, settings.tokens.app_specific_kept))
        if settings.collection:
            jobs += [
                CollectionJob(self.collector, settings.collection_interval),
                LeftoversJob(self.leftovers),
            ]
            if settings.tags.purge_namespaces and settings.tags.purge_repositories:
                jobs.append(PurgeJob(self.purger))
        if registry.standstill.read_only:
            jobs = []
        return Runner(jobs, metadata.leases, clock, holder=f"{socket.gethostname()}:{os.getpid()}")


def prepare(settings: Settings, tls_host: str | None = None) -> Certificate | None:
    """Make what a start needs, before any server process: directories, schema, with ``tls_host`` a certificate.

    Raises Unavailable when the database does not answer.
    """
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    make_hasher("sha256", None)  # fails now, not at the first push, where libcrypto is missing
    migrate(settings.database, server_options(settings))
    metrics = metrics_directory(settings)
    for directory in (metrics.parent, metrics):
        directory.mkdir(mode=0o700, exist_ok=True)
    forget_dead(metrics)
    if tls_host is None:
        return None
    from charthouse.engines.keys.authority import Authority

    return Authority(settings.data / "tls").certificate([tls_host, settings.server_hostname])


def warn_of_inert(settings: Settings) -> None:
    """Log the keys that were given and have no effect, so that nobody believes in them."""
    if settings.inert:
        event = "these keys of the configuration have no effect (charthouse config validate tells why)"
        warn(event, json=settings.access_log == "json", keys=", ".join(settings.inert))


def metrics_directory(settings: Settings) -> Path:
    """Return where server processes of this machine leave their counts for each other."""
    return settings.data / "run" / "metrics"
