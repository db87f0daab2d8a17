"""One test on the class of each advisory that concerns what is there, by all doors that lead to it."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from hashlib import sha256
from typing import Any
from urllib.parse import quote

import jwt
import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.asymmetric import ec

from charthouse.api.kit.asgi import Message
from charthouse.api.quay.routes import ROUTES
from charthouse.compose import server
from charthouse.config.loader import load
from tests.support.asgi import ask, http_scope
from tests.support.server import Answer, StartServer

from .authorization.callers import registry_headers
from .authorization.world import OPTIONS, PUBLIC, REPOSITORY, World, served, world_in

pytestmark = pytest.mark.asyncio(loop_scope="module")

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
BLOB = f"sha256:{sha256(b'{}').hexdigest()}"
"""The config of every image of the world."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def filled(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with world_in(tmp_path_factory.mktemp("advisories") / "data") as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def world(filled: World) -> World:
    filled.store.restore()
    return filled


async def registry(world: World, caller: str, method: str, path: str, **request: Any) -> Answer:
    """Send a request to /v2 as one of the callers."""
    headers = registry_headers(caller, world.robot_tokens) | request.pop("headers", {})
    return await world.ask(method, f"/v2/{path}", headers=headers, **request)


async def rest(world: World, caller: str, method: str, path: str, **request: Any) -> Answer:
    """Send a request to /api/v1 as one of the callers."""
    return await world.ask(method, f"/api/v1/{path}", headers=world.rest_headers(caller), **request)


def image(config: str) -> bytes:
    """Return an image manifest of one blob."""
    descriptor = {"mediaType": "application/vnd.example", "digest": config, "size": 2}
    return json.dumps(
        {"schemaVersion": 2, "mediaType": MANIFEST, "config": descriptor, "layers": []}
    ).encode()


async def test_cve_2026_27771_private_images_are_pulled_by_nobody_without_a_right(world: World) -> None:
    found = await registry(world, "admin", "GET", f"{REPOSITORY}/manifests/v1")
    digest = found.headers["docker-content-digest"]
    doors = [f"{REPOSITORY}/{door}" for door in ("manifests/v1", f"manifests/{digest}", f"blobs/{BLOB}")]
    doors += [f"{REPOSITORY}/tags/list", f"{REPOSITORY}/referrers/{digest}"]
    for door in doors:
        for method in ("GET", "HEAD"):
            assert (await registry(world, "anonymous", method, door)).status in {401, 404, 405}, door
            assert (await registry(world, "stranger", method, door)).status in {404, 405}, door
        part = await registry(world, "anonymous", "GET", door, headers={"Range": "bytes=0-1"})
        assert part.status == 401
    assert (await registry(world, "anonymous", "GET", "_catalog")).status == 401
    assert REPOSITORY not in (await registry(world, "stranger", "GET", "_catalog")).json()["repositories"]
    token = await world.ask("GET", f"/v2/auth?service=x&scope=repository:{REPOSITORY}:pull")
    bearer = {"Authorization": f"Bearer {token.json()['token']}"}
    assert (await world.ask("GET", f"/v2/{REPOSITORY}/manifests/v1", headers=bearer)).status == 401
    mounted = await registry(
        world, "stranger", "POST", f"stranger/app/blobs/uploads/?mount={BLOB}&from={REPOSITORY}"
    )
    assert mounted.status == 202, "an upload begins: nothing was mounted"


async def test_cve_2026_32589_an_upload_belongs_to_who_began_it(world: World) -> None:
    begun = await registry(world, "writer", "POST", f"{REPOSITORY}/blobs/uploads/")
    place = begun.headers["location"].partition("/v2/")[2]
    assert (await registry(world, "writer", "PATCH", place, body=b"mine")).status == 202
    for other in ("keeper", "admin", "stranger", "anonymous", "organization robot", "scope repo:write"):
        for method, target in (
            ("GET", place),
            ("PATCH", place),
            ("PUT", f"{place}?digest={BLOB}"),
            ("DELETE", place),
        ):
            refused = await registry(world, other, method, target, body=b"theirs")
            assert refused.status in {401, 403, 404}, (other, method)
    status = await registry(world, "writer", "GET", place)
    assert (status.status, status.headers["range"]) == (204, "0-3")
    digest = f"sha256:{sha256(b'mine').hexdigest()}"
    assert (await registry(world, "writer", "PUT", f"{place}?digest={digest}")).status == 201


