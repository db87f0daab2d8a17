"""The sandboxes under test. Each evaluates Python expressions: nothing asks for more of a confinement."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from charthouse.engines.sandbox.children import Orders
from charthouse.engines.sandbox.processes import MIB, ProcessSandbox, SandboxRules
from charthouse.ports.sandbox import Sandbox
from tests.support.sandbox import OpenSandbox

ORDERS = Orders(function="builtins:eval", memory=256 * MIB, readable=())
SECONDS = 20.0
"""More than any request of these tests takes on a busy machine."""


@pytest.fixture(params=["processes", "open"])
async def sandbox(request: pytest.FixtureRequest) -> AsyncIterator[Sandbox]:
    made: Sandbox = (
        ProcessSandbox(ORDERS, SandboxRules()) if request.param == "processes" else OpenSandbox(eval)
    )
    yield made
    await made.close()


@pytest.fixture
async def processes() -> AsyncIterator[ProcessSandbox]:
    """One child at a time, so that tests know who is asked."""
    made = ProcessSandbox(ORDERS, SandboxRules(children=1))
    yield made
    await made.close()
