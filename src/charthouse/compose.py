"""The composition root: the one place that builds the parts and joins them, for servers, jobs and commands."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from charthouse.api.kit.front import Front, PublicAddress
from charthouse.api.kit.router import Mounted, PrefixRouter
from charthouse.api.v2.app import DistributionApi
from charthouse.api.v2.blobs import BlobHandlers
from charthouse.api.v2.listings import ListHandlers
from charthouse.api.v2.manifests import ManifestHandlers
from charthouse.api.v2.tokens import TokenHandlers
from charthouse.api.v2.uploads import UploadHandlers
from charthouse.config.loader import load
from charthouse.config.settings import Settings
from charthouse.engines.blobs.factory import blob_store_from
from charthouse.engines.clock import SystemClock
from charthouse.engines.hashing.libcrypto import make_hasher
from charthouse.engines.keys.files import FileSigningKeys, kept_secret
from charthouse.engines.keys.sealed import SealedSigningKeys, derived_key
from charthouse.engines.metadata.factory import metadata_from_url, migrate
from charthouse.ports.clock import Clock
from charthouse.ports.upkeep import SigningKeys
from charthouse.services.identity.authenticator import Authenticator
from charthouse.services.identity.credentials import Credentials
from charthouse.services.identity.keyring import KeyRing
from charthouse.services.identity.passwords import Passwords
from charthouse.services.identity.sealing import Sealer
from charthouse.services.identity.throttle import Throttle
from charthouse.services.identity.token_service import TokenPolicy, TokenService
from charthouse.services.identity.tokens import Tokens
from charthouse.services.identity.users import Users
from charthouse.services.registry.administration import Administration
from charthouse.services.registry.caches import Caches
from charthouse.services.registry.contents import BlobContents
from charthouse.services.registry.pulls import PullCounter
from charthouse.services.registry.reader import Reader
from charthouse.services.registry.uploads import UploadService
from charthouse.services.registry.writer import Writer, WriteRules
from charthouse.telemetry.logs import FailureLog
from charthouse.telemetry.requests import RequestTelemetry, forget_dead

if TYPE_CHECKING:
    from charthouse.engines.keys.authority import Certificate
    from charthouse.jobs.runner import Job, Runner
    from charthouse.services.scrub import Scrubber


class Registry:
    """Every part of a registry, built from settings and not yet opened; tests bring their own clock."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self.settings = settings
        self.clock = clock or SystemClock()
        self.metadata = metadata_from_url(settings.database)
        self.store = blob_store_from(settings.storage.engine, settings.storage.arguments)
        self._build_content()
        self._build_identity()

    def _build_content(self) -> None:
        settings, metadata = self.settings, self.metadata
        self.pulls = PullCounter(metadata.pulls, self.clock, settings.pull_log)
        self.caches = Caches(settings.cache_bytes)
        self.reader = Reader(metadata, self.caches, self.pulls, anonymous=settings.anonymous_access)
        rules = WriteRules(
            sparse=settings.sparse,
            create_private=settings.create_private,
            maximum_manifest=settings.maximum_manifest,
            maximum_blob=settings.maximum_blob,
            grace_ms=settings.collection_grace * 1000,
        )
        self.administration = Administration(metadata.repositories, self.reader)
        self.writer = Writer(metadata, self.reader, self.clock, rules)
        self.uploads = UploadService(
            metadata.uploads, metadata.blobs, self.store, self.writer, self.clock, make_hasher
        )
        self.contents = BlobContents(self.store, redirect=not settings.proxy_storage)

    def _build_identity(self) -> None:
        settings, clock, accounts = self.settings, self.clock, self.metadata.accounts
        self.signing_keys, sealing_key = self._keys()
        longest = max(settings.token_seconds, settings.refresh_token_seconds)
        tokens = Tokens(
            KeyRing(self.signing_keys, clock, token_seconds=longest), clock, service=settings.server_hostname
        )
        self.passwords = Passwords()
        sealer = Sealer(sealing_key)
        credentials = Credentials(accounts, self.passwords, sealer, Throttle(clock), clock)
        self.authenticator = Authenticator(tokens, credentials, clock)
        self.caches.on_account = self.authenticator.forget
        policy = TokenPolicy(
            service=settings.server_hostname,
            library=settings.library_namespace,
            anonymous=settings.anonymous_access,
            token_seconds=settings.token_seconds,
            refresh_seconds=settings.refresh_token_seconds,
        )
        self.tokens = TokenService(credentials, accounts, self.reader, tokens, clock, policy)
        self.users = Users(accounts, self.passwords, sealer, clock, super_users=settings.people.super_users)

    def _keys(self) -> tuple[SigningKeys, bytes]:
        settings = self.settings
        if self.metadata.inline is not None:
            directory = settings.data / "keys"
            return FileSigningKeys(directory), kept_secret(directory / "sealing.key")
        secret = settings.database_secret_key
        return SealedSigningKeys(self.metadata.signing_keys, secret), derived_key(secret, "passwords")

    async def open(self) -> None:
        """Connect to database and storage; raises Unavailable."""
        await self.metadata.open()
        await self.store.open()

    async def close(self) -> None:
        """Finish what is under way and disconnect."""
        await self.store.close()
        await self.metadata.close()
        self.passwords.close()


