"""Deleting repositories and namespaces: all is unreachable when the transaction ends, and the name is free.

Rows that many others refer to stay under a name that nobody can have, until ``purge`` has taken what they held.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import (
    BindParameter,
    Column,
    ColumnElement,
    Connection,
    Executable,
    Select,
    String,
    bindparam,
    cast,
    delete,
    literal,
    select,
    update,
)

from charthouse.engines.metadata.tables import (
    DELETED_ACCOUNT,
    access_token,
    account,
    app_token,
    chart_policy,
    chart_repository,
    chart_search,
    default_permission,
    immutability_policy,
    keyring_key,
    oauth_application,
    oauth_assignment,
    oauth_code,
    repository,
    repository_grant,
    robot,
    robot_federation,
    session,
    star,
    team,
    team_invite,
    team_member,
)
from charthouse.model.permissions import RepositoryState
from charthouse.ports.reads import ChangeKind

from .administrators import refuse_sole_administrator
from .changes import log_change

_AT_ONCE = 500
"""Keys in one statement. Lists and not subqueries: MariaDB walks (and locks) a whole table for those."""

_KEYS: BindParameter[Sequence[int]] = bindparam("keys", expanding=True)


def _name(kind: str, key: Column[int]) -> ColumnElement[str]:
    """Return a name by the row's key; no name that anybody can have has a space in it."""
    return literal(f"deleted {kind} ") + cast(key, String(20))


_HIDE_REPOSITORIES = (
    update(repository)
    .where(repository.c.id.in_(_KEYS), repository.c.state != RepositoryState.DELETED.value)
    .values(path=_name("repository", repository.c.id), state=RepositoryState.DELETED.value, public=False)
)
_HIDE_ACCOUNTS = (
    update(account)
    .where(account.c.id.in_(_KEYS))
    .values(
        name=_name("account", account.c.id),
        kind=DELETED_ACCOUNT,
        enabled=False,
        superuser=False,
        email="",
        password_hash="",
        profile="",
        epoch=account.c.epoch + 1,
        login_epoch=account.c.login_epoch + 1,
    )
)
_LOCKED = (
    select(account.c.id)
    .where(account.c.id == bindparam("key"), account.c.kind != DELETED_ACCOUNT)
    .with_for_update()
)
_REPOSITORIES = select(repository.c.id).where(
    repository.c.namespace_id == bindparam("key"), repository.c.state != RepositoryState.DELETED.value
)
_ROBOTS = select(robot.c.account_id).where(robot.c.owner_id == bindparam("key"))
_TEAMS = select(team.c.id).where(team.c.organization_id.in_(_KEYS))
_APPLICATIONS = select(oauth_application.c.id).where(oauth_application.c.namespace_id.in_(_KEYS))

_OF_REPOSITORIES = (
    delete(repository_grant).where(repository_grant.c.repository_id.in_(_KEYS)),
    delete(star).where(star.c.repository_id.in_(_KEYS)),
    delete(chart_repository).where(chart_repository.c.repository_id.in_(_KEYS)),
    delete(chart_search).where(chart_search.c.repository_id.in_(_KEYS)),
    delete(immutability_policy).where(immutability_policy.c.repository_id.in_(_KEYS)),
)
_OF_TEAMS = (
    delete(team_invite).where(team_invite.c.team_id.in_(_KEYS)),
    delete(team_member).where(team_member.c.team_id.in_(_KEYS)),
    delete(repository_grant).where(repository_grant.c.team_id.in_(_KEYS)),
    delete(default_permission).where(default_permission.c.team_id.in_(_KEYS)),
    delete(team).where(team.c.id.in_(_KEYS)),
)
_HOLDERS = select(access_token.c.account_id).where(access_token.c.application_id.in_(_KEYS))
_OF_APPLICATIONS = (
    # A registry token may have been given for an access token that ends here.
    update(account).where(account.c.id.in_(_HOLDERS)).values(epoch=account.c.epoch + 1),
    delete(access_token).where(access_token.c.application_id.in_(_KEYS)),
    delete(oauth_code).where(oauth_code.c.application_id.in_(_KEYS)),
    delete(oauth_assignment).where(oauth_assignment.c.application_id.in_(_KEYS)),
    delete(oauth_application).where(oauth_application.c.id.in_(_KEYS)),
)
_CREDENTIALS = (
    delete(access_token).where(access_token.c.account_id.in_(_KEYS)),
    delete(oauth_code).where(oauth_code.c.account_id.in_(_KEYS)),
    delete(oauth_assignment).where(oauth_assignment.c.account_id.in_(_KEYS)),
    delete(app_token).where(app_token.c.account_id.in_(_KEYS)),
    delete(session).where(session.c.account_id.in_(_KEYS)),
)
_RIGHTS = (
    delete(team_member).where(team_member.c.account_id.in_(_KEYS)),
    delete(team_invite).where(team_invite.c.account_id.in_(_KEYS)),
    delete(repository_grant).where(repository_grant.c.account_id.in_(_KEYS)),
    delete(default_permission).where(default_permission.c.account_id.in_(_KEYS)),
    delete(default_permission).where(default_permission.c.creator_id.in_(_KEYS)),
    delete(star).where(star.c.account_id.in_(_KEYS)),
)
_OWNED = (
    delete(default_permission).where(default_permission.c.organization_id.in_(_KEYS)),
    delete(immutability_policy).where(immutability_policy.c.namespace_id.in_(_KEYS)),
    delete(keyring_key).where(keyring_key.c.namespace_id.in_(_KEYS)),
    delete(chart_policy).where(chart_policy.c.namespace_id.in_(_KEYS)),
    delete(robot_federation).where(robot_federation.c.robot_id.in_(_KEYS)),
    delete(robot).where(robot.c.account_id.in_(_KEYS)),
)


