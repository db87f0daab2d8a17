"""The hot questions of a server database, each decided by one query that several callers share.

Every row begins with what ``access.decide`` needs; the rest is the answer, which a caller below read never sees.
"""

from __future__ import annotations

from typing import Final

from charthouse.engines.metadata.access import AccessFacts, decide
from charthouse.model.permissions import Access, Role
from charthouse.ports.reads import BlobRow, ManifestHead

from .batcher import Batcher, Question, Row

FACTS: Final = """
  r.id, r.public, r.state, n.id, n.enabled, a.epoch,
  CASE WHEN n.id <> q.account THEN (
    SELECT b.creates FROM robot b WHERE b.account_id = q.account AND b.owner_id = n.id) END,
  CASE WHEN n.id <> q.account THEN (
    SELECT max(t.role) FROM team_member m JOIN team t ON t.id = m.team_id
    WHERE m.account_id = q.account AND t.organization_id = n.id) END,
  CASE WHEN n.id <> q.account THEN (
    SELECT max(g.role) FROM repository_grant g
    WHERE g.repository_id = r.id AND (g.account_id = q.account OR g.team_id IN (
      SELECT m.team_id FROM team_member m WHERE m.account_id = q.account))) END
"""
"""The columns of AccessFacts, for a question ``q`` joined as ``r``, ``n`` and ``a``. An owner needs no more."""

_FACTS = len(AccessFacts._fields)


class BatchedReads:
    """RemoteReads by a Batcher."""

    def __init__(self, batcher: Batcher) -> None:
        self._ask = batcher.ask

    async def access(self, account_id: int, repository: str) -> Access:
        """Decide what the account may do at this name."""
        return _access(account_id, await self._ask(Question.ACCESS, (account_id, repository)))

    async def manifest(
        self, account_id: int, repository: str, reference: str, now_ms: int, *, everything: bool = False
    ) -> tuple[Access, ManifestHead | None]:
        """Decide access, and what the reference names."""
        if ":" in reference:
            row = await self._ask(Question.MANIFEST_BY_DIGEST, (account_id, repository, reference))
        else:
            row = await self._ask(Question.MANIFEST_BY_TAG, (account_id, repository, reference, now_ms))
        access = _access(account_id, row)
        if row[_FACTS] is None or not (everything or access.role >= Role.READ):
            return access, None
        return access, ManifestHead(*row[_FACTS:])

    async def content(self, manifest_id: int) -> bytes | None:
        """Return the bytes of a manifest."""
        [content] = await self._ask(Question.CONTENT, (manifest_id,))
        return None if content is None else bytes(content)

    async def blob(
        self, account_id: int, repository: str, digest: str, *, everything: bool = False
    ) -> tuple[Access, BlobRow | None]:
        """Decide access, and find the blob."""
        row = await self._ask(Question.BLOB, (account_id, repository, digest))
        access = _access(account_id, row)
        if row[_FACTS] is None or not (everything or access.role >= Role.READ):
            return access, None
        return access, BlobRow(*row[_FACTS:])

    async def tags(
        self,
        account_id: int,
        repository: str,
        after: str,
        limit: int,
        now_ms: int,
        *,
        everything: bool = False,
    ) -> tuple[Access, list[str]]:
        """Decide access, and list live tags greater than ``after``."""
        row = await self._ask(Question.TAGS, (account_id, repository, after, limit, now_ms))
        access = _access(account_id, row)
        return access, list(row[_FACTS]) if everything or access.role >= Role.READ else []


def _access(account_id: int, row: Row) -> Access:
    return decide(account_id, AccessFacts(*row[:_FACTS]))
