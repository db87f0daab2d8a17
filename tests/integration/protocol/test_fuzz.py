"""Whatever comes in: never a 5xx, always the envelope, and the server stays alive within its memory."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.server import Server

from .client import Client
from .content import ARTIFACT, IMAGE, INDEX, Manifest, digest_of
from .test_manifests import pushed_image
from .wire import Reply

FEW, MANY = 60, 3000
few_or_many = pytest.mark.parametrize("examples", [FEW, pytest.param(MANY, marks=pytest.mark.slow)])
DIGEST = digest_of(b"{}")


def fuzz(examples: int, strategy: st.SearchStrategy[Any], check: Callable[[Any], None]) -> None:
    """Run ``check`` on examples: the few are the same each time, the many differ."""
    run = settings(
        max_examples=examples,
        deadline=None,
        derandomize=examples == FEW,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    run(given(strategy)(check))()


def assert_civil(reply: Reply, method: str = "GET") -> None:
    """Fail unless this is an answer or a refusal in the specification's form."""
    assert reply.status < 500, reply
    if method == "HEAD" or reply.status in {204, 304}:
        assert reply.body == b""
    elif reply.status >= 400:
        reply.refusal(reply.status)


@pytest.fixture(scope="module")
def held(owner: Client, new_repository: Callable[[], str]) -> str:
    """A repository with the blob ``{}`` and the tag v1."""
    repository = new_repository()
    owner.push_blob(repository, b"{}")
    owner.put_manifest(repository, "v1", pushed_image(owner, repository)).expect(201)
    return repository


def spoiled(*samples: str) -> st.SearchStrategy[bytes]:
    """Text near what is expected: cut, doubled, mixed with odd characters; or anything at all."""
    pieces = st.sampled_from(
        [*samples, "/", "..", "\0", ":", "%", "sha256", "é", "\U0001f600", "-", "_", "~", " "]
    )
    near = st.lists(pieces, max_size=6).map("".join).map(str.encode)
    cut = st.sampled_from(samples).flatmap(lambda s: st.integers(0, len(s)).map(lambda n: s[:n].encode()))
    return st.one_of(near, cut, st.binary(max_size=40), st.text(max_size=40).map(_encoded))


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def header_text(*samples: str) -> st.SearchStrategy[str]:
    """What can be sent as the value of a header; control characters are refused before they reach us."""
    clean = str.maketrans(dict.fromkeys([*range(32), 127], " "))
    return spoiled(*samples).map(lambda raw: raw.decode("latin-1").translate(clean).strip())


@few_or_many
def test_paths(owner_basic: Client, held: str, examples: int) -> None:
    parts = st.lists(spoiled("manifests", "blobs", "uploads", "tags", "list", held, DIGEST, "v1"), max_size=6)
    methods = st.sampled_from(["GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS"])

    def check(drawn: tuple[str, list[bytes]]) -> None:
        method, names = drawn
        target = "/v2/" + "/".join(quote_from_bytes(name, safe="/:._-") for name in names)
        assert_civil(owner_basic.send(method, target), method)

    fuzz(examples, st.tuples(methods, parts), check)


@few_or_many
@pytest.mark.parametrize(
    "template",
    [
        "/v2/{}/tags/list",
        "/v2/{held}/manifests/{}",
        "/v2/{held}/blobs/{}",
        "/v2/{held}/referrers/{}",
        "/v2/{held}/blobs/uploads/{}",
    ],
)
def test_names_tags_and_digests(owner_basic: Client, held: str, template: str, examples: int) -> None:
    def check(raw: bytes) -> None:
        target = template.format(quote_from_bytes(raw, safe=":"), held=held)
        for method in ("GET", "HEAD", "DELETE"):
            if raw not in (b"v1", DIGEST.encode()):
                assert_civil(owner_basic.send(method, target), method)

    fuzz(examples, spoiled("a/b", "v1", DIGEST, "sha512:" + "0" * 128), check)


@few_or_many
def test_queries(owner_basic: Client, held: str, examples: int) -> None:
    requests = st.sampled_from(
        [
            ("GET", "tags/list"),
            ("GET", f"referrers/{DIGEST}"),
            ("POST", "blobs/uploads/"),
            ("PUT", f"manifests/{DIGEST}"),
            ("PUT", "blobs/uploads/x"),
        ]
    )
    names = ["n", "last", "artifactType", "mount", "from", "digest", "digest-algorithm", "tag", "x"]
    values = spoiled("10", "-1", "v1", DIGEST, held, "sha512")
    fields = st.lists(st.tuples(st.sampled_from(names), values), max_size=4)

    def check(drawn: tuple[tuple[str, str], list[tuple[str, bytes]]]) -> None:
        (method, path), pairs = drawn
        query = "&".join(f"{name}={quote_from_bytes(value)}" for name, value in pairs)
        assert_civil(owner_basic.send(method, f"/v2/{held}/{path}?{query}"), method)

    fuzz(examples, st.tuples(requests, fields), check)


