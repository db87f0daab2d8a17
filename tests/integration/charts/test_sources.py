"""Where charts come from: servers and directories, the badly behaved ones too."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from yarl import URL

from charthouse.engines.chart_sources import fetching
from charthouse.engines.chart_sources.classic import ClassicRepository
from charthouse.engines.chart_sources.credentials import kept_credentials
from charthouse.engines.chart_sources.directory import PackageDirectory
from charthouse.engines.chart_sources.factory import pull, source_of
from charthouse.engines.chart_sources.fetching import Access
from charthouse.ports.chart_sources import ChartSource, SourceFailed, SourceUnreachable
from tests.support.classic import Classic, classic_repository

BASIC = "Basic " + base64.b64encode(b"alice:s3cret").decode()
ALICE = Access(username="alice", password="s3cret", plain_http=True)


@pytest.fixture
async def classic() -> AsyncIterator[Classic]:
    async with classic_repository() as served:
        yield served


@pytest.fixture
async def elsewhere() -> AsyncIterator[Classic]:
    async with classic_repository() as served:
        yield served


async def fetched(source: ChartSource, address: str, limit: int = 1000) -> tuple[bytes, bytes | None]:
    parts: list[bytes] = []
    provenance = await source.fetch(address, parts.append, limit)
    return b"".join(parts), provenance


@pytest.fixture
async def source(classic: Classic) -> AsyncIterator[ChartSource]:
    found = source_of(f"{classic.url}/team/", ALICE)
    await found.open()
    yield found
    await found.close()


async def _redirect(to: str) -> web.StreamResponse:
    return web.Response(status=302, headers={"Location": to})


class TestClassic:
    async def test_relative_and_absolute_addresses(self, classic: Classic, source: ChartSource) -> None:
        classic.files = {
            "/team/index.yaml": b"entries: {}",
            "/team/charts/web-1.0.0.tgz": b"one",
            "/team/charts/web-1.0.0.tgz.prov": b"signed",
            "/other/web-2.0.0.tgz": b"two",
        }
        assert await source.index() == b"entries: {}"
        assert await fetched(source, "charts/web-1.0.0.tgz") == (b"one", b"signed")
        assert await fetched(source, f"{classic.url}/other/web-2.0.0.tgz") == (b"two", None)
        assert await fetched(source, "/other/web-2.0.0.tgz") == (b"two", None)

    async def test_a_query_stays_with_the_package_and_its_provenance(
        self, classic: Classic, source: ChartSource
    ) -> None:
        asked: list[str] = []

        async def answer(request: web.Request) -> web.StreamResponse:
            asked.append(request.path_qs)
            return web.Response(body=b"x")

        classic.answers = {"/a.tgz": answer, "/a.tgz.prov": answer}
        await fetched(source, "/a.tgz?token=1")
        assert asked == ["/a.tgz?token=1", "/a.tgz.prov?token=1"]

    async def test_the_credential_goes_to_the_repositorys_host_alone(
        self, classic: Classic, elsewhere: Classic, source: ChartSource
    ) -> None:
        classic.password = BASIC
        classic.files = {"/team/index.yaml": b"", "/team/a.tgz": b"a"}
        elsewhere.files = {"/b.tgz": b"b"}
        await source.index()
        await fetched(source, "a.tgz")
        await fetched(source, f"{elsewhere.url}/b.tgz")
        assert {given for _, given in classic.asked} == {BASIC}
        assert elsewhere.asked == [("/b.tgz", ""), ("/b.tgz.prov", "")]

    async def test_a_redirect_takes_no_credential_to_another_host(
        self, classic: Classic, elsewhere: Classic, source: ChartSource
    ) -> None:
        elsewhere.files = {"/bucket/a": b"a"}
        classic.answers = {"/team/a.tgz": lambda _: _redirect(f"{elsewhere.url}/bucket/a")}
        assert await fetched(source, "a.tgz") == (b"a", None)
        assert classic.asked[0] == ("/team/a.tgz", BASIC)
        assert elsewhere.asked == [("/bucket/a", "")]

    async def test_a_redirect_within_the_host_keeps_it(self, classic: Classic, source: ChartSource) -> None:
        classic.password = BASIC
        classic.files = {"/new/a.tgz": b"a"}
        classic.answers = {"/team/a.tgz": lambda _: _redirect("/new/a.tgz")}
        assert await fetched(source, "a.tgz") == (b"a", None)

    async def test_redirects_end(self, classic: Classic, source: ChartSource) -> None:
        classic.answers = {"/team/a.tgz": lambda _: _redirect("/team/a.tgz")}
        with pytest.raises(SourceFailed, match="on and on"):
            await fetched(source, "a.tgz")
        assert len(classic.asked) == fetching.MOST_REDIRECTS + 1

    @pytest.mark.parametrize(
        "to", ["file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://x", "//", "http://", "http://[::1"]
    )
    async def test_redirects_lead_to_http_alone(self, classic: Classic, source: ChartSource, to: str) -> None:
        classic.answers = {"/team/a.tgz": lambda _: _redirect(to)}
        with pytest.raises(SourceFailed):
            await fetched(source, "a.tgz")

    async def test_a_package_that_never_ends_is_cut_off(self, classic: Classic, source: ChartSource) -> None:
        async def endless(request: web.Request) -> web.StreamResponse:
            response = web.StreamResponse()
            await response.prepare(request)
            while True:
                await response.write(bytes(1024 * 1024))

        classic.answers = {"/team/a.tgz": endless}
        with pytest.raises(SourceFailed, match="more than 1000 bytes"):
            await fetched(source, "a.tgz")

    async def test_a_server_that_says_nothing_is_given_up(
        self, classic: Classic, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(fetching, "SILENCE_SECONDS", 0.2)
        never = asyncio.Event()

        async def silent(_: web.Request) -> web.StreamResponse:
            await never.wait()
            return web.Response()

        classic.answers = {"/a.tgz": silent}
        source = source_of(classic.url, ALICE)
        await source.open()
        with pytest.raises(SourceUnreachable, match="said nothing"):
            await fetched(source, "a.tgz")
        never.set()
        await source.close()

    async def test_a_server_that_drips_is_given_up(self, classic: Classic) -> None:
        async def drip(request: web.Request) -> web.StreamResponse:
            response = web.StreamResponse()
            await response.prepare(request)
            for _ in range(1000):
                await response.write(b".")
                await asyncio.sleep(0.05)
            return response

        classic.answers = {"/a.tgz": drip}
        source = source_of(classic.url, Access(seconds=0.4))
        await source.open()
        with pytest.raises(SourceUnreachable, match=r"0\.4 seconds"):
            await fetched(source, "a.tgz", 10_000)
        await source.close()

    @pytest.mark.parametrize(
        ("status", "later"), [(401, False), (403, False), (404, False), (429, True), (503, True)]
    )
    async def test_statuses(self, classic: Classic, source: ChartSource, status: int, later: bool) -> None:
        async def answer(_: web.Request) -> web.StreamResponse:
            return web.Response(status=status)

        classic.answers = {"/team/index.yaml": answer}
        with pytest.raises(SourceFailed, match=str(status)) as caught:
            await source.index()
        assert isinstance(caught.value, SourceUnreachable) is later

    async def test_nobody_there(self) -> None:
        source = source_of("http://127.0.0.1:1/", ALICE)
        await source.open()
        with pytest.raises(SourceUnreachable, match="cannot be fetched"):
            await source.index()
        await source.close()

    @pytest.mark.parametrize("address", ["http://alice:s3cret@127.0.0.1/", "https://:s3cret@127.0.0.1"])
    async def test_a_credential_in_the_address_is_refused_and_not_told(self, address: str) -> None:
        with pytest.raises(SourceFailed, match="--password-stdin") as caught:
            await source_of(address, Access()).open()
        assert "s3cret" not in caught.value.message

    async def test_what_netrc_holds_goes_nowhere(
        self, classic: Classic, source: ChartSource, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "netrc").write_text("default login bob password other\n")
        monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
        classic.files = {"/team/index.yaml": b"x"}
        await source.index()
        assert classic.asked == [("/team/index.yaml", BASIC)]

    async def test_a_companys_proxy(self, classic: Classic, monkeypatch: pytest.MonkeyPatch) -> None:
        asked: list[tuple[str, str]] = []

        async def proxy(request: web.Request) -> web.StreamResponse:
            asked.append((str(request.url), request.headers.get("Proxy-Authorization", "")))
            return web.Response(body=b"index")

        classic.answers = {"/index.yaml": proxy}
        monkeypatch.setenv("http_proxy", f"http://alice:s3cret@127.0.0.1:{classic.port}")
        monkeypatch.setenv("no_proxy", "")
        source = source_of("http://charts.example.com/", Access())
        await source.open()
        assert await source.index() == b"index"
        await source.close()
        assert asked == [("http://charts.example.com/index.yaml", BASIC)]

    async def test_queries_are_not_told(self, classic: Classic, source: ChartSource) -> None:
        with pytest.raises(SourceFailed) as caught:
            await fetched(source, "/a.tgz?sig=s3cret")
        assert "s3cret" not in caught.value.message
        assert "/a.tgz" in caught.value.message

    async def test_a_ca_file_that_is_none(self, tmp_path: Path) -> None:
        (tmp_path / "ca.crt").write_text("nonsense")
        for name in ("ca.crt", "missing.crt"):
            with pytest.raises(SourceFailed, match="--ca-file"):
                await ClassicRepository(
                    "https://127.0.0.1/",
                    fetching.Fetcher(Access(ca_file=tmp_path / name)),
                    None,  # type: ignore[arg-type]
                ).open()


def oci(classic: Classic, package: bytes, provenance: bytes | None = None, path: str = "acme/web") -> str:
    """Make the server a registry that has one chart; return its manifest's digest."""

    def blob(content: bytes) -> str:
        digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
        classic.files[f"/v2/{path}/blobs/{digest}"] = content
        return digest

    kind = "application/vnd.cncf.helm.chart"
    layers = [{"mediaType": f"{kind}.content.v1.tar+gzip", "digest": blob(package), "size": len(package)}]
    if provenance is not None:
        layers.append(
            {"mediaType": f"{kind}.provenance.v1.prov", "digest": blob(provenance), "size": len(provenance)}
        )
    config = {"mediaType": "application/vnd.cncf.helm.config.v1+json", "digest": blob(b"{}"), "size": 2}
    manifest = json.dumps({"schemaVersion": 2, "config": config, "layers": layers}).encode()
    digest = f"sha256:{hashlib.sha256(manifest).hexdigest()}"
    for reference in ("1.0.0", digest):
        classic.files[f"/v2/{path}/manifests/{reference}"] = manifest
    return digest


