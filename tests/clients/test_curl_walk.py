"""From an empty registry to an empty one, as Quay's guides go, by curl over HTTPS: each answer whole, field by field.

The registry has the guides' own configuration. It is one walk, since each step needs what those before it made;
what a step refuses besides, and to whom, is in tests/integration/quay and tests/security.
"""

from __future__ import annotations

import re
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.curl import Curl, same
from tests.support.layouts import write_image
from tests.support.server import StartServer
from tests.support.shell import Shell

from .guides import (
    ACCESS_TOKEN,
    ADMIN,
    CONFIGURATION,
    DATE,
    INERT,
    ISO_DATE,
    NEW_ORGANIZATION,
    NEW_REPOSITORY,
    ORGANIZATION,
    REPOSITORY,
    ROBOT_TOKEN,
    TWO_WEEKS,
    UUID,
    Walk,
    avatar,
    error,
    invalid,
    member,
    nobody,
    person,
    repository_view,
    team_member,
    team_view,
)
from .guides_content import labels, pushes, tags, time_machine


@pytest.fixture
def walk(start_server: StartServer, tmp_path: Path) -> Walk:
    """An empty registry with the guides' configuration, and a machine in front of it with two images."""
    (tmp_path / "config.yaml").write_text(CONFIGURATION)
    environment = {"CHARTHOUSE_CONFIG": str(tmp_path / "config.yaml")}
    server = start_server("--tls", "auto", environment=environment)
    assert INERT in server.log.read_text()
    shell = Shell(tmp_path / "home", SSL_CERT_FILE=str(server.ca))
    images = {name: write_image(shell.home / name, {"cargo": name.encode()}) for name in ("old", "new")}
    return Walk(Curl(shell, server), server.host, images)


def test_from_an_empty_registry_to_an_empty_one(walk: Walk) -> None:
    first_user(walk)
    users(walk)
    organization(walk)
    team(walk)
    robot(walk)
    repository(walk)
    permissions(walk)
    pushes(walk)
    tags(walk)
    time_machine(walk)
    labels(walk)
    default_permissions(walk)
    application(walk)
    messages(walk)
    everything_is_deleted(walk)
    names_are_free_again(walk)


def first_user(walk: Walk) -> None:
    initialize = "/api/v1/user/initialize"
    weak = "Invalid password, password must be at least 8 characters and contain no whitespace."
    refused = walk.curl.expect(400, "POST", initialize, ADMIN | {"password": "short", "access_token": True})
    same(refused, {"message": f"Failed to initialize user: {weak}"})
    made = walk.curl.expect(200, "POST", initialize, ADMIN | {"access_token": True})
    same(
        made,
        {
            "access_token": ACCESS_TOKEN,
            "email": ADMIN["email"],
            "encrypted_password": str,
            "username": "quayadmin",
        },
    )
    refused = walk.curl.expect(400, "POST", initialize, ADMIN | {"username": "second"})
    same(refused, {"message": "Cannot initialize user in a non-empty database"})
    walk.curl = replace(walk.curl, token=made["access_token"])
    walk.log_in("quayadmin", made["encrypted_password"])
    assert walk.crane("catalog", walk.host) == ""


def users(walk: Walk) -> None:
    me = walk.curl.expect(200, "GET", "/api/v1/user/")
    unset = ("invoice_email_address", "company", "family_name", "given_name", "location")
    false = ("anonymous", "invoice_email", "preferred_namespace")
    true = ("can_create_repo", "is_me", "verified", "is_free_account", "has_password_set", "super_user")
    expected: dict[str, Any] = dict.fromkeys(unset) | dict.fromkeys(false, False) | dict.fromkeys(true, True)
    expected |= {"username": "quayadmin", "email": ADMIN["email"], "avatar": avatar("quayadmin", "user")}
    expected |= {"logins": [], "prompts": [], "organizations": [], "tag_expiration_s": TWO_WEEKS}
    same(me, expected)
    stranger = replace(walk.curl, token="")
    anonymous = stranger.expect(401, "GET", "/api/v1/user/")
    same(anonymous, nobody(walk))
    stranger.expect(405, "POST", "/api/v1/user/", {"username": "eve", "password": "evespass123"})

    superuser = "/api/v1/superuser/users/"
    made = walk.curl.expect(200, "POST", superuser, {"username": "dave", "email": "dave@example.com"})
    password = re.compile(".{32}")
    new = {"username": "dave", "email": "dave@example.com", "password": password, "encrypted_password": str}
    same(made, new)
    walk.dave = made["password"]
    listed = walk.curl.expect(200, "GET", superuser)
    same(listed, {"users": [person("dave"), person("quayadmin", super_user=True)]})
    disabled = walk.curl.expect(200, "PUT", f"{superuser}dave", {"enabled": False})
    same(disabled, person("dave", enabled=False))
    same(walk.curl.expect(200, "PUT", f"{superuser}dave", {"enabled": True}), person("dave"))
    public = walk.curl.expect(200, "GET", "/api/v1/users/dave")
    same(public, {"anonymous": False, "username": "dave", "avatar": avatar("dave", "user")})


