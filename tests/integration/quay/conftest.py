"""Quay's REST API over a fresh registry."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.quay import QuayApi, quay_api
from tests.support.registry import present

from .oauth_flow import Flow, flow_of

SET_UP_TOKEN = "set-up-token-of-this-test"


@pytest.fixture
async def quay(tmp_path: Path) -> AsyncIterator[QuayApi]:
    async with quay_api(tmp_path / "data", present(), set_up_token=SET_UP_TOKEN) as api:
        yield api


@pytest.fixture
async def superuser(tmp_path: Path) -> AsyncIterator[QuayApi]:
    """The API of a registry whose superusers are ``root`` and ``toor``; ``auditor`` is a read-only one."""
    config = tmp_path / "config.yaml"
    config.write_text("SUPER_USERS: [root, toor]\nGLOBAL_READONLY_SUPER_USERS: [auditor]\n")
    async with quay_api(tmp_path / "data", present(), config=config) as api:
        yield api


@pytest.fixture
async def flow(quay: QuayApi) -> Flow:
    """An application in front of a user who has signed in."""
    return await flow_of(quay)
