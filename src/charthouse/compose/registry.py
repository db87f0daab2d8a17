"""The parts of a registry, built from settings and joined: for servers, jobs and commands."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import msgspec

from charthouse.config.settings import People, Settings
from charthouse.engines.blobs.factory import blob_store_from
from charthouse.engines.clock import SystemClock
from charthouse.engines.hashing.libcrypto import make_hasher
from charthouse.engines.keys.files import FileSigningKeys, kept_secret
from charthouse.engines.keys.sealed import SealedSigningKeys, derived_key
from charthouse.engines.metadata.factory import metadata_from_url
from charthouse.engines.metadata.servers.options import ServerOptions
from charthouse.ports.clock import Clock
from charthouse.ports.upkeep import SigningKeys
from charthouse.services.access.gate import Gate
from charthouse.services.access.standstill import Standstill
from charthouse.services.charts.keyrings import KeyringService
from charthouse.services.charts.policy import PolicyService
from charthouse.services.charts.signatures import SignatureService
from charthouse.services.identity.access_tokens import AccessTokens
from charthouse.services.identity.actors import Standings
from charthouse.services.identity.app_tokens import AppTokens
from charthouse.services.identity.authenticator import Authenticator
from charthouse.services.identity.callers import Callers
from charthouse.services.identity.credentials.dispatch import Credentials
from charthouse.services.identity.credentials.people import PersonalCredentials
from charthouse.services.identity.keyring import KeyRing
from charthouse.services.identity.last_use import LastUses
from charthouse.services.identity.logins import Logins
from charthouse.services.identity.own_account import OwnAccount
from charthouse.services.identity.passwords import Passwords
from charthouse.services.identity.robots import Robots
from charthouse.services.identity.sealing import Sealer
from charthouse.services.identity.sign_up import SignUp
from charthouse.services.identity.throttle import Throttle
from charthouse.services.identity.token_service import TokenPolicy, TokenService
from charthouse.services.identity.tokens import Tokens
from charthouse.services.identity.users import Users
from charthouse.services.identity.vault import Vault
from charthouse.services.registry.administration import Administration
from charthouse.services.registry.caches import Caches
from charthouse.services.registry.contents import BlobContents
from charthouse.services.registry.image_configs import ImageConfigs
from charthouse.services.registry.immutability import ImmutabilityService
from charthouse.services.registry.inspections import Inspections
from charthouse.services.registry.labels import LabelService
from charthouse.services.registry.listings import Listings
from charthouse.services.registry.manifest_details import ManifestViews
from charthouse.services.registry.pull_statistics import PullStatistics
from charthouse.services.registry.pulls import PullCounter
from charthouse.services.registry.reader import Reader
from charthouse.services.registry.sharing import Sharing
from charthouse.services.registry.tag_shelf import TagShelf
from charthouse.services.registry.tag_timeline import Timeline
from charthouse.services.registry.tags import TagRules, TagService
from charthouse.services.registry.uploads import UploadService
from charthouse.services.registry.writer import Writer, WriteRules

from .accounts import account_rules, sign_up_rules
from .browsers import csrf_tokens, sessions_of
from .charts import chart_sandbox, comparing_sandbox, intake_of, patient_chart_sandbox
from .credentials import credential_kinds, robot_rules
from .federation import federation_of
from .oauth import OAuth
from .signing import comparer, openpgp
from .tags import tag_rules, time_machine

if TYPE_CHECKING:
    from charthouse.services.charts.documents import ChartDocuments


def server_options(settings: Settings) -> ServerOptions:
    """Return how the database is connected to."""
    return msgspec.convert(settings.connection, ServerOptions, from_attributes=True)


def _standings(people: People) -> Standings:
    return Standings(
        superusers=people.super_users,
        superusers_enabled=people.super_users_enabled,
        observers=people.read_only_super_users,
        full_access=people.super_users_full_access,
        restricted=people.restricted,
        unrestricted=people.restricted_whitelist,
    )


class Registry:
    """Every part of a registry, built from settings and not yet opened; tests bring their own clock."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self.settings = settings
        self.clock = clock or SystemClock()
        self.metadata = metadata_from_url(settings.database, server_options(settings))
        self.store = blob_store_from(settings.storage.engine, settings.storage.arguments)
        self._build_content()
        self._build_identity()

    def _build_content(self) -> None:
        settings, metadata, repositories = self.settings, self.metadata, self.settings.repositories
        self.standstill = Standstill(
            read_only=repositories.state == "readonly", no_pushes=repositories.pushes_disabled
        )
        pull_log = "off" if self.standstill.read_only else settings.pull_log
        self.pulls = PullCounter(metadata.pulls, self.clock, pull_log)
        self.caches = Caches(settings.cache_bytes)
        self.reader = Reader(
            metadata,
            self.caches,
            self.pulls,
            self.clock,
            anonymous=settings.anonymous_access,
            public_catalog=repositories.public_catalog,
            # Where only superusers make organizations, pushes make none.
            founding=repositories.create_namespace and not settings.people.super_users_make_organizations,
        )
        rules = WriteRules(
            sparse=settings.sparse,
            extended_names=repositories.extended_names,
            create_private=settings.create_private,
            maximum_manifest=settings.maximum_manifest,
            maximum_blob=settings.maximum_blob,
            grace_ms=settings.collection_grace * 1000,
        )
        self.listings = Listings(
            metadata.overviews,
            metadata.pull_days,
            metadata.tags,
            metadata.accounts,
            self.clock,
            frozenset(repositories.public_namespaces),
        )
        self.sharing = Sharing(metadata.grants, metadata.accounts)
        self.contents = BlobContents(self.store, redirect=not settings.proxy_storage)
        self.openpgp = openpgp()
        self.keyrings = KeyringService(metadata.keyrings, self.openpgp, self.clock)
        self.signatures = SignatureService(
            self.reader, self.contents, metadata.keyrings, self.openpgp, comparer(), self.clock
        )
        self.chart_policies = PolicyService(metadata.chart_policies)
        self.image_configs = ImageConfigs(self.reader, self.contents)
        rules_of_tags = tag_rules(settings.tags)
        self.chart_sandbox = chart_sandbox(settings)
        self.patient_chart_sandbox = patient_chart_sandbox(settings)
        self.comparing_sandbox = comparing_sandbox(settings)
        self.chart_intake = intake_of(self)
        self.writer = Writer(
            metadata, self.reader, self.image_configs, self.chart_intake, self.clock, rules, rules_of_tags
        )
        self.uploads = UploadService(
            metadata.uploads, metadata.blobs, self.store, self.writer, self.clock, make_hasher
        )
        self.administration = Administration(metadata.repositories, self.uploads, self.clock, rules)
        self._build_tags(rules_of_tags)

    def _build_tags(self, rules: TagRules) -> None:
        metadata, tags = self.metadata, self.settings.tags
        self.tags = TagService(metadata.tags, metadata.manifests, self.clock, rules)
        self.labels = LabelService(
            metadata.labels, self.reader, self.image_configs, tags.reserved_label_prefixes
        )
        self.manifest_views = ManifestViews(self.reader, self.image_configs)
        self.immutability = ImmutabilityService(
            metadata.immutability_policies, can_expire=tags.immutable_can_expire
        )
        self.pull_statistics = PullStatistics(metadata.pulls, self.pulls, self.reader, self.tags)
        told = self.told_pulls = self.pull_statistics if self.settings.repositories.pull_statistics else None
        self.tag_shelf = TagShelf(metadata.tag_lists, self.image_configs, told, self.clock)
        self.timeline = Timeline(metadata.tag_lists, metadata.accounts, time_machine(tags), self.clock)
        self.inspections = Inspections(
            self.manifest_views, metadata.tag_lists, self.reader, self.labels, told, self.clock
        )

    def _build_identity(self) -> None:
        settings, clock, accounts = self.settings, self.clock, self.metadata.accounts
        self.signing_keys, sealing_key = self._keys()
        longest = max(settings.token_seconds, settings.refresh_token_seconds)
        self.key_ring = KeyRing(self.signing_keys, clock, token_seconds=longest)
        self.issued = tokens = Tokens(self.key_ring, clock, service=settings.server_hostname)
        self.passwords = Passwords()
        self.vault = self._vault()
        self.sealer = sealer = Sealer(sealing_key)
        self.standings = _standings(settings.people)
        self.last_uses = LastUses(
            self.metadata.last_uses,
            clock,
            threshold_ms=settings.people.last_accessed_seconds * 1000,
            enabled=settings.people.last_accessed and not self.standstill.read_only,
        )
        self.access_tokens = AccessTokens(accounts, clock, self.standings, self.last_uses)
        self.logins = Logins(accounts, self.passwords, sealer, Throttle(clock), clock)
        self.credentials = credentials = Credentials(
            credential_kinds(self),
            PersonalCredentials(
                self.logins,
                self.standings,
                self.last_uses,
                encrypted_only=settings.people.encrypted_basic_auth,
            ),
        )
        self.authenticator = Authenticator(
            tokens, credentials, clock, self.reader.is_current, robots=robot_rules(settings.people)
        )
        self.caches.on_account = self.authenticator.forget
        policy = TokenPolicy(
            service=settings.server_hostname,
            library=settings.library_namespace,
            anonymous=settings.anonymous_access,
            token_seconds=settings.token_seconds,
            refresh_seconds=settings.refresh_token_seconds,
        )
        self.tokens = TokenService(credentials, accounts, self.reader, tokens, clock, policy, self.standings)
        self.users = Users(accounts, self.passwords, sealer, clock, self.standings)
        self.csrf = csrf_tokens(sealing_key)
        self.sessions = sessions_of(self)
        self.callers = Callers(self.access_tokens, self.sessions, self.standings, self.last_uses)
        self.app_tokens = AppTokens(
            self.metadata.app_tokens,
            self.vault,
            self.last_uses,
            clock,
            lives=settings.tokens.app_specific_seconds,
        )
        rules = account_rules(settings)
        self.own_account = OwnAccount(accounts, self.users, self.logins, sealer, rules)
        self.sign_up = SignUp(self.users, self.metadata.invites, clock, sign_up_rules(settings))
        self.gate = Gate(self.reader, accounts)
        self.robots = Robots(
            self.metadata.robots, self.vault, self.last_uses, self.gate, clock, robot_rules(settings.people)
        )
        self.federation = federation_of(self)
        self.oauth = OAuth(self.metadata, self.vault, self.last_uses, clock, settings)

    @functools.cached_property
    def chart_documents(self) -> ChartDocuments:
        """Return what reads charts for those who look at them: one, because it remembers."""
        from charthouse.services.charts.documents import ChartDocuments  # the first answers of /v2 do without

        seconds = self.settings.charts.read_seconds
        return ChartDocuments(self.metadata.charts, self.clock, self.comparing_sandbox, seconds)

    def _vault(self) -> Vault:
        settings = self.settings
        if settings.database_secret_key:
            return Vault(derived_key(settings.database_secret_key, "secrets"))
        return Vault(kept_secret(settings.data / "keys" / "secrets.key"))

    def page_key(self) -> bytes:
        """Return the key under which lists seal where their next page begins."""
        settings, sessions = self.settings, self.settings.sessions
        secret = sessions.page_token_key or sessions.secret_key or settings.database_secret_key
        if secret:
            return derived_key(secret, "pages")
        return kept_secret(settings.data / "keys" / "pages.key")

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
        await self.chart_sandbox.close()
        await self.patient_chart_sandbox.close()
        await self.comparing_sandbox.close()
        await self.store.close()
        await self.metadata.close()
        self.passwords.close()
        await self.signatures.close()
        await self.openpgp.close()


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Registry]:
    """Yield a registry for a command or job, opened, and close it afterwards."""
    registry = Registry(settings)
    await registry.open()
    try:
        yield registry
    finally:
        await registry.close()
