"""TLS without a certificate of one's own: a local authority, and a server certificate that it signs.

``ca.crt`` is what clients must trust; ``ca.key``, ``server.key`` (0600) and ``server.crt`` are the registry's. Keys
are made once; certificates are made for them, and made again when they are missing, run out, or lack a name.
So each file can be replaced by itself, and a start that broke off anywhere is mended by the next. Form: RFC 5280,
with a life of at most 825 days, the longest that all clients accept.
"""

from __future__ import annotations

import datetime
import ipaddress
import re
import socket
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from .private import locked, place

AUTHORITY_LIFE = datetime.timedelta(days=3650)
SERVER_LIFE = datetime.timedelta(days=825)
RENEWED_BEFORE = datetime.timedelta(days=30)
_CLOCK_SKEW = datetime.timedelta(hours=1)

_LOCAL = ("localhost", "127.0.0.1", "::1")
_DNS = re.compile(r"(?:\*\.)?(?!-)[a-z0-9-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9-]{1,63}(?<!-))*", re.ASCII)


class Certificate(msgspec.Struct, frozen=True):
    """Where the server's certificate and its key are, and what clients must trust."""

    chain: Path
    key: Path
    authority: Path


def _utc_now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


class Authority:
    """The certificate authority of one registry, kept in a directory."""

    def __init__(self, directory: Path, now: Callable[[], datetime.datetime] = _utc_now) -> None:
        self._directory = directory
        self._now = now

    def certificate(self, names: Iterable[str]) -> Certificate:
        """Return a certificate for this machine and ``names``, made or renewed if need be.

        Names are hosts or addresses, a port is dropped; "" and addresses that mean every one (``0.0.0.0``) are
        passed over. Raises ValueError for what can't be a host, and for a key file that holds no P-256 key.
        """
        wanted = _subjects([*_LOCAL, *_machine(), *names])
        files = Certificate(
            chain=self._directory / "server.crt",
            key=self._directory / "server.key",
            authority=self._directory / "ca.crt",
        )
        with locked(self._directory):
            authority_key = _kept_key(self._directory / "ca.key")
            authority = self._authority(files.authority, authority_key)
            key = _kept_key(files.key)
            server = _read_certificate(files.chain)
            if server is None or not self._serves(server, key, authority, wanted):
                made = self._sign_server(key, wanted, authority, authority_key)
                place(files.chain, made.public_bytes(serialization.Encoding.PEM), 0o644)
        return files

    def _authority(self, path: Path, key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
        known = _read_certificate(path)
        if known is not None and known.public_key() == key.public_key() and self._lasts(known):
            return known
        made = self._sign_authority(key)
        place(path, made.public_bytes(serialization.Encoding.PEM), 0o644)
        return made

    def _lasts(self, certificate: x509.Certificate) -> bool:
        return certificate.not_valid_after_utc - self._now() >= RENEWED_BEFORE

    def _serves(
        self,
        server: x509.Certificate,
        key: ec.EllipticCurvePrivateKey,
        authority: x509.Certificate,
        wanted: list[x509.GeneralName],
    ) -> bool:
        try:
            server.verify_directly_issued_by(authority)
            names = server.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
            return False
        return (
            server.public_key() == key.public_key()
            and self._lasts(server)
            and all(name in names for name in wanted)
        )

    def _sign_authority(self, key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
        identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        # Told apart from the authority of another registry in the same list of trusted ones.
        subject = _name(f"Charthouse local CA {identifier.digest.hex()[:8]}")
        now = self._now()
        return (
            _builder(subject, subject, key.public_key(), now, now + AUTHORITY_LIFE)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(signs_certificates=True), critical=True)
            .add_extension(identifier, critical=False)
            .sign(key, hashes.SHA256())
        )

    def _sign_server(
        self,
        key: ec.EllipticCurvePrivateKey,
        names: list[x509.GeneralName],
        authority: x509.Certificate,
        authority_key: ec.EllipticCurvePrivateKey,
    ) -> x509.Certificate:
        now = self._now()
        end = min(now - _CLOCK_SKEW + SERVER_LIFE, authority.not_valid_after_utc)
        issuer = x509.SubjectKeyIdentifier.from_public_key(authority_key.public_key())
        return (
            _builder(_name("Charthouse"), authority.subject, key.public_key(), now, end)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs_certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(issuer), critical=False
            )
            .sign(authority_key, hashes.SHA256())
        )


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    now: datetime.datetime,
    end: datetime.datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCK_SKEW)
        .not_valid_after(end)
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _kept_key(path: Path) -> ec.EllipticCurvePrivateKey:
    """Return the key kept at ``path``, made if there is none."""
    if not path.exists():
        made = ec.generate_private_key(ec.SECP256R1())
        pem = made.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        place(path, pem)
        return made
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), None)
    except (ValueError, TypeError):
        key = None
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key
    raise ValueError(
        f"{path} holds no ECDSA key: restore it, or remove it together with {path.with_suffix('.crt')}"
    )


def _read_certificate(path: Path) -> x509.Certificate | None:
    """Return the certificate at ``path``; None when there is none, or none that can be read."""
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return None


def _machine() -> list[str]:
    """Return the machine's own name, unless it is one that no certificate can hold."""
    name = socket.gethostname().lower()
    return [name] if _DNS.fullmatch(name) else []


def _subjects(names: Iterable[str]) -> list[x509.GeneralName]:
    found: dict[str, x509.GeneralName] = {}
    for name in names:
        host = _without_port(name.strip().lower())
        if not host:
            continue
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            if len(host) > 253 or _DNS.fullmatch(host) is None:
                raise ValueError(f"{name!r} is neither a host name nor an address") from None
            found[host] = x509.DNSName(host)
        else:
            if not address.is_unspecified:
                found[host] = x509.IPAddress(address)
    return list(found.values())


def _without_port(name: str) -> str:
    if name.startswith("["):
        return name[1:].partition("]")[0]
    host, _, port = name.partition(":")
    return host if port.isdigit() else name
