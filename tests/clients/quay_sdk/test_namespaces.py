"""Organizations, teams, robots, default permissions and applications, through Quay's SDK."""

from __future__ import annotations

import secrets

import pytest
import quayio_sdk

from tests.support.server import Person, Server

from .conftest import Quay, answer, pulls, refusal


def test_an_organization_is_made_changed_and_deleted(quay: Quay) -> None:
    name = f"org{secrets.token_hex(6)}"
    new = quayio_sdk.NewOrg(name=name, email=f"{name}@example.com")
    assert answer(quay.organization.create_organization, new) == "Created"
    assert refusal(quay.organization.create_organization, new) == 400
    found = answer(quay.organization.get_organization, name)
    assert (found["name"], found["is_admin"], found["is_member"]) == (name, True, True)
    assert found["teams"]["owners"]["role"] == "admin"
    assert found["ordered_teams"] == ["owners"]
    change = quayio_sdk.UpdateOrg(tag_expiration_s=86400)
    assert answer(quay.organization.change_organization_details, name, change)["tag_expiration_s"] == 86400
    assert answer(quay.organization.get_organization, name)["tag_expiration_s"] == 86400
    assert answer(quay.organization.delete_admined_organization, name) is None
    assert refusal(quay.organization.get_organization, name) == 404


def test_a_team_is_made_filled_and_emptied(quay: Quay, organization: str, somebody: Person) -> None:
    crew = quayio_sdk.TeamDescription(role="member", description="who sails")
    made = answer(quay.team.update_organization_team, organization, "crew", crew)
    assert (made["name"], made["role"], made["description"], made["new_team"]) == (
        "crew",
        "member",
        "who sails",
        True,
    )
    creators = quayio_sdk.TeamDescription(role="creator")
    changed = answer(quay.team.update_organization_team, organization, "crew", creators)
    assert (changed["role"], changed["new_team"]) == ("creator", False)

    added = answer(quay.team.update_organization_team_member, somebody.name, organization, "crew")
    assert (added["name"], added["kind"], added["is_robot"]) == (somebody.name, "user", False)
    team = answer(quay.team.get_organization_team_members, organization, "crew", include_pending=True)
    assert [member["name"] for member in team["members"]] == [somebody.name]
    members = answer(quay.organization.get_organization_members, organization)["members"]
    teams = {member["name"]: [team["name"] for team in member["teams"]] for member in members}
    assert teams[somebody.name] == ["crew"]
    member = answer(quay.organization.get_organization_member, organization, somebody.name)
    assert [team["name"] for team in member["teams"]] == ["crew"]

    quay.team.delete_organization_team_member(somebody.name, organization, "crew")
    assert answer(quay.team.get_organization_team_members, organization, "crew")["members"] == []
    quay.team.delete_organization_team(organization, "crew")
    assert answer(quay.organization.get_organization, organization)["ordered_teams"] == ["owners"]


def test_who_is_removed_from_an_organization_is_in_no_team(
    quay: Quay, organization: str, somebody: Person
) -> None:
    for team in ("crew", "guests"):
        quay.team.update_organization_team(organization, team, quayio_sdk.TeamDescription(role="member"))
        quay.team.update_organization_team_member(somebody.name, organization, team)
    quay.organization.remove_organization_member(organization, somebody.name)
    for team in ("crew", "guests"):
        assert answer(quay.team.get_organization_team_members, organization, team)["members"] == []


def test_a_robot_of_an_organization_logs_in_until_its_token_is_replaced(
    quay: Quay, server: Server, organization: str
) -> None:
    new = quayio_sdk.CreateRobot(description="builds", unstructured_metadata={"ticket": "42"})
    made = answer(quay.robot.create_org_robot, "ci", organization, new)
    assert (made["name"], made["description"]) == (f"{organization}+ci", "builds")
    assert refusal(quay.robot.create_org_robot, "ci", organization, new) == 400
    found = answer(quay.robot.get_org_robot, "ci", organization)
    assert (found["token"], found["unstructured_metadata"]) == (made["token"], {"ticket": "42"})
    (listed,) = answer(quay.robot.get_org_robots, organization, permissions=True, token=True)["robots"]
    assert (listed["name"], listed["token"]) == (made["name"], made["token"])
    (listed,) = answer(quay.robot.get_org_robots, organization, token=False)["robots"]
    assert "token" not in listed

    assert logs_in(server, Person(made["name"], made["token"]))
    replaced = answer(quay.robot.regenerate_org_robot_token, "ci", organization)
    assert not logs_in(server, Person(made["name"], made["token"]))
    assert logs_in(server, Person(made["name"], replaced["token"]))
    quay.robot.delete_org_robot("ci", organization)
    assert not logs_in(server, Person(made["name"], replaced["token"]))
    assert answer(quay.robot.get_org_robots, organization)["robots"] == []