def organization(walk: Walk) -> None:
    curl = walk.curl
    assert curl.expect(201, "POST", "/api/v1/organization/", NEW_ORGANIZATION) == "Created"
    again = curl.expect(400, "POST", "/api/v1/organization/", NEW_ORGANIZATION)
    same(again, invalid(walk, "A user or organization with this name already exists"))
    shown = {
        **NEW_ORGANIZATION,
        "avatar": avatar("testorg", "org"),
        "is_admin": True,
        "is_member": True,
        "teams": {"owners": team_view("owners", "admin", members=1)},
        "ordered_teams": ["owners"],
        "invoice_email": False,
        "invoice_email_address": None,
        "tag_expiration_s": TWO_WEEKS,
        "is_free_account": True,
    }
    same(curl.expect(200, "GET", ORGANIZATION), shown)
    refused = curl.expect(400, "PUT", ORGANIZATION, {"tag_expiration_s": 86_400})
    same(refused, invalid(walk, "Invalid tag expiration option"))
    changed = curl.expect(200, "PUT", ORGANIZATION, {"tag_expiration_s": TWO_WEEKS})
    same(changed, shown)
    owners = curl.expect(200, "GET", f"{ORGANIZATION}/team/owners/members")
    same(owners, {"name": "owners", "members": [team_member("quayadmin")], "can_edit": True})


def team(walk: Walk) -> None:
    curl, dev = walk.curl, f"{ORGANIZATION}/team/dev"
    expected = {
        "name": "dev",
        "description": "who builds",
        "can_view": True,
        "role": "member",
        "avatar": avatar("dev", "team"),
        "new_team": True,
    }
    same(curl.expect(200, "PUT", dev, {"role": "member", "description": "who builds"}), expected)
    changed = curl.expect(200, "PUT", dev, {"role": "creator"})
    same(changed, expected | {"role": "creator", "new_team": False})
    same(curl.expect(200, "PUT", f"{dev}/members/dave"), team_member("dave"))
    found = curl.expect(200, "GET", f"{dev}/members?includePending=true")
    same(found, {"name": "dev", "members": [team_member("dave")], "can_edit": True})
    listed = curl.expect(200, "GET", f"{ORGANIZATION}/members")
    same(listed, {"members": [member("dave", "dev"), member("quayadmin", "owners")]})
    same(curl.expect(200, "GET", f"{ORGANIZATION}/members/dave"), member("dave", "dev"))
    only = curl.expect(400, "DELETE", f"{ORGANIZATION}/team/owners/members/quayadmin")
    same(only, invalid(walk, "User cannot remove themselves from their only admin team."))


def robot(walk: Walk) -> None:
    curl, path = walk.curl, f"{ORGANIZATION}/robots/ci"
    described = {
        "name": "testorg+ci",
        "created": DATE,
        "last_accessed": None,
        "description": "builds",
        "creates_repositories": False,
        "token": ROBOT_TOKEN,
    }
    expected = described | {"unstructured_metadata": {"ticket": "42"}}
    wish = {"description": "builds", "unstructured_metadata": {"ticket": "42"}}
    made = curl.expect(201, "PUT", path, wish)
    same(made, expected)
    again = curl.expect(400, "PUT", path, wish)
    same(again, invalid(walk, "Existing robot with name: testorg+ci"))
    same(curl.expect(200, "GET", path), made)
    replaced = curl.expect(200, "POST", f"{path}/regenerate")
    same(replaced, expected)
    assert replaced["token"] != made["token"]
    listed = curl.expect(200, "GET", f"{ORGANIZATION}/robots?permissions=true&token=false")
    del described["token"]
    same(listed, {"robots": [described | {"teams": [], "repositories": []}]})
    same(curl.expect(200, "GET", f"{path}/permissions"), {"permissions": []})
    walk.robot = replaced["token"]


