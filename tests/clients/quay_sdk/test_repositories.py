"""Repositories and who may use them, through Quay's SDK."""

from __future__ import annotations

import pytest
import quayio_sdk

from tests.support.server import Person, Server

from .conftest import Push, Quay, answer, connect, pulls, refusal


@pytest.mark.parametrize("short", ["cargo", "tag", "deep/tag/cargo"])
def test_a_repository_is_made_described_published_and_deleted(
    quay: Quay, server: Server, organization: str, short: str
) -> None:
    name = f"{organization}/{short}"
    new = quayio_sdk.NewRepo(
        repository=short, visibility="private", namespace=organization, description="# Cargo"
    )
    made = answer(quay.repository.create_repo, new)
    assert made == {"namespace": organization, "name": short, "kind": "image"}
    assert refusal(quay.repository.create_repo, new) == 400
    found = answer(quay.repository.get_repo, name)
    assert (found["description"], found["is_public"], found["can_admin"]) == ("# Cargo", False, True)

    update = quayio_sdk.RepoUpdate(description="# Other cargo")
    assert answer(quay.repository.update_repo, name, update) == {"success": True}
    assert anonymous_sees(server, name) is False
    public = quayio_sdk.ChangeVisibility(visibility="public")
    assert answer(quay.repository.change_repo_visibility, name, public) == {"success": True}
    assert anonymous_sees(server, name) is True
    (listed,) = answer(quay.repository.list_repos, namespace=organization, public=True, last_modified=True)[
        "repositories"
    ]
    assert (listed["namespace"], listed["name"]) == (organization, short)
    assert (listed["description"], listed["is_public"]) == ("# Other cargo", True)

    assert answer(quay.repository.delete_repository, name) is None
    assert refusal(quay.repository.get_repo, name) == 404
    assert answer(quay.repository.list_repos, namespace=organization)["repositories"] == []


def test_a_repository_tells_its_tags_when_asked(quay: Quay, repository: str, push: Push) -> None:
    push(f"{repository}:1")
    assert set(answer(quay.repository.get_repo, repository, include_tags=True)["tags"]) == {"1"}
    assert not answer(quay.repository.get_repo, repository, include_tags=False).get("tags")


def test_a_team_has_the_role_that_it_is_given(
    quay: Quay, server: Server, repository: str, push: Push, somebody: Person
) -> None:
    organization = repository.partition("/")[0]
    push(f"{repository}:1")
    quay.team.update_organization_team(organization, "crew", quayio_sdk.TeamDescription(role="member"))
    quay.team.update_organization_team_member(somebody.name, organization, "crew")
    assert not pulls(server, somebody, repository)

    read = quayio_sdk.TeamPermission(role="read")
    assert answer(quay.permission.change_team_permissions, repository, "crew", read)["role"] == "read"
    assert pulls(server, somebody, repository)
    assert answer(quay.permission.get_team_permissions, repository, "crew")["role"] == "read"
    teams = answer(quay.permission.list_repo_team_permissions, repository)["permissions"]
    assert (teams["crew"]["name"], teams["crew"]["role"]) == ("crew", "read")
    (held,) = answer(quay.team.get_organization_team_permissions, organization, "crew")["permissions"]
    assert (held["repository"]["name"], held["role"]) == (repository.partition("/")[2], "read")

    quay.permission.delete_team_permissions(repository, "crew")
    assert refusal(quay.permission.get_team_permissions, repository, "crew") == 400
    assert not pulls(server, somebody, repository)


def test_a_user_has_the_role_that_they_are_given(
    quay: Quay, server: Server, repository: str, push: Push, somebody: Person
) -> None:
    push(f"{repository}:1")
    write = quayio_sdk.UserPermission(role="write")
    given = answer(quay.permission.change_user_permissions, repository, somebody.name, write)
    assert (given["name"], given["role"], given["is_robot"]) == (somebody.name, "write", False)
    assert pulls(server, somebody, repository)
    users = answer(quay.permission.list_repo_user_permissions, repository)["permissions"]
    assert users[somebody.name]["role"] == "write"
    effective = answer(quay.permission.get_user_transitive_permission, repository, somebody.name)
    assert effective["permissions"] == [{"role": "write"}]
    organization = repository.partition("/")[0]
    outsiders = answer(quay.organization.get_organization_collaborators, organization)["collaborators"]
    assert [(one["name"], one["repositories"]) for one in outsiders] == [(somebody.name, ["cargo"])]

    quay.permission.delete_user_permissions(repository, somebody.name)
    assert not pulls(server, somebody, repository)


def test_a_robot_has_the_role_that_it_is_given(
    quay: Quay, server: Server, repository: str, push: Push
) -> None:
    organization = repository.partition("/")[0]
    push(f"{repository}:1")
    made = answer(quay.robot.create_org_robot, "ci", organization, quayio_sdk.CreateRobot())
    robot = Person(made["name"], made["token"])
    assert not pulls(server, robot, repository)
    read = quayio_sdk.UserPermission(role="read")
    given = answer(quay.permission.change_user_permissions, repository, robot.name, read)
    assert (given["name"], given["is_robot"]) == (robot.name, True)
    assert pulls(server, robot, repository)
    (held,) = answer(quay.robot.get_org_robot_permissions, "ci", organization)["permissions"]
    assert (held["repository"]["name"], held["role"]) == ("cargo", "read")


def test_a_star_is_given_and_taken_back(quay: Quay, repository: str) -> None:
    namespace, _, short = repository.partition("/")
    quay.user.create_star(quayio_sdk.NewStarredRepository(namespace=namespace, repository=short))
    starred = answer(quay.user.list_starred_repos)["repositories"]
    assert (namespace, short) in {(one["namespace"], one["name"]) for one in starred}
    assert answer(quay.repository.get_repo, repository)["is_starred"] is True
    quay.user.delete_star(repository)
    assert answer(quay.repository.get_repo, repository)["is_starred"] is False


def test_a_repository_is_found_by_its_name(quay: Quay, repository: str) -> None:
    namespace, _, short = repository.partition("/")
    search = quayio_sdk.SearchApi(quay.client)
    for found in (
        answer(search.conduct_repo_search, query=repository)["results"],
        answer(search.conduct_search, query=repository)["results"],
    ):
        names = {(one["namespace"]["name"], one["name"]) for one in found if one["kind"] == "repository"}
        assert (namespace, short) in names


@pytest.mark.parametrize("token", ["", "0" * 40])
def test_without_a_valid_token_nothing_is_told_or_changed(
    quay: Quay, server: Server, repository: str, token: str
) -> None:
    organization = repository.partition("/")[0]
    stranger = connect(server, token)
    owners = quayio_sdk.TeamDescription(role="admin")
    for call, *arguments in (
        (stranger.repository.get_repo, repository),
        (stranger.repository.delete_repository, repository),
        (stranger.tag.list_repo_tags, repository),
        (stranger.robot.create_org_robot, "ci", organization, quayio_sdk.CreateRobot()),
        (stranger.team.update_organization_team, organization, "pirates", owners),
        (stranger.organization.delete_admined_organization, organization),
    ):
        assert refusal(call, *arguments) == 401
    assert answer(quay.repository.get_repo, repository)["name"] == "cargo"
    assert answer(quay.organization.get_organization, organization)["ordered_teams"] == ["owners"]
    assert answer(quay.robot.get_org_robots, organization)["robots"] == []


def anonymous_sees(server: Server, name: str) -> bool:
    """Return whether somebody without a token is told of a repository."""
    return server.request("GET", f"/api/v1/repository/{name}").status == 200
