"""Who checks signatures, and where."""

from __future__ import annotations

from charthouse.engines.openpgp.sequoia import SequoiaOpenPgp
from charthouse.engines.sandbox.children import Orders
from charthouse.engines.sandbox.processes import MIB, ProcessSandbox, SandboxRules
from charthouse.ports.openpgp import OpenPgp

_MEMORY = 128 * MIB
"""What a process may hold beside itself; an honest keyring takes some megabytes."""


def openpgp() -> OpenPgp:
    """Return the engine; its process starts with the first question."""
    orders = Orders(function="charthouse.engines.openpgp.work:work", memory=_MEMORY, readable=())
    return SequoiaOpenPgp(ProcessSandbox(orders, SandboxRules(children=1)))
