"""From an empty registry to an empty one, as Quay's guides go, by curl over HTTPS: each answer whole, field by field.

The registry has the guides' own configuration. It is one walk, since each step needs what those before it made;
what a step refuses besides, and to whom, is in tests/integration/quay and tests/security.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.curl import Curl, same
from tests.support.layouts import write_image
from tests.support.server import StartServer
from tests.support.shell import Shell
from tests.support.tools import tool

CONFIGURATION = """\
ALLOW_PULLS_WITHOUT_STRICT_LOGGING: false
AUTHENTICATION_TYPE: Database
DEFAULT_TAG_EXPIRATION: 2w
ENTERPRISE_LOGO_URL: /static/img/logo.svg
FEATURE_BUILD_SUPPORT: false
FEATURE_DIRECT_LOGIN: true
FEATURE_MAILING: false
REGISTRY_TITLE: Registry
REGISTRY_TITLE_SHORT: Registry
SETUP_COMPLETE: true
TAG_EXPIRATION_OPTIONS: [2w]
TEAM_RESYNC_STALE_TIME: 60m
TESTING: false
BROWSER_API_CALLS_XHR_ONLY: false
FEATURE_USER_INITIALIZE: true
SUPER_USERS: [quayadmin]
FEATURE_USER_CREATION: false
FEATURE_QUOTA_MANAGEMENT: true
"""
INERT = "ALLOW_PULLS_WITHOUT_STRICT_LOGGING, ENTERPRISE_LOGO_URL, FEATURE_QUOTA_MANAGEMENT, TEAM_RESYNC_STALE_TIME"
TWO_WEEKS = 14 * 86_400

DATE = re.compile(r"[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} -0000")
ISO_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
ACCESS_TOKEN = re.compile(r"[A-Z0-9]{40}")
ROBOT_TOKEN = re.compile(r"[A-Z0-9]{64}")

ADMIN = {"username": "quayadmin", "password": "quaypass12345", "email": "quayadmin@example.com"}
ORGANIZATION = "/api/v1/organization/testorg"
REPOSITORY = "/api/v1/repository/testorg/app"
NEW_ORGANIZATION = {"name": "testorg", "email": "testorg@example.com"}
NEW_REPOSITORY = {
    "namespace": "testorg",
    "repository": "app",
    "visibility": "private",
    "description": "what is shipped",
    "repo_kind": "image",
}


@dataclass
class Walk:
    """Where the walk has come to; ``admin`` and ``robot`` are what their calls returned."""

    curl: Curl
    host: str
    images: dict[str, str]
    robot: str = ""
    dave: str = ""

    def crane(self, *arguments: str) -> str:
        return self.curl.shell.run(tool("crane"), *arguments).stdout.strip()

    def log_in(self, name: str, secret: str) -> None:
        """Log in at the registry as a pipeline does."""
        login = ("auth", "login", self.host, "--username", name, "--password-stdin")
        self.curl.shell.run(tool("crane"), *login, stdin=secret)

    def tags(self, query: str = "?onlyActiveTags=true") -> list[dict[str, Any]]:
        """Return what the list of tags says, its frame compared."""
        answer = self.curl.expect(200, "GET", f"{REPOSITORY}/tag/{query}")
        same(answer, {"tags": list(answer["tags"]), "page": 1, "has_additional": False})
        return list(answer["tags"])


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


def pushes(walk: Walk) -> None:
    shell, place = walk.curl.shell, f"{walk.host}/testorg/app"
    walk.log_in("testorg+ci", walk.robot)
    for tag, name in (("v1", "old"), ("v2", "new")):
        assert walk.crane("push", str(shell.home / name), f"{place}:{tag}").endswith(walk.images[name])
    shell.refused(tool("crane"), "push", str(shell.home / "old"), f"{walk.host}/testorg/other:v1")
    helm, ca = tool("helm4"), ("--ca-file", walk.curl.server.ca)
    shell.run(helm, "create", "app")
    shell.run(helm, "package", "app")
    login = ("registry", "login", walk.host, "--username", "testorg+ci", "--password-stdin")
    shell.run(helm, *login, *ca, stdin=walk.robot)
    shell.run(helm, "push", "app-0.1.0.tgz", f"oci://{walk.host}/testorg", *ca)
    walk.log_in("dave", walk.dave)  # who may pull, by the team
    assert walk.crane("ls", place).split() == ["0.1.0", "v1", "v2"]
    shell.refused(tool("crane"), "push", str(shell.home / "old"), f"{place}:v3")


def tags(walk: Walk) -> None:
    curl, (old, new) = walk.curl, (walk.images["old"], walk.images["new"])
    chart, *images = walk.tags()
    same(chart, tag_view("0.1.0", chart["manifest_digest"]))
    same(images, [tag_view("v2", new), tag_view("v1", old)])
    shown = curl.expect(200, "GET", REPOSITORY)["tags"]
    keys = {"size": int, "last_modified": DATE}
    same(shown["v1"], {"name": "v1", "manifest_digest": old} | keys)
    assert curl.expect(201, "PUT", f"{REPOSITORY}/tag/v1", {"manifest_digest": new}) == "Updated"
    moved = tag_view("v1", new)
    past = tag_view("v1", old) | {"end_ts": int, "expiration": DATE}
    same(walk.tags("?specificTag=v1"), [moved, past])
    same(walk.tags("?onlyActiveTags=true&filter_tag_name=eq:v1"), [moved])
    unknown = curl.expect(404, "PUT", f"{REPOSITORY}/tag/v3", {"manifest_digest": "sha256:" + "0" * 64})
    same(unknown, error(walk, 404, "not_found", "Not Found"))


def time_machine(walk: Walk) -> None:
    curl, tag, old = walk.curl, f"{REPOSITORY}/tag/v1", walk.images["old"]
    assert curl.expect(204, "DELETE", tag) is None
    same(curl.expect(404, "DELETE", tag), error(walk, 404, "not_found", "Not Found"))
    assert walk.crane("ls", f"{walk.host}/testorg/app").split() == ["0.1.0", "v2"]
    assert curl.expect(200, "POST", f"{tag}/restore", {"manifest_digest": old}) == {}
    (restored,) = walk.tags("?onlyActiveTags=true&specificTag=v1")
    same(restored, tag_view("v1", old) | {"reversion": True})
    assert walk.crane("digest", f"{walk.host}/testorg/app:v1") == old
    assert len(walk.tags("?specificTag=v1")) == 3

    end = int(time.time()) + 86_400
    assert curl.expect(201, "PUT", tag, {"expiration": end}) == "Updated"
    (dated,) = walk.tags("?onlyActiveTags=true&specificTag=v1")
    same(dated, tag_view("v1", old) | {"reversion": True, "end_ts": end, "expiration": DATE})
    curl.expect(400, "PUT", tag, {"expiration": 1})
    assert curl.expect(201, "PUT", tag, {"expiration": None}) == "Updated"
    (undated,) = walk.tags("?onlyActiveTags=true&specificTag=v1")
    same(undated, restored)


def labels(walk: Walk) -> None:
    curl, manifest = walk.curl, f"{REPOSITORY}/manifest/{walk.images['old']}"
    layer = {"index": 0, "is_remote": False, "compressed_size": int, "blob_digest": str}
    unset = dict.fromkeys(("urls", "command", "comment", "author", "created_datetime"))
    same(
        curl.expect(200, "GET", manifest),
        {
            "digest": walk.images["old"],
            "is_manifest_list": False,
            "manifest_data": str,
            "config_media_type": "application/vnd.oci.image.config.v1+json",
            "layers_compressed_size": int,
            "layers": [layer | unset],
        },
    )
    new = {"key": "stage", "value": "tested", "media_type": "text/plain"}
    made = curl.expect(201, "POST", f"{manifest}/labels", new)
    label = new | {"id": UUID, "source_type": "api"}
    same(made, {"label": label})
    same(curl.expect(200, "GET", f"{manifest}/labels?filter=st"), {"labels": [label]})
    path = f"{manifest}/labels/{made['label']['id']}"
    same(curl.expect(200, "GET", path), label)
    reserved = curl.expect(400, "POST", f"{manifest}/labels", new | {"key": "quay.stage"})
    assert reserved["error_type"] == "invalid_request"
    assert curl.expect(204, "DELETE", path) is None
    same(curl.expect(200, "GET", f"{manifest}/labels"), {"labels": []})


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
    same(curl.expect(200, "GET", f"{one}/tokens"), {"tokens": [view | {"last_accessed": ISO_DATE}]})
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


def avatar(name: str, kind: str) -> dict[str, Any]:
    hexadecimal = re.compile("[0-9a-f]{32}")
    return {"name": name, "hash": hexadecimal, "color": re.compile("#[0-9a-f]{6}"), "kind": kind}


def error(walk: Walk, status: int, kind: str, detail: str) -> dict[str, Any]:
    """Quay's error object."""
    where = f"{walk.curl.server.url}/api/v1/error/{kind}"
    return {
        "status": status,
        "error_message": detail,
        "title": kind,
        "error_type": kind,
        "detail": detail,
        "type": where,
    }


