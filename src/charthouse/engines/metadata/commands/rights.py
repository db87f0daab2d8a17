"""Rights as SQL expressions: the repositories of an account. ``access.decide`` is the same rule."""

from __future__ import annotations

from sqlalchemy import BindParameter, ColumnElement, bindparam, or_, select

from charthouse.engines.metadata.tables import account, repository, repository_grant, team, team_member
from charthouse.model.permissions import NamespaceRole, RepositoryState, Role

ACCOUNT: BindParameter[int] = bindparam("account_id")

_teams = select(team_member.c.team_id).where(team_member.c.account_id == ACCOUNT)
_administered = select(team.c.organization_id).where(
    team.c.role == NamespaceRole.ADMIN, team.c.id.in_(_teams)
)


def _granted(role: Role) -> ColumnElement[bool]:
    # Two lists, each by an index of its own: for one condition with "or" every database reads all grants there are.
    grants = select(repository_grant.c.repository_id).where(repository_grant.c.role >= role)
    return or_(
        repository.c.id.in_(grants.where(repository_grant.c.account_id == ACCOUNT)),
        repository.c.id.in_(grants.where(repository_grant.c.team_id.in_(_teams))),
    )


_enabled = select(account.c.id).where(account.c.id == ACCOUNT, account.c.enabled)
_owned = or_(repository.c.namespace_id == ACCOUNT, repository.c.namespace_id.in_(_administered))

_owner = account.alias("owner")
_closed = select(_owner.c.id).where(_owner.c.id == repository.c.namespace_id, ~_owner.c.enabled)
NOT_DELETED: ColumnElement[bool] = repository.c.state != RepositoryState.DELETED.value
OPEN: ColumnElement[bool] = NOT_DELETED & ~_closed.exists()
"""True for a repository that is there, of a namespace that is not disabled."""

_own = _enabled.exists() & or_(_owned, _granted(Role.READ))

OWN: ColumnElement[bool] = OPEN & _own
"""True for a repository that the account may read by more than its being public."""

READABLE: ColumnElement[bool] = OPEN & or_(repository.c.public, _own)
"""True for a repository that the account of parameter ``account_id`` (0: anonymous) may read."""

WRITABLE: ColumnElement[bool] = OPEN & _enabled.exists() & or_(_owned, _granted(Role.WRITE))
"""True for a repository that the account may write to."""
