"""The ports of a metadata store: each method hands one command or question to an Executor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from charthouse.model.permissions import RepositoryState
from charthouse.ports.accounts import (
    AccessToken,
    Account,
    AccountChange,
    Membership,
    NamespaceAccess,
    NewUser,
)
from charthouse.ports.content import (
    LinkBlob,
    MountBlob,
    Pull,
    PutManifest,
    ReferrerPage,
    Referrers,
    TagTarget,
    Target,
)
from charthouse.ports.upkeep import SigningKey
from charthouse.ports.uploads import Upload

from . import commands
from .executor import Executor


class StoredRepositories:
    """Repositories, kept in tables."""

    def __init__(self, content: Executor) -> None:
        self._content = content

    async def create(self, target: Target, description: str, now_ms: int) -> int:
        """Create a repository, return its id."""
        return await self._content.write(commands.repositories.create, target, description, now_ms)

    async def set_visibility(self, repository_id: int, public: bool) -> None:
        """Make it public or private."""
        await self._content.write(commands.repositories.set_visibility, repository_id, public)

    async def set_state(self, repository_id: int, state: RepositoryState) -> None:
        """Say what may be done to its content."""
        await self._content.write(commands.repositories.set_state, repository_id, state)

    async def set_description(self, repository_id: int, description: str) -> None:
        """Replace its description."""
        await self._content.write(commands.repositories.set_description, repository_id, description)

    async def delete(self, repository_id: int) -> bool:
        """Make a repository unreachable."""
        return await self._content.write(commands.removal.delete_repository, repository_id)

    async def catalog(self, account_id: int, after: str, limit: int, *, public: bool = True) -> list[str]:
        """Return names that the account may read."""
        return await self._content.scan(commands.repositories.catalog, account_id, after, limit, public)

    async def names(self, after: str, limit: int) -> list[str]:
        """Return names of all repositories."""
        return await self._content.scan(commands.repositories.names, after, limit)


class StoredManifests:
    """Manifests, kept in tables."""

    def __init__(self, content: Executor) -> None:
        self._content = content

    async def put(self, command: PutManifest) -> int:
        """Store a manifest and point tags at it."""
        return await self._content.write(commands.manifests.put, command)

    async def delete_tag(self, repository_id: int, tag: str, now_ms: int) -> bool:
        """Hide a tag."""
        return await self._content.write(commands.tags.delete_tag, repository_id, tag, now_ms)

    async def delete_manifest(self, repository_id: int, digest: str, now_ms: int) -> bool:
        """Hide a manifest and its tags."""
        return await self._content.write(commands.manifests.delete_manifest, repository_id, digest, now_ms)

    async def referrers(self, asked: Referrers) -> ReferrerPage:
        """Return a page of what refers to a manifest."""
        return await self._content.read(commands.manifests.referrers, asked)

    async def listable(self, repository_id: int, subject: str, digests: Sequence[str]) -> set[str]:
        """Return those of the digests that are live manifests and do not name ``subject``."""
        return await self._content.read(commands.manifests.listable, repository_id, subject, digests)

    async def tag_targets(self, repository_id: int, after: str, limit: int, now_ms: int) -> list[TagTarget]:
        """Return live tags and what they point at."""
        return await self._content.read(commands.manifests.tag_targets, repository_id, after, limit, now_ms)


class StoredBlobIndex:
    """Which repository holds which blob, kept in tables."""

    def __init__(self, content: Executor) -> None:
        self._content = content

    async def link(self, command: LinkBlob) -> str:
        """Tell that a repository holds a blob."""
        return await self._content.write(commands.blobs.link, command)

    async def mount(self, command: MountBlob) -> bool:
        """Let a repository hold a blob of another."""
        return await self._content.write(commands.blobs.mount, command)

    async def keep(self, repository_id: int, digest: str, until_ms: int) -> bool:
        """Keep a blob from collection."""
        return await self._content.write(commands.blobs.keep, repository_id, digest, until_ms)

    async def unlink(self, repository_id: int, digest: str) -> bool:
        """Take a blob from a repository."""
        return await self._content.write(commands.blobs.unlink, repository_id, digest)

    async def lose(self, digest: str, key: str) -> None:
        """Make a blob unknown everywhere until it is pushed again."""
        await self._content.write(commands.blobs.lose, digest, key)


class StoredPullLog:
    """Counts of pulls, kept in tables."""

    def __init__(self, activity: Executor) -> None:
        self._activity = activity

    async def record(self, pulls: Sequence[Pull]) -> None:
        """Add to the counts."""
        await self._activity.write(commands.pulls.record, pulls)

    async def count(self, repository_id: int, reference: str) -> tuple[int, int]:
        """Return the pulls of a reference and when the last was."""
        return await self._activity.read(commands.pulls.count, repository_id, reference)

    async def counts(self, repository_id: int, references: Sequence[str]) -> Mapping[str, tuple[int, int]]:
        """Return the pulls of several references."""
        return await self._activity.read(commands.pulls.counts, repository_id, references)


class StoredUploads:
    """Upload sessions, kept in tables."""

    def __init__(self, activity: Executor) -> None:
        self._activity = activity

    async def add(self, upload: Upload) -> None:
        """Remember a new session."""
        await self._activity.write(commands.uploads.add, upload)

    async def get(self, upload_id: str) -> Upload | None:
        """Return a session."""
        return await self._activity.read(commands.uploads.get, upload_id)

    async def advance(self, upload: Upload, from_offset: int) -> bool:
        """Store a session's new state."""
        return await self._activity.write(commands.uploads.advance, upload, from_offset)

    async def remove(self, upload_id: str) -> bool:
        """Forget a session."""
        return await self._activity.write(commands.uploads.remove, upload_id)

    async def in_repository(self, repository: str) -> list[Upload]:
        """Return the sessions of a repository."""
        return await self._activity.read(commands.uploads.in_repository, repository)

    async def in_namespace(self, namespace: str) -> list[Upload]:
        """Return the sessions of all repositories of a namespace."""
        return await self._activity.read(commands.uploads.in_namespace, namespace)

    async def stale(self, before_ms: int, limit: int) -> list[Upload]:
        """Return sessions that nobody touches any more."""
        return await self._activity.read(commands.uploads.stale, before_ms, limit)


