"""Who may do what at a repository name: the rule, apart from the query that gathers its facts.

Every engine gathers the same facts in one query (``AccessFacts``) and decides by ``decide``. Source: Quay 3.7's
permission model: the highest of ownership, team rights, grants and public read; superusers have no implicit
right.
"""

from __future__ import annotations

from typing import NamedTuple

from charthouse.model.permissions import Access, NamespaceRole, RepositoryState, Role


class AccessFacts(NamedTuple):
    """What one query tells of an account and a repository name; None where there is nothing."""

    repository_id: int | None
    public: bool | None
    state: str | None
    namespace_id: int | None
    namespace_enabled: bool | None
    epoch: int | None
    """The account's; None when it is disabled or gone."""
    creates: bool | None
    """Whether the account is a robot of the namespace that may create repositories."""
    team_role: int | None
    """The highest NamespaceRole of the account's teams in the namespace."""
    grant: int | None
    """The highest Role that the repository grants to the account or to a team of it."""


_ROLES = tuple(Role)
_NORMAL = RepositoryState.NORMAL


def decide(account_id: int, facts: AccessFacts) -> Access:
    """Return what ``account_id`` may do; 0 is anonymous."""
    repository_id, public, state, namespace_id, enabled, epoch, creates, team_role, grant = facts
    owner = namespace_id == account_id
    if account_id == 0:
        epoch, owner, creates, team_role, grant = 0, False, None, None, None
    elif epoch is None:
        return Access(repository_id or 0, Role.NONE, bool(public), False, -1)
    if repository_id is None:
        can_create = owner or bool(creates) or (team_role or 0) >= NamespaceRole.CREATOR
        suspended = can_create and not enabled
        vacant = namespace_id is None
        return Access(0, Role.NONE, False, can_create and not suspended, epoch, _NORMAL, suspended, vacant)
    if owner or team_role == NamespaceRole.ADMIN:
        role = Role.ADMIN
    else:
        role = _ROLES[max(grant or 0, 1 if public else 0)]
    found = RepositoryState(state or _NORMAL)
    if not enabled and role:
        return Access(repository_id, Role.NONE, bool(public), False, epoch, found, True)
    return Access(repository_id, role, bool(public), False, epoch, found)
