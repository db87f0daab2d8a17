"""Where pages of Quay's console are here: for bookmarks, wikis and scripts that still have the old addresses.

Source: the routes of Quay 3.7's and 3.15's consoles. Nothing is looked up, so that a redirect tells nobody what is there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from urllib.parse import quote

from .references import read_reference

_REPOSITORY_TABS: Mapping[str, str] = MappingProxyType(
    {
        "tags": "tags",
        "history": "history",
        "logs": "logs",
        "usage": "logs",
        "builds": "builds",
        "mirroring": "mirror",
        "repository-mirror": "mirror",
        "settings": "settings",
    }
)
_NAMESPACE_TABS: Mapping[str, str] = MappingProxyType(
    {
        "teams": "teams",
        "teamsandmembership": "teams",
        "robots": "robots",
        "robotaccounts": "robots",
        "default": "defaults",
        "defaultpermissions": "defaults",
        "applications": "applications",
        "oauthapplications": "applications",
        "logs": "logs",
        "mirroring": "mirror",
        "settings": "settings",
        "external": "logins",
        "externallogins": "logins",
    }
)
_SUPERUSER_TABS: Mapping[str, str] = MappingProxyType(
    {
        "users": "users",
        "organizations": "orgs",
        "servicekeys": "keys",
        "logs": "logs",
        "message-of-the-day": "messages",
        "super-user-build-logs": "builds",
        "change-log": "changes",
    }
)
_PAGES: Mapping[str, str] = MappingProxyType(
    {
        "repository": "/",
        "organization": "/",
        "organizations": "/",
        "overview": "/",
        "about": "/-/about",
        "updateuser": "/-/account",
        "new": "/new/",
        "organizations/new": "/organizations/new/",
        "service-keys": "/-/admin/keys",
        "usage-logs": "/-/admin/logs",
        "messages": "/-/admin/messages",
        "build-logs": "/-/admin/builds",
        "change-log": "/-/admin/changes",
    }
)
_LEAST = 4
"""Segments that an address has at least which is about a part of a repository: two of the name, kind and part."""


def new_address(path: str, query: Mapping[str, str], host: str) -> str:
    """Return where the page of an old address is now, "" when it was none; ``path`` is decoded.

    ``host`` is this server's own, as it stands before pasted references.
    """
    segments = path.strip("/").split("/")
    if not all(segments):
        return ""
    fields = {name: value.lower() if name == "tab" else value for name, value in query.items()}
    if found := _PAGES.get("/".join(segments)):
        return found
    match segments:
        case ["superuser"]:
            return f"/-/admin/{_SUPERUSER_TABS.get(fields.get('tab', ''), '')}"
        case ["repository", namespace]:
            return f"/{quote(namespace)}"
        case ["repository", *rest]:
            return _of_repository(rest, fields)
        case ["organization" | "user", *rest]:
            return _of_namespace(rest, fields, own=segments[0] == "user")
    reference = read_reference("/".join(segments), host)
    return reference.address if reference is not None and reference.version else ""


def _of_repository(segments: Sequence[str], fields: Mapping[str, str]) -> str:
    """Return a repository's page. Its name may have the words of old addresses in it: the last but one decides."""
    if len(segments) >= _LEAST:
        at, part = _path(segments[:-2]), quote(segments[-1], safe=":")
        match segments[-2]:
            case "tag":
                layers = "#layers" if fields.get("tab") == "layers" else ""
                return f"{at}/-/tags/{part}{layers}"
            case "manifest":
                return f"{at}/-/manifests/{part}"
            case "build":
                return f"{at}/-/builds/{part}"
            case "trigger":
                return f"{at}/-/builds"
    if len(segments) == _LEAST - 1 and segments[-1] == "create-notification":
        return f"{_path(segments[:-1])}/-/settings"
    at, tab = _path(segments), _REPOSITORY_TABS.get(fields.get("tab", ""), "")
    if tab == "tags" and fields.get("tag"):
        return f"{at}/-/tags/{quote(fields['tag'], safe='')}"
    return f"{at}/-/{tab}" if tab else at


def _of_namespace(segments: Sequence[str], fields: Mapping[str, str], *, own: bool) -> str:
    at = _path(segments[:1])
    match segments:
        case [_]:
            tab = _NAMESPACE_TABS.get(fields.get("tab", ""), "")
            if own and tab in {"settings", "logins"}:
                return "/-/account"
            return f"{at}/-/{tab}" if tab else at
        case [_, "teams", team]:
            return f"{at}/-/teams/{quote(team)}"
        case [_, "application", client]:
            return f"{at}/-/applications/{quote(client)}"
    return ""


def _path(segments: Sequence[str]) -> str:
    return "/" + "/".join(quote(segment) for segment in segments)
