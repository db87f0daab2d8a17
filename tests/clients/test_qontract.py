"""qontract-reconcile's client of Quay's API, with which its users keep organizations as their files say."""

from __future__ import annotations

import importlib.util
import secrets
from typing import Any

import pytest
import requests

from tests.support.server import Person, Server
from tests.support.tools import tool


@pytest.fixture(scope="module")
def quay_api() -> Any:
    """The client's module, loaded from where it is installed: its package would hide this project's ``tools``."""
    specification = importlib.util.spec_from_file_location("qontract_quay_api", tool("qontract-reconcile"))
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.fixture
def api(quay_api: Any, tls_server: Server, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The client, for a new organization of the first user's; it speaks HTTPS only."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tls_server.ca))
    organization = f"org{secrets.token_hex(6)}"
    tls_server.create_organization(organization)
    return quay_api.QuayApi(tls_server.admin.access_token, organization, base_url=tls_server.host)


@pytest.fixture
def somebody(tls_server: Server) -> Person:
    """A user who has nothing to do with the organization yet."""
    return tls_server.create_user(f"user{secrets.token_hex(6)}")


def test_members_come_and_go(api: Any, quay_api: Any, somebody: Person) -> None:
    with pytest.raises(quay_api.QuayTeamNotFoundException):
        api.list_team_members("crew")
    api.create_or_update_team("crew", "member", "who sails")
    api.create_or_update_team("crew", "creator")
    assert api.list_team_members("crew") == []
    api.add_user_to_team(somebody.name, "crew")
    api.add_user_to_team(somebody.name, "crew")
    assert api.list_team_members("crew") == [somebody.name]
    assert api.remove_user_from_team(somebody.name, "crew")
    assert api.list_team_members("crew") == []


def test_removing_who_is_no_member_is_no_error(api: Any, somebody: Person) -> None:
    api.create_or_update_team("crew")
    api.create_or_update_team("guests")
    api.add_user_to_team(somebody.name, "guests")
    assert api.remove_user_from_team(somebody.name, "crew")
    assert api.list_team_members("guests") == []  # it removes from the organization, too


def test_users_are_looked_up(api: Any, somebody: Person) -> None:
    assert api.user_exists(somebody.name)
    assert not api.user_exists(f"{somebody.name}x")


def test_repositories_become_what_the_files_say(api: Any) -> None:
    api.repo_create("cargo", "what is shipped", public=False)
    with pytest.raises(requests.HTTPError):
        api.repo_create("cargo", "what is shipped", public=False)
    assert listed(api) == {"cargo": ("what is shipped", False)}
    api.repo_update_description("cargo", "what was shipped")
    api.repo_make_public("cargo")
    assert listed(api) == {"cargo": ("what was shipped", True)}
    api.repo_make_private("cargo")
    assert listed(api) == {"cargo": ("what was shipped", False)}
    api.repo_delete("cargo")
    assert listed(api) == {}


def test_every_page_of_repositories_is_listed(api: Any) -> None:
    names = {f"cargo-{number:03}" for number in range(105)}
    for name in names:
        api.repo_create(name, "", public=False)
    assert set(listed(api)) == names


def test_teams_get_their_roles(api: Any, tls_server: Server, somebody: Person) -> None:
    api.repo_create("cargo", "what is shipped", public=False)
    api.create_or_update_team("crew")
    api.add_user_to_team(somebody.name, "crew")
    assert api.get_repo_team_permissions("cargo", "crew") is None
    for role in ("read", "write", "admin"):
        api.set_repo_team_permissions("cargo", "crew", role)
        assert api.get_repo_team_permissions("cargo", "crew") == role
    name = f"{api.organization}/cargo"
    token = tls_server.token(somebody, f"repository:{name}:pull")
    assert tls_server.request("GET", f"/v2/{name}/tags/list", headers=token).status == 200


def listed(api: Any) -> dict[str, tuple[str, bool]]:
    """Return the organization's repositories: name, description, whether public."""
    return {one["name"]: (one["description"], one["is_public"]) for one in api.list_images()}
