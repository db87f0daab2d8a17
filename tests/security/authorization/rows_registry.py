"""What the registry tells of itself, and what only superusers do."""

from __future__ import annotations

from typing import Any

from .callers import SCOPES
from .rows import EVERYBODY, LOGGED_IN, Row, answers, shows, who

_DOORS = EVERYBODY - {"expired", "revoked"}
SUPERUSERS = who("superuser")
"""The tokens are of ``admin``, who is none: their scope super:user opens nothing."""

_READERS = who("reader", "writer", "keeper", "admin", "observer")
_OTHERS = (LOGGED_IN - _READERS) | {"anonymous", "disabled", "user robot", "organization robot"}
_FIND = "/api/v1/find/repositories"
_ENTITIES = "/api/v1/entities"


def _names(found: Any) -> set[str]:
    return {result["name"] for result in found["results"]}


_TOKENS = {f"scope {scope}": 200 for scope in SCOPES.values()}

ROWS = (
    Row(
        "GET",
        _FIND,
        f"{_FIND}?query=app",
        _READERS,
        others=dict.fromkeys(_OTHERS, 200) | _TOKENS,
        proof=answers(lambda found: "app" in _names(found)),
    ),
    Row(
        "GET",
        _FIND,
        f"{_FIND}?query=app",
        _OTHERS,
        others=dict.fromkeys(_READERS, 200) | _TOKENS,
        proof=answers(lambda found: not _names(found)),
    ),
    Row(
        "GET",
        "/api/v1/find/all",
        "/api/v1/find/all?query=acme",
        _DOORS - set(SCOPES) | who(scopes="repo:read repo:write repo:admin"),
    ),
    Row("GET", f"{_ENTITIES}/{{prefix}}", f"{_ENTITIES}/rea", LOGGED_IN, others=_TOKENS),
    *(
        Row("GET", template, path, _DOORS)
        for template, path in (
            ("/api/v1/registry/capabilities", "/api/v1/registry/capabilities"),
            ("/api/v1/error/{error_type}", "/api/v1/error/not_found"),
            ("/api/v1/discovery", "/api/v1/discovery"),
            ("/api/v1/openapi.json", "/api/v1/openapi.json"),
            ("/api/v1/docs", "/api/v1/docs"),
            ("/api/v1/messages", "/api/v1/messages"),
            ("/config", "/config"),
            ("/.well-known/app-capabilities", "/.well-known/app-capabilities"),
            ("/keys/services/{service}/keys", "/keys/services/clair/keys"),
            ("/keys/services/{service}/keys/{kid}", "/keys/services/clair/keys/believed"),
        )
    ),
    Row(
        "POST",
        "/api/v1/messages",
        "/api/v1/messages",
        SUPERUSERS,
        status=201,
        body={"message": {"content": "hello", "media_type": "text/plain", "severity": "info"}},
        proof=shows("SELECT count(*) FROM message WHERE text = 'hello'", (1,)),
    ),
    Row(
        "DELETE",
        "/api/v1/message/{uuid}",
        "/api/v1/message/{message}",
        SUPERUSERS,
        status=204,
        proof=shows("SELECT count(*) FROM message", (0,)),
    ),
)