def repository(walk: Walk) -> None:
    curl = walk.curl
    made = curl.expect(201, "POST", "/api/v1/repository", NEW_REPOSITORY)
    same(made, {"namespace": "testorg", "name": "app", "kind": "image"})
    again = curl.expect(400, "POST", "/api/v1/repository", NEW_REPOSITORY)
    same(again, invalid(walk, "Repository already exists"))
    same(curl.expect(200, "GET", REPOSITORY), repository_view())
    for method, path, document in (
        ("PUT", REPOSITORY, {"description": "what was shipped"}),
        ("POST", f"{REPOSITORY}/changevisibility", {"visibility": "public"}),
    ):
        same(curl.expect(200, method, path, document), {"success": True})
    open_one = replace(curl, token="").expect(200, "GET", REPOSITORY)
    changed = {"description": "what was shipped", "is_public": True}
    same(open_one, repository_view() | changed | {"can_write": False, "can_admin": False})
    listed = curl.expect(
        200, "GET", "/api/v1/repository?namespace=testorg&last_modified=true&popularity=true"
    )
    entry = {"namespace": "testorg", "name": "app", "kind": "image", "state": "NORMAL", "is_starred": False}
    same(listed, {"repositories": [entry | changed | {"last_modified": None, "popularity": 0.0}]})
    curl.expect(200, "POST", f"{REPOSITORY}/changevisibility", {"visibility": "private"})
    hidden = replace(curl, token="").expect(401, "GET", REPOSITORY)
    same(hidden, nobody(walk))


def permissions(walk: Walk) -> None:
    curl = walk.curl
    grants: dict[str, dict[str, Any]] = {"user": {}, "team": {}}
    for kind, name, role in (
        ("user", "dave", "read"),
        ("user", "testorg+ci", "write"),
        ("team", "dev", "read"),
    ):
        path, is_robot = f"{REPOSITORY}/permissions/{kind}/{name}", "+" in name
        view: dict[str, Any] = {"role": role, "name": name}
        view["avatar"] = avatar(name, "robot" if is_robot else kind)
        if kind == "user":
            view |= {"is_robot": is_robot, "is_org_member": True}
        same(curl.expect(200, "PUT", path, {"role": role}), view)
        same(curl.expect(200, "GET", path), view)
        grants[kind][name] = view
    creator = grants["user"]["dave"] | {
        "name": "quayadmin",
        "role": "admin",
        "avatar": avatar("quayadmin", "user"),
    }
    listed = curl.expect(200, "GET", f"{REPOSITORY}/permissions/user/")
    same(listed, {"permissions": grants["user"] | {"quayadmin": creator}})
    same(curl.expect(200, "GET", f"{REPOSITORY}/permissions/team/"), {"permissions": grants["team"]})
    transitive = curl.expect(200, "GET", f"{REPOSITORY}/permissions/user/testorg+ci/transitive")
    same(transitive, {"permissions": [{"role": "write"}]})
    held = {"permissions": [{"repository": {"name": "app", "is_public": False}, "role": "write"}]}
    same(curl.expect(200, "GET", f"{ORGANIZATION}/robots/ci/permissions"), held)
    held["permissions"][0]["role"] = "read"
    same(curl.expect(200, "GET", f"{ORGANIZATION}/team/dev/permissions"), held)
    assert curl.expect(204, "DELETE", f"{REPOSITORY}/permissions/user/dave") is None
    gone = curl.expect(400, "GET", f"{REPOSITORY}/permissions/user/dave")
    same(gone, invalid(walk, "User does not have permission for repo."))


def default_permissions(walk: Walk) -> None:
    curl, path = walk.curl, f"{ORGANIZATION}/prototypes"
    delegate = {"name": "dev", "kind": "team"}
    made = curl.expect(200, "POST", path, {"role": "read", "delegate": delegate})
    view = {"id": UUID, "role": "read", "activating_user": None}
    view |= {"delegate": delegate | {"avatar": avatar("dev", "team")}}
    same(made, view)
    same(curl.expect(200, "PUT", f"{path}/{made['id']}", {"role": "write"}), view | {"role": "write"})
    same(curl.expect(200, "GET", path), {"prototypes": [made | {"role": "write"}]})
    curl.expect(201, "POST", "/api/v1/repository", NEW_REPOSITORY | {"repository": "later"})
    given = curl.expect(200, "GET", "/api/v1/repository/testorg/later/permissions/team/dev")
    same(given, {"role": "write", "name": "dev", "avatar": avatar("dev", "team")})
    assert curl.expect(204, "DELETE", f"{path}/{made['id']}") is None
    same(curl.expect(200, "GET", path), {"prototypes": []})


