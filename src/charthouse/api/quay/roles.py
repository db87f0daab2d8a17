"""Roles of repositories as bodies name them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel

from charthouse.model.roles import Role

RoleName = Literal["read", "write", "admin"]

ROLES: Mapping[RoleName, Role] = {"read": Role.READ, "write": Role.WRITE, "admin": Role.ADMIN}
ROLE_NAMES: Mapping[Role, RoleName] = {role: name for name, role in ROLES.items()}


class RoleBody(BaseModel):
    """A request's body that names a role."""

    role: RoleName
