"""Trying what a configuration names for real: the database, the storage, every Redis. Each has its own time."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from socket import gaierror
from typing import Any

import msgspec

from charthouse.config.settings import Settings
from charthouse.model.errors import RegistryError

Attempt = Callable[[], Awaitable[str]]


class Check(msgspec.Struct, frozen=True):
    """What became of one attempt."""

    name: str
    ok: bool
    verdict: str
    seconds: float


async def try_all(settings: Settings, values: Mapping[str, Any], seconds: float) -> list[Check]:
    """Return the outcome of each attempt, which may take ``seconds``. ``values`` are those of the keys."""
    attempts = {"database": _database(settings), "storage": _storage(settings)}
    attempts |= {name: _redis(server) for name, server in _servers(values)}
    return await asyncio.gather(*(_try(name, attempt, seconds) for name, attempt in attempts.items()))


async def _try(name: str, attempt: Attempt, seconds: float) -> Check:
    began = time.monotonic()
    try:
        async with asyncio.timeout(seconds):
            ok, verdict = True, await attempt()
    except Exception as error:
        ok, verdict = False, _reason(error, seconds)
    return Check(name, ok, verdict, round(time.monotonic() - began, 3))


def _reason(error: Exception, seconds: float) -> str:
    """Return why, without the words of systems, which may repeat what was sent."""
    match error:
        case RegistryError():
            return error.message
        case ssl.SSLCertVerificationError():
            return f"its certificate is refused: {error.verify_message}"
        case ssl.SSLError():
            return "it does not speak TLS as it should"
        case gaierror():
            return "its host name is not known"
        case ConnectionRefusedError():
            return "nothing listens at its host and port"
        case TimeoutError():
            return f"no answer within {seconds:g} seconds"
        case OSError():
            return (
                f"{error.strerror or type(error).__name__}{f': {error.filename}' if error.filename else ''}"
            )
        case ValueError():
            return str(error)
        case _:
            return type(error).__name__


def _database(settings: Settings) -> Attempt:
    async def attempt() -> str:
        from charthouse.compose.registry import server_options
        from charthouse.engines.metadata.probe import probe

        return await probe(settings.database, server_options(settings))

    return attempt


def _storage(settings: Settings) -> Attempt:
    async def attempt() -> str:
        from charthouse.engines.blobs.probe import probe

        return await probe(settings.storage.engine, settings.storage.arguments)

    return attempt


def _redis(fields: Mapping[str, Any]) -> Attempt:
    async def attempt() -> str:
        from charthouse.engines.redis.ping import RedisServer, ping

        given = {name: fields[key] for name, key in _FIELDS.items() if key in fields}
        verified = fields.get("ssl_cert_reqs") != "none"
        await ping(RedisServer(host=fields["host"], verified=verified, **given))
        return "PING was answered"

    return attempt


_FIELDS = {
    "port": "port",
    "username": "username",
    "password": "password",
    "database": "db",
    "tls": "ssl",
    "ca": "ssl_ca_certs",
    "certificate": "ssl_certfile",
    "key": "ssl_keyfile",
}
"""Ours, and what Quay's client calls them."""


def _servers(values: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for key in ("BUILDLOGS_REDIS", "USER_EVENTS_REDIS", "PULL_METRICS_REDIS"):
        if key in values:
            yield key, values[key]
    cache = values.get("DATA_MODEL_CACHE_CONFIG", {})
    if cache.get("engine") not in ("redis", "rediscluster"):
        return
    common = cache.get("redis_config", {})
    shared = {name: common[name] for name in ("password", "ssl") if name in common}
    for role in ("primary", "replica"):
        if role in common:
            yield f"DATA_MODEL_CACHE_CONFIG.{role}", common[role]
    for place, node in enumerate(common.get("startup_nodes", ())):
        yield f"DATA_MODEL_CACHE_CONFIG.startup_nodes[{place}]", shared | node
