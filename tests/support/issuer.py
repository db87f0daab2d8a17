"""An OpenID Connect issuer on this machine, by HTTPS: honest unless a test tells it otherwise."""

from __future__ import annotations

import base64
import functools
import json
import ssl
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from charthouse.engines.keys.authority import Authority

DISCOVERY = "/.well-known/openid-configuration"
KEYS = "/keys"

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
Misbehaviour = Callable[[BaseHTTPRequestHandler], None]


@functools.cache
def rsa_key(number: int = 0, bits: int = 2048) -> rsa.RSAPrivateKey:
    """Return an RSA key, the same for the same number: they take long to make."""
    return rsa.generate_private_key(65537, bits)


def algorithm_of(key: PrivateKey) -> str:
    """Return an algorithm that a key signs by."""
    match key:
        case rsa.RSAPrivateKey():
            return "RS256"
        case ec.EllipticCurvePrivateKey():
            return {"secp256r1": "ES256", "secp384r1": "ES384", "secp521r1": "ES512"}[key.curve.name]
        case _:
            return "EdDSA"


class Issuer:
    """``answers`` replaces what an address answers; ``asked`` counts questions by address."""

    def __init__(self, url: str, authority: Path) -> None:
        self.url = url
        self.authority = authority
        self.keys: dict[str, PrivateKey] = {"first": rsa_key()}
        self.extra_keys: list[Any] = []
        self.answers: dict[str, Misbehaviour] = {}
        self.asked: Counter[str] = Counter()

    def trust(self) -> ssl.SSLContext:
        """Return a context that believes this issuer's certificate."""
        return ssl.create_default_context(cafile=self.authority)

    def token(
        self,
        claims: dict[str, Any],
        kid: str = "first",
        *,
        key: Any = None,
        algorithm: str = "",
        headers: dict[str, Any] | None = None,
    ) -> str:
        """Return a token with these claims and this issuer's name, signed by its key ``kid`` or by another.

        A claim that is None is left out.
        """
        signer = key if key is not None else self.keys[kid]
        header = {"alg": algorithm or algorithm_of(signer), "kid": kid} | (headers or {})
        said = {name: value for name, value in ({"iss": self.url} | claims).items() if value is not None}
        signed = f"{encoded(header)}.{encoded(said)}"
        method = jwt.get_algorithm_by_name(algorithm or algorithm_of(signer))
        return f"{signed}.{text_of(method.sign(signed.encode(), signer))}"

    def documents(self) -> dict[str, Any]:
        """Return what an honest issuer answers, by address."""
        return {
            DISCOVERY: {"issuer": self.url, "jwks_uri": self.url + KEYS},
            KEYS: {"keys": [public_jwk(key, kid) for kid, key in self.keys.items()] + self.extra_keys},
        }


def encoded(value: Any) -> str:
    """Return JSON as a part of a token."""
    return text_of(json.dumps(value).encode())


def text_of(data: bytes) -> str:
    """Return bytes as a part of a token."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def public_jwk(key: PrivateKey, kid: str) -> dict[str, Any]:
    """Return a public key as a JSON Web Key."""
    algorithm = jwt.get_algorithm_by_name(algorithm_of(key))
    made = algorithm.to_jwk(key.public_key(), as_dict=True)
    return {**made, "kid": kid, "use": "sig", "alg": algorithm_of(key)}


def answer(request: BaseHTTPRequestHandler, body: bytes, status: int = 200, **headers: str) -> None:
    """Send an answer."""
    request.send_response(status)
    for name, value in {"Content-Type": "application/json", **headers}.items():
        request.send_header(name.replace("_", "-"), value)
    request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    request.wfile.write(body)


@contextmanager
def issuing(place: Path, *, tls: bool = True) -> Iterator[Issuer]:
    """Run an issuer at ``https://localhost:PORT``; its authority is made under ``place``."""

    class Handler(BaseHTTPRequestHandler):
        issuer: ClassVar[Issuer]

        def do_GET(self) -> None:
            issuer = self.issuer
            issuer.asked[self.path] += 1
            if self.path in issuer.answers:
                issuer.answers[self.path](self)
                return
            found = issuer.documents().get(self.path)
            answer(self, json.dumps(found).encode(), 404 if found is None else 200)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """Clients that leave are what some tests are about."""

    certificate = Authority(place).certificate(["localhost"])
    server = Server(("127.0.0.1", 0), Handler)
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate.chain, certificate.key)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    scheme = "https" if tls else "http"
    Handler.issuer = Issuer(f"{scheme}://localhost:{server.server_address[1]}", certificate.authority)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield Handler.issuer
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
