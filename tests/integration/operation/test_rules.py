"""What operators decide for all: a registry at a standstill, the catalog, names, namespaces made by pushes."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from charthouse.compose import server
from charthouse.config.loader import load
from charthouse.config.settings import People, Repositories
from charthouse.model.digests import digest_of
from charthouse.model.names import RepositoryName
from tests.security.authorization.world import served
from tests.support.asgi import ask
from tests.support.registry import push_image, registry_in
from tests.support.server import Answer

PASSWORD = "correct-horse-battery"
MANIFEST = b'{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}'


class Operated:
    """A registry as an operator has set it up, with users alice and bob, and repositories of theirs."""

    def __init__(self, application: Any, tokens: dict[str, str]) -> None:
        self._application = application
        self._tokens = tokens

    async def v2(self, method: str, path: str, who: str = "alice", **request: Any) -> Answer:
        headers = request.pop("headers", {})
        if who:
            headers = headers | {"Authorization": "Basic " + b64encode(f"{who}:{PASSWORD}".encode()).decode()}
        return await ask(self._application, method, path, headers=headers, **request)

    async def api(self, method: str, path: str, who: str = "alice", **request: Any) -> Answer:
        headers = {"Authorization": f"Bearer {self._tokens[who]}"} if who else {}
        return await ask(self._application, method, f"/api/v1{path}", headers=headers, **request)

    async def push(self, repository: str, who: str = "alice") -> Answer:
        """Push a manifest that needs nothing."""
        headers = {"Content-Type": "application/vnd.oci.image.index.v1+json"}
        return await self.v2("PUT", f"/v2/{repository}/manifests/v1", who, body=MANIFEST, headers=headers)


@asynccontextmanager
async def operated(data: Path, **settings: Any) -> AsyncIterator[Operated]:
    tokens: dict[str, str] = {}
    async with registry_in(data) as registry:
        for name in ("alice", "bob"):
            account = await registry.users.create_user(name, PASSWORD, "")
            scopes = ("repo:admin", "repo:create", "user:admin", "org:admin")
            tokens[name] = await registry.users.issue_access_token(account, "test", scopes, 3600)
            actor = registry.standings.actor(account)
            for repository in ("open", "closed"):
                path = RepositoryName(f"{name}/{repository}")
                await push_image(registry, actor, path, "v1", b"{}", b"layer")
            access = await registry.reader.access(account.account_id, f"{name}/open")
            await registry.metadata.repositories.set_visibility(access.repository_id, public=True)
    loaded = load(data=data, environment={}, access_log="off", **settings)
    front = server(loaded)
    async with served(front):
        yield Operated(front, tokens)


def rules(**fields: Any) -> dict[str, Any]:
    return {"repositories": msgspec.structs.replace(Repositories(), **fields)}


async def test_a_read_only_registry(tmp_path: Path) -> None:
    async with operated(tmp_path / "data", **rules(state="readonly")) as registry:
        assert (await registry.v2("GET", "/v2/alice/open/manifests/v1")).status == 200
        assert (await registry.v2("GET", "/v2/auth?scope=repository:alice/open:pull,push")).status == 200
        assert (await registry.api("GET", "/repository/alice/open")).status == 200
        upload = "/v2/alice/open/blobs/uploads/"
        for method, path in (
            ("POST", upload),
            ("PATCH", f"{upload}x"),
            ("PUT", f"{upload}x"),
            ("DELETE", f"{upload}x"),
            ("PUT", "/v2/alice/open/manifests/v2"),
            ("DELETE", "/v2/alice/open/manifests/v1"),
            ("DELETE", f"/v2/alice/open/blobs/{digest_of(b'layer')}"),
        ):
            for who in ("alice", ""):
                answer = await registry.v2(method, path, who)
                assert answer.status == 405, (method, path)
                [error] = answer.json()["errors"]
                assert (error["code"], error["is_readonly"]) == ("DENIED", True)
        for method, path, document in (
            ("DELETE", "/repository/alice/open", None),
            ("PUT", "/repository/alice/open", {"description": "x"}),
            ("POST", "/repository", {"repository": "x", "visibility": "public", "description": ""}),
            ("POST", "/organization/", {"name": "acme"}),
            ("POST", "/signin", {"username": "alice", "password": PASSWORD}),
        ):
            answer = await registry.api(method, path, document=document)
            assert (answer.status, answer.json()["is_readonly"]) == (503, True), path
        assert (await registry.api("GET", "/repository/alice/open")).json()["description"] == ""


async def test_disabled_pushes(tmp_path: Path) -> None:
    async with operated(tmp_path / "data", **rules(pushes_disabled=True)) as registry:
        for method, path in (
            ("POST", "/v2/alice/open/blobs/uploads/"),
            ("PATCH", "/v2/alice/open/blobs/uploads/x"),
            ("PUT", "/v2/alice/open/manifests/v2"),
        ):
            answer = await registry.v2(method, path)
            assert (answer.status, answer.json()["errors"][0]["code"]) == (405, "METHOD NOT ALLOWED")
            assert "is_readonly" not in answer.json()["errors"][0]
        assert (await registry.v2("GET", "/v2/alice/open/manifests/v1")).status == 200
        assert (await registry.v2("DELETE", "/v2/alice/open/manifests/v1")).status == 202
        assert (
            await registry.api("PUT", "/repository/alice/open", document={"description": "x"})
        ).status == 200


async def test_the_catalog(tmp_path: Path) -> None:
    async with operated(tmp_path / "a") as registry:
        assert (await registry.v2("GET", "/v2/_catalog")).json() == {
            "repositories": ["alice/closed", "alice/open"]
        }
        assert (await registry.v2("GET", "/v2/_catalog", "")).status == 401
    async with operated(tmp_path / "b", **rules(public_catalog=True, page_size=2)) as registry:
        first = await registry.v2("GET", "/v2/_catalog")
        assert first.json() == {"repositories": ["alice/closed", "alice/open"]}
        assert first.headers["link"] == '</v2/_catalog?n=2&last=alice%2Fopen>; rel="next"'
        rest = await registry.v2("GET", "/v2/_catalog?n=5&last=alice/open")
        assert rest.json() == {"repositories": ["bob/open"]}
        assert (await registry.v2("GET", "/v2/_catalog", "")).json() == {
            "repositories": ["alice/open", "bob/open"]
        }
    async with operated(tmp_path / "c", anonymous_access=False, **rules(public_catalog=True)) as registry:
        assert (await registry.v2("GET", "/v2/_catalog", "")).status == 401
        for path in ("/repository?public=true", "/repository/alice/open", "/user/starred"):
            answer = await registry.api("GET", path, "")
            assert answer.status == 401
            assert answer.json()["error_message"].startswith("Anonymous access is not allowed")


async def test_names_without_further_slashes(tmp_path: Path) -> None:
    async with operated(tmp_path / "data", **rules(extended_names=False)) as registry:
        refused = await registry.push("alice/a/b")
        assert (refused.status, refused.json()["errors"][0]["code"]) == (400, "NAME_INVALID")
        assert (await registry.push("alice/a")).status == 201
        document = {"repository": "a/b", "visibility": "public", "description": ""}
        answer = await registry.api("POST", "/repository", document=document)
        assert (answer.status, answer.json()["error_type"]) == (400, "invalid_request")


async def test_a_push_to_a_namespace_that_is_not_there(tmp_path: Path) -> None:
    async with operated(tmp_path / "off") as registry:
        assert (await registry.push("acme/web")).status == 403
    async with operated(tmp_path / "on", **rules(create_namespace=True)) as registry:
        token = await registry.v2("GET", "/v2/auth?scope=repository:acme/web:pull,push")
        assert token.json()["scope"] == "repository:acme/web:pull,push"
        assert (await registry.push("acme/web")).status == 201
        assert (await registry.push("acme/second")).status == 201
        user = (await registry.api("GET", "/user/")).json()
        assert [(one["name"], one["is_org_admin"]) for one in user["organizations"]] == [("acme", True)]
        assert (await registry.push("acme/third", "bob")).status == 403
        assert (await registry.push("other/web", "")).status == 401
        for name in ("a/web", "a__b/web", "a--b/web"):  # no user or organization may be called so
            assert (await registry.push(name)).status == 403
        # Only a push makes one.
        document = {"namespace": "new", "repository": "x", "visibility": "public", "description": ""}
        assert (await registry.api("POST", "/repository", document=document)).status == 403
        robot = await registry.api("PUT", "/user/robots/ci", document={})
        basic = b64encode(f"alice+ci:{robot.json()['token']}".encode()).decode()
        headers = {"Content-Type": "application/json", "Authorization": f"Basic {basic}"}
        pushed = await registry.v2("PUT", "/v2/robots/web/manifests/v1", "", body=MANIFEST, headers=headers)
        assert pushed.status == 403


@pytest.mark.parametrize(
    "people",
    [People(restricted=True), People(super_users_make_organizations=True)],
    ids=["restricted users", "only superusers make organizations"],
)
async def test_who_makes_no_organization_pushes_none(tmp_path: Path, people: People) -> None:
    settings = rules(create_namespace=True) | {"people": people}
    async with operated(tmp_path / "data", **settings) as registry:
        assert (await registry.push("acme/web")).status == 403


async def test_restricted_users(tmp_path: Path) -> None:
    people = People(restricted=True, restricted_whitelist=("bob",))
    async with operated(tmp_path / "data", people=people) as registry:
        document = {"repository": "new", "visibility": "public", "description": ""}
        refused = await registry.api("POST", "/repository", document=document)
        assert refused.status == 403
        assert refused.json()["detail"] == "Operation not allowed on restricted user owned namespace"
        for method, path, body in (
            ("PUT", "/repository/alice/open", {"description": "x"}),
            ("DELETE", "/repository/alice/open", None),
            ("PUT", "/repository/alice/open/permissions/user/bob", {"role": "admin"}),
        ):
            assert (await registry.api(method, path, document=body)).status == 403
        assert (await registry.push("alice/open")).status == 403
        assert (await registry.api("GET", "/repository/alice/closed")).status == 200
        assert (await registry.api("POST", "/repository", "bob", document=document)).status == 201
