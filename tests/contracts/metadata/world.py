"""Short words for what the tests push: people, repositories, blobs, manifests."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import Connection, insert

from charthouse.engines.metadata import tables
from charthouse.model.digests import Digest, digest_of
from charthouse.model.manifests import OCI_INDEX, OCI_MANIFEST, Manifest
from charthouse.model.names import RepositoryName, Tag
from charthouse.model.permissions import NamespaceRole, Role
from charthouse.ports.accounts import NewUser
from charthouse.ports.content import LinkBlob, MountBlob, PutManifest, Target

from .harness import Harness, Reads

DAY = 86_400_000
NOW = 1_700_000_000_000
KEPT = NOW + 3_600_000


def blob_digest(content: str) -> Digest:
    return digest_of(content.encode())


def image(*layers: str, subject: Digest | None = None, absent: Sequence[str] = ()) -> Manifest:
    """An image of layers that were pushed with these contents."""
    return Manifest(
        media_type=OCI_MANIFEST,
        config_media_type="application/vnd.cncf.helm.config.v1+json",
        artifact_type="application/vnd.cncf.helm.config.v1+json",
        annotations={"layers": " ".join(layers), "grüße": "☸"},
        subject=subject,
        blobs=tuple(blob_digest(layer) for layer in layers),
        absent_allowed=tuple(blob_digest(layer) for layer in absent),
        children=(),
    )


def index(*children: Digest, subject: Digest | None = None) -> Manifest:
    return Manifest(
        media_type=OCI_INDEX,
        config_media_type="",
        artifact_type="",
        annotations={},
        subject=subject,
        blobs=(),
        absent_allowed=(),
        children=children,
    )


class World:
    """One store seen through its ports."""

    def __init__(self, harness: Harness) -> None:
        self.harness = harness
        self.store = harness.store
        self.reads = Reads(harness.store)
        self.peer_reads = Reads(harness.peer)

    async def user(self, name: str, superuser: bool = False) -> int:
        user = NewUser(name, f"{name}@example.com", "hash", superuser, NOW)
        return (await self.store.accounts.add_user(user)).account_id

    async def organization(self, name: str, owner_id: int) -> int:
        organization = await self.store.accounts.add_organization(name, "", owner_id, NOW)
        return organization.account_id

    async def repository(self, path: str, account_id: int, public: bool = False) -> int:
        target = Target(RepositoryName(path), account_id, create=True, public=public)
        return await self.store.repositories.create(target, "", NOW)

    async def push_blob(
        self, path: str, account_id: int, content: str, key: str = "", until: int = KEPT
    ) -> Digest:
        digest = blob_digest(content)
        target = Target(RepositoryName(path), account_id, create=True)
        await self.store.blobs.link(
            LinkBlob(target, digest, len(content), key or f"{path}:{content}", until, NOW)
        )
        return digest

    async def mount(self, path: str, account_id: int, digest: Digest, source: str | None) -> bool:
        named = None if source is None else RepositoryName(source)
        target = Target(RepositoryName(path), account_id, create=True)
        return await self.store.blobs.mount(MountBlob(target, digest, named, KEPT, NOW))

    async def push(
        self,
        path: str,
        account_id: int,
        manifest: Manifest,
        *tags: str,
        sparse: bool = False,
        now: int = NOW,
        create: bool = True,
    ) -> Digest:
        """Push a manifest, not the blobs it names; returns its digest."""
        command = put_command(path, account_id, manifest, *tags, sparse=sparse, now=now, create=create)
        await self.store.manifests.put(command)
        return command.digest

    async def push_image(self, path: str, account_id: int, layer: str, *tags: str, now: int = NOW) -> Digest:
        """Push an image of one layer, with the layer."""
        await self.push_blob(path, account_id, layer)
        return await self.push(path, account_id, image(layer), *tags, now=now)

    async def team(self, organization_id: int, name: str, role: NamespaceRole, *members: int) -> int:
        def add(connection: Connection) -> int:
            row = {"organization_id": organization_id, "name": name, "role": role.value}
            key = connection.execute(insert(tables.team).values(row)).inserted_primary_key
            assert key is not None
            for member in members:
                link = {"team_id": key[0], "account_id": member}
                connection.execute(insert(tables.team_member).values(link))
            return int(key[0])

        return await self.harness.tables(add)

    async def grant(
        self, repository_id: int, role: Role, *, account_id: int | None = None, team_id: int | None = None
    ) -> None:
        row = {
            "repository_id": repository_id,
            "account_id": account_id,
            "team_id": team_id,
            "role": role.value,
        }
        await self.harness.tables(
            lambda connection: connection.execute(insert(tables.repository_grant).values(row)) and None
        )


def put_command(
    path: str,
    account_id: int,
    manifest: Manifest,
    *tags: str,
    sparse: bool = False,
    now: int = NOW,
    create: bool = True,
) -> PutManifest:
    content = json.dumps(
        {
            "type": manifest.media_type,
            "names": [*manifest.blobs, *manifest.children, *manifest.absent_allowed],
            "subject": manifest.subject,
        }
    ).encode()
    return PutManifest(
        target=Target(RepositoryName(path), account_id, create=create),
        digest=digest_of(content),
        content=content,
        manifest=manifest,
        tags=tuple(Tag(tag) for tag in tags),
        sparse=sparse,
        now_ms=now,
    )
