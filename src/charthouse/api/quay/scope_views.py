"""OAuth scopes as people are told of them."""

from __future__ import annotations

from collections.abc import Iterable

from typing_extensions import TypedDict

from charthouse.model.scopes import DANGEROUS, Scope

_TOLD = {
    Scope.REPO_READ: ("View all visible repositories", "See and pull every repository that you can", "fa-hdd-o"),
    Scope.REPO_WRITE: ("Read/Write to any accessible repositories", "Push to every repository that you can write to", "fa-hdd-o"),
    Scope.REPO_ADMIN: ("Administer Repositories", "Administer every repository that you administer", "fa-hdd-o"),
    Scope.REPO_CREATE: ("Create Repositories", "Create repositories wherever you can", "fa-plus"),
    Scope.USER_READ: ("Read User Information", "Read your name, e-mail address and organizations", "fa-user"),
    Scope.USER_ADMIN: ("Administer User", "Change your account, robots and credentials", "fa-gear"),
    Scope.ORG_ADMIN: ("Administer Organization", "Administer organizations: teams, robots, applications", "fa-gear"),
    Scope.SUPER_USER: ("Super User Access", "Do to this registry what a superuser can", "fa-street-view"),
}  # fmt: skip


class ScopeView(TypedDict):
    """A scope, and what it lets an application do."""

    scope: str
    title: str
    description: str
    icon: str
    dangerous: bool


def scope_views(scopes: Iterable[str]) -> list[ScopeView]:
    """Return the known ones among ``scopes``, told to people, in a fixed order."""
    named = set(scopes)
    return [
        {
            "scope": scope.value,
            "title": title,
            "description": description,
            "icon": icon,
            "dangerous": scope in DANGEROUS,
        }
        for scope, (title, description, icon) in _TOLD.items()
        if scope.value in named
    ]