@few_or_many
def test_headers_of_reads(owner_basic: Client, held: str, examples: int) -> None:
    names = ["Range", "If-Range", "If-None-Match", "If-Match", "Accept", "Host", "X-Forwarded-Host", "Expect"]
    samples = ["bytes=0-1", "bytes=-5", "bytes=0-0,2-3", f'"{DIGEST}"', "W/", IMAGE, "*/*", ";q=0", ",", "*"]
    targets = st.sampled_from([f"blobs/{DIGEST}", "manifests/v1"])
    sent = st.dictionaries(st.sampled_from(names), header_text(*samples), max_size=3)

    def check(drawn: tuple[str, dict[str, str]]) -> None:
        target, headers = drawn
        headers.pop("Expect", None)
        for method in ("GET", "HEAD"):
            reply = owner_basic.send(method, f"/v2/{held}/{target}", headers=headers)
            assert_civil(reply, method)
            assert reply.status in {200, 206, 304, 404, 416}

    fuzz(examples, st.tuples(targets, sent), check)


@few_or_many
def test_content_ranges(owner: Client, held: str, examples: int) -> None:
    """A chunk with any Content-Range is taken where it fits or refused; the upload ends well all the same."""
    spans = st.one_of(
        st.tuples(st.integers(0, 12), st.integers(0, 12)).map(lambda ends: f"{ends[0]}-{ends[1]}"),
        header_text("0-3", "bytes 0-3/*", "bytes 0-3/10", "0-", "-3", "99999999999999999999-3"),
    )

    def check(drawn: list[tuple[str, bytes]]) -> None:
        location, whole = owner.begin(held), b""
        for span, chunk in drawn:
            reply = owner.send("PATCH", location, chunk, {"Content-Range": span})
            assert_civil(reply, "PATCH")
            whole += chunk if reply.status == 202 else b""
        owner.send("PUT", f"{location}?digest={digest_of(whole)}").expect(201)

    fuzz(examples, st.lists(st.tuples(spans, st.binary(max_size=8)), max_size=4), check)


@few_or_many
def test_credentials(nobody: Client, held: str, examples: int) -> None:
    samples = ["Basic ", "Bearer ", "eyJhbGciOiJFUzI1NiJ9", ".", "e30", "YTpi", "=", "basic YTpi"]
    targets = st.sampled_from(["/v2/", "/v2/_catalog", f"/v2/{held}/manifests/v1", "/v2/auth?service=x"])

    def check(drawn: tuple[str, str]) -> None:
        target, value = drawn
        reply = nobody.connection.send("GET", target, headers={"Authorization": value})
        assert reply.status in {401, 429}, reply
        assert_civil(reply)

    fuzz(examples, st.tuples(targets, header_text(*samples)), check)


@few_or_many
def test_token_requests(owner: Client, held: str, examples: int) -> None:
    assert owner.person is not None
    basic = owner.person.basic
    names = [
        "scope",
        "service",
        "grant_type",
        "refresh_token",
        "username",
        "password",
        "access_type",
        "account",
    ]
    samples = [
        f"repository:{held}:pull",
        "repository:",
        "registry:catalog:*",
        "password",
        "refresh_token",
        "e30.",
    ]
    fields = st.lists(st.tuples(st.sampled_from(names), spoiled(*samples)), max_size=5)

    def check(pairs: list[tuple[str, bytes]]) -> None:
        form = "&".join(f"{name}={quote_from_bytes(value)}" for name, value in pairs)
        assert_civil(owner.connection.send("GET", f"/v2/auth?{form}", headers=basic))
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        assert_civil(owner.connection.send("POST", "/v2/auth", form.encode(), kind))

    fuzz(examples, fields, check)


# -- manifests ------------------------------------------------------------------------------------------------

_scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=12),
    st.text(st.characters(categories=["Cs", "Cc", "Lu"]), max_size=4),
    st.sampled_from([IMAGE, INDEX, ARTIFACT, DIGEST, "sha256:x", 2, 2**63, -1]),
)
_keys = st.one_of(
    st.sampled_from(
        ["schemaVersion", "mediaType", "config", "layers", "manifests", "subject", "annotations"]
    ),
    st.sampled_from(["digest", "size", "artifactType", "Layers", "data", "urls", "platform"]),
    st.text(max_size=6),
)
anything = st.recursive(
    _scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(_keys, inner, max_size=4)),
    max_leaves=12,
)


