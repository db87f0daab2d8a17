"""What people write into a description runs in nobody's browser (CVE-2025-32019): a script is sent as JSON, or escaped."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import pytest_asyncio

from charthouse.api.quay.documents.page import page
from charthouse.api.quay.routes import ROUTES
from tests.support.forms import Page
from tests.support.server import Answer

from .authorization.callers import registry_headers
from .authorization.rows_tags import digest_pushed
from .authorization.world import CALLBACK, PUBLIC, REPOSITORY, World, world_in

pytestmark = pytest.mark.asyncio(loop_scope="module")

SCRIPT = "</pre><script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
ACME = "organization/acme"
APPLICATION = {"name": f"ci {SCRIPT}", "redirect_uri": CALLBACK, "application_uri": "", "description": SCRIPT}
MESSAGE = {"message": {"content": SCRIPT, "media_type": "text/markdown", "severity": "info"}}
TEXTS: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    ("admin", "PUT", f"repository/{REPOSITORY}", {"description": SCRIPT}),
    ("admin", "PUT", f"repository/{PUBLIC}", {"description": SCRIPT}),
    ("admin", "PUT", f"{ACME}/team/members", {"role": "member", "description": SCRIPT}),
    ("admin", "PUT", "user/", {"company": SCRIPT, "location": SCRIPT, "given_name": SCRIPT}),
    ("admin", "PUT", f"{ACME}/applications/{{client_id}}", APPLICATION),
    ("admin", "POST", f"{ACME}/applications/{{client_id}}/tokens", {"name": SCRIPT, "scope": "repo:read"}),
    ("admin", "POST", "user/apptoken", {"title": SCRIPT}),
    ("admin", "PUT", f"{ACME}/robots/scripted", {"description": SCRIPT, "unstructured_metadata": {"x": SCRIPT}}),
    ("admin", "PUT", "user/robots/scripted", {"description": SCRIPT, "unstructured_metadata": {"x": SCRIPT}}),
    (
        "admin",
        "POST",
        f"repository/{REPOSITORY}/manifest/{digest_pushed('v1')}/labels",
        {"key": "note", "value": SCRIPT, "media_type": "text/plain"},
    ),
    ("superuser", "POST", "messages", MESSAGE),
    ("superuser", "PUT", "superuser/keys/waiting", {"name": SCRIPT, "metadata": {"x": SCRIPT}}),
)  # fmt: skip
"""Who writes which text where."""

SHOWN = {
    "quay.list_repositories", "quay.get_repository", "quay.get_organization", "quay.find_repositories",
    "quay.get_user", "quay.list_applications", "quay.get_application", "quay.get_application_information",
    "quay.list_application_tokens", "quay.list_app_tokens", "quay.get_org_robots", "quay.get_user_robots",
    "quay.list_messages", "quay.list_labels", "quay.list_service_keys",
}  # fmt: skip
"""Operations whose answer must show one, or the test looks at nothing."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with world_in(tmp_path_factory.mktemp("scripts") / "data") as made:
        for caller, method, path, document in TEXTS:
            answer = await rest(made, caller, method, path.format(**made.ids), document=document)
            assert answer.status < 300, (path, answer.body)
        yield made


async def rest(world: World, caller: str, method: str, path: str, **request: Any) -> Answer:
    """Send a request to /api/v1 as one of the callers."""
    return await world.ask(method, f"/api/v1/{path}", headers=world.rest_headers(caller), **request)


def harmless(answer: Answer, where: object) -> None:
    """Fail unless a browser that is led here runs nothing of what stands in the answer."""
    headers = answer.headers
    assert headers.get("x-content-type-options") == "nosniff" or not answer.body, where
    kind = headers.get("content-type", "").partition(";")[0]
    if kind == "text/html":
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'"), where
        assert "unsafe" not in policy, where
        assert "script-src" not in policy, where
        assert not Page(answer.body.decode()).tags & {"script", "img"}, where
    else:
        assert kind in {"application/json", "application/pgp-keys", ""}, (where, kind)
        assert kind != "application/json" or json.loads(answer.body) is not None, where