def nobody(walk: Walk) -> dict[str, Any]:
    """The error object for who has not logged in."""
    return error(walk, 401, "invalid_token", "Requires authentication") | {"session_required": False}


def invalid(walk: Walk, detail: str) -> dict[str, Any]:
    """The error object of a refusal for what is asked, with the text where Quay's data model has it too."""
    return error(walk, 400, "invalid_request", detail) | {"message": detail}


def person(name: str, *, super_user: bool = False, enabled: bool = True) -> dict[str, Any]:
    """A user as superusers see it."""
    shown = {"kind": "user", "name": name, "username": name, "email": f"{name}@example.com"}
    return shown | {
        "verified": True,
        "avatar": avatar(name, "user"),
        "super_user": super_user,
        "enabled": enabled,
    }


def team_view(name: str, role: str, members: int) -> dict[str, Any]:
    """A team as its organization shows it."""
    return {
        "name": name,
        "description": "",
        "role": role,
        "avatar": avatar(name, "team"),
        "can_view": True,
        "repo_count": 0,
        "member_count": members,
        "is_synced": False,
    }


def team_member(name: str) -> dict[str, Any]:
    """A user as a team shows it."""
    return {"name": name, "kind": "user", "is_robot": False, "avatar": avatar(name, "user"), "invited": False}


def member(name: str, team: str) -> dict[str, Any]:
    """A user as an organization shows it."""
    teams = [{"name": team, "avatar": avatar(team, "team")}]
    return {
        "name": name,
        "kind": "user",
        "avatar": avatar(name, "user"),
        "teams": teams,
        "repositories": [],
    }


def repository_view() -> dict[str, Any]:
    """The empty repository as its administrator sees it."""
    return {
        "namespace": "testorg",
        "name": "app",
        "kind": "image",
        "description": NEW_REPOSITORY["description"],
        "is_public": False,
        "is_organization": True,
        "is_starred": False,
        "status_token": "",
        "trust_enabled": False,
        "tag_expiration_s": TWO_WEEKS,
        "is_free_account": True,
        "state": "NORMAL",
        "tags": {},
        "can_write": True,
        "can_admin": True,
    }


def tag_view(name: str, digest: str) -> dict[str, Any]:
    """A tag as the list shows it."""
    return {
        "name": name,
        "reversion": False,
        "start_ts": int,
        "manifest_digest": digest,
        "is_manifest_list": False,
        "size": int,
        "last_modified": DATE,
        "immutable": False,
    }