def delete_repository(connection: Connection, repository_id: int) -> bool:
    """Make a repository unreachable and free its name; False when it is gone already."""
    if connection.execute(_HIDE_REPOSITORIES, {"keys": [repository_id]}).rowcount == 0:
        return False
    forget_repositories(connection, [repository_id])
    log_change(connection, ChangeKind.REPOSITORY, repository_id)
    return True


def delete_account(connection: Connection, account_id: int) -> bool:
    """Make an account with all that is its own unreachable and free its name; False when it is gone already.

    Raises InvalidRequest for the only administrator of an organization.
    """
    if connection.execute(_LOCKED, {"key": account_id}).first() is None:
        return False
    refuse_sole_administrator(connection, account_id)
    robots = list(connection.execute(_ROBOTS, {"key": account_id}).scalars())
    repositories = list(connection.execute(_REPOSITORIES, {"key": account_id}).scalars())
    _each(connection, [_HIDE_ACCOUNTS], [account_id, *robots])
    _each(connection, [_HIDE_REPOSITORIES], repositories)
    forget_repositories(connection, repositories)
    forget_accounts(connection, [account_id, *robots])
    log_change(connection, ChangeKind.EVERYTHING, 0)
    return True


def forget_repositories(connection: Connection, keys: Sequence[int]) -> None:
    """Drop who may use repositories, and how."""
    _each(connection, _OF_REPOSITORIES, keys)


def forget_accounts(connection: Connection, keys: Sequence[int]) -> None:
    """Drop all that accounts have, may do, and log in by; their rows stay."""
    _each(connection, _OF_TEAMS, _all(connection, _TEAMS, keys))
    _each(connection, _OF_APPLICATIONS, _all(connection, _APPLICATIONS, keys))
    forget_credentials(connection, keys)
    forget_rights(connection, keys)
    _each(connection, _OWNED, keys)


def forget_credentials(connection: Connection, keys: Sequence[int]) -> None:
    """Drop what accounts log in by, their passwords aside."""
    _each(connection, _CREDENTIALS, keys)


def forget_rights(connection: Connection, keys: Sequence[int]) -> None:
    """Drop what accounts may do outside their own namespaces."""
    _each(connection, _RIGHTS, keys)


def forget_teams(connection: Connection, keys: Sequence[int]) -> None:
    """Drop teams with their members, invitations and rights."""
    _each(connection, _OF_TEAMS, keys)


def _each(connection: Connection, statements: Sequence[Executable], keys: Sequence[int]) -> None:
    for start in range(0, len(keys), _AT_ONCE):
        for statement in statements:
            connection.execute(statement, {"keys": keys[start : start + _AT_ONCE]})


def _all(connection: Connection, query: Select[int], keys: Sequence[int]) -> list[int]:
    return list(connection.execute(query, {"keys": keys}).scalars())