async def pulled(address: str, access: Access = ALICE) -> tuple[bytes, bytes | None]:
    parts: list[bytes] = []
    provenance = await pull(address, access, parts.append, 1000)
    return b"".join(parts), provenance


class TestRegistries:
    async def test_by_tag_and_by_digest(self, classic: Classic) -> None:
        digest = oci(classic, b"package", b"signed")
        host = f"oci://127.0.0.1:{classic.port}/acme/web"
        assert await pulled(f"{host}:1.0.0") == (b"package", b"signed")
        assert await pulled(f"{host}@{digest}") == (b"package", b"signed")
        assert {given for _, given in classic.asked} == {""}

    async def test_the_token_flow(self, classic: Classic) -> None:
        oci(classic, b"package")
        tokens: list[tuple[str, str]] = []

        async def token(request: web.Request) -> web.StreamResponse:
            tokens.append((request.query_string, request.headers.get("Authorization", "")))
            return web.json_response({"token": "t0ken"})

        async def guarded(request: web.Request) -> web.StreamResponse:
            if request.headers.get("Authorization") != "Bearer t0ken":
                challenge = f'Bearer realm="{classic.url}/token",service="reg"'
                return web.Response(status=401, headers={"WWW-Authenticate": challenge})
            return web.Response(body=classic.files[request.path])

        classic.answers = dict.fromkeys(classic.files, guarded) | {"/token": token}
        assert await pulled(f"oci://127.0.0.1:{classic.port}/acme/web:1.0.0") == (b"package", None)
        assert tokens == [("scope=repository:acme/web:pull&service=reg", BASIC)]

    async def test_basic(self, classic: Classic) -> None:
        oci(classic, b"package")

        async def guarded(request: web.Request) -> web.StreamResponse:
            if request.headers.get("Authorization") != BASIC:
                return web.Response(status=401, headers={"WWW-Authenticate": 'Basic realm="x"'})
            return web.Response(body=classic.files[request.path])

        classic.answers = dict.fromkeys(classic.files, guarded)
        assert await pulled(f"oci://127.0.0.1:{classic.port}/acme/web:1.0.0") == (b"package", None)
        with pytest.raises(SourceFailed, match="401"):
            await pulled(f"oci://127.0.0.1:{classic.port}/acme/web:1.0.0", Access(plain_http=True))

    async def test_other_bytes_than_the_digest_says(self, classic: Classic) -> None:
        digest = oci(classic, b"package")
        layer = next(path for path, content in classic.files.items() if content == b"package")
        classic.files[layer] = b"another"
        with pytest.raises(SourceFailed, match="other bytes"):
            await pulled(f"oci://127.0.0.1:{classic.port}/acme/web:1.0.0")
        classic.files[f"/v2/acme/web/manifests/{digest}"] = b"{}"
        with pytest.raises(SourceFailed, match="other bytes"):
            await pulled(f"oci://127.0.0.1:{classic.port}/acme/web@{digest}")

    @pytest.mark.parametrize(
        "address", ["oci://host", "oci:///a:1", "oci://u:p@host/a:1", "oci://host/a:1/../b", "http://host/a"]
    )
    async def test_what_is_no_address(self, address: str) -> None:
        with pytest.raises(SourceFailed, match="oci://host/path"):
            await pulled(address)

    async def test_no_version(self, classic: Classic) -> None:
        with pytest.raises(SourceFailed, match="no version"):
            await pulled(f"oci://127.0.0.1:{classic.port}/acme/web")

    @pytest.mark.parametrize("manifest", [b"", b"[]", b'{"manifests": []}', b'{"config": 1}'])
    async def test_what_is_no_chart(self, classic: Classic, manifest: bytes) -> None:
        classic.files["/v2/acme/web/manifests/1.0.0"] = manifest
        with pytest.raises(SourceFailed, match="no chart"):
            await pulled(f"oci://127.0.0.1:{classic.port}/acme/web:1.0.0")

    async def test_an_index_may_point_into_a_registry(self, classic: Classic, source: ChartSource) -> None:
        oci(classic, b"package")
        assert await fetched(source, f"oci://127.0.0.1:{classic.port}/acme/web:1.0.0") == (b"package", None)
        assert BASIC not in {given for _, given in classic.asked}