def application(walk: Walk) -> None:
    curl, path = walk.curl, f"{ORGANIZATION}/applications"
    made = curl.expect(200, "POST", path, {"name": "console"})
    same(
        made,
        {
            "name": "console",
            "description": "",
            "application_uri": "",
            "client_id": re.compile("[A-Z0-9]{20}"),
            "client_secret": ACCESS_TOKEN,
            "redirect_uri": "",
            "avatar_email": None,
        },
    )
    same(curl.expect(200, "GET", path), {"applications": [made]})
    one = f"{path}/{made['client_id']}"
    token = curl.expect(201, "POST", f"{one}/tokens", {"name": "reads", "scope": "repo:read"})
    view = {"uuid": UUID, "name": "reads", "scope": "repo:read", "created_by": "quayadmin"}
    view |= {"created": ISO_DATE, "expires_at": None, "last_accessed": None}
    same(token, view | {"token": ACCESS_TOKEN})
    reader = replace(curl, token=token["token"])
    same(reader.expect(200, "GET", REPOSITORY)["name"], "app")
    refused = reader.expect(403, "DELETE", REPOSITORY)
    same(refused, error(walk, 403, "insufficient_scope", "Unauthorized"))
    deadline = time.monotonic() + 60
    listed = curl.expect(200, "GET", f"{one}/tokens")
    while listed["tokens"][0]["last_accessed"] is None and time.monotonic() < deadline:
        time.sleep(0.2)  # who has not served the token itself learns of its use within seconds
        listed = curl.expect(200, "GET", f"{one}/tokens")
    same(listed, {"tokens": [view | {"last_accessed": ISO_DATE}]})
    assert curl.expect(204, "DELETE", f"{one}/tokens/{token['uuid']}") is None
    reader.expect(401, "GET", REPOSITORY)
    assert curl.expect(204, "DELETE", one) is None
    same(curl.expect(200, "GET", path), {"applications": []})


def messages(walk: Walk) -> None:
    curl = walk.curl
    text = {"content": "The harbour closes at noon.", "media_type": "text/plain", "severity": "warning"}
    assert curl.expect(201, "POST", "/api/v1/messages", {"message": text}) == "Created"
    told = replace(curl, token="").expect(200, "GET", "/api/v1/messages")
    same(told, {"messages": [text | {"uuid": UUID}]})
    assert curl.expect(204, "DELETE", f"/api/v1/message/{told['messages'][0]['uuid']}") is None
    same(curl.expect(200, "GET", "/api/v1/messages"), {"messages": []})


def everything_is_deleted(walk: Walk) -> None:
    curl = walk.curl
    for path in (
        f"{REPOSITORY}/permissions/team/dev",
        f"{ORGANIZATION}/robots/ci",
        f"{ORGANIZATION}/team/dev/members/dave",
        f"{ORGANIZATION}/team/dev",
        REPOSITORY,
        ORGANIZATION,  # and the repository that is left in it
        "/api/v1/superuser/users/dave",
    ):
        assert curl.expect(204, "DELETE", path, {}) is None
    for path in (ORGANIZATION, "/api/v1/users/dave"):
        same(curl.expect(404, "GET", path), error(walk, 404, "not_found", "Not Found"))
    for path in (REPOSITORY, "/api/v1/repository/testorg/later"):  # as a private one of others
        same(curl.expect(403, "GET", path), error(walk, 403, "insufficient_scope", "Unauthorized"))
    same(curl.expect(200, "GET", "/api/v1/superuser/organizations/"), {"organizations": []})
    same(
        curl.expect(200, "GET", "/api/v1/superuser/users/"), {"users": [person("quayadmin", super_user=True)]}
    )


def names_are_free_again(walk: Walk) -> None:
    """And what had them before does not come back."""
    curl = walk.curl
    curl.expect(201, "POST", "/api/v1/organization/", NEW_ORGANIZATION)
    assert curl.expect(200, "GET", ORGANIZATION)["ordered_teams"] == ["owners"]
    curl.expect(201, "POST", "/api/v1/repository", NEW_REPOSITORY)
    same(curl.expect(200, "GET", REPOSITORY), repository_view())
    assert walk.tags("") == []
    assert set(curl.expect(200, "GET", f"{REPOSITORY}/permissions/user/")["permissions"]) == {"quayadmin"}
    assert curl.expect(201, "PUT", f"{ORGANIZATION}/robots/ci")["token"] != walk.robot
    curl.expect(200, "POST", "/api/v1/superuser/users/", {"username": "dave"})
