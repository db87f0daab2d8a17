"""What a caller may do in a repository.

The metadata store knows what the account may do; the configuration may lift or lower its standing; the credential
may narrow it (a registry token's access, an OAuth token's scopes) and may have been overtaken (a changed password, a
disabled account). What is missing and what is forbidden answer alike, so that a name tells a stranger nothing.
"""

from __future__ import annotations

from charthouse.model.errors import (
    Denied,
    NamespaceDisabled,
    NamespaceRestricted,
    NameUnknown,
    RepositoryReadOnly,
    Unauthorized,
)
from charthouse.model.names import is_namespace, namespace_of_robot
from charthouse.model.permissions import (
    CATALOG,
    Access,
    Actor,
    ActorKind,
    NamespaceRole,
    RepositoryState,
    Role,
    Standing,
)
from charthouse.model.scopes import namespace_role

NOTHING = Access(repository_id=0, role=Role.NONE, public=False, can_create=False, epoch=-1)


def effective_role(actor: Actor, access: Access, repository: str) -> Role:
    """Return the role that this credential carries in ``repository`` now."""
    if access.epoch != actor.epoch or not access.repository_id:
        return Role.NONE
    role = access.role
    if actor.standing is not Standing.ORDINARY:
        role = _by_standing(actor, role, repository)
    return min(role, actor.limit(repository))


def may_create(actor: Actor, access: Access, repository: str) -> bool:
    """Tell whether there is no such repository, and ``actor`` may make it."""
    if access.repository_id or access.epoch != actor.epoch:
        return False
    if access.vacant:
        return access.can_create and _may_found(actor, repository)
    if not access.can_create and actor.standing is not Standing.FULL_SUPERUSER:
        return False
    if actor.standing is Standing.RESTRICTED and _is_own(actor, repository):
        return False
    if actor.scopes is not None:
        return namespace_role(actor.scopes) >= NamespaceRole.CREATOR
    return actor.limit(repository) >= Role.WRITE


def awaits_first_push(actor: Actor, access: Access, repository: str) -> bool:
    """Tell whether there is no such repository, and ``actor`` is one whose push would make it."""
    may_ask = actor.limit(repository) >= Role.READ and access.epoch == actor.epoch
    return not access.repository_id and access.can_create and may_ask


def may_list(actor: Actor) -> bool:
    """Tell whether this credential may ask which repositories its account can read."""
    return actor.limit(CATALOG) >= Role.READ


def reads_everything(actor: Actor) -> bool:
    """Tell whether the account may read every repository there is, as far as its credential goes."""
    return actor.standing in {Standing.FULL_SUPERUSER, Standing.OBSERVER}


def sees_every_repository(actor: Actor) -> bool:
    """Tell whether the caller may read every repository there is."""
    return reads_everything(actor) and may_list(actor)


def require_read(actor: Actor, access: Access, repository: str) -> None:
    """Return when ``actor`` may read ``repository``; raises Unauthorized, NamespaceDisabled or NameUnknown."""
    if effective_role(actor, access, repository) >= Role.READ:
        return
    refuse_stale(actor, access)
    refuse_suspended(access, repository)
    if awaits_first_push(actor, access, repository):
        raise NameUnknown(f"there is no repository {repository} yet: the first push makes it")
    _refuse_narrow(actor)
    raise NameUnknown(f"there is no repository {repository}, or {actor.name} may not read it")


def require_write(actor: Actor, access: Access, repository: str) -> bool:
    """Return whether the repository must first be created.

    Raises Unauthorized, NamespaceDisabled, Denied, or RepositoryReadOnly.
    """
    role = effective_role(actor, access, repository)
    if role >= Role.WRITE:
        refuse_unless_normal(access, repository)
        return False
    if may_create(actor, access, repository):
        return True
    refuse_stale(actor, access)
    refuse_suspended(access, repository)
    _refuse_narrow(actor)
    if role >= Role.READ:
        raise Denied(f"{actor.name} may read {repository} but not push to it: ask for the role write")
    raise Denied(
        f"{actor.name} may not push to {repository}: its namespace must be yours, or grant you write"
    )


def require_admin(actor: Actor, access: Access, repository: str) -> None:
    """Return when ``actor`` administers ``repository``; raises Unauthorized, NameUnknown or Denied."""
    if effective_role(actor, access, repository) >= Role.ADMIN:
        return
    require_read(actor, access, repository)
    raise Denied(f"{actor.name} does not administer {repository}: ask for the role admin")


def refuse_unless_normal(access: Access, repository: str) -> None:
    """Raise RepositoryReadOnly when nobody may change what the repository holds."""
    if access.state is RepositoryState.READ_ONLY:
        raise RepositoryReadOnly(f"{repository} is read-only: an administrator of it can change its state")
    if access.state is not RepositoryState.NORMAL:
        raise RepositoryReadOnly(f"{repository} is a mirror: only mirroring writes to it")


def _may_found(actor: Actor, repository: str) -> bool:
    """Tell whether ``actor`` may make the namespace of ``repository``, where pushes make namespaces."""
    if actor.kind is not ActorKind.USER or actor.standing is Standing.RESTRICTED:
        return False
    if actor.scopes is not None and namespace_role(actor.scopes) < NamespaceRole.ADMIN:
        return False
    return is_namespace(repository.partition("/")[0]) and (
        actor.scopes is not None or actor.limit(repository) >= Role.WRITE
    )


def _by_standing(actor: Actor, role: Role, repository: str) -> Role:
    match actor.standing:
        case Standing.FULL_SUPERUSER:
            return Role.ADMIN
        case Standing.OBSERVER:
            return max(role, Role.READ)
        case Standing.RESTRICTED if _is_own(actor, repository):
            return min(role, Role.READ)
        case _:
            return role


def _is_own(actor: Actor, repository: str) -> bool:
    return repository.startswith(f"{namespace_of_robot(actor.name)}/")  # a user's name has nothing to cut off


def refuse_stale(actor: Actor, access: Access) -> None:
    """Raise Unauthorized when the account has changed since the credential was checked, or is disabled."""
    if access.epoch != actor.epoch:
        raise Unauthorized("this credential is no longer valid: log in again")


def refuse_restricted(actor: Actor, repository: str) -> None:
    """Raise NamespaceRestricted to restricted users in their own namespace."""
    if actor.standing is Standing.RESTRICTED and _is_own(actor, repository):
        raise NamespaceRestricted("Operation not allowed on restricted user owned namespace")


def refuse_suspended(access: Access, repository: str) -> None:
    """Raise NamespaceDisabled to those who could use the repository otherwise."""
    if access.suspended:
        namespace = repository.partition("/")[0]
        raise NamespaceDisabled(
            f"Namespace {namespace} has been disabled. Please contact a system administrator."
        )


def _refuse_narrow(actor: Actor) -> None:
    if actor.kind is ActorKind.ANONYMOUS:
        raise Unauthorized("authentication required")
    if actor.limits is not None or actor.scopes is not None:
        raise Unauthorized("access to the requested resource is not authorized by this token")