async def test_cve_2026_32590_kept_state_is_data_that_is_checked(world: World) -> None:
    """Besides ``test_supply``: nothing in the source turns bytes into code."""
    begun = await registry(world, "writer", "POST", f"{REPOSITORY}/blobs/uploads/")
    place = begun.headers["location"].partition("/v2/")[2]
    for state in (b"\x80\x04cos\nsystem\n(S'id'\ntR.", b"\xff" * 112, b"\xff" * 4096):
        world.store.execute_activity("UPDATE upload SET hash_state = ?", state)
        answer = await registry(world, "writer", "PATCH", place, body=b"more")
        assert 400 <= answer.status < 500, (state, answer.body)


async def test_cve_2026_35172_what_was_deleted_is_in_no_cache(world: World) -> None:
    other = server(load(data=world.data, environment={}, **OPTIONS))
    async with served(other):
        headers = registry_headers("admin", {})
        pushed = await registry(
            world, "admin", "POST", f"{REPOSITORY}/blobs/uploads/?digest={digest_of(b'x')}", body=b"x"
        )
        assert pushed.status == 201
        paths = [f"/v2/{REPOSITORY}/blobs/{digest_of(b'x')}", f"/v2/{REPOSITORY}/manifests/v1"]
        for _ in range(2):
            for path in paths:
                assert (await world.ask("GET", path, headers=headers)).status == 200
                assert (await ask(other, "GET", path, headers=headers)).status == 200
        for path in paths:
            assert (await world.ask("DELETE", path, headers=headers)).status == 202
            for front in (world.front, other):
                for method in ("GET", "HEAD"):
                    assert (await ask(front, method, path, headers=headers)).status == 404


async def test_cve_2026_31801_who_may_only_create_overwrites_nothing(world: World) -> None:
    before = await registry(world, "admin", "GET", f"{REPOSITORY}/manifests/v1")
    for caller in ("creator", "reader", "member", "stranger", "scope repo:create", "scope repo:read"):
        for method, path in (
            ("PUT", "manifests/v1"),
            ("DELETE", "manifests/v1"),
            ("PUT", f"manifests/{BLOB}?tag=v1"),
        ):
            refused = await registry(
                world,
                caller,
                method,
                f"{REPOSITORY}/{path}",
                body=image(BLOB),
                headers={"Content-Type": MANIFEST},
            )
            assert refused.status in {401, 403}, (caller, method)
    assert (await registry(world, "admin", "GET", f"{REPOSITORY}/manifests/v1")).body == before.body
    begun = await registry(world, "creator", "POST", "acme/mine/blobs/uploads/")
    assert begun.status == 202, "in a repository of their own they may"


async def test_cve_2024_39897_a_digest_alone_gives_no_content(world: World) -> None:
    digest = digest_of(b"v1")  # a layer of acme/app and acme/open
    secret = await _push(world, "admin", REPOSITORY, b"secret layer")
    for target in (f"?mount={secret}", f"?mount={secret}&from={REPOSITORY}"):
        answer = await registry(world, "stranger", "POST", f"stranger/app/blobs/uploads/{target}")
        assert answer.status == 202
    pushed = await registry(
        world,
        "stranger",
        "PUT",
        "stranger/app/manifests/v1",
        body=image(secret),
        headers={"Content-Type": MANIFEST},
    )
    assert (pushed.status, pushed.json()["errors"][0]["code"]) == (404, "MANIFEST_BLOB_UNKNOWN")
    assert (await registry(world, "stranger", "GET", f"stranger/app/blobs/{secret}")).status == 404
    begun = await registry(
        world, "stranger", "POST", f"stranger/app/blobs/uploads/?digest={secret}", body=b""
    )
    assert begun.status == 400, "bytes prove a digest"
    public = f"stranger/app/blobs/uploads/?mount={digest}&from={PUBLIC}"
    assert (await registry(world, "stranger", "POST", public)).status == 201