class Upkeep:
    """What jobs and commands do with a registry beside serving it; a server loads nothing of it."""

    def __init__(self, registry: Registry) -> None:
        from charthouse.services.collection import Collector, Windows
        from charthouse.services.leftovers import Leftovers
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
        self.leftovers = Leftovers(index, store, metadata.uploads, clock, windows)
        self.exporter = Exporter(metadata.manifests, registry.reader, registry.contents, make_hasher)
        self.importer = Importer(registry.reader, registry.writer, registry.uploads, registry.contents)

    def scrubber(self, rate: int) -> Scrubber:
        """Return what reads all blobs again, ``rate`` bytes per second at most (0: unbounded)."""
        from charthouse.services.scrub import Scrubber

        return Scrubber(self._registry.metadata.collection, self._registry.store, make_hasher, rate)

    def runner(self) -> Runner:
        """Return what runs the background jobs."""
        from charthouse.jobs.access_tokens import AccessTokenExpiryJob
        from charthouse.jobs.collection import CollectionJob
        from charthouse.jobs.leftovers import LeftoversJob
        from charthouse.jobs.runner import Runner
        from charthouse.jobs.signing_keys import SigningKeyExpiryJob
        from charthouse.jobs.uploads import UploadExpiryJob

        registry = self._registry
        settings, metadata, clock = registry.settings, registry.metadata, registry.clock
        jobs: list[Job] = [
            UploadExpiryJob(self.leftovers),
            AccessTokenExpiryJob(metadata.accounts, clock),
            SigningKeyExpiryJob(registry.signing_keys, clock),
        ]
        if settings.collection:
            jobs += [
                CollectionJob(self.collector, settings.collection_interval),
                LeftoversJob(self.leftovers),
            ]
        return Runner(jobs, metadata.leases, clock, holder=f"{socket.gethostname()}:{os.getpid()}")


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Registry]:
    """Yield a registry for a command or job, opened, and close it afterwards."""
    registry = Registry(settings)
    await registry.open()
    try:
        yield registry
    finally:
        await registry.close()


def prepare(settings: Settings, tls_host: str | None = None) -> Certificate | None:
    """Make what a start needs, before any server process: directories, schema, with ``tls_host`` a certificate.

    Raises Unavailable when the database does not answer.
    """
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    make_hasher("sha256", None)  # fails now, not at the first push, where libcrypto is missing
    migrate(settings.database)
    metrics = _metrics(settings)
    for directory in (metrics.parent, metrics):
        directory.mkdir(mode=0o700, exist_ok=True)
    forget_dead(metrics)
    if tls_host is None:
        return None
    from charthouse.engines.keys.authority import Authority

    return Authority(settings.data / "tls").certificate([tls_host, settings.server_hostname])


def _metrics(settings: Settings) -> Path:
    """Return where server processes of this machine leave their counts for each other."""
    return settings.data / "run" / "metrics"


def server(settings: Settings) -> Front:
    """Return the ASGI application of one server process."""
    registry = Registry(settings)
    telemetry = RequestTelemetry(settings.access_log, _metrics(settings))

    address = PublicAddress(settings.server_hostname, settings.url_scheme, settings.proxy_count)
    failures = FailureLog(json=settings.access_log == "json")
    others = _others(registry, telemetry, address, failures)
    warming: list[asyncio.Task[None]] = []

    async def start() -> None:
        await registry.open()
        registry.pulls.start()
        telemetry.start()
        warming.append(asyncio.create_task(_warm(others)))

    async def stop() -> None:
        warming.pop().cancel()
        await registry.pulls.stop()
        await telemetry.stop()
        await registry.close()

    return Front(_distribution(registry, address, failures), others, telemetry, start, stop)


def application() -> Front:
    """Return the application for another ASGI server, its settings from CHARTHOUSE_DATA and CHARTHOUSE_CONFIG."""
    config = os.environ.get("CHARTHOUSE_CONFIG")
    data = Path(os.environ.get("CHARTHOUSE_DATA", "data"))
    settings = load(data=data, config=Path(config) if config else None)
    prepare(settings)
    return server(settings)


async def _warm(others: PrefixRouter) -> None:
    """Load what the first answers of /v2 can do without, once they are given."""
    await asyncio.sleep(0.5)
    await others.warm()


def _distribution(registry: Registry, address: PublicAddress, failures: FailureLog) -> DistributionApi:
    reader, writer = registry.reader, registry.writer
    return DistributionApi(
        authenticator=registry.authenticator,
        reader=reader,
        manifests=ManifestHandlers(reader, writer),
        blobs=BlobHandlers(reader, writer, registry.contents),
        uploads=UploadHandlers(registry.uploads, writer),
        lists=ListHandlers(reader),
        tokens=TokenHandlers(registry.tokens),
        address=address,
        failures=failures,
        library=registry.settings.library_namespace,
    )


def _others(
    registry: Registry, telemetry: RequestTelemetry, address: PublicAddress, failures: FailureLog
) -> PrefixRouter:
    from charthouse.api.ops.app import OpsApi

    def metrics() -> bytes:
        from charthouse.telemetry.exposition import exposition

        return exposition(telemetry.totals())

    ops = OpsApi({"database": registry.metadata.check}, metrics)
    return PrefixRouter(
        {
            "/livez": lambda: ops,
            "/readyz": lambda: ops,
            "/metrics": lambda: ops,
            "/api/v1": lambda: _quay(registry, address, failures),
        }
    )


def _quay(registry: Registry, address: PublicAddress, failures: FailureLog) -> Mounted:
    from charthouse.api.quay.app import quay_app

    application = quay_app(
        registry.users,
        registry.administration,
        address,
        initialize=registry.settings.user_initialize,
        set_up_token=registry.settings.set_up_token,
        failures=failures,
    )
    return Mounted(application, "quay.unknown")
