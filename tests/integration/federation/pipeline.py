"""Pipelines of GitHub and GitLab, and what they do with a registry."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64encode
from typing import Any

from charthouse.model.names import RepositoryName
from tests.support.issuer import (
    encoded,
    text_of,
)
from tests.support.quay import HOST, QuayApi
from tests.support.registry import push_image
from tests.support.server import Answer

ROBOT = "/api/v1/organization/acme/robots/ci"
FEDERATION = f"{ROBOT}/federation"
EXCHANGE = "/oauth2/federation/robot/token"
APP = RepositoryName("acme/app")
GITHUB_SUBJECT = "repo:acme/app:ref:refs/heads/main"


async def trust(quay: QuayApi, *entries: dict[str, Any]) -> None:
    answered = await quay.ask("POST", FEDERATION, who="alice", document=list(entries))
    assert answered.status == 200, answered.body


def github(quay: QuayApi, **changes: Any) -> dict[str, Any]:
    """The claims of a token as GitHub Actions gives them."""
    now = quay.clock.now_ms() // 1000
    claims = {
        "sub": GITHUB_SUBJECT, "aud": HOST, "iat": now, "nbf": now - 600, "exp": now + 300, "jti": "example-id",
        "ref": "refs/heads/main", "sha": "0" * 40, "repository": "acme/app", "repository_owner": "acme",
        "repository_owner_id": "65", "repository_id": "74", "repository_visibility": "private", "actor": "octocat",
        "run_id": "1", "run_number": "10", "run_attempt": "2", "workflow": "CI", "head_ref": "", "base_ref": "",
        "event_name": "push", "ref_type": "branch", "ref_protected": "true", "runner_environment": "github-hosted",
        "job_workflow_ref": "acme/app/.github/workflows/ci.yml@refs/heads/main",
    }  # fmt: skip
    return claims | changes


def gitlab(quay: QuayApi, **changes: Any) -> dict[str, Any]:
    """The claims of an ID token as GitLab CI gives them."""
    now = quay.clock.now_ms() // 1000
    claims = {
        "sub": "project_path:acme/app:ref_type:branch:ref:main", "aud": f"https://{HOST}", "iat": now,
        "nbf": now - 5, "exp": now + 7200, "jti": "x", "namespace_id": "72", "namespace_path": "acme",
        "project_id": "20", "project_path": "acme/app", "user_id": "1", "user_login": "octocat", "ref": "main",
        "pipeline_id": "574", "pipeline_source": "push", "job_id": "302", "ref_type": "branch",
        "ref_path": "refs/heads/main", "ref_protected": "true", "user_access_level": "developer",
        "groups_direct": ["acme/devs"], "runner_id": 1, "runner_environment": "self-hosted",
    }  # fmt: skip
    return claims | changes


async def exchange(quay: QuayApi, token: str, name: str = "acme+ci") -> Answer:
    credentials = b64encode(f"{name}:{token}".encode()).decode()
    return await quay.ask("GET", EXCHANGE, headers={"Authorization": f"Basic {credentials}"})


async def exchanged(quay: QuayApi, token: str) -> str:
    answered = await exchange(quay, token)
    assert answered.status == 200, answered.body
    found: str = answered.json()["token"]
    return found


async def refused(quay: QuayApi, token: str, name: str = "acme+ci") -> bytes:
    answered = await exchange(quay, token, name)
    assert answered.status == 401, answered.body
    assert set(answered.json()) == {"error"}
    assert answered.headers["www-authenticate"] == "Basic"
    return answered.body


def basic(token: str, name: str = "acme+ci") -> str:
    return "Basic " + b64encode(f"{name}:{token}".encode()).decode()


async def push(quay: QuayApi, authorization: str, content: bytes = b"layer") -> None:
    actor = await quay.registry.authenticator.authenticate(authorization, "192.0.2.1")
    await push_image(quay.registry, actor, APP, "v1", b"{}", content)


def by_hand(header: dict[str, Any], claims: dict[str, Any], signature: bytes) -> str:
    return f"{encoded(header)}.{encoded(claims)}." + text_of(signature)


def hmac_signed(claims: dict[str, Any], secret: bytes, kid: str = "first") -> str:
    signed = f"{encoded({'alg': 'HS256', 'kid': kid})}.{encoded(claims)}"
    signature = hmac.digest(secret, signed.encode(), hashlib.sha256)
    return signed + "." + text_of(signature)