async def test_cve_2025_32019_texts_come_back_as_json_that_nobody_takes_for_a_page(world: World) -> None:
    """Every address that answers GET, as who may see everything; the landing page has its one script (test_oauth_flow)."""
    names = world.ids | {
        "organization": "acme", "repository": REPOSITORY, "team": "members", "robot_shortname": "scripted",
        "robot": "scripted", "username": "admin", "member": "creator", "prefix": "adm", "namespace": "acme",
        "manifestref": digest_pushed("v1"), "labelid": world.ids["label"], "error_type": SCRIPT, "kid": "waiting",
    }  # fmt: skip
    shown = set()
    for route in ROUTES:
        if route.method != "GET" or route.operation == "oauth.landing":
            continue
        place = re.sub(
            r"{(\w+)}", lambda found: quote(names.get(found[1], SCRIPT), safe="/:"), route.template
        )
        for caller in ("anonymous", "admin", "superuser", "scope repo:read"):
            target = (
                f"{place}?{urlencode({'public': 'true', 'namespace': 'acme', 'query': 'o', 'x': SCRIPT})}"
            )
            answer = await world.ask("GET", target, headers=world.rest_headers(caller))
            assert answer.status < 500, (target, answer.body)
            harmless(answer, (caller, route.operation))
            if b"onerror" in answer.body:
                shown.add(route.operation)
    assert shown >= SHOWN, SHOWN - shown


@pytest.mark.parametrize(
    ("method", "path"), [("GET", f"nowhere/{SCRIPT}"), ("POST", "repository"), ("PUT", SCRIPT)]
)
async def test_cve_2025_32019_a_refusal_repeats_no_script(world: World, method: str, path: str) -> None:
    document = {"repository": SCRIPT, "namespace": SCRIPT, "visibility": SCRIPT, "description": ""}
    sent = document if method == "POST" else None
    answer = await rest(world, "admin", method, quote(path), document=sent)
    assert answer.status >= 400
    harmless(answer, path)


async def test_cve_2025_32019_pages_escape_what_they_show(world: World) -> None:
    asked = {
        "response_type": "code", "client_id": world.ids["client_id"], "redirect_uri": CALLBACK,
        "scope": "repo:admin", "state": SCRIPT,
    }  # fmt: skip
    consent = await _page(world, f"/oauth/authorize?{urlencode(asked)}", world.rest_headers("admin"))
    assert SCRIPT in "".join(consent.words), "the application's name and description are there to be read"
    assert consent.fields["state"] == SCRIPT
    for wrong, status in (("client_id", 404), ("redirect_uri", 400), ("scope", 400), ("response_type", 400)):
        refused = f"/oauth/authorize?{urlencode(asked | {wrong: SCRIPT})}"
        await _page(world, refused, world.rest_headers("admin"), status=status)
    await _page(world, f"/oauth/authorize?{urlencode(asked)}", {}, status=401)


async def _page(
    world: World, target: str, headers: Mapping[str, str], status: int = 200, **more: Any
) -> Page:
    """Return a page, with the forms' own policy: a script has no place on it."""
    answer = await world.ask(more.pop("method", "GET"), target, headers=headers, **more)
    assert answer.status == status, (target, answer.body)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["x-frame-options"] == "DENY"
    harmless(answer, target)
    return Page(answer.body.decode())


async def test_cve_2025_32019_the_page_of_the_documents_escapes_them(world: World) -> None:
    document = (await rest(world, "anonymous", "GET", "openapi.json")).json()
    found = Page(page(_scripted(document)))
    assert not found.tags & {"script", "img"}
    shown = "".join(found.words).count(SCRIPT)
    assert shown > 3 * len(ROUTES), "summary, operation and permission of each, and what tells of parameters"


def _scripted(document: Any) -> Any:
    """Return the document with the script behind every text that people read."""
    told = ("summary", "description", "title", "version", "operationId", "x-permission")
    if isinstance(document, dict):
        return {
            key: f"{value}{SCRIPT}" if key in told and isinstance(value, str) else _scripted(value)
            for key, value in document.items()
        }
    return [_scripted(one) for one in document] if isinstance(document, list) else document


async def test_cve_2025_32019_content_is_what_it_was_pushed_as_and_never_a_page(world: World) -> None:
    """A blob may be a page; a browser that is led to it keeps it as a file."""
    headers = registry_headers("admin", world.robot_tokens)
    found = await world.ask("GET", f"/v2/{REPOSITORY}/manifests/v1", headers=headers)
    assert found.headers["x-content-type-options"] == "nosniff"
    digest = found.json()["config"]["digest"]
    blob = await world.ask("GET", f"/v2/{REPOSITORY}/blobs/{digest}", headers=headers)
    assert blob.headers["content-type"] == "application/octet-stream"
    assert blob.headers["x-content-type-options"] == "nosniff"
    as_page = json.dumps(found.json() | {"mediaType": "text/html", "annotations": {"x": SCRIPT}}).encode()
    for kind in ("text/html", "application/xhtml+xml", "image/svg+xml"):
        answer = await world.ask(
            "PUT", f"/v2/{REPOSITORY}/manifests/page", body=as_page, headers=headers | {"Content-Type": kind}
        )
        assert answer.status in {400, 415}
        assert answer.headers["content-type"].startswith("application/json")