def test_a_robot_of_a_user_logs_in_until_its_token_is_replaced(quay: Quay, server: Server) -> None:
    short = f"ci{secrets.token_hex(4)}"
    made = answer(quay.robot.create_user_robot, short, quayio_sdk.CreateRobot(description="builds"))
    assert made["name"] == f"{server.admin.name}+{short}"
    assert answer(quay.robot.get_user_robot, short)["token"] == made["token"]
    robots = answer(quay.robot.get_user_robots, permissions=True)["robots"]
    assert made["name"] in {robot["name"] for robot in robots}
    assert answer(quay.robot.get_user_robot_permissions, short) == {"permissions": []}
    replaced = answer(quay.robot.regenerate_user_robot_token, short)
    assert not logs_in(server, Person(made["name"], made["token"]))
    assert logs_in(server, Person(made["name"], replaced["token"]))
    quay.robot.delete_user_robot(short)
    assert refusal(quay.robot.get_user_robot, short) in {400, 404}  # Quay's own answer is 400


def test_default_permissions_apply_to_what_is_made_after(
    quay: Quay, server: Server, organization: str, somebody: Person
) -> None:
    delegate = quayio_sdk.NewPrototypeDelegate(name=somebody.name, kind="user")
    new = quayio_sdk.NewPrototype(role="read", delegate=delegate)
    made = answer(quay.prototype.create_organization_prototype_permission, organization, new)
    assert (made["role"], made["delegate"]["name"], made["activating_user"]) == ("read", somebody.name, None)
    write = quayio_sdk.PrototypeUpdate(role="write")
    quay.prototype.update_organization_prototype_permission(organization, made["id"], write)
    listed = answer(quay.prototype.get_organization_prototype_permissions, organization)["prototypes"]
    assert [(entry["id"], entry["role"]) for entry in listed] == [(made["id"], "write")]

    new_repository(quay, organization, "cargo")
    held = answer(quay.permission.get_user_permissions, f"{organization}/cargo", somebody.name)
    assert held["role"] == "write"
    assert pulls(server, somebody, f"{organization}/cargo")
    quay.prototype.delete_organization_prototype_permission(organization, made["id"])
    new_repository(quay, organization, "later")
    assert not pulls(server, somebody, f"{organization}/later")


def test_an_application_is_made_changed_and_deleted(quay: Quay, organization: str) -> None:
    new = quayio_sdk.NewApp(name="console", redirect_uri="https://console.example.com/callback")
    made = answer(quay.organization.create_organization_application, organization, new)
    assert made["name"] == "console"
    assert (len(made["client_id"]), len(made["client_secret"])) == (20, 40)
    update = quayio_sdk.UpdateApp(
        name="desk", redirect_uri=made["redirect_uri"], application_uri="https://console.example.com/"
    )
    identifier = made["client_id"]
    quay.organization.update_organization_application(identifier, organization, update)
    found = answer(quay.organization.get_organization_application, identifier, organization)
    assert (found["name"], found["client_secret"]) == ("desk", made["client_secret"])
    (listed,) = answer(quay.organization.get_organization_applications, organization)["applications"]
    assert listed["client_id"] == identifier
    public = answer(quay.organization.get_application_information, identifier)
    assert public["name"] == "desk"
    assert "client_secret" not in public
    quay.organization.delete_organization_application(identifier, organization)
    assert answer(quay.organization.get_organization_applications, organization)["applications"] == []


@pytest.mark.parametrize("with_teams", [True, False])
def test_those_who_could_be_given_rights_are_found_by_prefix(
    quay: Quay, organization: str, somebody: Person, with_teams: bool
) -> None:
    team = f"{somebody.name}s"
    quay.team.update_organization_team(organization, team, quayio_sdk.TeamDescription(role="member"))
    search = quayio_sdk.SearchApi(quay.client).get_matching_entities
    results = answer(search, somebody.name, namespace=organization, include_teams=with_teams)["results"]
    expected = {(somebody.name, "user")} | ({(team, "team")} if with_teams else set())
    assert {(found["name"], found["kind"]) for found in results} == expected


def logs_in(server: Server, person: Person) -> bool:
    """Return whether a name and password open the registry."""
    return server.request("GET", f"/v2/auth?service={server.host}", headers=person.basic).status == 200


def new_repository(quay: Quay, organization: str, name: str) -> None:
    """Make a private repository."""
    new = quayio_sdk.NewRepo(repository=name, visibility="private", namespace=organization, description="")
    quay.repository.create_repo(new)
