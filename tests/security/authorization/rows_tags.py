"""Tags, manifests, labels and immutability policies (quay-permissions: read, write and admin of the repository)."""

from __future__ import annotations

from typing import Any

from charthouse.model.digests import digest_of
from tests.support.registry import image_manifest

from .rows import Row, answers, shows, who

_READ = who("admin", "keeper", "writer", "reader", "observer", scopes="repo:read repo:write repo:admin")
_WRITE = who("admin", "keeper", "writer", scopes="repo:write repo:admin")
_ADMIN = who("admin", "keeper", scopes="repo:admin")
_ORG_ADMIN = who("admin", scopes="org:admin")
_SEEN = {"observer": 200}


def digest_pushed(tag: str) -> str:
    """Return the digest of the image that the world has under a tag."""
    return digest_of(image_manifest([digest_of(b"{}"), digest_of(tag.encode())], [2, len(tag)]))


def _tag(method: str, tail: str, path: str, **row: Any) -> Row:
    place = "/api/v1/repository/{repository}/tag/"
    return Row(method, place + tail, f"/api/v1/repository/acme/app/tag/{path}", **row)


def _manifest(method: str, tail: str, path: str, **row: Any) -> Row:
    place = "/api/v1/repository/{repository}/manifest/{manifestref}"
    return Row(
        method, place + tail, f"/api/v1/repository/acme/app/manifest/{digest_pushed('v1')}{path}", **row
    )


def _policies(place: str, path: str, policy: str, allowed: frozenset[str]) -> tuple[Row, ...]:
    everything, one = f"{place}/immutabilitypolicy/", f"{place}/immutabilitypolicy/{{policy_uuid}}"
    listed, shown = f"{path}/immutabilitypolicy/", f"{path}/immutabilitypolicy/{{{policy}}}"
    marked = shows("SELECT DISTINCT immutable FROM tag WHERE name = 'v1' ORDER BY 1 DESC LIMIT 1", (1,))
    return (
        Row(
            "GET", everything, listed, allowed, others=_SEEN, proof=answers(lambda a: len(a["policies"]) == 1)
        ),
        Row("POST", everything, listed, allowed, 201, body={"tagPattern": "v1"}, proof=marked),
        Row("GET", one, shown, allowed, others=_SEEN, proof=answers(lambda a: a["tagPattern"] == "never-.*")),
        Row("PUT", one, shown, allowed, 204, body={"tagPattern": "v1"}, proof=marked),
        Row(
            "DELETE",
            one,
            shown,
            allowed,
            proof=shows("SELECT count(*) FROM immutability_policy WHERE pattern = 'never-.*'", (1,)),
        ),
    )


_APP = "JOIN repository ON repository_id = repository.id WHERE path = 'acme/app'"
_TAGS = f"SELECT name FROM tag {_APP}"  # noqa: S608 -- our own words
_HISTORY = f"SELECT name FROM tag_history {_APP}"  # noqa: S608 -- our own words
ROWS = (
    _tag("GET", "", "", allowed=_READ, proof=answers(lambda a: len(a["tags"]) == 3)),
    _tag(
        "PUT",
        "{tag}",
        "v1",
        allowed=_WRITE,
        status=201,
        body={"manifest_digest": digest_pushed("v2")},
        proof=shows(_HISTORY, ("v1",)),
    ),
    _tag(
        "DELETE",
        "{tag}",
        "v1",
        allowed=_WRITE,
        status=204,
        proof=shows(f"{_TAGS} ORDER BY name", ("0.1.0",), ("v2",)),
    ),
    _tag(
        "POST",
        "{tag}/restore",
        "v1/restore",
        allowed=_WRITE,
        body={"manifest_digest": digest_pushed("v2")},
        proof=shows(f"{_TAGS} AND restored", ("v1",)),
    ),
    _tag(
        "POST",
        "{tag}/expire",
        "v1/expire",
        allowed=_WRITE,
        body={"is_alive": True},
        proof=shows(f"{_TAGS} UNION {_HISTORY}", ("0.1.0",), ("v2",)),
    ),
    _tag("GET", "{tag}/pull_statistics", "v1/pull_statistics", allowed=_READ),
    _manifest("GET", "", "", allowed=_READ, proof=answers(lambda a: len(a["layers"]) == 1)),
    _manifest("GET", "/pull_statistics", "/pull_statistics", allowed=_READ),
    _manifest(
        "GET", "/labels", "/labels", allowed=_READ, proof=answers(lambda a: a["labels"][-1]["key"] == "tier")
    ),
    _manifest(
        "POST",
        "/labels",
        "/labels",
        allowed=_WRITE,
        status=201,
        body={"key": "made", "value": "here"},
        proof=shows("SELECT value FROM label WHERE key = 'made'", ("here",)),
    ),
    _manifest("GET", "/labels/{labelid}", "/labels/{label}", allowed=_READ),
    _manifest(
        "DELETE",
        "/labels/{labelid}",
        "/labels/{label}",
        allowed=_WRITE,
        status=204,
        proof=shows("SELECT count(*) FROM label", (0,)),
    ),
    *_policies(
        "/api/v1/organization/{organization}", "/api/v1/organization/acme", "organization_policy", _ORG_ADMIN
    ),
    *_policies("/api/v1/repository/{repository}", "/api/v1/repository/acme/app", "repository_policy", _ADMIN),
)