class TestDirectory:
    async def test_packages_are_seen_without_an_index(self, tmp_path: Path) -> None:
        (tmp_path / "team").mkdir()
        for name in ("b-1.0.0.tgz", "a-1.0.0.tgz", "team/c-1.0.0.tgz", ".hidden.tgz", "notes.txt"):
            (tmp_path / name).write_text(name)
        (tmp_path / "a-1.0.0.tgz.prov").write_text("signed")
        source = source_of(str(tmp_path), ALICE)
        await source.open()
        assert await source.index() is None
        assert list(await source.packages()) == ["a-1.0.0.tgz", "b-1.0.0.tgz", "team/c-1.0.0.tgz"]
        assert await fetched(source, "a-1.0.0.tgz") == (b"a-1.0.0.tgz", b"signed")
        assert await fetched(source, "team/c-1.0.0.tgz") == (b"team/c-1.0.0.tgz", None)

    async def test_nothing_outside_is_read(self, tmp_path: Path) -> None:
        inside = tmp_path / "charts"
        inside.mkdir()
        (tmp_path / "secret.tgz").write_text("secret")
        (inside / "link.tgz").symlink_to(tmp_path / "secret.tgz")
        (inside / "real.tgz").write_text("real")
        (inside / "alias.tgz").symlink_to(inside / "real.tgz")
        os.mkfifo(inside / "pipe.tgz")
        source = PackageDirectory(inside)
        for address in (
            "link.tgz",
            "../secret.tgz",
            "%2e%2e/secret.tgz",
            str(tmp_path / "secret.tgz"),
            "pipe.tgz",
        ):
            with pytest.raises(SourceFailed):
                await fetched(source, address)
        assert await fetched(source, "alias.tgz") == (b"real", None)

    async def test_what_is_missing_too_large_or_elsewhere(self, tmp_path: Path) -> None:
        source = PackageDirectory(tmp_path)
        (tmp_path / "large.tgz").write_bytes(bytes(1001))
        for address, reason in (
            ("missing.tgz", "not there"),
            ("large.tgz", "more than 1000"),
            ("https://example.com/a.tgz", "elsewhere"),
            ("a\0b.tgz", "null"),
        ):
            with pytest.raises(SourceFailed, match=reason):
                await fetched(source, address)
        with pytest.raises(SourceFailed, match="no directory"):
            await PackageDirectory(tmp_path / "large.tgz").open()


