"""The one place that decides what a caller may do in a repository.

The metadata store knows what the account may do; the credential may narrow that (a registry token's scopes) and
may have been overtaken (a changed password, a disabled account). What is missing and what is forbidden answer
alike, so that a name tells a stranger nothing.
"""

from __future__ import annotations

from charthouse.model.errors import Denied, NameUnknown, Unauthorized
from charthouse.model.permissions import Access, Actor, ActorKind, Role

NOTHING = Access(repository_id=0, role=Role.NONE, public=False, can_create=False, epoch=-1)


def effective_role(actor: Actor, access: Access, repository: str) -> Role:
    """Return the role that this credential carries in ``repository`` now."""
    if access.epoch != actor.epoch:
        return Role.NONE
    return min(access.role, actor.limit(repository))


def awaits_first_push(actor: Actor, access: Access, repository: str) -> bool:
    """Tell whether there is no such repository, and ``actor`` is one whose push would make it."""
    may_ask = actor.limit(repository) >= Role.READ and access.epoch == actor.epoch
    return not access.repository_id and access.can_create and may_ask


def require_read(actor: Actor, access: Access, repository: str) -> None:
    """Return when ``actor`` may read ``repository``; raises Unauthorized or NameUnknown."""
    if access.repository_id and effective_role(actor, access, repository) >= Role.READ:
        return
    _refuse_stale(actor, access)
    if awaits_first_push(actor, access, repository):
        raise NameUnknown(f"there is no repository {repository} yet: the first push makes it")
    _refuse_narrow(actor)
    raise NameUnknown(f"there is no repository {repository}, or {actor.name} may not read it")


def require_write(actor: Actor, access: Access, repository: str) -> bool:
    """Return whether the repository must first be created; raises Unauthorized, NameUnknown or Denied."""
    if access.repository_id:
        if effective_role(actor, access, repository) >= Role.WRITE:
            return False
    elif access.can_create and access.epoch == actor.epoch and actor.limit(repository) >= Role.WRITE:
        return True
    _refuse_stale(actor, access)
    _refuse_narrow(actor)
    if effective_role(actor, access, repository) >= Role.READ:
        raise Denied(f"{actor.name} may read {repository} but not push to it: ask for the role write")
    raise Denied(
        f"{actor.name} may not push to {repository}: its namespace must be yours, or grant you write"
    )


def require_admin(actor: Actor, access: Access, repository: str) -> None:
    """Return when ``actor`` administers ``repository``; raises Unauthorized, NameUnknown or Denied."""
    if access.repository_id and effective_role(actor, access, repository) >= Role.ADMIN:
        return
    require_read(actor, access, repository)
    raise Denied(f"{actor.name} does not administer {repository}: ask for the role admin")


def _refuse_stale(actor: Actor, access: Access) -> None:
    if access.epoch != actor.epoch:
        raise Unauthorized("this credential is no longer valid: log in again")


def _refuse_narrow(actor: Actor) -> None:
    if actor.kind is ActorKind.ANONYMOUS:
        raise Unauthorized("authentication required")
    if actor.limits is not None:
        raise Unauthorized("access to the requested resource is not authorized by this token")
