"""Roles: what may be done in a repository, and in a namespace.

Source: Quay 3.7's permission model.
"""

from __future__ import annotations

import enum


class Role(enum.IntEnum):
    """What an actor may do in a repository; each includes the ones below it."""

    NONE = 0
    READ = 1
    WRITE = 2
    ADMIN = 3


class NamespaceRole(enum.IntEnum):
    """What an actor may do in a user's or organization's namespace; each includes the ones below it.

    A user is ADMIN of the own namespace. A team gives its role to all its members; MEMBER gives no right to any
    repository.
    """

    NONE = 0
    MEMBER = 1
    CREATOR = 2
    ADMIN = 3