@pytest.mark.parametrize(
    ("home", "url", "may"),
    [
        ("http://a.example.com", "https://a.example.com/x", True),
        ("https://a.example.com", "http://a.example.com/x", False),
        ("http://a.example.com:8080", "https://a.example.com/x", False),
        ("http://a.example.com", "https://a.example.com:8443/x", False),
        ("https://a.example.com", "https://b.example.com/x", False),
        ("https://a.example.com", "https://a.example.com:443/x", True),
        ("https://a.example.com", "https://a.example.com.evil.example/x", False),
    ],
)
def test_where_a_credential_may_go(home: str, url: str, may: bool) -> None:
    assert fetching.may_have(URL(url), URL(home).origin()) is may


def test_credentials_that_helm_and_docker_keep(tmp_path: Path) -> None:
    helm, docker = tmp_path / "helm" / "registry", tmp_path / "docker"
    for place, auths in (
        (helm, {"one.example.com": "a", "broken.example.com": ""}),
        (docker, {"one.example.com": "b", "https://two.example.com": "c"}),
    ):
        place.mkdir(parents=True)
        encoded = {host: {"auth": base64.b64encode(word.encode()).decode()} for host, word in auths.items()}
        (place / "config.json").write_text(json.dumps({"auths": encoded}))
    header = kept_credentials({"HELM_CONFIG_HOME": str(tmp_path / "helm"), "DOCKER_CONFIG": str(docker)})
    assert [header(f"{host}.example.com") for host in ("one", "two", "three", "broken")] == [
        "Basic YQ==",
        "Basic Yw==",
        "",
        "",
    ]
    (docker / "config.json").write_text("nonsense")
    assert header("two.example.com") == ""