class StoredAccounts:
    """Accounts and their tokens, kept in tables."""

    def __init__(self, content: Executor) -> None:
        self._content = content

    async def add_user(self, user: NewUser) -> Account:
        """Create a user."""
        return await self._content.write(commands.accounts.add_user, user)

    async def add_first_user(self, user: NewUser) -> Account | None:
        """Create a user in a store that has none."""
        return await self._content.write(commands.accounts.add_first_user, user)

    async def has_users(self) -> bool:
        """Tell whether there is any user."""
        return await self._content.read(commands.accounts.has_users)

    async def add_organization(self, name: str, email: str, owner_id: int, now_ms: int) -> Account:
        """Create an organization."""
        return await self._content.write(commands.accounts.add_organization, name, email, owner_id, now_ms)

    async def by_name(self, name: str) -> Account | None:
        """Return an account by name."""
        return await self._content.read(commands.accounts.by_name, name)

    async def by_email(self, email: str) -> Account | None:
        """Return a user by e-mail address."""
        return await self._content.read(commands.accounts.by_email, email)

    async def by_id(self, account_id: int) -> Account | None:
        """Return an account by id."""
        return await self._content.read(commands.accounts.by_id, account_id)

    async def namespace_access(self, account_id: int, name: str) -> NamespaceAccess | None:
        """Decide what the account may do in a namespace."""
        return await self._content.read(commands.accounts.namespace_access, account_id, name)

    async def memberships(self, user_id: int) -> list[Membership]:
        """Return the organizations of a user."""
        return await self._content.read(commands.accounts.memberships, user_id)

    async def set_password(self, account_id: int, password_hash: str) -> None:
        """Replace a password."""
        await self._content.write(commands.accounts.set_password, account_id, password_hash)

    async def upgrade_password(self, account_id: int, old_hash: str, new_hash: str) -> bool:
        """Keep another hash of the same password."""
        return await self._content.write(commands.accounts.upgrade_password, account_id, old_hash, new_hash)

    async def change(self, account_id: int, change: AccountChange) -> None:
        """Change what an account tells of itself."""
        await self._content.write(commands.accounts.change, account_id, change)

    async def set_enabled(self, account_id: int, enabled: bool) -> None:
        """Enable or disable an account."""
        await self._content.write(commands.accounts.set_enabled, account_id, enabled)

    async def add_token(self, token: AccessToken) -> None:
        """Keep an access token."""
        await self._content.write(commands.accounts.add_token, token)

    async def token(self, token_hash: str) -> AccessToken | None:
        """Return an access token."""
        return await self._content.read(commands.accounts.token, token_hash)

    async def remove_tokens(self, expired_before_ms: int) -> int:
        """Forget expired tokens."""
        return await self._content.write(commands.accounts.remove_tokens, expired_before_ms)


class StoredSigningKeys:
    """Signing keys, kept in tables."""

    def __init__(self, content: Executor) -> None:
        self._content = content

    async def all(self) -> list[SigningKey]:
        """Return every key."""
        return await self._content.read(commands.upkeep.all_keys)

    async def add(self, key: SigningKey, unless_newer_than_ms: int) -> bool:
        """Keep a key."""
        return await self._content.write(commands.upkeep.add_key, key, unless_newer_than_ms)

    async def remove_expired(self, now_ms: int) -> int:
        """Forget expired keys."""
        return await self._content.write(commands.upkeep.remove_expired_keys, now_ms)


class StoredLeases:
    """Leases, kept in tables."""

    def __init__(self, activity: Executor) -> None:
        self._activity = activity

    async def acquire(self, name: str, holder: str, now_ms: int, until_ms: int) -> bool:
        """Take or extend a lease."""
        return await self._activity.write(commands.upkeep.acquire, name, holder, now_ms, until_ms)

    async def release(self, name: str, holder: str) -> None:
        """Give a lease back."""
        await self._activity.write(commands.upkeep.release, name, holder)
