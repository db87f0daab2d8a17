"""An issuer, and an organization whose robot trusts it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from charthouse.config.settings import Outbound
from tests.support.issuer import (
    Issuer,
    issuing,
    rsa_key,
)
from tests.support.quay import HOST, QuayApi, quay_api
from tests.support.registry import present

from .pipeline import (
    GITHUB_SUBJECT,
    ROBOT,
    trust,
)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Issuer]:
    with issuing(tmp_path_factory.mktemp("issuer")) as issuer:
        yield issuer


@pytest.fixture
def issuer(running: Issuer, monkeypatch: pytest.MonkeyPatch) -> Issuer:
    monkeypatch.setenv("SSL_CERT_FILE", str(running.authority))
    running.answers.clear()
    running.asked.clear()
    running.extra_keys.clear()
    running.keys = {"first": rsa_key()}
    return running


@pytest.fixture
async def acme(tmp_path: Path, issuer: Issuer) -> AsyncIterator[QuayApi]:
    """A robot that may push to acme/app, and trusts the main branch of a repository."""
    outbound = Outbound(allowed_hosts=("localhost",))
    async with quay_api(tmp_path / "data", present(), outbound=outbound, server_hostname=HOST) as quay:
        await quay.organization("acme", "alice")
        await quay.repository("acme/app", "alice")
        body = {"permissions": [{"repository": "app", "role": "write"}]}
        assert (await quay.ask("PUT", ROBOT, who="alice", document=body)).status == 201
        await trust(quay, {"issuer": issuer.url, "subject": GITHUB_SUBJECT})
        yield quay