@few_or_many
def test_manifests(owner_basic: Client, held: str, examples: int) -> None:
    """A good manifest in which one or more places are something else; or any JSON."""
    good = pushed_image(owner_basic, held).document
    places = st.sampled_from(
        [(), ("config",), ("layers",), ("layers", 0), ("config", "digest"), ("layers", 0, "size")]
    )
    changes = st.lists(st.tuples(places, _keys, anything), min_size=1, max_size=3)
    encodings = st.sampled_from(["utf-8", "utf-8", "utf-8", "utf-16", "utf-32-le", "utf-8-sig", "cp037"])

    documents = st.one_of(changes.map(lambda drawn: _changed(good, drawn)), anything)

    def check(drawn: tuple[object, str]) -> None:
        document, encoding = drawn
        text = json.dumps(document, ensure_ascii=encoding != "utf-8")
        manifest = Manifest(text.encode(encoding, "surrogatepass"))
        reply = owner_basic.put_manifest(held, "fuzzed", manifest)
        assert_civil(reply, "PUT")
        if reply.status == 201:
            assert owner_basic.send("GET", f"/v2/{held}/manifests/fuzzed").expect(200).body == manifest.body

    fuzz(examples, st.tuples(documents, encodings), check)


def _changed(good: object, changes: list[tuple[tuple[str | int, ...], str, object]]) -> object:
    document: Any = json.loads(json.dumps(good))
    for place, key, value in changes:
        target = document
        for step in place:
            if isinstance(target, dict):
                target = target.get(str(step))
            elif isinstance(target, list) and isinstance(step, int) and step < len(target):
                target = target[step]
        if isinstance(target, dict):
            target[key] = value
        elif isinstance(target, list):
            target.append(value)
    return document


@few_or_many
def test_broken_bytes_of_manifests(owner_basic: Client, held: str, examples: int) -> None:
    """A good manifest of which some bytes are cut out, doubled, or others."""
    good = pushed_image(owner_basic, held).body
    edits = st.lists(
        st.tuples(st.integers(0, len(good)), st.integers(0, 20), st.binary(max_size=8)),
        min_size=1,
        max_size=3,
    )

    def check(cuts: list[tuple[int, int, bytes]]) -> None:
        body = good
        for start, length, new in cuts:
            body = body[:start] + new + body[start + length :]
        assert_civil(owner_basic.put_manifest(held, "broken", Manifest(body)), "PUT")

    fuzz(examples, edits, check)


# -- size -----------------------------------------------------------------------------------------------------


def memory_of(server: Server) -> int:
    """Return the bytes of memory that the server and its workers hold."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            stat = (status.parent / "stat").read_text().rpartition(")")[2].split()
            if int(stat[2]) == server.process.pid:  # the process group: the server began one of its own
                lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
                total += int(lines["VmRSS"].split()[0]) * 1024
        except (FileNotFoundError, ProcessLookupError, KeyError):
            continue  # it has just ended
    return total


@pytest.mark.parametrize("streamed", [False, True], ids=["announced", "streamed"])
def test_body_of_100_megabytes_is_refused_early(owner_basic: Client, held: str, streamed: bool) -> None:
    before = memory_of(owner_basic.server)
    assert before > 0
    sent = 0

    def parts() -> Any:
        nonlocal sent
        for _ in range(1600):
            sent += 65536
            yield b" " * 65536

    target, kind = f"/v2/{held}/manifests/huge", {"Content-Type": IMAGE}
    owner_basic.connection.close()
    if streamed:
        reply = owner_basic.send("PUT", target, parts(), kind)
        assert sent < 60_000_000
    else:
        reply = owner_basic.send("PUT", target, b" " * 100_000_000, kind)
    reply.refusal(413, "SIZE_INVALID")
    assert memory_of(owner_basic.server) - before < 60_000_000


def test_index_of_very_many_children(owner_basic: Client, held: str) -> None:
    """More than a database takes parameters in one query."""
    children = [{"mediaType": IMAGE, "digest": f"sha256:{n:064x}", "size": 1} for n in range(50_000)]
    body = json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": children}, separators=(",", ":"))
    reply = owner_basic.put_manifest(held, "many", Manifest(body.encode(), INDEX))
    reply.refusal(404, "MANIFEST_BLOB_UNKNOWN")


def test_manifest_of_very_many_layers_is_kept_and_deleted(sparse_owner: Client) -> None:
    assert sparse_owner.person is not None
    repository = f"{sparse_owner.person.name}/many"
    sparse_owner.push_blob(repository, b"{}")
    layers = [{"mediaType": "a/b", "digest": f"sha256:{n:064x}", "size": 1} for n in range(50_000)]
    document = {"schemaVersion": 2, "mediaType": IMAGE, "config": layers[0], "layers": layers}
    manifest = Manifest(json.dumps(document, separators=(",", ":")).encode())
    sparse_owner.put_manifest(repository, "many", manifest).expect(201)
    sparse_owner.get_manifest(repository, "many").expect(200)
    sparse_owner.send("DELETE", f"/v2/{repository}/manifests/{manifest.digest}").expect(202)


def test_server_is_alive_after_all_this(owner: Client, held: str) -> None:
    """Runs last in this file: the log tells of no failed request, and memory is bounded."""
    owner.get_manifest(held, "v1").expect(200)
    log = owner.server.log.read_text()
    assert "request failed" not in log
    assert "Traceback" not in log
    assert memory_of(owner.server) < 600_000_000