async def test_cve_2025_24976_a_key_is_not_trusted_by_its_name(world: World) -> None:
    scope = f"repository:{REPOSITORY}:pull,push"
    issued = await registry(world, "admin", "GET", f"auth?service=localhost&scope={scope}")
    token = issued.json()["token"]
    header, claims = jwt.get_unverified_header(token), jwt.decode(token, options={"verify_signature": False})
    own = ec.generate_private_key(ec.SECP256R1())
    public = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(own.public_key()))
    kid = header["kid"]
    forged = [
        jwt.encode(claims, own, "ES256", headers={"kid": kid}),
        jwt.encode(claims, own, "ES256", headers={"kid": kid, "jwk": public}),
        jwt.encode(claims, own, "ES256", headers={"kid": "unknown", "jku": "http://127.0.0.1/keys"}),
        jwt.encode(claims, own, "ES256", headers={"kid": "../keys/x"}),
        jwt.encode(claims, kid, "HS256", headers={"kid": kid}),
        jwt.encode(claims, "", "none", headers={"kid": kid}),
    ]
    assert (await _with_bearer(world, token)).status == 200
    for bad in forged:
        assert (await _with_bearer(world, bad)).status == 401


async def test_cve_2023_2253_a_page_has_a_largest_size(world: World) -> None:
    for number in ("1000000000000", "-1", "9" * 400, "x", "0x10", "1e9"):
        for path in ("_catalog", f"{REPOSITORY}/tags/list"):
            answer = await registry(world, "admin", "GET", f"{path}?n={number}")
            assert answer.status in {200, 400}
            assert len(answer.body) < 10_000
    big = await rest(world, "admin", "GET", "organization/acme/robots?limit=99999999999999999999")
    assert big.status in {200, 400}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", f"/v2/{REPOSITORY}/manifests/big"),
        ("POST", "/v2/auth"),
        ("POST", "/api/v1/organization/"),
    ],
)
async def test_cve_2017_11468_a_body_ends_at_its_largest_size(world: World, method: str, path: str) -> None:
    """A body without an end is given up once it is too large, whatever its headers say."""
    taken = 0
    sent: list[Message] = []

    async def receive() -> Message:
        nonlocal taken
        taken += 1
        return {"type": "http.request", "body": b"x" * 65_536, "more_body": True}

    async def send(message: Message) -> None:
        sent.append(message)

    headers = registry_headers("admin", {}) if path.startswith("/v2") else world.rest_headers("admin")
    headers["Content-Type"] = MANIFEST if "manifests" in path else "application/json"
    async with asyncio.timeout(60):
        await world.front(http_scope(method, path, headers, "127.0.0.1"), receive, send)
    assert sent[0]["status"] in {400, 413}
    assert taken * 65_536 < 64 * 1024**2


@pytest.mark.parametrize(
    "kind", [MANIFEST, INDEX, "application/vnd.docker.distribution.manifest.v2+json", ""]
)
async def test_ghsa_qq97_vm5h_rrhg_a_manifest_is_of_one_type(world: World, kind: str) -> None:
    both = json.loads(image(BLOB)) | {"manifests": [{"mediaType": MANIFEST, "digest": BLOB, "size": 2}]}
    lying = json.loads(image(BLOB)) | {"mediaType": INDEX}
    for document in (both, lying):
        answer = await registry(
            world,
            "admin",
            "PUT",
            f"{REPOSITORY}/manifests/x",
            body=json.dumps(document).encode(),
            headers={"Content-Type": kind},
        )
        assert (answer.status, answer.json()["errors"][0]["code"]) == (400, "MANIFEST_INVALID")


