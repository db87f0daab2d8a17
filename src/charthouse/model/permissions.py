"""Who may do what: roles on a repository, and the actor who asks.

Source: Quay 3.7's permission model (roles read, write, admin; visibility public or private).
"""

from __future__ import annotations

import enum
from collections.abc import Mapping

import msgspec

CATALOG = "registry:catalog"
"""Stands in ``Actor.limits`` for the right to list repositories; no repository can be named so."""


class Role(enum.IntEnum):
    """What an actor may do in a repository; each includes the ones below it."""

    NONE = 0
    READ = 1
    WRITE = 2
    ADMIN = 3


class ActorKind(enum.StrEnum):
    """What kind of account speaks."""

    ANONYMOUS = "anonymous"
    USER = "user"
    ROBOT = "robot"


class Actor(msgspec.Struct, frozen=True, gc=False):
    """The authenticated caller of one request.

    ``account_id`` is 0 for anonymous. ``epoch`` is the account's at the time the credential was checked; every
    use compares it, so that a password change or a disabled account ends all tokens at once. ``limits`` is what
    the credential narrows the account to: repository name to the highest role it grants (a registry token's
    ``access`` claim), or None when the credential carries the account's full rights.
    """

    account_id: int
    name: str
    kind: ActorKind
    epoch: int = 0
    limits: Mapping[str, Role] | None = None

    def limit(self, repository: str) -> Role:
        """Return the highest role this credential can carry in ``repository``."""
        if self.limits is None:
            return Role.ADMIN
        return self.limits.get(repository, Role.NONE)


ANONYMOUS = Actor(account_id=0, name="(anonymous)", kind=ActorKind.ANONYMOUS)


class Access(msgspec.Struct, frozen=True, gc=False):
    """What an account may do at a repository name, as the metadata store decides it in one read.

    ``repository_id`` is 0 when the repository does not exist; ``can_create`` then tells whether the account may
    create it. ``role`` is the effective one: the highest of ownership, team roles, grants and public read.
    ``epoch`` is the account's current one (-1: disabled or gone, whatever a token says).
    """

    repository_id: int
    role: Role
    public: bool
    can_create: bool
    epoch: int
