"""What lies on the disk: readable to its owner alone, never outside its directory, never given up for an error."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from charthouse.compose import Registry
from charthouse.engines.blobs.filesystem import FilesystemBlobs
from charthouse.engines.hashing.libcrypto import make_hasher
from charthouse.model.errors import BlobUnknown, RegistryError, Unavailable, UploadUnknown
from charthouse.model.names import RepositoryName
from tests.integration.protocol.client import Client
from tests.integration.protocol.content import digest_of, random_blob
from tests.support.registry import add_user, push_blob, read_blob, registry_in
from tests.support.server import StartServer

APP = RepositoryName("alice/app")
OUTSIDE = [
    "../../etc/passwd",
    "/etc/passwd",
    "..",
    ".",
    "",
    "a/b",
    "a\0b",
    "blobs/../../x",
    "x" * 300,
    "%2e%2e",
]


def _open_to_others(data: Path) -> Iterator[str]:
    for path in (data, *data.rglob("*")):
        mode = path.lstat().st_mode
        public = path.suffix == ".crt" or path.parent == data / "run" / "metrics"  # in private directories
        if not public and stat.S_IMODE(mode) & 0o077:
            yield f"{path.relative_to(data)} {stat.filemode(mode)}"


@pytest.mark.parametrize("made_before", [False, True], ids=["new", "a directory that all may read"])
def test_only_the_owner_may_read(start_server: StartServer, tmp_path: Path, made_before: bool) -> None:
    """Under the widest of umasks, with an upload under way."""
    data = tmp_path / "data"
    if made_before:
        data.mkdir(mode=0o755)
    umask = os.umask(0)
    try:
        server = start_server("--workers", "1", "--tls", "auto", data=data)
    finally:
        os.umask(umask)
    name = f"{server.admin.name}/private"
    blob = random_blob()
    upload = f"/v2/{name}/blobs/uploads/?digest={digest_of(blob)}"
    assert server.request("POST", upload, blob, server.admin.basic).status == 201
    location = server.request("POST", f"/v2/{name}/blobs/uploads/", b"", server.admin.basic).headers[
        "location"
    ]
    assert server.request("PATCH", location, blob, server.admin.basic).status == 202
    found = [line for line in _open_to_others(data) if not (made_before and line.startswith(". "))]
    assert found == []


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[FilesystemBlobs]:
    opened = FilesystemBlobs(tmp_path / "blobs")
    await opened.open()
    yield opened
    await opened.close()


@pytest.mark.parametrize("name", OUTSIDE)
async def test_keys_and_uploads_lead_nowhere_else(store: FilesystemBlobs, tmp_path: Path, name: str) -> None:
    """Whatever a database that was tampered with may hold."""
    assert store.path(name) is None
    assert await store.stat(name) is None
    with pytest.raises(BlobUnknown):
        [part async for part in store.read(name)]
    for attempt in (store.begin(name), store.resume(name, b"", 0)):
        with pytest.raises(UploadUnknown):
            await attempt
    await store.discard(name, b"")
    await store.delete(name)
    await store.quarantine(name)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["blobs"]


async def test_links_are_not_followed(store: FilesystemBlobs, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"secret")
    uploads = tmp_path / "blobs" / "uploads"
    (uploads / "planted").symlink_to(secret)
    for attempt in (store.begin("planted"), store.resume("planted", b"", 0)):
        with pytest.raises(RegistryError):
            await attempt
    key = await store.put(digest_of(b"x"), b"x")  # type: ignore[arg-type]
    place = tmp_path / "blobs" / key
    place.unlink()
    place.symlink_to(secret)
    with pytest.raises(RegistryError):
        [part async for part in store.read(key)]
    assert secret.read_bytes() == b"secret"
    assert not [found.key async for found in store.objects()]


@pytest.fixture
async def registry(tmp_path: Path) -> AsyncIterator[Registry]:
    async with registry_in(tmp_path / "data") as opened:
        yield opened


@pytest.mark.parametrize("number", [errno.EIO, errno.EACCES, errno.ESTALE, errno.ENOTDIR])
async def test_disk_that_does_not_answer_loses_nothing(
    registry: Registry, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """A hiccup of the storage must not make every blob that is asked for meanwhile unknown until it is pushed again."""
    alice = await add_user(registry, "alice")
    digest = await push_blob(registry, alice, APP, b"content")
    entry = await registry.reader.blob(alice, APP, digest)
    real = os.stat

    def failing(path: str, *arguments: object, **options: object) -> os.stat_result:
        if str(path).startswith(str(registry.settings.data / "blobs")):
            raise OSError(number, os.strerror(number), path)
        return real(path, *arguments, **options)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(os, "stat", failing)
        with pytest.raises(Unavailable) as refusal:
            await registry.contents.file(entry)
    assert str(registry.settings.data) not in refusal.value.message
    assert await read_blob(registry, alice, APP, digest) == b"content"


async def test_state_of_an_upload_is_data(registry: Registry) -> None:
    """CVE-2026-32590: what a database gives back is never run, and nothing but a state is taken for one."""
    for state in (
        b"\x80\x04\x95\x0f\x00.",
        b"cos\nsystem\n(S'id'\ntR.",
        b"libcrypto-1:sha256:little:",
        b"{}",
    ):
        with pytest.raises(ValueError, match="sha256"):
            make_hasher("sha256", state)


def test_errors_name_no_place_on_the_disk(owner: Client) -> None:
    """Of the whole answer, for what is refused while the disk is away."""
    server = owner.server
    assert owner.person is not None
    name = f"{owner.person.name}/away"
    blob = random_blob()
    digest = owner.push_blob(name, blob)
    [file] = (server.data / "blobs" / "blobs").rglob(f"{digest.removeprefix('sha256:')}.*")
    aside = file.with_suffix(".aside")
    file.rename(aside)
    try:
        reply = owner.get_blob(name, digest)
        assert reply.status in {404, 503}
        assert str(server.data).encode() not in reply.body
    finally:
        aside.rename(file)
    ready = server.request("GET", "/readyz")
    assert str(server.data).encode() not in ready.body + server.request("GET", "/metrics").body