async def test_cve_2022_31667_ids_of_others_are_unknown_under_ones_own_address(world: World) -> None:
    """Each route of an organization or a repository that names a thing by an id, called under one's own address."""
    made = await rest(
        world, "stranger", "POST", "organization/", document={"name": "globex", "email": "g@example.com"}
    )
    assert made.status == 201
    begun = await registry(
        world, "stranger", "POST", f"stranger/own/blobs/uploads/?digest={BLOB}", body=b"{}"
    )
    assert begun.status == 201
    ids = world.ids | {"token_uuid": world.ids["application_token"]}
    called = 0
    for route in ROUTES:
        template = route.template.replace("{organization}", "globex").replace("{repository}", "stranger/own")
        names = [part[1:-1] for part in template.split("/") if part.startswith("{")]
        if template == route.template or not names or not set(names) <= set(ids):
            continue
        called += 1
        before = world.store.dump()
        answer = await rest(
            world,
            "stranger",
            route.method,
            template.format(**ids).removeprefix("/api/v1/"),
            document={"name": "x", "role": "admin", "redirect_uri": "", "application_uri": ""},
        )
        assert answer.status in {400, 403, 404}, (route.operation, answer.body)
        assert world.store.dump() == before, route.operation
    assert called >= 7


class _Known(dict[str, str]):
    """Names of what is there; anything for the rest."""

    def __missing__(self, key: str) -> str:
        return "acme" if key == "organization" else "v1"


PARAMETERS = (
    "namespace", "query", "filter_tag_name", "specificTag", "filter", "next_page", "limit", "page", "starttime",
)  # fmt: skip
INJECTIONS = (
    "' OR '1'='1",
    "x'; DROP TABLE account; --",
    '" OR ""="',
    "%' OR 1=1 --",
    "\\",
    "\0",
    "ä☸",
    "{{7*7}}",
    "${x}",
    "a" * 5000,
)


async def test_cve_2024_22261_what_callers_send_is_never_part_of_a_query(world: World) -> None:
    before = world.store.dump()
    for text in INJECTIONS:
        for route in ROUTES:
            if route.method != "GET":
                continue
            quoted = quote(text, safe="")
            template = route.template.removeprefix("/api/v1/").replace("{repository}", REPOSITORY)
            path = "/".join(quoted if part.startswith("{") else part for part in template.split("/"))
            query = "&".join(f"{name}={quoted}" for name in PARAMETERS)
            for target in (path, f"{template.format_map(_Known(world.ids))}?{query}"):
                answer = await rest(world, "admin", "GET", target)
                assert answer.status < 500, (route.operation, text, answer.body)
    assert world.store.dump() == before


async def test_cve_2026_4404_there_is_no_default_password(start_server: StartServer) -> None:
    fresh = start_server()
    for name in ("admin", "root", "quay", "quayadmin", "charthouse", "administrator"):
        for password in ("", "admin", "password", "Harbor12345", "quay", "charthouse", name):
            basic = base64.b64encode(f"{name}:{password}".encode()).decode()
            answer = fresh.request("GET", "/v2/", headers={"Authorization": f"Basic {basic}"})
            assert answer.status in {401, 429}


async def _push(world: World, caller: str, repository: str, content: bytes) -> str:
    digest = digest_of(content)
    answer = await registry(
        world, caller, "POST", f"{repository}/blobs/uploads/?digest={digest}", body=content
    )
    assert answer.status == 201
    return digest


async def _with_bearer(world: World, token: str) -> Answer:
    return await world.ask(
        "GET", f"/v2/{REPOSITORY}/manifests/v1", headers={"Authorization": f"Bearer {token}"}
    )


def digest_of(content: bytes) -> str:
    """Return the digest of bytes."""
    return f"sha256:{sha256(content).hexdigest()}"
