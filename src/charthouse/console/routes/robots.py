"""Robots of organizations and of one's own."""

from __future__ import annotations

from charthouse.api.kit.routes import Permission

from .table import form, page

_ALL = "/{organization}/-/robots"
_ONE = f"{_ALL}/{{robot}}"
_ADMIN = Permission.ORGANIZATION_ADMIN

ROUTES = (
    page(_ALL, "robots", Permission.MEMBER, "List robots"),
    form(_ALL, "robots.create", _ADMIN, "Make a robot"),
    page(_ONE, "robot", _ADMIN, "Show a robot, what it logs in with and what it may do"),
    form(_ONE, "robot.change", _ADMIN, "Change what is told of a robot"),
    form(f"{_ONE}/regenerate", "robot.regenerate", _ADMIN, "Give a robot a new token", fresh=True),
    form(f"{_ONE}/grant", "robot.grant", _ADMIN, "Let a robot use repositories"),
    form(f"{_ONE}/revoke", "robot.revoke", _ADMIN, "Let a robot use a repository no longer"),
    form(f"{_ONE}/trust", "robot.trust", _ADMIN, "Let another issuer's tokens become a robot's"),
    form(f"{_ONE}/distrust", "robot.distrust", _ADMIN, "Let such tokens become a robot's no longer"),
    form(f"{_ONE}/delete", "robot.delete", _ADMIN, "Delete a robot"),
    page(f"{_ONE}/files/{{file}}", "robot_file", _ADMIN, "Send what a robot logs in with as a file"),
)
