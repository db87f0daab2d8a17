"""CVE-2024-22261 on every engine: what callers send is a value of a query, never a part of it.

SQLite has the same test with a dump of its tables before and after (tests/security/test_advisories.py).
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

import pytest

from charthouse.api.quay.routes import ROUTES
from tests.security.test_advisories import INJECTIONS, PARAMETERS

from .scene import PASSWORD, Scene, basic

pytestmark = pytest.mark.asyncio(loop_scope="module")

WORDS = [
    *INJECTIONS,
    "'; SELECT pg_sleep(20); --",
    "' OR SLEEP(20) OR '",
    "1) UNION SELECT 1,2,3 --",
    "/*",
    "\U0001f600",
]


async def _people(scene: Scene) -> list[str]:
    return [user["username"] for user in (await scene.by(scene.root, "GET", "superuser/users/"))["users"]]


async def test_addresses_and_filters(scene: Scene) -> None:
    before = await _people(scene)
    for word in WORDS:
        quoted = quote(word, safe="")
        query = urlencode(dict.fromkeys(PARAMETERS, word))
        for route in ROUTES:
            if route.method != "GET" or not route.template.startswith("/api/v1/"):
                continue
            known = {"organization": scene.organization, "repository": scene.repository, "tag": "v1"}
            parts = route.template.replace("{repository}", scene.repository).split("/")
            named = "/".join(known.get(part[1:-1], "x") if part[:1] == "{" else part for part in parts)
            hostile = "/".join(quoted if part[:1] == "{" else part for part in parts)
            for target in {f"{named}?{query}", hostile}:
                answer = await scene.owner.ask("GET", target)
                assert answer.status < 500, (target, answer.body)
    assert await _people(scene) == before


async def test_the_registry(scene: Scene) -> None:
    await scene.grant("write")
    known = basic(scene.person, PASSWORD)
    for word in WORDS:
        quoted = quote(word, safe="")
        for path in (
            f"{scene.repository}/tags/list?last={quoted}", f"_catalog?last={quoted}", f"{quoted}/x/tags/list",
            f"{scene.repository}/manifests/{quoted}", f"{scene.repository}/blobs/uploads/{quoted}",
            f"auth?service=registry.example.com&scope=repository:{quoted}:pull", f"auth?account={quoted}",
        ):  # fmt: skip
            answer = await scene.two.ask("GET", f"/v2/{path}", headers=known)
            assert answer.status < 500, (path, answer.body)


async def test_what_is_written_is_read_again_as_it_was(scene: Scene) -> None:
    repository = f"repository/{scene.repository}"
    for word in WORDS:
        text = word.replace("\0", "")
        await scene.by(scene.owner, "PUT", repository, description=text)
        assert (await scene.by(scene.owner, "GET", repository))["description"] == text
        for method, path, document in (
            ("POST", "organization/", {"name": word, "email": word}),
            ("PUT", f"organization/{scene.organization}/team/{quote(word, safe='')}", {"role": "member"}),
            (
                "PUT",
                f"organization/{scene.organization}/robots/{quote(word, safe='')}",
                {"description": word},
            ),
            ("PUT", f"{repository}/permissions/user/{quote(word, safe='')}", {"role": "read"}),
            ("POST", f"organization/{scene.organization}/prototypes", _rule(word)),
        ):
            answer = await scene.owner.ask(method, f"/api/v1/{path}", document=document)
            assert 400 <= answer.status < 500, (path, answer.body)


def _rule(word: str) -> dict[str, Any]:
    return {"role": "read", "delegate": {"kind": "user", "name": word}}


@pytest.mark.parametrize("word", ["%", "_", "[a-z]", ".*", "%%%", "a%"])
async def test_wildcards_are_letters(scene: Scene, word: str) -> None:
    found = await scene.by(scene.owner, "GET", f"find/repositories?query={quote(word)}")
    assert found["results"] == []
    assert (await scene.by(scene.owner, "GET", f"entities/{quote(word, safe='')}"))["results"] == []
