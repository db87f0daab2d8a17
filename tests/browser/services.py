"""A service that registers its key, as a scanner does."""

from __future__ import annotations

import json
import time

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from tests.support.server import Server


def register_key(server: Server, service: str, kid: str) -> None:
    """Register a key in the name of a service; it waits for a superuser's approval."""
    private = ec.generate_private_key(ec.SECP256R1())
    claims = {"iss": service, "aud": server.url, "exp": time.time() + 60}
    token = jwt.encode(claims, private, "ES256", {"kid": kid})
    key = ECAlgorithm.to_jwk(private.public_key(), as_dict=True)
    answer = server.request(
        "PUT",
        f"/keys/services/{service}/keys/{kid}",
        json.dumps(key).encode(),
        {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    assert answer.status == 202, answer.body
