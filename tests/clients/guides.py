"""Quay's guides: their configuration, what they make, where a walk through them has come to, and what answers look like."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from tests.support.curl import Curl, same
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
