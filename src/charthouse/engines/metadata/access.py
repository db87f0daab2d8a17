"""Who may do what at a repository name: the rule, apart from the query that gathers its facts.

Every engine gathers the same facts in one query (``AccessFacts``) and decides by ``decide``. Source: Quay 3.7's
permission model: the highest of ownership, team rights, grants and public read; superusers have no implicit
right.
"""

from __future__ import annotations

import enum
from typing import NamedTuple

from charthouse.model.permissions import Access, Role


class TeamRole(enum.IntEnum):
    """What a team may do in its organization; each includes the ones below it."""

    MEMBER = 1
    CREATOR = 2
    ADMIN = 3


class AccessFacts(NamedTuple):
    """What one query tells of an account and a repository name; None where there is nothing."""

    repository_id: int | None
    public: bool | None
    namespace_id: int | None
    epoch: int | None
    """The account's; None when it is disabled or gone."""
    team_role: int | None
    """The highest TeamRole of the account's teams in the namespace."""
    grant: int | None
    """The highest Role that the repository grants to the account or to a team of it."""


_ROLES = tuple(Role)


def decide(account_id: int, facts: AccessFacts) -> Access:
    """Return what ``account_id`` may do; 0 is anonymous."""
    repository_id, public, namespace_id, epoch, team_role, grant = facts
    if account_id == 0:
        epoch, owner, team_role, grant = 0, False, None, None
    elif epoch is None:
        return Access(repository_id or 0, Role.NONE, bool(public), False, -1)
    else:
        owner = namespace_id == account_id
    if repository_id is None:
        can_create = owner or (team_role or 0) >= TeamRole.CREATOR
        return Access(0, Role.NONE, False, can_create, epoch)
    if owner or team_role == TeamRole.ADMIN:
        return Access(repository_id, Role.ADMIN, bool(public), False, epoch)
    role = _ROLES[max(grant or 0, 1 if public else 0)]
    return Access(repository_id, role, bool(public), False, epoch)
