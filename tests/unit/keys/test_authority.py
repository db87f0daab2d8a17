"""The local certificate authority: strict clients accept it, and any start mends what another left."""

from __future__ import annotations

import asyncio
import datetime
import socket
import ssl
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.verification import PolicyBuilder, Store

from charthouse.engines.keys.authority import Authority, Certificate

START = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


class Calendar:
    """A calendar that tests turn."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime.datetime:
        return self.now

    def turn(self, days: int) -> None:
        self.now += datetime.timedelta(days=days)


def load(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def contents(files: Certificate) -> tuple[bytes, ...]:
    return tuple(path.read_bytes() for path in (files.chain, files.key, files.authority))


def verify(files: Certificate, name: str, at: datetime.datetime) -> None:
    """Check as a strict client does (RFC 5280 and the CA/Browser Forum's profile)."""
    subject: x509.GeneralName
    try:
        import ipaddress

        subject = x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        subject = x509.DNSName(name)
    store = Store([load(files.authority)])
    PolicyBuilder().store(store).time(at).build_server_verifier(subject).verify(load(files.chain), [])


def test_a_strict_client_accepts_every_name(tmp_path: Path) -> None:
    names = ["registry.example.com:8443", "192.0.2.7", "", "0.0.0.0", "[2001:db8::1]:5000", "::"]  # noqa: S104
    files = Authority(tmp_path, Calendar()).certificate(names)
    accepted = ["localhost", "127.0.0.1", "::1", "registry.example.com", "192.0.2.7", "2001:db8::1"]
    for name in [*accepted, socket.gethostname().lower()]:
        verify(files, name, START)
    with pytest.raises(x509.verification.VerificationError):
        verify(files, "elsewhere.example.com", START)
    with pytest.raises(x509.verification.VerificationError):
        verify(files, "0.0.0.0", START)  # noqa: S104


def test_form(tmp_path: Path) -> None:
    files = Authority(tmp_path, Calendar()).certificate([])
    server, authority = load(files.chain), load(files.authority)
    assert server.not_valid_after_utc - server.not_valid_before_utc == datetime.timedelta(days=825)
    assert authority.not_valid_after_utc - START == datetime.timedelta(days=3650)
    assert server.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier == (
        authority.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    )
    constraints = authority.extensions.get_extension_for_class(x509.BasicConstraints)
    assert constraints.critical
    assert constraints.value == x509.BasicConstraints(ca=True, path_length=0)


def test_keys_are_the_owners_alone(tmp_path: Path) -> None:
    files = Authority(tmp_path / "tls", Calendar()).certificate([])
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in files.key.parent.iterdir()}
    assert modes == {
        "ca.crt": 0o644,
        "ca.key": 0o600,
        "server.crt": 0o644,
        "server.key": 0o600,
        ".lock": 0o600,
    }


def test_the_next_start_changes_nothing(tmp_path: Path) -> None:
    calendar = Calendar()
    files = Authority(tmp_path, calendar).certificate(["registry.example.com"])
    before = contents(files)
    calendar.turn(790)
    assert Authority(tmp_path, calendar).certificate(["registry.example.com"]) == files
    Authority(tmp_path, calendar).certificate([])
    assert contents(files) == before


def test_renewed_when_it_runs_out_or_lacks_a_name(tmp_path: Path) -> None:
    calendar = Calendar()
    files = Authority(tmp_path, calendar).certificate([])
    first = contents(files)
    Authority(tmp_path, calendar).certificate(["registry.example.com"])
    second = contents(files)
    verify(files, "registry.example.com", calendar.now)
    calendar.turn(800)
    Authority(tmp_path, calendar).certificate(["registry.example.com"])
    third = contents(files)
    verify(files, "registry.example.com", calendar.now)
    assert len({first[0], second[0], third[0]}) == 3
    assert first[1:] == second[1:] == third[1:]


def test_the_authority_is_renewed_too(tmp_path: Path) -> None:
    calendar = Calendar()
    authority = Authority(tmp_path, calendar)
    files = authority.certificate([])
    before = load(files.authority)
    calendar.turn(3600)
    authority.certificate([])
    assert load(files.authority) == before
    assert load(files.chain).not_valid_after_utc == before.not_valid_after_utc
    calendar.turn(30)
    authority.certificate([])
    assert load(files.authority) != before
    verify(files, "localhost", calendar.now)


@pytest.mark.parametrize("lost", ["ca.crt", "server.crt", "server.key"])
@pytest.mark.parametrize("how", ["missing", "empty"])
def test_what_was_lost_is_made_again(tmp_path: Path, lost: str, how: str) -> None:
    files = Authority(tmp_path, Calendar()).certificate([])
    if how == "missing" or lost.endswith(".key"):
        (tmp_path / lost).unlink()
    else:
        (tmp_path / lost).write_bytes(b"")
    Authority(tmp_path, Calendar()).certificate([])
    verify(files, "localhost", START)
    ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(files.chain, files.key)


def test_a_server_certificate_of_another_authority_is_replaced(tmp_path: Path) -> None:
    files = Authority(tmp_path, Calendar()).certificate([])
    (tmp_path / "ca.key").unlink()
    Authority(tmp_path, Calendar()).certificate([])
    verify(files, "localhost", START)


def test_a_broken_key_is_never_replaced(tmp_path: Path) -> None:
    Authority(tmp_path, Calendar()).certificate([])
    (tmp_path / "ca.key").write_bytes(b"")
    with pytest.raises(ValueError, match=r"ca\.key"):
        Authority(tmp_path, Calendar()).certificate([])
    assert (tmp_path / "ca.key").read_bytes() == b""


@pytest.mark.parametrize("name", ["a b", "-a", "a_b", "a/../b", "a" * 64, "https://a", "*.*.com"])
def test_what_is_no_host(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="neither a host name"):
        Authority(tmp_path, Calendar()).certificate([name])


def test_starts_at_once_agree(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: contents(Authority(tmp_path, Calendar()).certificate([])), range(8)))
    assert len(set(made)) == 1


async def test_a_handshake(tmp_path: Path) -> None:
    files = Authority(tmp_path).certificate([])
    serving = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    serving.load_cert_chain(files.chain, files.key)

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=serving)
    async with server:
        port = server.sockets[0].getsockname()[1]
        trusting = ssl.create_default_context(cafile=str(files.authority))
        trusting.verify_flags |= ssl.VERIFY_X509_STRICT
        for name in ("127.0.0.1", "localhost"):
            _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=trusting, server_hostname=name)
            writer.close()
