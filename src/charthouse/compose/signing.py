"""Who checks signatures, and where."""

from __future__ import annotations

from charthouse.engines.openpgp.sequoia import SequoiaOpenPgp
from charthouse.engines.sandbox.children import Orders
from charthouse.engines.sandbox.processes import MIB, ProcessSandbox, SandboxRules
from charthouse.ports.openpgp import OpenPgp
from charthouse.ports.sandbox import Sandbox

_MEMORY = 128 * MIB
"""What a process may hold beside itself; an honest keyring or provenance takes some megabytes."""


def openpgp() -> OpenPgp:
    """Return the engine; its process starts with the first question."""
    return SequoiaOpenPgp(_sandbox("charthouse.engines.openpgp.work:work"))


def comparer() -> Sandbox:
    """Return where provenances are compared with charts."""
    return _sandbox("charthouse.helm.chart.comparing:handle")


def _sandbox(function: str) -> Sandbox:
    return ProcessSandbox(
        Orders(function=function, memory=_MEMORY, readable=()), SandboxRules(children=1, idle_seconds=60)
    )
