"""Scopes: what may be asked for, and what of it is granted."""

from __future__ import annotations

import pytest

from charthouse.model.errors import InvalidRequest, NameInvalid
from charthouse.model.permissions import CATALOG, Access, Actor, ActorKind, Role
from charthouse.services.identity.scopes import Asked, Grant, granted, limits_of, parse_scopes


def asked(*scopes: str, hosts: tuple[str, ...] = (), library: str = "") -> Asked:
    return parse_scopes(scopes, hosts, library)


def names(result: Asked) -> dict[str, tuple[str, ...]]:
    return {str(name): actions for name, actions in result.repositories.items()}


def test_several_scopes_in_one_and_in_many_parameters() -> None:
    result = asked("repository:acme/web:pull,push registry:catalog:*", "repository:acme/db:pull")
    assert names(result) == {"acme/web": ("pull", "push"), "acme/db": ("pull",)}
    assert result.catalog
    assert result
    assert not asked("", "  ")


def test_one_repository_asked_for_twice() -> None:
    result = asked("repository:acme/web:pull", "repository:acme/web:push,pull")
    assert names(result) == {"acme/web": ("pull", "push")}


@pytest.mark.parametrize("host", ["registry.example.com", "localhost:5000", "127.0.0.1:5000", "[::1]:5000"])
def test_the_registrys_own_host_may_precede_the_name(host: str) -> None:
    scope = f"repository:{host}/acme/web:pull"
    assert names(asked(scope, hosts=("", host))) == {"acme/web": ("pull",)}


def test_a_namespace_named_like_the_host_is_left_alone() -> None:
    assert names(asked("repository:registry/web:pull", hosts=("registry",))) == {"registry/web": ("pull",)}


def test_names_without_a_namespace_go_to_the_library() -> None:
    assert names(asked("repository:web:pull", library="library")) == {"library/web": ("pull",)}
    with pytest.raises(NameInvalid):
        asked("repository:web:pull")


@pytest.mark.parametrize(
    "scope",
    [
        "repository",
        "repository:",
        "repository:acme/web",
        "repository::pull",
        "registry:catalog:pull",
        "registry:other:*",
        "Repository:acme/web:pull",
        "image:acme/web:pull",
        ":::",
    ],
)
def test_a_malformed_scope(scope: str) -> None:
    with pytest.raises(InvalidRequest):
        asked(scope)


@pytest.mark.parametrize(
    "name", ["acme/../web", "Acme/web", "acme//web", "acme/web:1", "other:5000/acme/web"]
)
def test_a_name_outside_the_grammar(name: str) -> None:
    with pytest.raises(NameInvalid):
        asked(f"repository:{name}:pull")


def test_the_number_of_scopes_is_bounded() -> None:
    asked(*["repository:acme/web:pull"] * 100)
    with pytest.raises(InvalidRequest):
        asked("repository:acme/web:pull " * 101)


@pytest.mark.parametrize(
    ("role", "can_create", "exists", "expected"),
    [
        (Role.NONE, False, True, ()),
        (Role.READ, False, True, ("pull",)),
        (Role.WRITE, False, True, ("pull", "push", "delete")),
        (Role.ADMIN, False, True, ("pull", "push", "delete", "*")),
        (Role.NONE, True, False, ("pull", "push")),
        (Role.NONE, True, True, ()),
    ],
)
def test_what_is_granted(role: Role, can_create: bool, exists: bool, expected: tuple[str, ...]) -> None:
    access = Access(repository_id=int(exists), role=role, public=False, can_create=can_create, epoch=1)
    alice = Actor(1, "alice", ActorKind.USER, 1)
    assert granted(("pull", "push", "delete", "*", "fly"), alice, access, "acme/web") == expected


def test_limits() -> None:
    grants = [
        Grant("repository", "acme/web", ("pull",)),
        Grant("repository", "acme/web", ("push",)),
        Grant("repository", "acme/db", ("*", "pull")),
        Grant("repository", "acme/none", ("fly",)),
        Grant("registry", "catalog", ("*",)),
    ]
    assert limits_of(grants) == {
        "acme/web": Role.WRITE,
        "acme/db": Role.ADMIN,
        "acme/none": Role.NONE,
        CATALOG: Role.ADMIN,
    }
