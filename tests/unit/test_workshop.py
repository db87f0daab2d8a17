"""The workshop itself: the parts that tests need, and the wall around the network."""

from __future__ import annotations

import socket

import pytest

from tests.support.tools import tool
from tools.install import main, table

PARTS = [name for tools in table().values() for name in tools]


@pytest.mark.parametrize("name", PARTS)
def test_every_part_is_installed(name: str) -> None:
    assert tool(name).exists()


def test_an_unknown_part_is_an_error() -> None:
    with pytest.raises(KeyError):
        tool("no-such-part")
    with pytest.raises(SystemExit, match="No such part: no-such-part"):
        main(["no-such-part"])


def test_a_test_reaches_no_other_machine() -> None:
    with socket.socket() as client, pytest.raises(PermissionError, match=r"192\.0\.2\.1"):
        client.connect(("192.0.2.1", 80))  # TEST-NET-1 (RFC 5737)
